"""The app object: its marker, what a write may carry, and the calls."""

from __future__ import annotations

import pytest

from oktascim.okta import apps
from oktascim.okta.apps import app_from, note_with_marker

RAW = {
    "id": "0oa1",
    "orn": "orn:okta:idp:00o1:apps:scim2headerauth:0oa1",
    "name": "scim2headerauth",
    "label": "Acme CRM",
    "status": "ACTIVE",
    "created": "2026-01-01T00:00:00.000Z",
    "lastUpdated": "2026-01-01T00:00:00.000Z",
    "features": ["PUSH_NEW_USERS", "GROUP_PUSH"],
    "signOnMode": "SAML_2_0",
    "visibility": {"hide": {"web": False}},
    "settings": {"app": {"acsUrl": None}, "notes": {"admin": "ask Ada\n\noktascim:acme-crm", "enduser": "hello"}},
    "_links": {"logo": []},
}


def run(fake, work):
    async def inside():
        async with fake.client() as okta:
            return await work(okta)

    return fake.clock.run(inside())


def test_app_from() -> None:
    app = app_from(RAW)
    assert (app.id, app.name, app.label, app.status) == ("0oa1", "scim2headerauth", "Acme CRM", "ACTIVE")
    assert app.features == {"GROUP_PUSH", "PUSH_NEW_USERS"}
    assert app.marker == "acme-crm"
    assert app.at("visibility.hide.web") is False
    assert app.at("visibility.hide.iOS.deeper") is None


@pytest.mark.parametrize("settings", [None, {}, {"notes": None}, {"notes": {"admin": None}}])
def test_an_app_without_a_note_has_no_marker(settings) -> None:
    app = app_from({"id": "0oa1", "settings": settings})
    assert (app.admin_note, app.marker, app.sign_on_mode) == ("", None, None)


@pytest.mark.parametrize(
    ("note", "marker"),
    [
        ("oktascim:acme", "acme"),
        ("first\noktascim:acme \nlast", "acme"),
        ("first\r\noktascim:acme\r\nlast", "acme"),
        ("see oktascim:acme", None),
        ("oktascim:Acme", None),
        ("oktascim:team/acme", "team/acme"),
        ("oktascim:team/sub/acme", None),
        ("oktascim:/acme", None),
        ("oktascim:team/", None),
        ("oktascim:", None),
    ],
)
def test_the_marker_is_a_line_of_its_own(note: str, marker: str | None) -> None:
    assert app_from({"id": "0oa1", "settings": {"notes": {"admin": note}}}).marker == marker


@pytest.mark.parametrize(
    ("note", "owner", "name"),
    [("oktascim:team/acme", "team", "acme"), ("oktascim:acme", None, "acme"), ("see oktascim:acme", None, None)],
)
def test_the_marker_is_an_owner_and_a_name(note: str, owner: str | None, name: str | None) -> None:
    app = app_from({"id": "0oa1", "settings": {"notes": {"admin": note}}})
    assert (app.owner, app.integration) == (owner, name)


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("", "oktascim:new"),
        ("ask Ada\n", "ask Ada\n\noktascim:new"),
        ("ask Ada\n\noktascim:old\n\nroom 3", "ask Ada\n\noktascim:new\n\nroom 3"),
        ("oktascim:old  ", "oktascim:new"),
        ("ask Ada\n\noktascim:team/old\n\nroom 3", "ask Ada\n\noktascim:new\n\nroom 3"),
    ],
)
def test_the_marker_stands_beside_what_a_person_wrote(note: str, expected: str) -> None:
    assert note_with_marker(note, "new") == expected


def test_a_write_carries_all_but_what_okta_owns() -> None:
    app = app_from(RAW)
    body = app.writable()
    assert set(body) == {"name", "label", "signOnMode", "visibility", "settings"}
    body["settings"]["notes"]["admin"] = "changed"
    assert app.marker == "acme-crm"  # a copy, through and through


def test_every_app_asks_for_the_largest_page(fake_okta) -> None:
    fake_okta.on("GET /api/v1/apps?limit=200", [RAW])
    assert [app.id for app in run(fake_okta, apps.every_app)] == ["0oa1"]


def test_an_app_id_cannot_leave_its_place_in_the_path(fake_okta) -> None:
    fake_okta.on("GET /api/v1/apps/0oa1%2F..%2Fusers%3Fx", RAW)
    assert run(fake_okta, lambda okta: apps.get_app(okta, "0oa1/../users?x")).id == "0oa1"


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (lambda okta: apps.activate_app(okta, "0oa1"), "POST /api/v1/apps/0oa1/lifecycle/activate"),
        (lambda okta: apps.deactivate_app(okta, "0oa1"), "POST /api/v1/apps/0oa1/lifecycle/deactivate"),
        (lambda okta: apps.delete_app(okta, "0oa1"), "DELETE /api/v1/apps/0oa1"),
        (lambda okta: apps.create_app(okta, {"label": "x"}), "POST /api/v1/apps"),
        (lambda okta: apps.replace_app(okta, "0oa1", {"label": "x"}), "PUT /api/v1/apps/0oa1"),
    ],
)
def test_calls(fake_okta, call, line: str) -> None:
    fake_okta.on(line, RAW)
    run(fake_okta, call)
    assert fake_okta.lines == [line]


def entry(number: int) -> dict:
    return {"name": f"app{number}", "displayName": f"SCIM 2.0 Test App ({number})"}


def test_the_catalogue_is_paged_by_the_last_name(fake_okta) -> None:
    query = "q=SCIM+2.0+Test+App+%2825%29&limit=20"
    fake_okta.on(f"GET /api/v1/catalog/apps?{query}", [entry(number) for number in range(20)])
    fake_okta.on(f"GET /api/v1/catalog/apps?{query}&after=app19", [entry(number) for number in range(20, 30)])
    found = run(fake_okta, lambda okta: apps.catalog_key(okta, "SCIM 2.0 Test App (25)"))
    assert found == "app25"


@pytest.mark.parametrize("pages", [[[]], [[entry(1)]], [[entry(n) for n in range(20)]] * 2])
def test_a_name_that_the_catalogue_lacks(fake_okta, pages: list) -> None:
    fake_okta.on("GET /api/v1/catalog/apps", *pages)
    assert run(fake_okta, lambda okta: apps.catalog_key(okta, "Nothing of the kind")) is None
