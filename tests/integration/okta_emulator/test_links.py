"""No link of the emulator leads nowhere, and what only Okta has says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.routing import Match

from okta_emulator.api.not_emulated import is_oktas
from okta_emulator.core.settings import EmulatorSettings
from okta_emulator.http.app import EmulatorApp
from okta_emulator.org.state import Org
from tests.support.emulated import Emulated, emulated

STARTS = (
    "apps", "users", "groups", "groups/rules", "mappings", "org", "org/contacts", "org/preferences", "api-tokens",
    "org/privacy/oktaCommunication", "org/privacy/oktaSupport", "meta/types/user", "meta/schemas/user/default",
    "meta/schemas/group/default", "policies?type=ACCESS_POLICY", "policies?type=PROFILE_ENROLLMENT", "catalog/apps",
    "logs",
)  # fmt: skip
CLIENT = {"label": "Client", "signOnMode": "OPENID_CONNECT"}


def seeded(org: Emulated) -> list[str]:
    """Fill an org with one of everything; gives paths that no list leads to."""
    app, bookmark, client = org.app(), org.bookmark(), org.call("POST", "/api/v1/apps", CLIENT)
    user, other = org.user(), org.user("Grace")
    group = org.group("Engineering", user)
    org.call("POST", f"/api/v1/users/{other['id']}/lifecycle/suspend")
    org.assign(bookmark, user)
    for one in (app, bookmark, client):
        org.call("PUT", f"/api/v1/apps/{one['id']}/groups/{group['id']}", {})
    push = f"/api/v1/apps/{app['id']}/group-push/mappings"
    org.call("POST", push, {"sourceGroupId": group["id"], "targetGroupName": "G", "status": "ACTIVE"})
    org.call("POST", f"/api/v1/users/{user['id']}/roles", {"type": "USER_ADMIN"}, status=201)
    csrs = f"/api/v1/apps/{bookmark['id']}/credentials/csrs"
    org.call("POST", csrs, {"subject": {"commonName": "SP"}}, status=201)
    grants = f"/api/v1/apps/{client['id']}/grants"
    org.call("POST", grants, {"scopeId": "okta.users.read"})
    org.settle()
    own = f"/api/v1/users/{user['id']}"
    return [push, csrs, grants, f"{own}/roles", f"{own}/groups", f"{own}/appLinks",
            f"/api/v1/apps/{app['id']}/connections/default"]  # fmt: skip


def links(value: Any) -> Iterator[tuple[str, str]]:
    """Every (method, address) in a JSON value."""
    if isinstance(value, list):
        for item in value:
            yield from links(item)
    elif isinstance(value, dict):
        if isinstance(value.get("href"), str):
            allowed = value.get("hints", {}).get("allow") or [value.get("method", "GET")]
            if "/lifecycle/" in value["href"]:
                allowed = ["POST"]  # recorded links of apps don't say so
            yield from ((method, _whole(method, value["href"])) for method in allowed)
        for key, item in value.items():
            if key.endswith("Url") and isinstance(item, str) and item.startswith("http"):
                yield "GET", item
            yield from links(item)


def _whole(method: str, address: str) -> str:
    """Okta's link for assigning a policy lacks the policy's id."""
    return f"{address}/rst1" if method == "PUT" and address.endswith("/policies") else address


def crawl(org: Emulated, starts: list[str]) -> tuple[dict[str, int], set[tuple[str, str]]]:
    """GET everything that answers lead to; gives the statuses, and the links with other methods."""
    statuses: dict[str, int] = {}
    others: set[tuple[str, str]] = set()
    ahead = [f"{org.org.url}{path}" for path in starts]
    while ahead:
        address = ahead.pop()
        if address in statuses:
            continue
        answer = org.http.get(address)
        statuses[address] = answer.status_code
        ahead += [link["url"] for link in answer.links.values()]
        if "json" not in answer.headers.get("content-type", ""):
            continue
        for method, found in links(answer.json()):
            assert found.startswith(org.org.url), f"{address} leads out of the org: {found}"
            if method == "GET":
                ahead.append(found)
            else:
                others.add((method, found.removeprefix(org.org.url)))
    return statuses, others


@pytest.fixture(scope="module")
def crawled() -> Iterator[tuple[str, dict[str, int], set[tuple[str, str]]]]:
    with emulated(connections_api="accept") as org:
        starts = [f"/api/v1/{path}" for path in STARTS] + seeded(org)
        yield org.org.url, *crawl(org, starts)


def test_every_link_is_served(crawled: tuple[str, dict[str, int], set[tuple[str, str]]]) -> None:
    url, statuses, _ = crawled
    broken = {address.removeprefix(url): status for address, status in statuses.items() if status != 200}
    assert {path for path in broken if not path.endswith("/sso/saml/metadata")} == set(), broken  # 400: XML only
    assert len(statuses) > 70


def test_every_link_of_another_method_has_a_handler(
    crawled: tuple[str, dict[str, int], set[tuple[str, str]]],
) -> None:
    _, _, others = crawled
    router = EmulatorApp(Org(EmulatorSettings()))
    lost = [
        (method, path)
        for method, path in others
        if not any(
            route.matches({"type": "http", "path": path, "method": method})[0] is Match.FULL for route in router.routes
        )
        and not is_oktas(method, path)
    ]
    assert lost == []
    assert ("POST", "/api/v1/org/preferences/hideEndUserFooter") in others


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/brands"),
        ("POST", "/api/v1/users/00u1/factors"),
        ("GET", "/api/v1/meta/schemas/user/linkedObjects"),
        ("DELETE", "/api/v1/policies/rst1"),
        ("POST", "/api/v1/apps/0oa1/logo"),
        ("GET", "/api/v1/apps/0oa1/connections/default/jwks"),
        ("GET", "/governance/api/v1/grants"),
    ],
)
def test_what_only_okta_has_is_not_emulated(org: Emulated, method: str, path: str) -> None:
    answer = org.http.request(method, path)
    assert (answer.status_code, answer.headers["x-emulator"]) == (501, "not-emulated")
    assert answer.json()["errorCode"] == "E0000060"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/api/v1/nothing", 404), ("PATCH", "/api/v1/org", 405)])
def test_what_okta_has_not_is_not_found(org: Emulated, method: str, path: str, status: int) -> None:
    answer = org.http.request(method, path)
    assert answer.status_code == status
    assert "x-emulator" not in answer.headers
