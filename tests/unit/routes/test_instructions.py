"""What a person is told: every value, no secret, in the order and by the labels of the page."""

from __future__ import annotations

import pytest

from oktascim.catalog import load_templates
from oktascim.routes.instructions import CONSENT, describe, instructions
from oktascim.spec.provisioning import SecretRef

ALL_MODES = [(name, None) for name in load_templates()]
ALL_MODES += [("custom-saml", mode) for mode in ("basic", "header", "oauth2")]


@pytest.mark.parametrize(("template", "mode"), ALL_MODES)
def test_instructions_name_every_value_and_no_secret(make_task, template: str, mode: str | None) -> None:
    task = make_task(template, mode=mode, to_app=["create", "deactivate"])
    text = "\n".join(instructions(task))
    assert "https://acme.example/scim/v2" in text
    for field, value in task.wanted.credentials:
        if isinstance(value, SecretRef):
            assert f"(the value of the environment variable ACME_{field.upper()})" in text
    assert "Enable: Create Users, Deactivate Users." in text
    assert "Leave off: Update User Attributes, Sync Password." in text
    assert "s3cret" not in text


@pytest.mark.parametrize(
    ("import_groups", "line"), [(True, "Tick 'Import Groups'."), (False, "Untick 'Import Groups'."), (None, None)]
)
def test_import_groups(make_task, import_groups: bool | None, line: str | None) -> None:
    steps = [step for step in instructions(make_task(import_groups=import_groups)) if "Import Groups" in step]
    assert steps == ([line] if line else [])


def test_only_the_to_app_options(make_task) -> None:
    steps = instructions(make_task(stage="to_app", to_app=["create", "update", "deactivate", "sync_password"]))
    assert steps[0] == "The connection is on. Open the Provisioning tab."
    assert not any("Base URL" in step or "Leave off" in step for step in steps)


def test_a_wizard_made_app_names_its_actions_and_its_identifier(make_task) -> None:
    task = make_task("custom-saml", supported_actions=["push_new_users"], unique_identifier="email")
    steps = instructions(task)
    assert "Tick Push New Users." in steps
    assert "Unique identifier field for users: email" in steps
    assert "Authentication Mode: HTTP Header" in steps


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ({"env": "TOKEN"}, "(the value of the environment variable TOKEN)"),
        ({"keyring": "acme"}, "(the keyring entry 'acme')"),
        ({"file": "token.txt"}, "(the content of the file token.txt)"),
        ({"command": "pass show s3cret"}, "(the output of the spec's command)"),
    ],
)
def test_a_secret_is_described_by_its_place(reference: dict, words: str) -> None:
    assert describe(SecretRef.model_validate(reference)) == words


@pytest.mark.parametrize("template", ["scim2-header", "custom-swa"])
def test_a_connection_that_is_on_is_edited(make_task, template: str) -> None:
    steps = instructions(make_task(template, stage="edit"))
    assert "Open the Provisioning tab, then Integration, then Edit." in steps
    assert not any(words in step for step in steps for words in ("Configure API", "Tick 'Enable", "General tab"))


@pytest.mark.parametrize(
    ("stage", "given", "entered"),
    [("connect", None, "userName"), ("connect", "email", "email"), ("edit", None, None), ("edit", "email", "email")],
)
def test_a_unique_identifier_that_is_there_is_left_alone(make_task, stage, given, entered) -> None:
    steps = instructions(make_task("custom-swa", stage=stage, unique_identifier=given))
    named = [step.partition(": ")[2] for step in steps if step.startswith("Unique identifier")]
    assert named == ([entered] if entered else [])


def test_oauth_2_ends_with_a_consent_and_not_with_a_test(make_task) -> None:
    steps = instructions(make_task("custom-saml", mode="oauth2"))
    assert steps[-2:] == ("Click 'Save'.", CONSENT)
    assert not any("Test Connector" in step for step in steps)


def test_after_a_browser_has_saved_an_oauth_2_connection_only_the_consent_is_left(make_task) -> None:
    steps = instructions(make_task("custom-saml", mode="oauth2", stage="consent", to_app=["create"]))
    assert steps[:2] == ("Open the Provisioning tab, then Integration.", CONSENT)
    assert steps[2].startswith("Under 'To App'")
