"""Finding, typing and hiding on pages that are awkward in every evidenced way (OB-413 to OB-417)."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from oktascim.http.clock import Clock
from oktascim.routes.browser.browser import new_context
from oktascim.template import Control

pytestmark = pytest.mark.browser

FORM = """
<div style="position:absolute;left:-9999px"><a href="#">Provisioning</a><label>Base URL <input id="far"></label></div>
<a id="tab" href="#tab-provisioning"> Provisioning </a>
<div id="twice" hidden><a id="edit" href="#">Edit</a></div>
<section><h2>App Settings</h2><p><a id="app-edit" href="#">Edit</a></p></section>
<section><h2>Other Settings</h2><p><a id="other-edit" href="#">Edit</a></p></section>
<form><table>
<tr><td>Base URL</td><td><input id="url" name="scim_base_url" value="https://old.example"></td></tr>
<tr><td>API Token</td><td><input id="token" type="password"></td></tr>
<tr><td>Unique identifier</td><td><input id="identifier" value="userName"></td></tr>
<tr><td>Username</td><td><input id="login"></td></tr>
<tr><td>Two of them</td><td><input id="a"><input id="b"></td></tr>
</table><input id="save" type="submit" value="Save"></form>
<div><div><b>Create Users</b></div><div><label><input type="checkbox" id="create"> Enable</label></div></div>
<div><div><b>Deactivate Users</b></div><div><label><input type="checkbox" id="off"> Enable</label></div></div>
<label><input type="checkbox" id="tied" style="opacity:0;width:0"> Import Groups</label>
<p><label for="mode">Authentication Mode</label> <select id="mode"><option>Basic Auth<option>HTTP Header</select></p>
<input id="aria" aria-label="Client ID"> <input id="placed" placeholder="Bearer Token">
"""

FOUND = [
    ("button", [{"text": "Provisioning"}], None, "tab"),
    ("button", [{"text": "Edit"}], "App Settings", "app-edit"),
    ("button", [{"text": "Edit"}], "Other Settings", "other-edit"),
    ("button", [{"text": "Edit"}], "No Such Heading", "app-edit"),
    ("button", [{"text": "Save"}], None, "save"),
    ("button", [{"css": "#twice a"}, {"css": "#tab"}], None, "tab"),
    ("field", [{"name": "gone"}, {"label": "base url"}], None, "url"),
    ("field", [{"name": "scim_base_url"}], None, "url"),
    ("field", [{"label": "^api token"}], None, "token"),
    ("field", [{"label": "^two of them"}], None, None),
    ("field", [{"label": "^user ?name"}], None, "login"),
    ("field", [{"order": 2}], None, "token"),
    ("field", [{"label": "^client id"}], None, "aria"),
    ("field", [{"label": "^(bearer token|authorization)"}], None, "placed"),
    ("box", [{"row": "Create Users"}], None, "create"),
    ("box", [{"row": "Deactivate Users"}], None, "off"),
    ("box", [{"row": "Create"}], None, None),
    ("box", [{"label": "import groups"}], None, "tied"),
    ("list", [{"label": "authentication mode"}], None, "mode"),
]


@pytest.fixture
def on_page(shared_browser):
    """Runs work on a screen that shows some HTML."""
    from oktascim.routes.browser.screen import Screen

    def run(html, work):
        async def main():
            async with AsyncExitStack() as stack:
                browser = await shared_browser.launch(stack)
                page = await (await new_context(browser)).new_page()
                await page.set_content(html)
                return await work(Screen(page, Clock()))

        return shared_browser.run(main())

    return run


def control(locators, pane=None, label=None):
    return Control.model_validate({"locators": locators, "pane": pane, "label": label, "grade": "choice"})


def test_controls_are_found_by_every_kind_of_locator(on_page):
    async def work(screen):
        found = []
        for kind, locators, pane, _ in FOUND:
            handle = await screen.find(control(locators, pane), kind)
            found.append(await handle.get_attribute("id") if handle else None)
        return found

    assert on_page(FORM, work) == [wanted for *_, wanted in FOUND]


def test_typing_sends_real_keys_and_replaces_what_was_there(on_page):
    listener = """<script>
    window.seen = [];
    for (const kind of ["keydown", "input"]) addEventListener(kind, (e) => seen.push(`${kind} ${e.isTrusted}`), true);
    </script>"""

    async def work(screen):
        await screen.type(control([{"name": "scim_base_url"}]), "base_url", "https://new")
        value = await screen.page.input_value("#url")
        return value, await screen.page.evaluate("seen")

    value, seen = on_page(FORM + listener, work)
    assert value == "https://new"
    assert seen.count("keydown true") == len("https://new") + 1
    assert "keydown false" not in seen
    assert "input false" not in seen


@pytest.mark.parametrize(("home", "moves"), [("about:", [True, True]), (None, [])])
def test_in_the_console_a_long_wait_moves_the_mouse(on_page, home, moves):
    listener = "<script>window.seen = []; onpointermove = (e) => seen.push(e.isTrusted)</script>"

    async def nothing():
        return None

    passed = [0.0]

    async def sleep(seconds):
        passed.append(seconds)

    async def work(screen):
        screen.clock = replace(screen.clock, monotonic=lambda: sum(passed), sleep=sleep)
        screen.home = home
        assert await screen.until(nothing, 29.0) is None
        return await screen.page.evaluate("seen")

    assert on_page(listener, work) == moves


def test_a_field_that_changes_what_is_typed_is_said_without_the_value(on_page):
    from oktascim.routes.browser.screen import PageNotUnderstood

    async def work(screen):
        with pytest.raises(PageNotUnderstood) as stuck:
            await screen.type(control([{"name": "t"}], label="API Token"), "token", "s3cret-value")
        return str(stuck.value)

    said = on_page('<input name="t" maxlength="4">', work)
    assert said == "The field 'API Token' didn't accept the typed text"


def test_a_box_that_does_not_stay_ticked_is_said(on_page):
    from oktascim.routes.browser.screen import PageNotUnderstood

    async def work(screen):
        with pytest.raises(PageNotUnderstood, match="The checkbox 'Enable' can't be ticked"):
            await screen.set_box(control([{"css": "input"}], label="Enable"), "enable", on=True)
        return await screen.page.is_checked("input")

    assert on_page('<input type="checkbox" onclick="return false">', work) is False


def test_an_entry_is_chosen_by_its_text(on_page):
    from oktascim.routes.browser.screen import PageNotUnderstood

    async def work(screen):
        mode = control([{"css": "#mode"}], label="Authentication Mode")
        await screen.choose(mode, "HTTP Header")
        chosen = await screen.page.input_value("#mode")
        with pytest.raises(PageNotUnderstood, match="has no entry 'OAuth 2'"):
            await screen.choose(mode, "OAuth 2")
        return chosen

    assert on_page(FORM, work) == "HTTP Header"


def test_a_page_that_is_not_the_consoles_means_signed_out(on_page):
    from oktascim.routes.browser.screen import SignedOut

    async def work(screen):
        screen.home = "https://acme-admin.okta.com/admin/"
        with pytest.raises(SignedOut):
            await screen.find(control([{"css": "input"}]), "field")
        return True

    assert on_page(FORM, work)


LEAKY = """
<input id="url" value="https://acme.example/scim"><input id="token" value="s3cret-t0ken"><input value="123456">
<input type="password" value="p4ss-s3cret"><textarea>s3cret-t0ken</textarea><input type="submit" value="Save">
<p>Error authenticating: Unauthorized. Errors reported by remote server: s3cret-t0ken is not known</p>
"""


def test_evidence_shows_no_secret_in_text_or_picture(on_page, tmp_path):
    from oktascim.routes.browser.evidence import collect

    async def work(screen):
        await screen.page.route("**/*", lambda route: route.fulfill(body=LEAKY, content_type="text/html"))
        await screen.page.goto("https://acme-admin.okta.com/admin/")
        evidence = await collect(
            screen,
            {"OKTASCIM_CONSOLE_EVIDENCE": str(tmp_path)},
            origins=("https://acme-admin.okta.com",),
            harmless=("https://acme.example/scim",),
            secrets=("s3cret-t0ken", "p4ss-s3cret"),
        )
        values = await screen.page.locator("input, textarea").evaluate_all("all => all.map((one) => one.value)")
        return evidence, values, await screen.page.inner_text("p")

    evidence, values, shown = on_page("", work)
    assert values == ["https://acme.example/scim", "", "", "", "", "Save"]
    assert "s3cret-t0ken" not in shown
    assert "s3cret-t0ken" not in evidence.text
    assert "remote server: [hidden] is not known" in evidence.text
    assert evidence.picture.read_bytes().startswith(b"\x89PNG")


def test_no_picture_is_taken_of_a_foreign_page(on_page, tmp_path):
    from oktascim.routes.browser.evidence import collect

    async def work(screen):
        environ = {"OKTASCIM_CONSOLE_EVIDENCE": str(tmp_path)}
        return await collect(screen, environ, origins=("https://acme.okta.com",), harmless=(), secrets=())

    evidence = on_page("<p>Who are you?</p>", work)
    assert (evidence.text, evidence.picture) == ("Who are you?", None)
    assert list(tmp_path.iterdir()) == []
