"""The emulated console for a person: search, sign-out, what is not there, and a narrow window."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from okta_emulator.testing import OktaEmulator
from tests.support.broken_server import CORE, TOKEN, broken_server

pytestmark = pytest.mark.browser


@pytest.fixture
def page(stage, plain_browser):
    with plain_browser.new_context() as context:
        page = context.new_page()
        troubles = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        stage.app("scim2-header")
        stage.call("POST", "/api/v1/apps", {"name": "bookmark", "label": "Wiki", "signOnMode": "BOOKMARK", **BOOKMARK})
        page.goto(stage.call("POST", "/_emulator/console/key")["admin_url"])
        yield page
    assert troubles == []


BOB = {"givenName": "Bob", "familyName": "Test"}
BOOKMARK = {"settings": {"app": {"requestIntegration": False, "url": "https://wiki.acme.example"}}}


def test_search_filters_the_apps_by_real_keys_alone(page):
    search = page.get_by_placeholder("Search")
    search.evaluate("input => { input.value = 'wiki'; input.dispatchEvent(new Event('input', {bubbles: true})); }")
    expect(page.locator("#apps li:visible")).to_have_count(2)
    search.evaluate("input => { input.value = ''; }")
    search.press_sequentially("WIKI")
    expect(page.locator("#apps li:visible")).to_have_text(["Wiki Active"])
    search.press_sequentially("pedia")
    expect(page.get_by_text("No app has this name.")).to_be_visible()
    expect(page.locator("#apps")).to_be_hidden()
    for _ in "wikipedia":
        search.press("Backspace")
    expect(page.locator("#apps li:visible")).to_have_count(2)


def test_what_is_not_there_says_so(page):
    absent = page.get_by_role("dialog")
    page.get_by_text("Create App Integration").click()
    expect(absent).to_contain_text("Not part of the emulator")
    absent.get_by_role("button", name="OK").click()
    expect(absent).to_be_hidden()
    page.get_by_role("link", name="Acme").click()
    page.locator("#content").get_by_role("link", name="Edit").click()
    expect(absent).to_contain_text("Use the API")


def test_sign_out_leads_to_the_sign_in_page(page, stage):
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign In")).to_be_visible()
    assert stage.org.console.sessions.admin == {}


def test_a_narrow_window_shows_all_of_it(page):
    page.set_viewport_size({"width": 390, "height": 844})
    wide = "document.documentElement.scrollWidth > innerWidth"

    def fits():
        expect(page.locator(".login")).to_be_in_viewport(ratio=1)
        return not page.evaluate(wide)

    assert fits()
    page.get_by_role("link", name="Acme").click()
    for name in ("Sign On", "Provisioning", "Import", "Assignments", "Push Groups"):
        page.locator("#tabs").get_by_text(name, exact=True).click()
        expect(page.locator("#tabs [aria-current]")).to_have_text(name)
        expect(page.locator("#content")).not_to_be_empty()
        assert fits(), name
    page.get_by_text("SCIM exchanges").click()
    expect(page.get_by_role("heading", name="SCIM exchanges")).to_be_visible()
    assert not page.evaluate(wide)


def test_an_import_is_confirmed_and_a_task_retried(plain_browser):
    with broken_server() as server, OktaEmulator() as org, plain_browser.new_context() as context:
        app = org.scim_app(server.base_url, TOKEN, label="Acme")
        server.store.create("Users", {"schemas": [f"{CORE}User"], "userName": "bob@acme.example", "name": BOB})
        server.store.faults = frozenset({"extension-refused"})
        org.assign(app, org.person("cy@acme.example", department="R&D"))
        page = context.new_page()
        page.goto(org.call("POST", "/_emulator/console/key")["admin_url"])
        page.get_by_role("link", name="Acme").click()
        page.locator("#tabs").get_by_text("Import").click()
        page.get_by_role("button", name="Import Now").click()
        page.get_by_label("bob@acme.example").check()
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_role("alert")).to_have_text("Confirmed users: 1.")
        page.get_by_role("link", name="Dashboard").click()
        page.get_by_role("checkbox").check()
        server.store.faults = frozenset()
        page.get_by_role("button", name="Retry Selected").click()
        expect(page.get_by_text("No operation has failed.")).to_be_visible()
    assert {user["userName"] for user in server.store.resources["Users"].values()} >= {"cy@acme.example"}
