"""What the route says before any browser is opened, and how it reads the page's texts."""

from __future__ import annotations

import pytest

from oktascim.catalog import find_template
from oktascim.errors import UsageProblem
from oktascim.routes.browser import route as module
from oktascim.routes.browser.access import NO_ACCESS, ConsoleAccess
from oktascim.routes.browser.route import ConsoleBrowser, ConsoleRoute
from oktascim.settings.secret_store import SecretStoreUnavailable

pytest.importorskip("playwright", reason="the extra `console` is not installed")
from playwright.async_api import Error as BrowserError


@pytest.fixture
def attempt(fake_okta, make_task, make_secrets):
    def run(access):
        async def work():
            async with fake_okta.client() as okta, ConsoleBrowser(okta, access, {}) as browser:
                return await ConsoleRoute(browser, make_secrets()).attempt(make_task())

        return fake_okta.clock.run(work())

    return run


def nobody(_org, _clock):
    return ConsoleAccess()


def test_nobody_is_known(attempt, monkeypatch):
    monkeypatch.setattr(module, "what_is_missing", lambda _environ, headed: None)
    found = attempt(nobody)
    assert (found.said, found.acted, found.handoff) == (NO_ACCESS, False, None)


def test_no_browser(attempt, monkeypatch):
    monkeypatch.setattr(module, "what_is_missing", lambda _environ, headed: "No browser was found.")
    found = attempt(nobody)
    assert found.said == "No browser was found."


@pytest.mark.parametrize("error", [UsageProblem("half an account"), SecretStoreUnavailable("locked")])
def test_settings_that_cannot_be_used_are_said_and_the_next_route_has_its_turn(attempt, monkeypatch, error):
    monkeypatch.setattr(module, "what_is_missing", lambda _environ, headed: None)

    def fails(_org, _clock):
        raise error

    found = attempt(fails)
    assert found.said.startswith(error.what)


@pytest.fixture
def browser_of(fake_okta, monkeypatch):
    """Runs something with a browser that starts, and has this `new_context`; `open` counts those that aren't closed."""
    from oktascim.routes.browser import driver

    monkeypatch.setattr(module, "what_is_missing", lambda _environ, headed: None)
    counts = {"open": 0}

    async def launch(stack, _environ, *, headed):
        counts["open"] += 1
        stack.callback(lambda: counts.update(open=counts["open"] - 1))

    monkeypatch.setattr(driver, "launch", launch)

    def run(new_context, play):
        monkeypatch.setattr(driver, "new_context", new_context)

        async def work():
            access = ConsoleAccess(state={"cookies": [], "origins": []})
            async with fake_okta.client() as okta, ConsoleBrowser(okta, lambda _org, _clock: access, {}) as browser:
                return await play(browser, counts)

        return fake_okta.clock.run(work()), counts["open"]

    return run


def test_a_browser_that_does_not_start_is_not_left_running(browser_of, make_task, make_secrets):
    async def crashes(_browser, _state):
        raise BrowserError("Target crashed")

    async def play(browser, counts):
        found = await ConsoleRoute(browser, make_secrets()).attempt(make_task())
        return found.said, counts["open"]

    assert browser_of(crashes, play) == (("The browser didn't start: Target crashed", 0), 0)


def test_a_browser_that_was_closed_gives_the_next_route_its_turn(browser_of, make_task, make_secrets):
    class Closed:
        async def new_page(self):
            raise BrowserError("Target page, context or browser has been closed")

    async def opens(_browser, _state):
        return Closed()

    async def play(browser, counts):
        found = await ConsoleRoute(browser, make_secrets()).attempt(make_task())
        return found.acted, found.said, counts["open"]

    said = "The browser doesn't open a page: the browser failed (Error)"
    assert browser_of(opens, play) == ((False, said, 1), 0)


VERDICTS = [
    ("scim2-header", "SCIM 2.0 Test App (Header Auth) was verified successfully!", "success"),
    ("scim2-header", "Error authenticating: null", "failure"),
    ("scim2-header", "Error authenticating: Unauthorized. Errors reported by remote server: no", "failure"),
    ("scim2-oauth", "SCIM 2.0 Base Url: Does not match required pattern", "failure"),
    ("scim2-oauth", "Base URL: Does not match required pattern", "failure"),
    ("scim1-basic", "No resources for users", "failure"),
    ("custom-saml", "Connector configured successfully", "success"),
    ("custom-saml", "Invalid Base URL for the SCIM Connector", "failure"),
    ("custom-saml", "Error authenticating: Connect to a:443 [a/1.2.3.4] failed: Connect timed out", "failure"),
]


@pytest.mark.parametrize(("template", "line", "means"), VERDICTS)
def test_the_texts_that_decide(template, line, means):
    from oktascim.routes.browser.screen import decisive_text

    texts = find_template(template).console.texts
    found = decisive_text(f"Settings\n  {line} \nSave", texts)
    assert (found.means, found.words) == (means, line)
    assert decisive_text("Settings\nSave\nProvisioning is not enabled", texts) is None


def test_a_failure_counts_before_a_success():
    from oktascim.routes.browser.screen import decisive_text

    texts = find_template("scim2-header").console.texts
    found = decisive_text("X was verified successfully!\nError authenticating: null", texts)
    assert found.means == "failure"
