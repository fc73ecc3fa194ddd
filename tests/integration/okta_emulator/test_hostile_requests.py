"""Whatever a client sends, the org refuses it as Okta would: no 5xx, and nothing that escapes the application."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.routing import Route

from tests.support.in_process import HOST, Headers, InProcess, in_process

METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
ODD_TEXTS = st.sampled_from(
    ["", "0", "-1", "1", "abc", "1e9", "²", "9" * 5000, "1.5", "\0", "\r\n", "é", "\U0001f600", "..", "%2e%2e", "%00",
     "true", "null", "NaN", "Infinity", "{", "[" * 2000, '"\\ud800"', 'id eq "\\ud800"', "id eq NaN",
     "id eq " + "9" * 5000, "id eq " + "[" * 2000, "not(" * 200, 'displayMessage co "' + "a" * 60_000 + '"',
     "2026-01-01T00:00:00Z", "a" * 3000, "https://a.example", "http://127.0.0.1:9", "http://127.0.0.1:99999",
     "https://[x", "http://[::1].evil.example", "javascript:alert(1)", "http://a b/", "\ufeff"]
)  # fmt: skip
TEXTS = st.one_of(ODD_TEXTS, st.text(max_size=20))
CURSORS = TEXTS.map(lambda text: base64.urlsafe_b64encode(f"after:{text}".encode("utf-8", "replace")).decode())
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.just(10**400), st.floats(), TEXTS,
    st.sampled_from(["POST", "status", "delay", "TOKEN", "ENABLED", "USER", "INACTIVE", "SAML_2_0", "BOOKMARK"]),
)  # fmt: skip
KEYS = st.one_of(
    st.sampled_from(
        ["name", "label", "signOnMode", "settings", "visibility", "accessibility", "credentials", "profile", "id",
         "scope", "baseUrl", "create", "update", "importSettings", "priority", "sourceGroupId", "targetGroupName",
         "targetGroupId", "status", "properties", "definitions", "groupIds", "authScheme", "token", "login", "email",
         "firstName", "app", "signOn", "password", "value", "path", "method", "nth", "count", "action", "headers",
         "body", "advance", "users", "groups", "apps", "days", "username", "stateToken", "passCode", "labels",
         "factors", "idle_seconds", "paint_seconds", "op", "client_id", "jwks", "keys", "kid", "kty", "scopes", "dpop",
         "role", "token_seconds", "retry", "external_id", "user_id", "conditions", "expression", "people", "exclude",
         "actions", "assignUserToGroups", "probability", "seconds", "type", "title", "externalName", "provider",
         "recovery_question", "question", "answer", "oldPassword", "newPassword", "client_name", "redirect_uris",
         "grant_types", "response_types", "mobilePhone", "custom", "items", "enum", "required", "pushStatus"]
    ),
    st.text(max_size=5),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=6)
BODIES = st.one_of(
    VALUES.map(lambda value: json.dumps(value).encode()),
    OBJECTS.map(lambda value: json.dumps(value).encode()),
    OBJECTS.map(lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")),
    st.binary(max_size=60),
    st.sampled_from([b"", b"[" * 900 + b"]" * 900, b'{"a":' * 900 + b"1" + b"}" * 900, b"\xff\xfe{\0}\0", b"NaN",
                     b'"\xed\xa0\x80"', b'{"advance": 1e400}', b"x" * (1024 * 1024 + 1), b"%ff=%ff&a", b"&" * 500]),
)  # fmt: skip
FORM_NAMES = st.sampled_from(
    ["section", "scim_base_url", "scim_auth_header_value", "scim_auth_header_value_new", "scimBaseUrl", "authMode",
     "scimToken", "scimTokenUri", "scimAuthorizeUri", "scimClientId", "provisioningType", "uniqueIdentifier",
     "stateHandle", "identifier", "credentials.passcode", "credentials.totp", "login", "importGroups"]
)  # fmt: skip
FORM_VALUES = TEXTS | st.sampled_from(["to-app", "SCIM", "basic", "header", "oauth2", "true"])
FORMS = st.lists(st.tuples(FORM_NAMES, FORM_VALUES), max_size=6).map(
    lambda pairs: "&".join(f"{name}={quote(value, errors='replace')}" for name, value in pairs).encode()
)
PARAMETERS = st.sampled_from(
    ["limit", "after", "q", "filter", "search", "expand", "since", "until", "sortOrder", "activate", "sendEmail",
     "validityYears", "kid", "timeout", "app", "sourceId", "targetId", "key", "token", "redirectUrl", "redirect_uri",
     "state", "code", "edit", "section", "stateHandle", "factor", "category", "users", "provider", "includeNonDeleted"]
)  # fmt: skip
QUERIES = st.one_of(
    st.lists(st.tuples(PARAMETERS, TEXTS | CURSORS), max_size=4).map(
        lambda pairs: "&".join(f"{name}={quote(value, errors='replace')}" for name, value in pairs).encode()
    ),
    st.binary(max_size=30),
)
HEADERS = st.lists(
    st.tuples(
        st.sampled_from([b"content-type", b"accept", b"cookie", b"user-agent", b"x-requested-with", b"origin",
                         b"x-okta-xsrftoken", b"content-length", b"transfer-encoding", b"if-none-match", b"expect",
                         b"x-forwarded-host", b"x-forwarded-for", b"forwarded", b"connection"]),
        st.binary(max_size=20) | st.sampled_from([b"9" * 5000, b"sid=a; sid=b", b"application/json", b"-1", b"\xff"]),
    ),
    max_size=3,
)  # fmt: skip
HOSTS = st.sampled_from([b"localhost:8044", b"127.0.0.1:8044", b"[::1]:8044", b"LOCALHOST"]) | st.binary(max_size=15)
OWN = ("app_id", "custom", "name", "custom_name", "user_id", "login", "group_id", "mapping_id", "pushed")
PATHS = st.binary(max_size=30) | st.sampled_from([b"..", b"%2e%2e/api/v1/apps", b"api/v1/authn/x", b"[", b"?#"])
EXAMPLES = int(os.environ.get("OKTASCIM_TEST_EXAMPLES", "150"))
NOT_SENT = ("/_emulator/reset", "/_emulator/idle")  # one empties the org, the other waits


@pytest.fixture(scope="module")
def world() -> Iterator[InProcess]:
    with in_process() as one:
        yield one


def path_to(data: st.DataObject, template: str, ids: dict[str, str]) -> bytes:
    """A route's path, with what the org holds or with nonsense in its variable parts."""
    for part in [one for one in template.split("/") if one.startswith("{")]:
        fitting = ids.get(part.strip("{}"))
        held = st.sampled_from([ids[name] for name in OWN])
        value = fitting if fitting and data.draw(st.booleans()) else data.draw(held | TEXTS)
        template = template.replace(part, value, 1)
    return template.encode("utf-8", "replace")


def request_for(data: st.DataObject, world: InProcess) -> tuple[str, bytes, bytes, Headers, bytes]:
    routes = [route for route in world.app.routes if isinstance(route, Route) and route.path not in NOT_SENT]
    route = data.draw(st.sampled_from(routes))
    own_methods = st.sampled_from(sorted(route.methods or ()))
    method = data.draw(own_methods if data.draw(st.integers(0, 4)) else METHODS)
    path = path_to(data, route.path, world.ids) if data.draw(st.integers(0, 9)) else b"/" + data.draw(PATHS)
    console = route.path.startswith(("/admin", "/signin"))
    body = data.draw(FORMS if console else BODIES)
    host = b"localhost:8044" if console else HOST
    headers = [
        (b"host", host if data.draw(st.integers(0, 19)) else data.draw(HOSTS)),
        (b"cookie", world.ids["cookie"].encode()),
        (b"x-okta-xsrftoken", world.ids["xsrf"].encode()),
        (b"content-length", str(len(body)).encode()),
    ]
    if data.draw(st.integers(0, 9)):
        headers.append((b"authorization", f"SSWS {world.token}".encode()))
    return method, path, data.draw(QUERIES), [*data.draw(HEADERS), *headers], body


@given(data=st.data())
@settings(deadline=None, max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
def test_no_request_breaks_the_org(world: InProcess, data: st.DataObject) -> None:
    world.restore()
    for _ in range(data.draw(st.integers(1, 4))):
        method, path, query, headers, body = request_for(data, world)
        status, answer = world.send(method, path, query, headers, body)
        declared = status == 501 and b"The emulator doesn't have this operation" in answer
        assert status < 500 or declared, (method, path, query, headers, body, answer)
        world.app.gate.faults.clear()
