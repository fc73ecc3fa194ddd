"""An org whose every answer can be spoilt: the good answers, the ways to spoil one, and the program pointed at it."""

from __future__ import annotations

import copy
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from hypothesis import strategies as st

from oktascim.cli.main import run
from oktascim.doctor.network import Probe
from oktascim.http.clock import Clock
from oktascim.okta.access import ApiToken
from oktascim.okta.client import Okta
from oktascim.runs.session import Session
from oktascim.secret_text import SecretStr
from tests.support.log_events import UNAUTHORIZED, make_event

ORG = "http://127.0.0.1:9"
TOKEN = "00s3cret-token"
SPEC = """\
version: 1
integrations:
  - name: acme-crm
    label: Acme CRM
    template: scim2-header
    sign_on: {mode: saml}
    provisioning:
      base_url: https://acme.example/scim/v2
      credentials: {token: {env: ACME_SCIM_TOKEN}}
      to_app: [create, update]
      to_okta: {matching: {exact_match: EMAIL}}
      attributes: {custom: {badge: {title: Badge, type: string}}}
      mappings: {title: {expression: user.title, push: true}}
    assignments: {users: [ada@acme.example], groups: [Engineering], push_groups: [Engineering],
      group_rules: [{name: Engineers, expression: user.title == "E", groups: [Engineering]}]}
"""
APP_ID, USER_ID, GROUP_ID = "0oa1b2c3d4e5f6g7h8i9", "00u1b2c3d4e5f6g7h8i9", "00g1b2c3d4e5f6g7h8i9"
APP = {
    "id": APP_ID,
    "name": "scim2headerauth",
    "label": "Acme CRM",
    "status": "ACTIVE",
    "signOnMode": "SAML_2_0",
    "features": ["PUSH_NEW_USERS"],
    "visibility": {"hide": {"web": False, "iOS": False}, "appLinks": {"scim2headerauth_link": True}},
    "credentials": {"signing": {"kid": "kid1"}, "userNameTemplate": {"template": "${source.login}"}},
    "settings": {"app": {"acsUrl": None}, "signOn": {}, "notes": {"admin": "oktascim:acme-crm", "enduser": None}},
}
USER = {"id": USER_ID, "status": "ACTIVE", "profile": {"login": "ada@acme.example", "firstName": "Ada"}}
GROUP = {"id": GROUP_ID, "type": "OKTA_GROUP", "profile": {"name": "Engineering"}}
MAPPING = {"id": "prm1", "properties": {"title": {"expression": "user.title", "pushStatus": "PUSH"}}}
CAPABILITIES = {
    "create": {"lifecycleCreate": {"status": "ENABLED"}},
    "update": {"profile": {"status": "ENABLED"}, "lifecycleDeactivate": {"status": "DISABLED"}},
    "importSettings": {
        "username": {"userNameFormat": "CUSTOM", "userNameExpression": "x"},
        "schedule": {"status": "ENABLED", "fullImport": {"expression": "0 0 * * *", "timezone": "UTC"}},
    },
    "importRules": {"userCreateAndMatch": {"exactMatchCriteria": "EMAIL", "allowPartialMatch": False}},
}
METADATA = (
    b'<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="http://www.okta.com/exk1">'
    b'<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://a.example/sso"/>'
    b'<X509Certificate xmlns="http://www.w3.org/2000/09/xmldsig#">MAA=</X509Certificate></EntityDescriptor>'
)
_OWN = f"/api/v1/apps/{APP_ID}"
ANSWERS: dict[str, Any] = {
    "/api/v1/apps": [APP],
    _OWN: APP,
    f"{_OWN}/connections/default": {"status": "ENABLED", "authScheme": "TOKEN", "profile": {"authScheme": "TOKEN"}},
    f"{_OWN}/features": [{"name": "USER_PROVISIONING", "status": "ENABLED"}],
    f"{_OWN}/features/USER_PROVISIONING": {"name": "USER_PROVISIONING", "capabilities": CAPABILITIES},
    f"{_OWN}/features/INBOUND_PROVISIONING": {"name": "INBOUND_PROVISIONING", "capabilities": CAPABILITIES},
    f"{_OWN}/users": [{"id": USER_ID, "status": "ACTIVE", "scope": "USER", "_embedded": {"user": USER}}],
    f"{_OWN}/users/{USER_ID}": {"id": USER_ID, "status": "PROVISIONED", "scope": "USER", "syncState": "SYNCHRONIZED"},
    f"{_OWN}/groups": [{"id": GROUP_ID, "priority": 0}],
    f"{_OWN}/groups/{GROUP_ID}": {"id": GROUP_ID, "priority": 0},
    f"{_OWN}/group-push/mappings": [{"id": "gPm1", "sourceGroupId": GROUP_ID, "status": "ACTIVE"}],
    f"{_OWN}/credentials/keys": [{"kid": "kid1", "expiresAt": "2036-01-01T00:00:00.000Z", "x5c": ["MAA="]}],
    f"{_OWN}/sso/saml/metadata": METADATA,
    "/api/v1/catalog/apps": [{"name": "scim2headerauth", "displayName": "x", "signOnModes": [], "features": []}],
    "/api/v1/users": [USER],
    "/api/v1/users/ada@acme.example": USER,
    f"/api/v1/users/{USER_ID}": USER,
    f"/api/v1/users/{USER_ID}/appLinks": [{"appInstanceId": APP_ID, "label": "Acme CRM"}],
    "/api/v1/groups": [GROUP],
    "/api/v1/groups/rules": [
        {
            "id": "0pr1",
            "type": "group_rule",
            "name": "Engineers",
            "status": "ACTIVE",
            "conditions": {"expression": {"value": 'user.title == "E"'}},
            "actions": {"assignUserToGroups": {"groupIds": [GROUP_ID]}},
        }
    ],
    f"/api/v1/groups/{GROUP_ID}": GROUP,
    f"/api/v1/groups/{GROUP_ID}/apps": [APP],
    "/api/v1/mappings": [{"id": "prm1"}],
    "/api/v1/mappings/prm1": MAPPING,
    f"/api/v1/meta/schemas/apps/{APP_ID}/default": {
        "definitions": {"custom": {"properties": {"badge": {"title": "Badge", "type": "string", "enum": None}}}}
    },
    "/api/v1/logs": [make_event(1), make_event(2, outcome=UNAUTHORIZED)],
    "/api/v1/org": {"id": "00o1", "companyName": "Acme", "subdomain": "acme", "status": "ACTIVE"},
    "/.well-known/okta-organization": {"_links": {"organization": {"href": "https://acme.okta.com"}}},
}
# Commands, the paths that each of them reads being all of the above together.
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("app", "list", "-o", "json"),
    ("app", "show", "Acme CRM", "-o", "json"),
    ("app", "show", "Acme CRM"),
    ("app", "assign", "Acme CRM", "--user", "ada@acme.example", "--group", "Engineering", "-o", "json"),
    ("app", "push-group", "Acme CRM", "--group", "Engineering", "-o", "json"),
    ("connection", "show", "--app", "Acme CRM", "-o", "json"),
    ("plan", "{spec}", "-o", "json"),
    ("apply", "{spec}", "--yes", "--route", "api", "-o", "json"),
    ("export", "Acme CRM"),
    ("doctor", "-o", "json"),
    ("doctor", "--app", "Acme CRM", "--evidence", "{evidence}", "-o", "json"),
    ("auth", "status", "-o", "json"),
    ("logs", "--app", "Acme CRM", "-o", "json"),
    ("logs", "--app", "Acme CRM", "--explain", "--wide"),
    ("logs", "--app", "Acme CRM", "--summary", "-o", "json"),
    ("logs", "--app", "Acme CRM", "-o", "csv", "--type", "app*push"),
    ("logs", "--app", "Acme CRM", "--html", "{page}"),
    ("logs", "--app", "Acme CRM", "-o", "jsonl", "--limit", "1", "-vv"),
    ("logs", "--app", "Acme CRM", "-o", "json", "--fields", "time,uuid,debugContext.debugData"),
    ("logs", "--app", "Acme CRM", "-o", "parquet", "--out", "{dataset}"),
)

_JUNK_VALUES = st.sampled_from(
    [None, True, 0, 1, -1, 1.5, 2**70, "", "x", "\ud800", "\u202e\x1b[2J", [], [None], [1], [[]], {}, {"a": 1}]
) | st.sampled_from([float("nan"), float("inf"), "2026-13-99T99:99:99.000Z", "0001-01-01T00:00:00.000Z", "x" * 5_000])
_DEEP = b"[" * 100_000 + b"]" * 100_000
_JUNK_BODIES = st.sampled_from(
    [
        *(
            b"",
            b"null",
            b"[null]",
            b"[1]",
            b"7",
            b'"x"',
            b"{}",
            b"[]",
            b"[[]]",
            b"<html>",
            b"\xff\xfe",
            b"[NaN]",
            b"[1e999]",
        ),
        *(
            _DEEP,
            b'[{"uuid":"1","a":' + _DEEP + b"}]",
            b'[{"uuid":"1","n":NaN}]',
            b'{"errorCauses":7}',
            b"[" + b"9" * 9_000,
        ),
    ]
) | st.binary(max_size=40)
_HEADERS = {
    "content-type": ["application/json; charset=klingon", "text/html", "application/json; charset=utf-16"],
    "content-encoding": ["gzip", "gzip, gzip", "br", "identity", "deflate"],
    "date": [
        "yesterday", "Mon, 99 Foo 0000 99:99:99", "Mon, 01 Jan 0001 00:00:00 +2359", "Mon, 29 Sep 99999 06:24:57 GMT",
    ],
    "link": [
        "<>; rel=next", "<?after=1>; rel=next", "<//evil.example/x>; rel=next", "<http://[x>; rel=next", "<" * 9_000,
        "<http://127.0.0.1:9/api/v1/apps?limit=200>; rel=next", "<http://127.0.0.1:99999/>; rel=next",
        "<a b>; rel=next", "<http://127.0.0.1:9:9/>; rel=next", "<mailto:x>; rel=next", "<javascript:1>; rel=next",
        "<\t>; rel=next",
    ],
    "x-rate-limit-limit": ["nan", "inf", "-1", "0", "1", "1e300", "x"],
    "x-rate-limit-remaining": ["nan", "-inf", "-5", "0", "1e300", "x"],
    "x-rate-limit-reset": ["nan", "inf", "-inf", "0", "1", "99999999999999", "1e300", "x"],
    "x-okta-request-id": ["req1", "\x1b[2J"],
    "www-authenticate": ['Bearer error="insufficient_scope"', 'x="insufficient_scope", scope="'],
    "location": ["http://[x", "//evil.example", "/x" * 3_000, ""],
    "retry-after": ["x", "-1", "99999999"],
}  # fmt: skip
_HEADER = st.sampled_from([(name, value) for name, values in _HEADERS.items() for value in values])


@dataclass(frozen=True)
class Spoilt:
    """How one answer differs from the good one."""

    path: str
    status: int = 200
    body: bytes | None = None
    place: int = 0
    value: Any = None
    headers: tuple[tuple[str, str], ...] = ()

    def answer(self, good: Any) -> httpx.Response:
        body = self.body if self.body is not None else self._mutated(good)
        headers = [("date", "Fri, 27 Nov 2026 10:00:00 GMT"), *self.headers]
        return httpx.Response(self.status, headers=headers, stream=httpx.ByteStream(body))

    def _mutated(self, good: Any) -> bytes:
        if isinstance(good, bytes):
            cut = self.place % (len(good) + 1)
            return good[:cut] + json.dumps(self.value).encode() + good[cut + 1 :]
        holder = [copy.deepcopy(good)]
        places = list(_places(holder))
        container, key = places[self.place % len(places)]
        container[key] = self.value
        return json.dumps(holder[0], separators=(",", ":")).encode()


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every member of every container: the container and the key."""
    for key in range(len(value)) if isinstance(value, list) else list(value):
        yield value, key
        if isinstance(value[key], list | dict):
            yield from _places(value[key])


SPOILT = st.builds(
    Spoilt,
    path=st.sampled_from(sorted(ANSWERS)),
    status=st.sampled_from([200, 200, 200, 204, 301, 400, 401, 403, 404, 429, 500, 503]),
    body=st.none() | _JUNK_BODIES,
    place=st.integers(0, 200),
    value=_JUNK_VALUES,
    headers=st.lists(_HEADER, max_size=4).map(tuple),
)


@dataclass
class HostileOrg:
    """Answers well, but for the spoilt calls; counts what it was asked."""

    spoilt: dict[str, Spoilt] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)
    waited: float = 0.0

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        path = request.url.path
        if path in self.spoilt:
            return self.spoilt[path].answer(ANSWERS[path])
        if request.method != "GET":
            return httpx.Response(200, json={})
        if path not in ANSWERS:
            return httpx.Response(404, json={"errorCode": "E0000007", "errorSummary": "Not found"})
        good = ANSWERS[path]
        return httpx.Response(200, content=good) if isinstance(good, bytes) else httpx.Response(200, json=good)

    def client(self, session: Session, announce: Any = None, stop: Any = None) -> Okta:
        return Okta(
            ORG,
            ApiToken(SecretStr(TOKEN)),
            announce=announce or session.announce,
            stop=stop,
            clock=Clock(now=lambda: 1_796_000_000.0 + self.waited, monotonic=lambda: self.waited, sleep=self._sleep),
            transport=httpx.MockTransport(self.answer),
        )

    async def _sleep(self, seconds: float) -> None:
        assert seconds <= 61
        self.waited += seconds


def _reached(urls: Iterable[str], _seconds: float) -> dict[str, Probe]:
    """Every host is there; no test asks the network for one."""
    return {url: Probe(addresses=("203.0.113.1",), connected=True) for url in urls}


Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Runs a command against an org; gives exit code, stdout and stderr."""
    folder = tmp_path_factory.mktemp("hostile")
    files = {"spec": folder / "spec.yaml", "evidence": folder / "evidence.json", "page": folder / "log.html"}
    files["dataset"] = folder / "dataset"
    files["spec"].write_text(SPEC, encoding="utf-8")
    environ = {"OKTA_CLIENT_ORGURL": ORG, "OKTA_CLIENT_TOKEN": TOKEN, "ACME_SCIM_TOKEN": "s3cret-scim", "CI": "true"}

    def call(org: HostileOrg, *words: str) -> tuple[int, str, str]:
        words = tuple(re.sub(r"\{(\w+)\}", lambda found: str(files[found[1]]), word) for word in words)
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                Session, "okta", lambda session, announce=None, stop=None: org.client(session, announce, stop)
            )
            patch.setattr("oktascim.runs.health.probe_hosts", _reached)
            code = run(words, environ=environ, stdout=out, stderr=err, stdin=io.StringIO())
        return code, out.getvalue(), err.getvalue()

    yield call
