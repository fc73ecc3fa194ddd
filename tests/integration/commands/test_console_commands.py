"""What the commands do with the console route: who is asked, what is opened, and how it ends."""

from __future__ import annotations

import webbrowser

import httpx
import pytest

from oktascim.redact import Masker
from oktascim.render.streams import Output
from oktascim.routes.browser import browser, driver
from oktascim.routes.browser.browser import what_is_missing
from oktascim.runs.person import open_page
from oktascim.runs.session import Session

SPEC = """\
version: 1
integrations:
  - name: acme-crm
    label: Acme CRM
    template: scim2-oauth
    sign_on: {mode: swa}
    provisioning:
      base_url: {env: SCIM_BASE_URL}
      credentials: {token: {env: SCIM_TOKEN}}
"""

needs_browser = pytest.mark.skipif(what_is_missing({}) is not None, reason=what_is_missing({}) or "")


@pytest.fixture
def no_browser_opened(monkeypatch):
    async def launch(*_arguments, **_options):
        raise AssertionError("a browser was opened")

    monkeypatch.setattr(driver, "launch", launch)


def administrator_of(world):
    administrator = world.org.administrator
    return {
        "OKTASCIM_CONSOLE_USERNAME": administrator.login,
        "OKTASCIM_CONSOLE_PASSWORD": administrator.password,
        "OKTASCIM_CONSOLE_TOTP_SECRET": administrator.totp_secret,
    }


@needs_browser
def test_auto_opens_nothing_where_nobody_is_known_and_goes_on_to_the_handoff(world_of, no_browser_opened):
    world = world_of()
    result = world.oktascim("apply", world.spec(SPEC), "--yes", "-o", "json")
    assert result.code == 6
    (integration,) = result.json["integrations"]
    assert "console: No Admin Console credentials found." in integration["error"]["why"]
    assert integration["handoff"]["steps"]


@pytest.mark.parametrize("route", ["console", "auto"])
def test_without_a_browser_it_says_what_to_install(world_of, route):
    world = world_of()
    environ = {**administrator_of(world), "OKTASCIM_BROWSER": "/nowhere/chrome"}
    result = world.oktascim("apply", world.spec(SPEC), "--yes", "--route", route, **environ)
    assert result.code == 6
    assert "OKTASCIM_BROWSER isn't a program: /nowhere/chrome" in result.stderr
    assert world.org.administrator.password not in result.stderr


@needs_browser
def test_half_an_account_is_said_and_left_to_the_handoff(world_of, no_browser_opened):
    world = world_of()
    result = world.oktascim(
        "apply", world.spec(SPEC), "--yes", "--route", "console", OKTASCIM_CONSOLE_USERNAME="admin@example.com"
    )
    assert result.code == 6
    assert "OKTASCIM_CONSOLE_PASSWORD is not" in result.stderr


@needs_browser
@pytest.mark.browser
def test_auto_takes_the_console_where_the_api_has_no_effect(world_of):
    world = world_of()
    result = world.oktascim("apply", world.spec(SPEC), "--yes", "-o", "json", **administrator_of(world))
    assert result.code == 0, result.stderr
    assert result.json["integrations"][0]["provisioning"]["route"] == "console"


@needs_browser
@pytest.mark.browser
def test_a_scim_server_that_refuses_ends_with_5_and_an_explanation(world_of):
    world = world_of()
    environ = {**administrator_of(world), "SCIM_TOKEN": "wr0ng-t0ken"}
    result = world.oktascim("apply", world.spec(SPEC), "--yes", "--route", "console", "-o", "json", **environ)
    assert result.code == 5
    error = result.json["integrations"][0]["error"]
    assert error["what"].startswith(
        "Okta tested the SCIM connection and rejected it: Error authenticating: Unauthorized"
    )
    assert error["fix"]
    assert "wr0ng-t0ken" not in result.stdout + result.stderr
    assert world.apps()[0]["features"] == []
    assert list(world.folder.glob("oktascim-console-*.png"))


@needs_browser
@pytest.mark.browser
def test_connection_set_by_the_console(world_of):
    world = world_of()
    world.okta("POST", "/api/v1/apps", {"name": "scim2testapp", "label": "Acme", "signOnMode": "SAML_2_0"})
    result = world.oktascim(
        *("connection", "set", "--app", "Acme", "--base-url", world.scim_url, "--token", "env:SCIM_TOKEN"),
        *("--route", "console", "-o", "json"),
        **administrator_of(world),
    )
    assert result.code == 0, result.stderr
    assert result.json["verified_by"] == ["features"]


def test_emulator_console_prints_an_address_that_opens_once(world_of):
    world = world_of()
    for options, words in (((), "SCIM exchanges"), (("--admin",), "Applications")):
        result = world.oktascim("emulator", "console", *options)
        assert result.code == 0, result.stderr
        page = result.stdout.strip()
        assert world.token not in page
        with httpx.Client(follow_redirects=True) as browser:
            assert words in browser.get(page).text
        assert words not in httpx.get(page, follow_redirects=True).text


def test_emulator_console_is_for_emulated_orgs(world_of):
    result = world_of().oktascim("emulator", "console", OKTA_CLIENT_ORGURL="https://acme.okta.com")
    assert result.code == 2
    assert "https://acme.okta.com isn't an emulated org" in result.stderr


def test_emulator_console_says_where_the_token_of_the_emulated_org_is(world_of):
    result = world_of().oktascim("emulator", "console", OKTA_CLIENT_TOKEN="00nonsense")
    assert result.code == 4
    assert "rejected the token.\n  fix: Set OKTA_CLIENT_TOKEN as `oktascim emulator start` shows it." in result.stderr


def test_auth_login_console_needs_a_browser(world_of):
    result = world_of().oktascim("auth", "login", "--console", OKTASCIM_BROWSER="/nowhere/chrome")
    assert result.code == 2
    assert "OKTASCIM_BROWSER isn't a program" in result.stderr


@pytest.mark.parametrize(("environ", "opened"), [({}, 0), ({"DISPLAY": ":0"}, 1), ({"WAYLAND_DISPLAY": "w"}, 1)])
def test_a_page_is_opened_only_in_a_browser_with_a_window(monkeypatch, environ, opened):
    pages = []
    monkeypatch.setattr(webbrowser, "open", pages.append)
    monkeypatch.setattr(browser.sys, "platform", "linux")
    masker = Masker()
    open_page(Session(Output(masker, environ), masker, environ), "https://acme-admin.okta.com/admin/")
    assert len(pages) == opened
