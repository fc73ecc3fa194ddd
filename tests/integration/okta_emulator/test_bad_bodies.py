"""Whatever is sent, the org answers with one of Okta's refusals and does not break."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.support.emulated import Emulated

_VALUES: list[Any] = [None, [], "text", 7, True, {"deep": {"er": []}}, "\ud800", -1, 1e300]
_KEYS = (
    "name", "label", "signOnMode", "settings", "visibility", "accessibility", "credentials", "profile", "id", "scope",
    "baseUrl", "create", "update", "importSettings", "priority", "sourceGroupId", "targetGroupName", "targetGroupId",
    "status", "properties", "definitions", "groupIds", "type", "displayName", "conditions", "actions", "subject",
    "subjectAltNames", "scopeId", "companyName", "userId", "oldPassword", "newPassword", "recovery_question",
)  # fmt: skip
_INNER: dict[str, Any] = {
    "settings": ("app", "notes", "signOn"),
    "profile": ("authScheme", "token", "name", "login", "email", "firstName", "description"),
    "credentials": ("password", "signing", "userNameTemplate", "userName", "scheme", "oauthClient"),
    "update": ("profile", "password", "lifecycleDeactivate"),
    "visibility": ("hide", "appLinks"),
    "properties": ("email",),
    "definitions": ("custom",),
}


def _cursor(position: str) -> str:
    return base64.urlsafe_b64encode(f"after:{position}".encode()).decode()


_VALID: dict[str, Any] = {
    "label": "L",
    "signOnMode": "SAML_2_0",
    "profile": {"login": "l@x.io", "email": "l@x.io", "firstName": "L", "lastName": "L", "authScheme": "TOKEN"},
}


_NO_JSON = [
    b"",
    b"{",
    b"nonsense",
    b'{"a": "\\ud800"}',
    b"[" * 100_000,
    b"\xff\xfe",
    b'{"profile":' * 500 + b"1" + b"}" * 500,
    b'{"a": "\xed\xa0\x80"}',
    b'{"a": "\xe9"}',
    b'{"a": NaN}',
    b'{"a": 1e999}',
    b'{"a": ' + b"9" * 5000 + b"}",
    '{"a": 1}'.encode("utf-16"),
]


def _bodies() -> list[Any]:
    inner = [
        _VALID | {key: _VALID.get(key, {}) | {name: value}}
        for key, names in _INNER.items()
        for name in names
        for value in (7, {"deep": {"er": []}})
    ]
    return [*_outer_bodies(), *inner]


def _outer_bodies() -> list[Any]:
    whole = [*_VALUES, [{"op": "add", "path": 5}], [7]]
    nested = [{"conditions": {"expression": value}, "subject": {"commonName": value}, "name": "N"} for value in _VALUES]
    return [*whole, *nested, *(dict.fromkeys(_KEYS, value) for value in _VALUES)]


def test_no_body_breaks_the_org(org_of: Callable[..., Emulated]) -> None:
    org = org_of(connections_api="accept")
    app, custom, user, group = org.app(), org.app(None, "C", settings=_custom()), org.user(), org.group()
    org.connect(org.app("okta_org2org", "O"), "https://x.io", "t")
    org2org = org.call("GET", "/api/v1/apps", q="okta_org2org")[0]
    client = org.call("POST", "/api/v1/apps", {"label": "Client", "signOnMode": "OPENID_CONNECT"})
    mapping = org.call("GET", "/api/v1/mappings", sourceId=app["id"])[0]
    push = {"sourceGroupId": group["id"], "targetGroupName": "G"}
    pushed = org.call("POST", f"/api/v1/apps/{app['id']}/group-push/mappings", push)
    own = f"/api/v1/apps/{app['id']}"
    writes = [
        ("POST", "/api/v1/apps"),
        ("PUT", own),
        ("PUT", f"/api/v1/apps/{custom['id']}"),
        ("POST", f"{own}/connections/default"),
        ("POST", f"/api/v1/apps/{org2org['id']}/connections/default"),
        ("PUT", f"/api/v1/apps/{org2org['id']}/features/USER_PROVISIONING"),
        ("PUT", f"/api/v1/apps/{org2org['id']}/features/INBOUND_PROVISIONING"),
        ("POST", f"{own}/users"),
        ("POST", "/api/v1/users"),
        ("POST", f"/api/v1/users/{user['id']}"),
        ("PUT", f"/api/v1/users/{user['id']}"),
        ("POST", "/api/v1/groups"),
        ("PUT", f"/api/v1/groups/{group['id']}"),
        ("PUT", f"{own}/groups/{group['id']}"),
        ("PATCH", f"{own}/groups/{group['id']}"),
        ("POST", f"{own}/group-push/mappings"),
        ("PATCH", f"{own}/group-push/mappings/{pushed['id']}"),
        ("POST", f"/api/v1/mappings/{mapping['id']}"),
        ("POST", f"/api/v1/meta/schemas/apps/{app['id']}/default"),
        ("POST", "/_emulator/faults"),
        ("POST", "/_emulator/clock"),
    ]
    newer = [
        ("POST", "/api/v1/meta/schemas/user/default"),
        ("POST", "/api/v1/meta/schemas/group/default"),
        ("POST", "/api/v1/meta/types/user"),
        ("POST", "/api/v1/groups/rules"),
        ("POST", f"/api/v1/users/{user['id']}/credentials/change_password"),
        ("POST", f"/api/v1/users/{user['id']}/credentials/change_recovery_question"),
        ("POST", f"/api/v1/users/{user['id']}/roles"),
        ("POST", f"{own}/credentials/csrs"),
        ("POST", f"/api/v1/apps/{client['id']}/grants"),
        ("PUT", f"/api/v1/apps/{client['id']}"),
        ("PUT", "/api/v1/org"),
        ("PUT", "/api/v1/org/contacts/billing"),
    ]
    broken = []
    tries = [*itertools.product(writes, _bodies()), *itertools.product(newer, _outer_bodies())]
    for (method, path), body in tries:
        try:
            if org.http.request(method, path, content=json.dumps(body)).status_code < 500:
                continue
        except httpx.TransportError:  # the connection of a request that broke the org is closed
            pass
        broken.append((method, path, body))
    org.call("DELETE", "/_emulator/faults")
    assert broken == []
    for path in ("/api/v1/apps", "/api/v1/users", "/api/v1/groups", "/api/v1/logs", own, f"{own}/users"):
        org.call("GET", path)


@pytest.mark.parametrize(
    "query",
    [
        "limit=abc", "limit=-5", "limit=99999999999999999999", "after=%00", "after=AAAA", "q=%25", "q=" + "x" * 3000,
        "filter=(((", "filter=status%20eq", "search=a%20eq%20%221%22", "expand=user/x",
        "filter=a+eq+99999999999999999999",
        "since=yesterday", "until=", "sortOrder=SIDEWAYS", "since=9999-12-31T23:59:59Z", "until=0001-01-01T00:00:00Z",
        "limit=%C2%B2", "limit=" + "9" * 5000, "after=%C3%A9", "after=%F0%9F%98%80", "filter=id+eq+NaN",
        "filter=id+eq+" + "9" * 5000, "filter=id+eq+" + "[" * 5000, "filter=id+eq+%22%5Cud800%22",
        "filter=displayMessage+co+%22" + "a" * 55_000 + "%22", "after=" + _cursor("[" * 9000),
        "after=" + _cursor("[1,1,-1e30]"),
        "activate=maybe", "limit=5&limit=6", "%FF=%FF",
    ],
)  # fmt: skip
def test_no_query_breaks_the_org(org: Emulated, query: str) -> None:
    app = org.app()
    paths = ("apps", "users", "groups", "logs", "mappings", "catalog/apps", f"apps/{app['id']}/users")
    answers = [org.http.get(f"/api/v1/{path}?{query}") for path in paths]
    assert [answer.text for answer in answers if answer.status_code >= 500] == []


@pytest.mark.parametrize("body", _NO_JSON)
def test_a_body_that_is_no_json_is_not_well_formed(org: Emulated, body: bytes) -> None:
    answer = org.http.post("/api/v1/groups", content=body)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "E0000003")


def _custom() -> dict[str, Any]:
    return {"signOn": {"ssoAcsUrl": "https://a.example", "audience": "https://a.example"}}
