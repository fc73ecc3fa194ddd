"""The `handoff` route: the exact page, the exact values, no secret, and a look whether it was done."""

from __future__ import annotations

import pytest

from oktascim.catalog import load_templates
from oktascim.provisioning.handoff import HandoffRoute, describe, instructions
from oktascim.spec.models import SecretRef

ALL_MODES = [(name, None) for name in load_templates()]
ALL_MODES += [("custom-saml", mode) for mode in ("basic", "header", "oauth2")]
OFF = {"status": "UNKNOWN", "profile": {"authScheme": "UNKNOWN"}}


@pytest.mark.parametrize(("template", "mode"), ALL_MODES)
def test_instructions_name_every_value_and_no_secret(make_task, template: str, mode: str | None) -> None:
    task = make_task(None, template, mode=mode, to_app=["create", "deactivate"])
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
    steps = [step for step in instructions(make_task(None, import_groups=import_groups)) if "Import Groups" in step]
    assert steps == ([line] if line else [])


def test_only_the_to_app_options(make_task) -> None:
    steps = instructions(make_task(None, connect=False, to_app=["create", "update", "deactivate", "sync_password"]))
    assert steps[0] == "Open the Provisioning tab."
    assert not any("Base URL" in step or "Leave off" in step for step in steps)


def test_a_wizard_made_app_names_its_actions_and_its_identifier(make_task) -> None:
    task = make_task(None, "custom-saml", supported_actions=["push_new_users"], unique_identifier="email")
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
        ({"command": "pass show s3cret"}, "(what the spec's command prints)"),
    ],
)
def test_a_secret_is_described_by_its_place(reference: dict, words: str) -> None:
    assert describe(SecretRef.model_validate(reference)) == words


def attempt(fake, make_task, seconds: float, shown: list):
    async def work():
        async with fake.client() as okta:
            return await HandoffRoute(seconds, show=shown.append).attempt(make_task(okta))

    return fake.clock.run(work())


def test_without_a_person_nothing_is_waited_for(fake_okta, make_task) -> None:
    shown: list = []
    outcome = attempt(fake_okta, make_task, 0, shown)
    assert outcome.handoff.page.startswith("https://acme-admin.okta.com/admin/app/scim2headerauth/instance/0oa1/")
    assert shown == [outcome.handoff]
    assert (fake_okta.requests, fake_okta.clock.elapsed) == ([], 0)


def test_a_person_is_waited_for_until_the_org_shows_it(fake_okta, make_task) -> None:
    fake_okta.on("GET /api/v1/apps/0oa1", {"id": "0oa1"}, {"id": "0oa1"}, {"id": "0oa1", "features": ["GROUP_PUSH"]})
    fake_okta.on("GET /api/v1/apps/0oa1/connections/default", OFF)
    outcome = attempt(fake_okta, make_task, 600, [])
    assert outcome.said == "A person did it in the Admin Console."
    assert fake_okta.clock.slept == [10, 10, 10]
