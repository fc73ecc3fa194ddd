"""What doctor concludes from what it sees."""

from __future__ import annotations

import tomllib
from email.utils import formatdate
from pathlib import Path
from typing import Any

import httpx
import pytest

from oktascim.doctor import health
from oktascim.doctor.health import (
    HealthCheck,
    accepts_token,
    health_exit_code,
    health_trouble,
    machine_checks,
    org_checks,
    terminal_check,
)
from oktascim.errors import ExitCode, OktascimError
from oktascim.settings.secret_store import SecretStoreUnavailable
from tests.conftest import REPOSITORY
from tests.support.org_page import ORG_PAGE

READS = ("apps", "users", "groups", "logs")


class Store:
    """A keyring that works, or says why not."""

    def __init__(self, trouble: str | None = None) -> None:
        self._trouble = trouble

    def get(self, name: str) -> None:
        if self._trouble:
            raise SecretStoreUnavailable(self._trouble)

    def set(self, name: str, secret: Any) -> None:
        raise AssertionError("doctor writes nothing")

    def delete(self, name: str) -> bool:
        raise AssertionError("doctor writes nothing")


def on_machine(path: Path, store: Store | None = None) -> dict[str, HealthCheck]:
    return {check.check: check for check in machine_checks({"PATH": str(path)}, store or Store())}


def in_org(fake: Any) -> list[HealthCheck]:
    async def asking() -> list[HealthCheck]:
        async with fake.client() as okta:
            return await org_checks(okta)

    return fake.clock.run(asking())


def names_itself(fake: Any) -> None:
    fake.on("GET /.well-known/okta-organization", ORG_PAGE)


def answers(fake: Any, **others: httpx.Response) -> None:
    names_itself(fake)
    for kind in READS:
        fake.on(f"GET /api/v1/{kind}?limit=1", others.get(kind, httpx.Response(200, json=[], headers=at(fake, 0))))


def at(fake: Any, seconds: float) -> dict[str, str]:
    return {"date": formatdate(fake.clock.start + seconds, usegmt=True)}


def test_a_machine_that_has_everything(tmp_path: Path) -> None:
    browser = tmp_path / "chromium"
    browser.touch(mode=0o755)
    checks = on_machine(tmp_path)
    assert {check.state for check in checks.values()} == {"ok"}
    assert checks["browser"].detail == str(browser)
    assert "Python 3." in checks["oktascim"].detail


def test_what_is_absent_says_how_to_get_it_and_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "find_spec", lambda _module: None)
    checks = on_machine(tmp_path, Store("This machine has no keyring."))
    assert checks["extra console"].state == "missing"
    assert checks["extra console"].fix == "Install it: pip install 'oktascim[console]'"
    assert "apt install chromium" in (checks["browser"].fix or "")
    assert checks["keyring"].detail == "This machine has no keyring."
    assert "OKTA_CLIENT_TOKEN" in (checks["keyring"].fix or "")
    assert health_exit_code(checks.values()) == ExitCode.DONE


def test_a_missing_keyring_needs_no_fix_where_the_token_is_a_variable() -> None:
    environ = {"OKTA_CLIENT_TOKEN": "set", "PATH": ""}
    (check,) = (one for one in machine_checks(environ, Store("It is off.")) if one.check == "keyring")
    assert (check.detail, check.fix) == ("It is off.", "")


def test_every_extra_of_the_package_is_examined() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    examined = {check.check.removeprefix("extra ") for check in machine_checks({"PATH": ""}, Store())}
    assert set(project["optional-dependencies"]) <= examined


def test_the_browser_is_the_one_that_the_console_route_takes(tmp_path: Path) -> None:
    own = tmp_path / "my-browser"
    own.touch(mode=0o755)
    for value, state, words in ((str(own), "ok", str(own)), ("/nowhere/x", "missing", "isn't a program: /nowhere/x")):
        environ = {"PATH": "/usr/bin", "OKTASCIM_BROWSER": value}
        (check,) = (one for one in machine_checks(environ, Store()) if one.check == "browser")
        assert check.state == state
        assert words in check.detail


def test_an_org_that_answers_everything(fake_okta: Any) -> None:
    answers(fake_okta)
    checks = in_org(fake_okta)
    assert [check.check for check in checks] == ["reachable", "token", "clock", *(f"read {kind}" for kind in READS)]
    assert checks[0].detail == "https://acme.okta.com is the Okta org 00o1"
    assert health_exit_code(checks) == ExitCode.DONE


@pytest.mark.parametrize(("seconds", "state", "words"), [(59, "ok", "within 59 s"), (-300, "warning", "ahead of")])
def test_a_clock_that_is_off_is_told(fake_okta: Any, seconds: int, state: str, words: str) -> None:
    answers(fake_okta, apps=httpx.Response(200, json=[], headers=at(fake_okta, seconds)))
    clock = next(check for check in in_org(fake_okta) if check.check == "clock")
    assert clock.state == state
    assert words in clock.detail


def test_an_answer_without_a_date_leaves_the_clock_open(fake_okta: Any) -> None:
    answers(fake_okta, apps=httpx.Response(200, json=[]))
    clock = next(check for check in in_org(fake_okta) if check.check == "clock")
    assert (clock.state, clock.detail) == ("missing", "Okta's response has no usable Date header")
    assert "proxy" in (clock.fix or "")


def test_a_scope_that_is_missing_is_named_and_the_rest_is_asked(fake_okta: Any, okta_error: Any) -> None:
    challenge = 'Bearer scope="okta.users.read", error="insufficient_scope"'
    refusals = {"users": httpx.Response(403, headers={"www-authenticate": challenge})}
    refusals["logs"] = okta_error(403, "E0000006", "You do not have permission to perform the requested action")
    answers(fake_okta, **refusals)
    checks = {check.check: check for check in in_org(fake_okta)}
    assert [checks[f"read {kind}"].state for kind in READS] == ["ok", "refused", "ok", "refused"]
    assert (
        checks["read users"].fix
        == "Grant okta.users.read, or give the token's creator an admin role that can read users."
    )
    assert "E0000006" in checks["read logs"].detail
    assert health_exit_code(checks.values()) == ExitCode.IDENTITY


def test_a_refused_token_ends_the_questions(fake_okta: Any, okta_error: Any) -> None:
    names_itself(fake_okta)
    fake_okta.on("GET /api/v1/apps?limit=1", okta_error(401, "E0000011", "Invalid token provided"))
    _, check = in_org(fake_okta)
    assert (check.check, check.state) == ("token", "refused")
    assert "oktascim auth login" in (check.fix or "")
    assert health_exit_code([check]) == ExitCode.IDENTITY


_LOGIN_PAGE = b"<!doctype html><html><head><title>Sign in to Acme</title></head><body>x</body></html>"


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (200, _LOGIN_PAGE, 'It is a web page "Sign in to Acme" instead of JSON.'),
        (200, b'{"hello": "world"}', "_links is missing"),
        (200, b"[]", "it is a list, not an object"),
        (200, b"", "it is empty"),
        (204, b"", "it is empty"),
        (403, _LOGIN_PAGE, 'The server returned 403: web page "Sign in to Acme"'),
        (302, b"<html>", "redirected"),
    ],
)
def test_a_host_that_is_no_org_is_a_failure_whatever_it_answers(
    fake_okta: Any, status: int, body: bytes, why: str
) -> None:
    fake_okta.on("GET /.well-known/okta-organization", httpx.Response(status, content=body))
    (check,) = in_org(fake_okta)
    assert (check.check, check.state) == ("reachable", "failed")
    assert why in check.detail
    assert status == 302 or check.detail.startswith("This doesn't look like an Okta org: ")
    assert "https://your-org.okta.com" in (check.fix or "")
    assert health_exit_code([check]) == ExitCode.FAILED


def test_a_read_is_ok_only_if_it_has_the_shape_that_okta_documents(fake_okta: Any) -> None:
    answers(fake_okta, users=httpx.Response(200, json={"hello": "world"}), logs=httpx.Response(200, content=b"<html>"))
    checks = {check.check: check for check in in_org(fake_okta)}
    assert [checks[f"read {kind}"].state for kind in READS] == ["ok", "failed", "ok", "failed"]
    assert "it is an object, not a list" in checks["read users"].detail
    assert checks["read apps"].detail == "GET /api/v1/apps returned an empty list"
    assert health_exit_code(checks.values()) == ExitCode.FAILED


def test_a_token_is_accepted_only_if_a_read_shows_it(fake_okta: Any) -> None:
    answers(fake_okta, **{kind: httpx.Response(200, content=b"") for kind in READS})
    checks = in_org(fake_okta)
    assert [check.check for check in checks] == ["reachable", *(f"read {kind}" for kind in READS)]
    assert {check.state for check in checks[1:]} == {"failed"}
    assert not accepts_token(checks)


def test_an_org_whose_own_page_is_hidden_can_still_be_read(fake_okta: Any) -> None:
    answers(fake_okta)
    fake_okta.stubs = [stub for stub in fake_okta.stubs if "well-known" not in stub.name]
    fake_okta.on("GET /.well-known/okta-organization", httpx.Response(404, content=b"<html>"))
    checks = in_org(fake_okta)
    assert (checks[0].check, checks[0].state) == ("reachable", "warning")
    assert accepts_token(checks)
    assert health_exit_code(checks) == ExitCode.DONE


def test_an_org_that_cannot_be_reached_is_a_failure(fake_okta: Any) -> None:
    fake_okta.on("GET /.well-known/okta-organization", httpx.ConnectError("Name or service not known"))
    (check,) = in_org(fake_okta)
    assert (check.check, check.state) == ("reachable", "failed")
    assert "Name or service not known" in check.detail


def test_a_failure_whose_error_has_no_fix_gets_one() -> None:
    assert "doctor -v" in (health_trouble("org", "network", OktascimError("It broke.")).fix or "")


def test_a_refusal_weighs_more_than_a_failure() -> None:
    checks = [
        HealthCheck("org", "a", "failed", ""),
        HealthCheck("org", "b", "refused", ""),
        HealthCheck("org", "c", "missing", ""),
    ]
    assert health_exit_code(checks) == ExitCode.IDENTITY
    assert health_exit_code(checks[2:]) == ExitCode.DONE


def test_a_terminal_that_lacks_characters_is_a_warning() -> None:
    assert terminal_check(interactive=True, color=True, encoding="UTF-8").state == "ok"
    poor = terminal_check(interactive=False, color=False, encoding="ascii")
    assert poor.state == "warning"
    assert "PYTHONUTF8=1" in (poor.fix or "")
