"""With -o json the error that ends a command is JSON on stdout, whatever the command; a result stays alone there."""

from __future__ import annotations

import io
import json

import pytest

from oktascim.cli.argv import output_form
from oktascim.cli.main import run
from tests.cli.test_documented_commands import commands as every_command
from tests.support.world import World

NOWHERE = {"OKTA_CLIENT_ORGURL": "", "OKTA_CLIENT_TOKEN": "", "HOME": "/nonexistent"}
COMMANDS = [
    ["app", "list"],
    ["app", "show", "acme"],
    ["app", "assign", "acme", "--user", "ada"],
    ["connection", "show", "--app", "acme"],
    ["destroy", "--app", "acme"],
    ["export", "acme"],
    ["logs", "--app", "acme"],
    ["plan", "nowhere.yaml"],
    ["apply", "nowhere.yaml"],
    ["template", "show", "no-such-template"],
    ["explain", "--no-such-option"],
    ["no-such-command"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_says_what_why_and_fix(org: World, words: list[str]) -> None:
    done = org.oktascim(*words, "-o", "json", **NOWHERE)
    assert done.code == 2
    error = json.loads(done.stdout)["error"]
    assert set(error) == {"what", "why", "fix", "code", "request_id", "exit_code"}
    assert error["exit_code"] == 2
    assert error["what"].split("\n")[0] in done.stderr


@pytest.mark.parametrize("path", [one for one in every_command() if one != ("emulator", "run")], ids=" ".join)
def test_a_wrong_call_of_any_command_is_json_and_names_its_help(path: tuple[str, ...]) -> None:
    stdout, stderr = io.StringIO(), io.StringIO()
    code = run([*path, "--no-such-option", "-o", "json"], environ={}, stdout=stdout, stderr=stderr, stdin=io.StringIO())
    error = json.loads(stdout.getvalue())["error"]
    assert (code, error["exit_code"]) == (2, 2)
    assert error["fix"] == f"See `oktascim {' '.join(path)} --help`."


def test_a_missing_argument_is_called_as_in_the_usage_line(org: World) -> None:
    assert "Missing argument: PATHS." in org.oktascim("validate").stderr
    assert "Missing argument: APP." in org.oktascim("app", "show").stderr


def test_an_answer_of_okta_gives_its_code_and_its_request(org: World) -> None:
    done = org.oktascim("app", "list", "--output=json", OKTA_CLIENT_TOKEN="00sentinel-not-the-token")
    error = done.json["error"]
    assert (done.code, error["code"], error["exit_code"]) == (4, "E0000011", 4)
    assert error["request_id"]
    assert error["request_id"] in error["why"]
    assert "00sentinel" not in done.stdout + done.stderr


def test_a_result_that_was_written_stays_the_only_document(org: World) -> None:
    spec = org.spec(
        "version: 1\nintegrations:\n  - {name: a, label: A, template: scim2-header, sign_on: {mode: swa}, "
        "assignments: {users: [nobody@acme.example]}}\n"
    )
    done = org.oktascim("plan", spec, "-o", "json")
    assert done.code == 1
    assert done.json["integrations"][0]["problem"]["what"] in done.stderr


@pytest.mark.parametrize("form", ["text", "table"])
def test_text_is_for_people_in_every_command(org: World, form: str) -> None:
    refused = org.oktascim("validate", "nowhere.yaml", "-o", form)
    assert (refused.code, refused.stdout) == (2, "")
    assert "nowhere.yaml" in refused.stderr
    assert "why" in org.oktascim("explain", "Error authenticating: Unauthorized", "-o", form).stdout
    assert "scim2-header" in org.oktascim("template", "list", "-o", form).stdout


def test_yaml_and_no_form(org: World) -> None:
    assert org.oktascim("plan", "nowhere.yaml", "-o", "yaml").stdout.startswith("error:\n  what: ")
    assert org.oktascim("plan", "nowhere.yaml").stdout == ""


@pytest.mark.parametrize("words", ["-o json --org-url", "-o json plan x --timeout", "plan x -o json -o", "-o json"])
def test_a_missing_value_or_command_is_json_too(org: World, words: str) -> None:
    told = org.oktascim(*words.split())
    assert (told.code, told.json["error"]["exit_code"]) == (2, 2)


@pytest.mark.parametrize(
    ("words", "form"),
    [
        (["plan", "-o", "json"], "json"),
        (["plan", "-ojson"], "json"),
        (["plan", "--output=yaml"], "yaml"),
        (["plan", "-o", "json", "-o", "table"], "table"),
        (["plan", "-o"], None),
        (["plan", "-o", "json", "-o"], "json"),
        (["-o", "json", "--org-url"], "json"),
        (["emulator", "run", "--", "x", "-o", "json"], None),
    ],
)
def test_the_form_that_was_asked_for(words: list[str], form: str | None) -> None:
    assert output_form(words) == form
