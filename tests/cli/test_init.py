"""`oktascim init`: a spec that loads, by flags or by answers; never over another file, never with a secret."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oktascim.catalog import find_template
from oktascim.cli.main import run
from oktascim.spec.loader import load, warnings
from tests.support.world import Result

FLAGS = ["--template", "scim2-header", "--label", "Acme CRM", "--base-url", "https://acme.example/scim/v2"]
TOKEN = ["--token", "env:ACME_TOKEN"]
At = Callable[..., Result]


def init(file: Path, *words: str, **environ: str) -> Result:
    stdout, stderr = io.StringIO(), io.StringIO()
    code = run(["init", str(file), *words], environ=environ, stdout=stdout, stderr=stderr, stdin=io.StringIO())
    return Result(code, stdout.getvalue(), stderr.getvalue())


def spec_in(file: Path) -> Any:
    loaded = load([file])
    assert warnings(loaded) == ()
    return loaded[0].integration


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "acme.yaml"


def test_flags_make_a_spec_with_comments_and_next_commands(file: Path) -> None:
    done = init(file, *FLAGS, *TOKEN, "--user", "ada@acme.example", "--group", "Sales", "--push-group", "Engineering")
    assert (done.code, done.stdout) == (0, "")
    assert file.read_text(encoding="utf-8") == (
        "# yaml-language-server: $schema=oktascim.schema.json\n"
        "# SCIM integrations of an Okta org. Okta settings that aren't in this file stay unchanged.\n"
        f"#   oktascim validate {file}    check it, offline\n"
        f"#   oktascim plan {file}        what apply would change\n"
        f"#   oktascim apply {file}       create or update it, and verify every change\n"
        """\
version: 1
integrations:
  # This name identifies the app in later runs: change the label as you like, but not the name.
  - name: acme-crm
    label: Acme CRM
    # SCIM 2.0 Test App (Header Auth)
    template: scim2-header
    sign_on: {mode: swa}
    provisioning:
      # Okta adds /Users and /Groups.
      base_url: https://acme.example/scim/v2
      # References to the secrets; never the secrets themselves.
      credentials:
        token: {env: ACME_TOKEN}
      # What Okta pushes; options not listed here are turned off. Also available: sync_password.
      to_app: [create, update, deactivate]
    # Users and groups to assign; existing assignments of others stay.
    assignments:
      users: [ada@acme.example]
      groups: [Sales]
      push_groups: [Engineering]
"""
    )
    spec_in(file)
    assert f"Wrote {file}." in done.stderr
    steps = [line.strip() for line in done.stderr.splitlines() if line.startswith("  ")]
    assert steps[0].startswith("read -rs ACME_TOKEN && export ACME_TOKEN")
    assert steps[1:-1] == [
        f"oktascim {verb} {file}" for verb in ("validate", "connection test --spec", "plan", "apply")
    ]


def test_a_variable_that_is_set_needs_no_advice(file: Path) -> None:
    assert "read -rs" not in init(file, *FLAGS, *TOKEN, ACME_TOKEN="x").stderr


def test_every_flag_has_its_place(file: Path) -> None:
    words = ["--mode", "saml", "--acs-url", "https://acme.example/acs", "--audience", "https://acme.example"]
    words += ["--to-app", "create, sync_password", "--no-import-groups", "--name", "crm"]
    assert init(file, *FLAGS, *TOKEN, *words).code == 0
    one = spec_in(file)
    assert (one.name, one.sign_on.mode, one.sign_on.acs_url) == ("crm", "saml", "https://acme.example/acs")
    assert (one.provisioning.to_app, one.provisioning.import_groups) == (("create", "sync_password"), False)
    assert one.assignments is None


def test_a_wizard_made_app_is_told_what_it_can_do(file: Path) -> None:
    words = ["--template", "custom-swa", "--label", "Acme", "--base-url", "https://acme.example/scim"]
    words += ["--login-url", "https://acme.example/login", "--username", "okta", "--password", "file:secret.txt"]
    assert init(file, *words, "--push-group", "Engineering", "--import-groups").code == 0
    one = spec_in(file)
    assert one.provisioning.unique_identifier == "userName"
    assert one.provisioning.supported_actions == (
        "push_new_users",
        "push_profile_updates",
        "push_groups",
        "import_groups",
    )


def test_a_secret_file_is_found_from_the_spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "specs").mkdir()
    monkeypatch.chdir(tmp_path)
    assert init(Path("specs/acme.yaml"), *FLAGS, "--token", "file:token.txt").code == 0
    assert spec_in(Path("specs/acme.yaml")).provisioning.credentials.token.file == "../token.txt"


def test_an_existing_file_is_not_touched_without_yes(file: Path) -> None:
    file.write_text("mine", encoding="utf-8")
    refused = init(file, *FLAGS, *TOKEN)
    assert refused.code == 2
    assert f"{file} already exists; it wasn't changed." in refused.stderr
    assert file.read_text(encoding="utf-8") == "mine"
    assert init(file, *FLAGS, *TOKEN, "--yes").code == 0
    assert spec_in(file).name == "acme-crm"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "Missing options: --template, --label and --base-url. Can't prompt: not an interactive terminal."),
        ([*FLAGS[:4]], "Missing option: --base-url."),
        ([*FLAGS], "--token is missing; scim2-header needs token"),
        ([*FLAGS, "--token", "SECRETVALUE123"], "--token expects a reference to the secret, not the secret itself."),
        ([*FLAGS, *TOKEN, "--to-app", "delete"], "--to-app 'delete' isn't allowed"),
        ([*FLAGS, *TOKEN, "--mode", "oidc"], "--mode must be swa or saml, not 'oidc'"),
        ([*FLAGS, *TOKEN, "--template", "scim2-haeder"], "Did you mean scim2-header?"),
        ([*FLAGS, *TOKEN, "--label", "x" * 101], "label"),
        ([*FLAGS, *TOKEN, "--base-url", "http://acme.example"], "must start with https://"),
    ],
)
def test_what_makes_no_spec_writes_no_file(file: Path, words: list[str], message: str) -> None:
    done = init(file, *words)
    assert done.code == 2
    assert message in done.stderr
    assert "SECRETVALUE123" not in done.stderr
    assert not file.exists()


def test_a_folder_that_does_not_exist_is_said(tmp_path: Path) -> None:
    done = init(tmp_path / "no" / "acme.yaml", *FLAGS, *TOKEN)
    assert done.code == 1
    assert "Can't write" in done.stderr


def test_a_person_is_asked_for_what_is_open(file: Path, at_terminal: At) -> None:
    answers = [
        "scim2-oauth",
        "Acme HR",
        "https://hr.acme.example/scim",
        "",
        "2",
        "",
        "",
        "create",
        "ada@a.example, b@a.example",
    ]
    done = at_terminal(["init", str(file)], answers)
    assert done.code == 0, done.stderr
    one = spec_in(file)
    assert (one.template, one.label, one.sign_on.mode) == ("scim2-oauth", "Acme HR", "saml")
    assert one.provisioning.base_url == "https://hr.acme.example/scim"
    assert one.provisioning.credentials.token.env == "ACME_HR_TOKEN"
    assert one.provisioning.to_app == ("create",)
    assert one.assignments.users == ("ada@a.example", "b@a.example")
    assert (
        "What does your SCIM server expect in the Authorization header?\n  1  Authorization: Bearer TOKEN "
        in done.stderr
    )


@pytest.mark.parametrize(
    ("answer", "template", "header"),
    [("1", "scim2-oauth", "Bearer x"), ("2", "scim2-header", "x"), ("3", "scim2-basic", "Basic dTp4")],
)
def test_each_header_has_the_template_that_sends_it(
    file: Path, at_terminal: At, answer: str, template: str, header: str
) -> None:
    credentials = ["okta", ""] if template == "scim2-basic" else [""]
    answers = ["", answer, "", "Acme", "https://acme.example/scim", *credentials, "", "", "", ""]
    done = at_terminal(["init", str(file)], answers)
    assert done.code == 0, done.stderr
    assert done.stderr.count("An answer is required (Ctrl-C to cancel).") == 2
    assert spec_in(file).template == template
    credentials_given = {"token": "x", "username": "u", "password": "x"}
    sent = find_template(template).authentication().authorization(credentials_given)
    assert sent == header


def test_wrong_answers_are_asked_again_and_a_pasted_secret_is_not_repeated(file: Path, at_terminal: At) -> None:
    answers = ["9", "2", "Acme", "http://acme.example", "https://acme.example/scim/", "https://acme.example/scim"]
    answers += ["SECRETVALUE123", "keyring:acme", "swa", "", "create,fly", "create", ""]
    done = at_terminal(["init", str(file)], answers)
    assert done.code == 0, done.stderr
    assert "Answer with 1 to 3, or a name." in done.stderr
    assert "It must start with https://" in done.stderr
    assert "It must not end in '/'" in done.stderr
    assert "Enter where the secret is stored, such as env:ACME_TOKEN, not the secret" in " ".join(done.stderr.split())
    assert "Unknown: fly. Choose from create, update, deactivate, sync_password." in done.stderr
    assert "SECRETVALUE123" not in done.stdout + done.stderr
    assert "oktascim auth secret set acme" in done.stderr
    assert spec_in(file).provisioning.credentials.token.keyring == "acme"


def test_oauth_of_a_wizard_made_app_by_answers(file: Path, at_terminal: At) -> None:
    answers = ["custom-saml", "Acme", "https://acme.example/scim", "oauth2", "okta", "env:ACME_SECRET"]
    answers += ["https://acme.example/token", "https://acme.example/authorize"]
    answers += ["", "https://acme.example/acs", "https://acme.example", "", ""]
    done = at_terminal(["init", str(file)], answers)
    assert done.code == 0, done.stderr
    credentials = spec_in(file).provisioning.credentials
    assert (credentials.mode, credentials.client_id) == ("oauth2", "okta")
    assert credentials.token_endpoint == "https://acme.example/token"


def test_flags_are_not_asked_again(file: Path, at_terminal: At) -> None:
    words = [*FLAGS[:2], "--base-url", "https://acme.example/scim", *TOKEN, "--mode", "swa", "--to-app", "create"]
    done = at_terminal(["init", str(file), *words, "--login-url", "https://a.example"], ["Acme", ""])
    assert done.code == 0, done.stderr
    assert done.stderr.count("]: ") == 0
    assert spec_in(file).label == "Acme"


@pytest.mark.parametrize("answers", [[], ["scim2-oauth"], ["scim2-oauth", "Acme"]])
def test_an_end_of_answers_writes_nothing(file: Path, at_terminal: At, answers: list[str]) -> None:
    done = at_terminal(["init", str(file)], answers)
    assert done.code == 2
    assert "An answer is required" in done.stderr
    assert not file.exists()


def test_the_commands_in_the_file_quote_its_name(tmp_path: Path) -> None:
    file = tmp_path / "été acme.yaml"
    assert init(file, *FLAGS, *TOKEN).code == 0
    assert f"#   oktascim plan '{file}'  " in file.read_text(encoding="utf-8")
