"""The Import tab, and the Tasks of the dashboard (OB-430, OB-431)."""

from __future__ import annotations

import html
import re

import pytest

from okta_emulator.admin_console.pages import tasks as tasks_page
from tests.support.broken_server import TOKEN, broken_server
from tests.support.emulated import TO_APP

CORE = "urn:ietf:params:scim:schemas:core:2.0:"


@pytest.fixture
def emulated(world_of):
    return world_of(connections_api="accept")


@pytest.fixture
def server():
    with broken_server() as running:
        yield running


@pytest.fixture
def app(emulated, server):
    """An app that is connected to the server, and creates and updates users there."""
    app = emulated.okta("POST", "/api/v1/apps", {"name": "scim2testapp", "label": "Acme", "signOnMode": "AUTO_LOGIN"})
    own = f"/api/v1/apps/{app['id']}"
    connection = {"baseUrl": server.base_url, "profile": {"authScheme": "TOKEN", "token": TOKEN}}
    emulated.okta("POST", f"{own}/connections/default?activate=true", connection)
    emulated.okta("PUT", f"{own}/features/USER_PROVISIONING", TO_APP)
    return app


def tab_of(app):
    return f"/admin/app/{app['name']}/instance/{app['id']}/pane/import"


def account(server, login, **more):
    name = {"givenName": login.partition("@")[0].capitalize(), "familyName": "Test"}
    body = {"schemas": [f"{CORE}User"], "userName": login, "name": name, "emails": [{"value": login, "primary": True}]}
    return server.store.create("Users", body | more)["id"]


def rows_of(page):
    rows = re.findall(r"<tr>(.*?)</tr>", page)
    return [re.findall(r"<td>([^<]*)</td>", row) for row in rows if "<td>" in row]


def test_import_now_shows_counts_and_users_to_confirm(emulated, person, server, app):
    ada, bob = (account(server, f"{name}@acme.example") for name in ("ada", "bob"))
    assert "Users to confirm" not in person.get(tab_of(app)).text
    page = person.post(tab_of(app), section="import").text
    assert "Import complete." in page
    assert rows_of(page) == [
        ["Users", "2", "2", "0", "0", "0"],
        ["Groups", "0", "0", "0", "0", "0"],
        ["Ada Test", "ada@acme.example", "Exact match: ada@acme.example", ""],
        ["Bob Test", "bob@acme.example", "New user", ""],
    ]
    page = person.post(tab_of(app), section="confirm", **{f"user.{bob}": "true", f"_user.{ada}": "on"}).text
    assert "Confirmed users: 1." in page
    assert [row[0] for row in rows_of(page)] == ["Ada Test"]
    assert emulated.okta("GET", "/api/v1/users/bob@acme.example")["profile"]["firstName"] == "Bob"


def test_a_user_who_cannot_be_confirmed_stays_with_the_reason(emulated, person, server, app):
    nameless = account(server, "x@acme.example", name={})
    person.post(tab_of(app), section="import")
    page = html.unescape(person.post(tab_of(app), section="confirm", **{f"user.{nameless}": "true"}).text)
    assert "Confirmed users: 0." in page
    assert re.search(rf"infobox-error\S* role=\"alert\">{nameless}: .*firstName", page)
    assert [row[1] for row in rows_of(page)] == ["x@acme.example"]


def test_an_import_that_fails_says_why(person, server, app):
    account(server, "ada@acme.example")
    server.store.faults = frozenset({"counts-as-strings"})
    page = person.post(tab_of(app), section="import").text
    assert "The import failed." in page
    assert "Error while downloading all users" in page


def test_an_app_without_provisioning_has_no_import(emulated, person):
    settings = {"app": {"url": "https://example.com"}}
    body = {"name": "bookmark", "label": "B", "signOnMode": "BOOKMARK", "settings": settings}
    app = emulated.okta("POST", "/api/v1/apps", body)
    page = person.get(tab_of(app)).text
    assert "Import Now" not in page
    assert "its supported actions don't include imports" in html.unescape(page)
    assert "The import failed." in person.post(tab_of(app), section="import").text


def test_a_failed_operation_is_retried_on_the_dashboard(emulated, person, server, app):
    assert "Dashboard" in person.get("/admin/dashboard").text
    assert "No operation has failed." in person.get("/admin/dashboard/tasks").text
    ada = emulated.okta("POST", "/api/v1/users/ada@acme.example", {"profile": {"department": "R&D"}})
    server.store.faults = frozenset({"extension-refused"})
    emulated.okta("POST", f"/api/v1/apps/{app['id']}/users", {"id": ada["id"]})
    emulated.settled()
    page = person.get("/admin/dashboard/tasks").text
    assert "Automatic provisioning of user Ada Lovelace to app Acme failed" in page
    (task,) = re.findall(r'name="(task\.[\w.]+)"', page)
    assert "Retried tasks: 1." in person.post("/admin/dashboard/tasks", **{task: "true"}).text
    server.store.faults = frozenset()
    assert "No operation has failed." in person.post("/admin/dashboard/tasks", **{task: "true"}).text
    assert "infobox-error" in person.post("/admin/dashboard/tasks", **{task: "true"}).text
    assert emulated.okta("GET", f"/api/v1/apps/{app['id']}/users/{ada['id']}")["status"] == "PROVISIONED"


@pytest.mark.parametrize("path", ["/admin/dashboard/tasks", None])
def test_only_the_page_itself_can_send_its_form(person, app, path):
    assert person._http.post(f"{person.admin}{path or tab_of(app)}").status_code == 403


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_what_the_server_names_is_text_on_every_page(emulated, person, server, app, monkeypatch):
    monkeypatch.setattr(tasks_page, "_MOST_ROWS", 1)
    for login in ("ada", "bob"):
        account(server, f"{login}{HOSTILE}", name={"givenName": HOSTILE, "familyName": HOSTILE}, emails=[])
    server.store.faults = frozenset({"extension-refused"})
    for login in ("ada", "bob"):
        names = {"firstName": HOSTILE, "lastName": "B", "department": "R&D"}
        profile = {"login": f"{login}.x@acme.example", "email": f"{login}.x@acme.example", **names}
        user = emulated.okta("POST", "/api/v1/users", {"profile": profile})
        emulated.okta("POST", f"/api/v1/apps/{app['id']}/users", {"id": user["id"]})
    emulated.settled()
    pages = [person.post(tab_of(app), section="import").text, person.get("/admin/dashboard/tasks").text]
    for page in pages:
        assert "<script>" not in page
        assert "<img" not in page
        assert HOSTILE in html.unescape(page)
    assert "The first 1 of 2." in pages[1]
