"""What every request passes: host, token, limits, faults, and the list of requests seen."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from okta_emulator.core.body import LARGEST_BODY
from okta_emulator.core.clock import FARTHEST_SECONDS
from okta_emulator.core.problem import InvalidSetting
from okta_emulator.core.settings import EmulatorSettings, delays_from
from tests.support.emulated import Emulated


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "[::1].evil.example", "[::1]x:80",
        "[::1", "localhost@evil.example", "localhost:80:80", "localhost:", "localhost:65536", "localhost:8o",
        "", "127.0.0.1/evil.example",
    ],
)  # fmt: skip
def test_a_foreign_host_name_gets_nothing(org: Emulated, host: str) -> None:
    assert org.http.get("/api/v1/org", headers={"Host": host}).status_code == 421
    assert org.http.post("/_emulator/reset", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("path", ["/api/v1/apps", "/_emulator/seed", "/_emulator/console/key"])
def test_the_token_is_checked_before_the_body_is_read(org: Emulated, path: str) -> None:
    """The length announces a body that never comes: whoever waits for it would not answer."""
    with socket.create_connection(("127.0.0.1", httpx.URL(org.org.url).port or 0)) as connection:
        connection.sendall(f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n".encode())
        connection.settimeout(30)
        assert connection.recv(1000).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("path", ["/api/v1/groups", "/oauth2/v1/token", "/_emulator/seed", "/signin/step"])
def test_half_a_request_changes_nothing_and_is_no_fault(
    org: Emulated, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    """The body is a whole JSON object, but its last chunk never comes."""
    before = org.call("GET", "/api/v1/groups")
    body = json.dumps({"profile": {"name": "Half"}, "groups": 1})
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: SSWS {org.org.token}\r\n"
    head += "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(("127.0.0.1", httpx.URL(org.org.url).port or 0)) as connection:
        connection.sendall(f"{head}{len(body):x}\r\n{body}\r\n".encode())
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(30)
        assert connection.recv(1000) == b""
    assert org.call("GET", "/api/v1/groups") == before
    assert caplog.records == []


@pytest.mark.parametrize("path", ["/api/v1/apps", "/api/v1/authn", "/_emulator/faults", "/signin/step"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_large_is_refused(org: Emulated, path: str, chunked: bool) -> None:
    content = b" " * (LARGEST_BODY + 1)
    answer = org.http.post(path, content=iter([content[:-1], content[-1:]]) if chunked else content)
    assert (answer.status_code, answer.json()["errorSummary"]) == (413, "The request body is too large.")
    assert org.http.post("/api/v1/groups", content=content[:-1]).status_code == 400


@pytest.mark.parametrize("advance", [-1, -1e300, 1e12, 10**400, float("nan"), float("inf"), "5", True, None])
def test_the_clock_does_not_move_back_nor_out_of_range(org: Emulated, advance: Any) -> None:
    before = org.call("GET", "/_emulator/clock")["now"]
    answer = org.http.post("/_emulator/clock", content=json.dumps({"advance": advance}))
    assert answer.status_code == 400
    assert before[:10] <= org.call("GET", "/_emulator/clock")["now"][:10] <= f"{int(before[:4]) + 1}"


def test_at_its_farthest_the_clock_lets_everything_work(org: Emulated) -> None:
    now = org.call("POST", "/_emulator/clock", {"advance": FARTHEST_SECONDS})["now"]
    assert org.error("POST", "/_emulator/clock", {"advance": 1}, status=400)[0] == "E0000001"
    app = org.app()
    assert org.assign(app, org.user())["created"][:4] == now[:4]
    assert org.events(since=now)
    org.call("GET", "/api/v1/api-tokens")


@pytest.mark.parametrize(
    "rule",
    [
        {"status": 99}, {"status": 100}, {"status": 700}, {"status": 204, "body": {}}, {"seconds": 10**400},
        {"seconds": -1}, {"seconds": 1e9}, {"headers": {"x\r\ny": "1"}}, {"headers": {"x": "a\nb"}}, {"method": 7},
        {"headers": {"x": "\u2028"}}, {"headers": {"Content-Length": "7"}}, {"path": "("}, {"nth": [1]},
    ],
)  # fmt: skip
def test_a_fault_that_http_cannot_carry_is_refused(org: Emulated, rule: dict[str, Any]) -> None:
    answer = org.http.post("/_emulator/faults", json={"action": "status", **rule})
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "E0000001")


@pytest.mark.parametrize("wanted", [{"users": -1}, {"users": True}, {"events": 10**9}, {"days": 1e300}, {"days": "1"}])
def test_what_cannot_be_seeded_is_refused(org: Emulated, wanted: dict[str, Any]) -> None:
    assert org.error("POST", "/_emulator/seed", {"events": 1, **wanted}, status=400)[0] == "E0000001"


def test_links_follow_the_host_header(org: Emulated) -> None:
    port = httpx.URL(org.org.url).port
    answer = org.http.get("/api/v1/groups", headers={"Host": f"localhost:{port}"})
    assert answer.links["self"]["url"].startswith(f"http://localhost:{port}/api/v1/groups")


@pytest.mark.parametrize("authorization", ["", "SSWS wrong", "Bearer {token}", "ssws {token}", "SSWS {token}x"])
def test_only_the_token_opens(org: Emulated, authorization: str) -> None:
    headers = {"Authorization": authorization.format(token=org.org.token)}
    for path in ("/api/v1/apps", "/_emulator/requests", "/api/v1/nothing"):
        answer = httpx.get(org.org.url + path, headers=headers)
        assert answer.status_code == 401
        assert answer.json()["errorCode"] == "E0000011"
        assert answer.json()["errorCauses"] == []


def test_the_well_known_page_needs_no_token(org: Emulated) -> None:
    page = httpx.get(org.org.url + "/.well-known/okta-organization").json()
    assert page["pipeline"] == "idx"
    assert page["_links"]["organization"]["href"] == org.org.url


def test_unknown_paths_and_methods(org: Emulated) -> None:
    assert org.error("GET", "/api/v1/nothing", status=404)[0] == "E0000008"
    assert org.error("DELETE", "/api/v1/apps", status=405)[0] == "E0000022"


def test_every_answer_has_a_request_id_and_the_orgs_date(org: Emulated) -> None:
    org.call("POST", "/_emulator/clock", {"advance": 400 * 86400})
    answer = org.http.get("/api/v1/org")
    assert len(answer.headers["x-okta-request-id"]) == 32
    year = org.call("GET", "/_emulator/clock")["now"][:4]
    assert f" {year} " in answer.headers["date"]


def test_a_post_without_length_is_refused(org: Emulated) -> None:
    with socket.create_connection(("127.0.0.1", httpx.URL(org.org.url).port or 0)) as connection:
        head = f"POST /api/v1/apps HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: SSWS {org.org.token}\r\n\r\n"
        connection.sendall(head.encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 411 ")


def test_rate_limits_are_headers_then_429_then_a_new_window(org_of: Callable[..., Emulated]) -> None:
    org = org_of(rate_limits="free")
    first = org.http.get("/api/v1/apps")
    assert first.headers["x-rate-limit-limit"] == "10"
    assert first.headers["x-rate-limit-remaining"] == "9"
    answers = [org.http.get("/api/v1/apps/0oa1/features") for _ in range(10)]
    assert [answer.status_code for answer in answers] == [404] * 9 + [429]
    assert answers[-1].json()["errorCode"] == "E0000047"
    assert org.http.get("/api/v1/apps/0oa1").status_code == 404
    org.call("POST", "/_emulator/clock", {"advance": 61})
    assert org.http.get("/api/v1/apps").headers["x-rate-limit-remaining"] == "9"


def test_too_many_at_once_are_refused_with_zeroes(org_of: Callable[..., Emulated]) -> None:
    org = org_of(rate_limits="free", latency=1.5)
    paths = ["/api/v1/users", "/api/v1/groups"] * 20

    async def all_at_once() -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=org.org.url, headers=org.http.headers, limits=limits) as http:
            return await asyncio.gather(*(http.get(path) for path in paths))

    answers = asyncio.run(all_at_once())
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert {answer.headers["x-rate-limit-limit"] for answer in refused} == {"0"}


def test_requests_seen_hide_secrets(org: Emulated) -> None:
    app = org.bookmark()
    body = {"baseUrl": "https://x.io", "profile": {"authScheme": "TOKEN", "token": "do-not-show"}}
    org.call("POST", f"/api/v1/apps/{app['id']}/connections/default", body)
    seen = org.call("GET", "/_emulator/requests")
    assert [(one["n"], one["method"], one["status"]) for one in seen] == [(1, "POST", 200), (2, "POST", 200)]
    assert seen[1]["body_keys"] == ["baseUrl", "profile"]
    assert seen[1]["body"]["profile"]["token"] == "[hidden]"
    assert seen[1]["bucket"] == "/api/v1/apps"
    assert "do-not-show" not in str(seen)
    assert len(org.call("GET", "/_emulator/requests", since=1)) == 1
    org.call("DELETE", "/_emulator/requests")
    assert org.call("GET", "/_emulator/requests") == []


def test_a_reset_before_leaves_nothing_done(org: Emulated) -> None:
    org.fault("reset_before", method="POST", path="/api/v1/groups")
    with pytest.raises(httpx.NetworkError):
        org.http.post("/api/v1/groups", json={"profile": {"name": "Once"}})
    assert org.call("GET", "/api/v1/groups", q="Once") == []
    assert org.call("GET", "/_emulator/requests")[0]["status"] is None


def test_a_reset_after_leaves_it_done(org: Emulated) -> None:
    org.fault("reset_after", method="POST", path="/api/v1/groups")
    with pytest.raises((httpx.NetworkError, httpx.RemoteProtocolError)):
        org.http.post("/api/v1/groups", json={"profile": {"name": "Once"}})
    assert len(org.call("GET", "/api/v1/groups", q="Once")) == 1


def test_a_truncated_answer_ends_early(org: Emulated) -> None:
    org.fault("truncate", path="/api/v1/org")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        org.http.get("/api/v1/org")
    assert org.call("GET", "/api/v1/org")["status"] == "ACTIVE"


def test_a_fault_can_answer_and_delay(org: Emulated) -> None:
    org.fault("status", path="/api/v1/org", status=503, body={"errorCode": "E0000010"}, headers={"x-note": "a"}, nth=2)
    org.fault("delay", path="/api/v1/org", seconds=0.01, count=0)
    assert org.http.get("/api/v1/org").status_code == 200
    answer = org.http.get("/api/v1/org")
    assert (answer.status_code, answer.json(), answer.headers["x-note"]) == (503, {"errorCode": "E0000010"}, "a")
    assert [rule["matched"] for rule in org.call("GET", "/_emulator/faults")] == [2, 2]
    org.call("DELETE", "/_emulator/faults")
    assert org.http.get("/api/v1/org").status_code == 200


def test_reset_makes_a_new_org(org: Emulated) -> None:
    org.bookmark()
    org.fault("status", count=0)
    org.call("POST", "/_emulator/clock", {"advance": 1000})
    before = httpx.get(org.org.url + "/.well-known/okta-organization").json()["id"]
    org.reset()
    assert org.call("GET", "/api/v1/apps") == []
    assert org.call("GET", "/api/v1/org")["id"] != before
    assert [event["eventType"] for event in org.events()] == []


def test_health(org_of: Callable[..., Emulated]) -> None:
    health = org_of(connections_api="accept").call("GET", "/_emulator/health")
    assert health == {"status": "ok", "connections_api": "accept", "rate_limits": "off"}


def test_a_fault_can_be_likely_and_meets_the_same_calls_each_time(org: Emulated) -> None:
    seen = []
    for _ in range(2):
        org.reset()
        org.fault("status", path="/api/v1/org", count=0, probability=0.5)
        seen.append([org.http.get("/api/v1/org").status_code for _ in range(20)])
    assert seen[0] == seen[1]
    assert set(seen[0]) == {200, 503}
    org.reset()
    _, _, causes = org.error("POST", "/_emulator/faults", {"action": "delay", "probability": 2}, status=400)
    assert causes == ["probability: must be from 0 to 1"]


def test_delays_are_read_by_path() -> None:
    settings = EmulatorSettings(latency=1.0, delays=delays_from(["/api/v1/apps.*=500", "/api/v1/apps/x=1.5"]))
    assert [settings.latency_of(path) for path in ("/api/v1/org", "/api/v1/apps", "/api/v1/apps/x")] == [1, 1.5, 1.5015]
    for wrong in ("500", "=5", "/x=-1", "/x=soon"):
        with pytest.raises(InvalidSetting):
            delays_from([wrong])
    with pytest.raises(InvalidSetting):
        EmulatorSettings(delays=delays_from(["(=5"]))
