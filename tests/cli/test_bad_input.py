"""What a person gets wrong, what an org answers to it: the message and the exit code of each."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from oktascim.catalog import load_templates
from oktascim.cli.main import run
from oktascim.errors import ExitCode
from tests.support.org_page import ORG_PAGE
from tests.support.world import Result

GOOD = """\
version: 1
integrations:
  - name: acme
    label: Acme
    template: scim2-header
    sign_on: {mode: saml}
    provisioning:
      base_url: https://acme.example/scim/v2
      credentials: {token: {env: ACME_SCIM_TOKEN}}
"""
ORG = {"OKTA_CLIENT_ORGURL": "https://acme.okta.com", "OKTA_CLIENT_TOKEN": "00s3cret-token"}


def oktascim(*arguments: str, **environ: str) -> tuple[int, str]:
    """A command that fails: its exit code and its words; data it must not print, nor any secret."""
    stdout, stderr = io.StringIO(), io.StringIO()
    code = run(arguments, environ=environ, stdout=stdout, stderr=stderr, stdin=io.StringIO())
    words = stderr.getvalue()
    assert "s3cret" not in stdout.getvalue() + words
    assert "Traceback" not in words
    assert "should not happen" not in words
    return code, words


@contextmanager
def an_org(apps: httpx.Response | Exception) -> Iterator[list[httpx.Request]]:
    """An org that answers the list of its apps like this, and says who it is; gives what it was asked."""
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        if isinstance(apps, Exception):
            raise apps
        return apps

    with respx.mock(assert_all_called=False) as router:
        router.get("https://acme.okta.com/.well-known/okta-organization").respond(json=ORG_PAGE)
        router.get("https://acme.okta.com/api/v1/apps").mock(side_effect=answer)
        yield requests


@pytest.fixture
def spec(tmp_path: Path):
    def write(text: str = GOOD, name: str = "spec.yaml") -> str:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return str(file)

    return write


SPECS = {
    "unknown template": (("scim2-header", "scim2-heather"), ":5:15: integrations[0].template: 'scim2-heather' isn't"),
    "label too long": (("Acme\n", f"{'x' * 101}\n"), ":4:12: integrations[0].label: is 101 characters long"),
    "plain http": (("https://acme.example", "http://acme.example"), "must start with https://"),
    "underscore in the host": (("https://acme.example", "https://acme_crm.example"), "underscore in its host name"),
    "slash at the end": (("/scim/v2\n", "/scim/v2/\n"), "must not end in '/'"),
    "query at the end": (("/scim/v2\n", "/scim/v2?x=1\n"), "omit '?' and '#'"),
    "/Users at the end": (("/scim/v2\n", "/scim/v2/Users\n"), "must not end in /Users"),
    "user name in the URL": (("https://acme.example", "https://a:s3cret@acme.example"), "must not contain a user name"),
    "literal secret": (("{token: {env: ACME_SCIM_TOKEN}}", "{token: 00s3cret}"), "secrets aren't allowed in a spec"),
    "not YAML": (("label: Acme", "label: [Acme"), ":"),
    "unknown key": (("label: Acme", "lable: Acme"), "did you mean label?"),
    "key twice": (("label: Acme\n", "label: Acme\n    label: Other\n"), "duplicate key"),
    "wrong version": (("version: 1", "version: 2"), "version"),
    "missing field": (("    label: Acme\n", ""), "label: is missing"),
}


@pytest.mark.parametrize("command", ["validate", "plan", "apply"])
@pytest.mark.parametrize("mistake", SPECS)
def test_a_wrong_spec_exits_2_with_file_and_line_before_anything_is_asked(spec, command: str, mistake: str) -> None:
    (good, bad), said = SPECS[mistake]
    assert good in GOOD
    file = spec(GOOD.replace(good, bad))
    code, words = oktascim(command, file)
    assert code == ExitCode.USAGE
    assert f"{file}:" in words
    assert said in words


def test_a_name_stands_for_one_app(spec) -> None:
    first, second = spec(name="a.yaml"), spec(name="b.yaml")
    code, words = oktascim("plan", first, second)
    assert code == ExitCode.USAGE
    assert f"{second}:3:11: integrations[0].name: 'acme' is already used at {first}:3:11" in words


@pytest.mark.parametrize(
    ("path", "said"), [("nowhere.yaml", "doesn't exist"), (".", "contains no *.yaml"), ("binary.yaml", "UTF-8")]
)
def test_files_that_cannot_be_used(tmp_path: Path, path: str, said: str) -> None:
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    folder = tmp_path / "empty"
    folder.mkdir()
    code, words = oktascim("validate", str(folder if path == "." else tmp_path / path))
    assert code == ExitCode.USAGE
    assert said in words


def test_only_names_an_integration_of_the_files(spec) -> None:
    code, words = oktascim("plan", spec(), "--only", "other", **ORG)
    assert code == ExitCode.USAGE
    assert "No spec file has an integration called other." in words


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, "No org is configured."),
        ({"OKTA_CLIENT_ORGURL": "https://acme.okta.com"}, "No API token found for https://acme.okta.com."),
        ({**ORG, "OKTA_CLIENT_ORGURL": "https://acme-admin.okta.com"}, "Use https://acme.okta.com"),
        ({**ORG, "OKTA_CLIENT_ORGURL": "http://acme.okta.com"}, "must use https"),
        ({**ORG, "OKTA_CLIENT_ORGURL": "acme.okta.com"}, "Use https://acme.okta.com"),
        ({**ORG, "OKTA_CLIENT_ORGURL": "https://acme.okta.com/app"}, "Use https://acme.okta.com"),
        ({**ORG, "OKTA_CLIENT_ORGURL": "https://x:s3cret@acme.okta.com"}, "must not contain a user name or password"),
        ({**ORG, "OKTA_CLIENT_TOKEN": "SSWS 00s3cret"}, "begins with 'SSWS'"),
        ({**ORG, "OKTA_CLIENT_TOKEN": "00s3cret\n"}, "line break"),
        ({**ORG, "OKTA_CLIENT_TOKEN": "00s3crét"}, "non-ASCII"),
        ({**ORG, "OKTA_CLIENT_AUTHORIZATIONMODE": "Bearer"}, "authorization mode to 'Bearer'"),
        ({**ORG, "OKTA_CLIENT_AUTHORIZATIONMODE": "PrivateKey"}, "OKTA_CLIENT_CLIENTID is not set"),
    ],
)
def test_org_settings_that_cannot_be_used(spec, environ: dict[str, str], said: str) -> None:
    code, words = oktascim("plan", spec(), **environ)
    assert code == ExitCode.USAGE
    assert said in words


def refusal(status: int, code: str, summary: str, *causes: str, **headers: str) -> httpx.Response:
    body = {"errorCode": code, "errorSummary": summary, "errorCauses": [{"errorSummary": cause} for cause in causes]}
    return httpx.Response(status, json=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


SCOPE = 'Bearer error="insufficient_scope", scope="okta.apps.read"'
ANSWERS: dict[str, tuple[Any, ExitCode, str]] = {
    "wrong token": (refusal(401, "E0000011", "Invalid token provided"), ExitCode.IDENTITY, "Create a new API token"),
    "no role": (refusal(403, "E0000006", "You do not have permission"), ExitCode.IDENTITY, "admin role"),
    "no scope": (httpx.Response(403, headers={"www-authenticate": SCOPE}), ExitCode.IDENTITY, "scope okta.apps.read"),
    "bad request": (refusal(400, "E0000001", "Api validation failed", "Why."), ExitCode.FAILED, "failed (Why.)"),
    "request id": (
        refusal(400, "E0000001", "No", x_okta_request_id="req7"), ExitCode.FAILED, "[request id req7]",
    ),
    "redirect": (
        httpx.Response(302, headers={"location": "https://evil.example"}), ExitCode.FAILED, "doesn't follow redirects",
    ),
    "a web page": (httpx.Response(200, text="<html>"), ExitCode.FAILED, "It is a web page instead of JSON"),
    "foreign next link": (
        httpx.Response(200, json=[], headers={"link": '<https://evil.example/x>; rel="next"'}),
        ExitCode.FAILED,
        "Refused to send a request to https://evil.example",
    ),
    "echoed token": (refusal(400, "E0000001", "Bad 00s3cret-token \x1b[2J"), ExitCode.FAILED, "Bad [hidden]"),
}  # fmt: skip


@pytest.mark.parametrize("answer", ANSWERS)
def test_what_an_org_answers(spec, answer: str) -> None:
    response, exit_code, said = ANSWERS[answer]
    with an_org(response) as requests:
        code, words = oktascim("plan", spec(), **ORG)
    assert code == exit_code
    assert said in words
    assert [request.url.host for request in requests] == ["acme.okta.com"]


def test_an_org_that_cannot_be_reached(spec, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_stop: object, _seconds: float) -> None:
        """Wait no longer than the next turn of the loop."""

    monkeypatch.setattr("oktascim.http.clock.Stop.sleep", at_once)
    with an_org(httpx.ConnectError("name not known")) as requests:
        code, words = oktascim("plan", spec(), **ORG)
    assert code == ExitCode.FAILED
    assert "Error: Can't reach https://acme.okta.com: the connection failed.\n  why: name not known.\n" in words
    assert words.count("attempt") == 3  # a line before each retry
    assert len(requests) == 4


@pytest.mark.parametrize(
    ("environ", "said"),
    [({}, "environment variable ACME_SCIM_TOKEN isn't set"), ({"ACME_SCIM_TOKEN": " "}, "is empty")],
)
def test_a_secret_that_cannot_be_had_stops_before_the_first_write(spec, environ: dict[str, str], said: str) -> None:
    with an_org(httpx.Response(200, json=[])) as requests:
        code, words = oktascim("apply", spec(), "--yes", **ORG, **environ)
    assert code == ExitCode.USAGE
    assert said in words
    assert {request.method for request in requests} == {"GET"}


def test_without_a_terminal_apply_asks_for_yes_and_writes_nothing(spec) -> None:
    with an_org(httpx.Response(200, json=[])) as requests:
        code, words = oktascim("apply", spec(), ACME_SCIM_TOKEN="x-s3cret", **ORG)
    assert code == ExitCode.USAGE
    assert "Pass --yes." in words
    assert {request.method for request in requests} == {"GET"}


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_prune_and_only_exclude_each_other(spec, command: str) -> None:
    code, words = oktascim(command, spec(), "--prune", "--only", "acme", **ORG)
    assert code == ExitCode.USAGE
    assert "--prune and --only can't be used together" in words


def test_a_url_from_the_environment_must_be_there(spec) -> None:
    file = spec(GOOD.replace("https://acme.example/scim/v2", "{env: SCIM_BASE_URL}"))
    assert oktascim("validate", file)[0] == ExitCode.DONE
    code, words = oktascim("plan", file, **ORG)
    assert code == ExitCode.USAGE
    assert f"{file}:8:17: integrations[0].provisioning.base_url: the environment variable SCIM_BASE_URL" in words


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["destroy"], "Specify what to destroy"),
        (["destroy", "x.yaml", "--app", "y"], "Specify what to destroy"),
        (["connection", "test"], "Specify --spec FILE, or --template"),
        (
            ["connection", "test", "--template", "nope", "--base-url", "https://a.example"],
            "There is no template 'nope'",
        ),
        (
            [
                "connection",
                "test",
                "--template",
                "scim2-header",
                "--base-url",
                "https://a.example",
                "--token",
                "s3cret",
            ],
            "--token expects a reference to the secret",
        ),
        (["template", "show", "scim2-heade"], "Did you mean scim2-header?"),
    ],
)
def test_arguments_that_do_not_fit(arguments: list[str], said: str) -> None:
    code, words = oktascim(*arguments, **ORG)
    assert code == ExitCode.USAGE
    assert said in words


@pytest.mark.parametrize("template", load_templates())
def test_a_scim_server_that_is_not_there_exits_5_for_every_template(template: str) -> None:
    basic = ["--username", "okta", "--password", "env:PASSWORD"]
    given = basic if template.endswith("basic") else ["--token", "env:PASSWORD"]
    url = "http://127.0.0.1:9/scim/v2"  # the discard port; nobody listens
    code, words = oktascim("connection", "test", "--template", template, "--base-url", url, *given, PASSWORD="s3cret")
    assert code == ExitCode.SCIM
    assert words.startswith("Error: ")


@pytest.mark.parametrize(
    ("word", "said"), [("Acme CRN", "Did you mean Acme CRM?"), ("Twin", "2 apps are called Twin: 0oa2 (active), 0oa3")]
)
def test_an_app_that_cannot_be_told(word: str, said: str) -> None:
    apps = [
        {"id": "0oa1", "label": "Acme CRM"},
        {"id": "0oa2", "label": "Twin", "status": "ACTIVE"},
        {"id": "0oa3", "label": "Twin", "status": "INACTIVE"},
    ]
    with an_org(httpx.Response(200, json=apps)):
        code, words = oktascim("connection", "show", "--app", word, **ORG)
    assert code == ExitCode.USAGE
    assert said in words


def test_destroy_touches_only_what_carries_the_marker() -> None:
    app = {"id": "0oa1", "label": "By hand", "status": "ACTIVE"}
    with an_org(httpx.Response(200, json=[app])) as requests:
        code, words = oktascim("destroy", "--app", "By hand", "--yes", **ORG)
    assert code == ExitCode.USAGE
    assert "doesn't have oktascim's marker" in words
    assert {request.method for request in requests} == {"GET"}


def test_an_empty_or_wrong_org_url_is_asked_again(at_terminal: Callable[..., Result], tmp_path: Path) -> None:
    typed = ("", "acme.okta.com", "https://acme.okta.com")
    done = at_terminal(["auth", "login"], typed, OKTASCIM_CONFIG_DIR=str(tmp_path))
    assert "An answer is required" in done.stderr
    assert "Use https://acme.okta.com" in " ".join(done.stderr.split())
    assert done.stderr.count("Org URL (https://your-org.okta.com): ") == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("plan", "--exitcode", "x"), "Error: No such option: --exitcode. Did you mean --exit-code?\n"),
        (
            ("app", "list", "--provisioning", "maybe"),
            "Error: --provisioning must be on, off or failed, not 'maybe'.\n",
        ),
        (("auth", "login", "--kid", "k1"), "Error: --kid needs --service-app.\n"),
        (("auth", "login", "--service-app", "--token-stdin"), "Error: --token-stdin can't be used with a service app."),
        (("auth", "login", "--var", "x"), "Error: --var takes NAME=VALUE.\n"),
        (("check", "https://acme.example", "--var", "a=b"), "Error: --var needs --suite.\n"),
        (("check", "https://acme.example", "--app", "x"), "Error: --app needs --spec or --suite.\n"),
        (("init", "no/such/acme.yaml"), "Error: Can't write no/such/acme.yaml: there is no folder no/such.\n"),
        (("app", "list", "--profile"), "Error: --profile needs a value.\n"),
        (
            ("create", "--template", "scim2-oauth", "--label", "X", "--base-url", "acme", "--token", "env:T"),
            "Error: The flags don't describe a valid integration.\n  why: --base-url must be a URL that starts with",
        ),
        (
            ("emulator", "start", "--port", "99999"),
            "Error: --port must be a whole number from 0 to 65535, not '99999'.",
        ),
    ],
)
def test_a_wrong_option_is_told_in_our_words(words: tuple[str, ...], said: str) -> None:
    code, err = oktascim(*words)
    assert code == (ExitCode.FAILED if "Can't write" in said else ExitCode.USAGE)
    assert err.startswith(said)


def test_requests_that_fail_together_are_told_once(spec: Callable[..., str]) -> None:
    people = "    assignments: {users: [ada@acme.example], groups: [Engineering]}\n"
    closed = {"OKTA_CLIENT_ORGURL": "http://127.0.0.1:9", "OKTA_CLIENT_TOKEN": "00s3cret-token"}
    code, err = oktascim("plan", spec(GOOD + people), "--timeout", "1", **closed)
    assert code == ExitCode.FAILED
    assert err.count("Waiting up to") == 1
