"""Every answer of the emulator against Okta's OpenAPI description."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from okta_emulator.core.settings import EmulatorSettings
from okta_emulator.http.app import EmulatorApp
from okta_emulator.org.state import Org
from tests.support.emulated import TO_APP, Emulated, emulated
from tests.support.openapi import Description

NOT_EMULATED = {
    "GET /api/v1/apps/{appId}/connections/default/jwks",
    "POST /api/v1/apps/{appId}/logo",
}
_APPS = [
    ("scim2headerauth", "SAML_2_0", {}),
    ("scim2headerauth", "AUTO_LOGIN", {}),
    ("scim2testapp_basic", "SAML_2_0", {}),
    ("deelhr", "AUTO_LOGIN", {}),
    ("bookmark", "BOOKMARK", {"app": {"url": "https://example.com"}}),
    ("okta_org2org", "SAML_2_0", {"app": {"baseUrl": "https://example.okta.com"}}),
    (None, "SAML_2_0", {"signOn": {"ssoAcsUrl": "https://a.example/acs", "audience": "https://a.example"}}),
    (None, "OPENID_CONNECT", {"oauthClient": {"application_type": "web", "redirect_uris": ["https://a.example/back"]}}),
    (None, "AUTO_LOGIN", {"signOn": {"loginUrl": "https://a.example/login"}}),
]


@pytest.fixture(scope="module")
def description(ground_truth: Path) -> Description:
    text = (ground_truth / "okta-management-openapi-subset.json").read_text(encoding="utf-8")
    return Description(json.loads(text))


@pytest.fixture(scope="module")
def judging(description: Description) -> Iterator[Emulated]:
    with emulated(connections_api="accept") as org:

        def judge(answer: httpx.Response) -> None:
            answer.read()
            description.judge(answer)

        org.http.event_hooks["response"].append(judge)
        yield org


@pytest.fixture
def judged(judging: Emulated) -> Emulated:
    """An empty org whose every answer is judged."""
    judging.reset()
    return judging


def test_every_described_endpoint_is_emulated_or_named_here(description: Description) -> None:
    router = EmulatorApp(Org(EmulatorSettings())).gate._app
    ours = {f"{method} {re.sub(r'{[^}]+}', '{}', route.path)}" for route in router.routes for method in route.methods}
    missing = {
        f"{method} {path}"
        for method, path in description.operations
        if f"{method} {re.sub(r'{[^}]+}', '{}', path)}" not in ours
    }
    assert missing - {"DELETE /api/v1/api-tokens/current"} == NOT_EMULATED


@pytest.mark.parametrize(("name", "mode", "settings"), _APPS)
def test_apps(judged: Emulated, name: str | None, mode: str, settings: Any) -> None:
    app = judged.app(name, "Described", mode, settings=settings)
    own = f"/api/v1/apps/{app['id']}"
    assert judged.call("GET", own)["label"] == "Described"
    assert judged.call("PUT", own, {**app, "label": "Renamed"})["label"] == "Renamed"
    assert any(one["id"] == app["id"] for one in judged.call("GET", "/api/v1/apps", limit=200))
    judged.call("GET", f"{own}/connections/default")
    assert judged.call("GET", f"/api/v1/meta/schemas/apps/{app['id']}/default")["definitions"]["base"]
    if mode == "SAML_2_0":
        keys = judged.call("GET", f"{own}/credentials/keys")
        judged.call("GET", f"{own}/credentials/keys/{keys[0]['kid']}")
        judged.http.get(f"{own}/sso/saml/metadata", headers={"Accept": "application/xml"}).raise_for_status()
        judged.call("POST", f"{own}/credentials/keys/generate", status=201, validityYears=2)
    judged.error("DELETE", own, status=403)
    judged.call("POST", f"{own}/lifecycle/deactivate")
    judged.call("POST", f"{own}/lifecycle/activate")
    judged.call("POST", f"{own}/lifecycle/deactivate")
    judged.call("DELETE", own, status=204)
    judged.error("GET", own, status=404)


def test_provisioning_of_org2org(judged: Emulated) -> None:
    app = judged.app("okta_org2org", "Org2Org")
    judged.error("GET", f"/api/v1/apps/{app['id']}/features", status=400)
    judged.connect(app, "https://example.okta.com", "secret")
    assert len(judged.call("GET", f"/api/v1/apps/{app['id']}/features")) == 2
    rules = {"importRules": {"userCreateAndMatch": {"exactMatchCriteria": "EMAIL"}}}
    assert judged.call("PUT", f"/api/v1/apps/{app['id']}/features/INBOUND_PROVISIONING", rules)
    assert judged.call("GET", f"/api/v1/apps/{app['id']}/features/USER_PROVISIONING")
    judged.call("POST", f"/api/v1/apps/{app['id']}/connections/default/lifecycle/deactivate", status=204)


def test_people_groups_and_assignments(judged: Emulated) -> None:
    app, user = judged.app(label="Assigned"), judged.user("Grace")
    own, who = f"/api/v1/apps/{app['id']}", f"/api/v1/users/{user['id']}"
    group = judged.group("Described", user)
    judged.assign(app, user)
    assert [one["id"] for one in judged.call("GET", f"{own}/users")] == [user["id"]]
    judged.call("POST", f"{own}/users/{user['id']}", {"credentials": {"userName": "grace"}})
    assert judged.call("GET", f"{own}/users/{user['id']}")["credentials"]["userName"] == "grace"
    judged.call("PUT", f"{own}/groups/{group['id']}", {})
    judged.call("PATCH", f"{own}/groups/{group['id']}", [{"op": "replace", "path": "/priority", "value": 3}])
    assert judged.call("GET", f"{own}/groups/{group['id']}")["priority"] == 3
    judged.call("GET", f"{own}/groups")
    for path in ("/api/v1/users", who, "/api/v1/groups", f"/api/v1/groups/{group['id']}"):
        judged.call("GET", path)
    assert [one["id"] for one in judged.call("GET", f"/api/v1/groups/{group['id']}/users")] == [user["id"]]
    judged.call("PUT", f"/api/v1/groups/{group['id']}", {"profile": {"name": "Described again"}})
    assert judged.call("POST", who, {"profile": {"title": "Admiral"}})["profile"]["title"] == "Admiral"
    judged.call("PUT", who, {"profile": user["profile"]})
    judged.call("POST", f"{who}/lifecycle/suspend")
    judged.call("POST", f"{who}/lifecycle/unsuspend")
    judged.error("POST", f"{who}/lifecycle/reactivate", status=403)
    judged.call("DELETE", f"{own}/users/{user['id']}", status=204)
    judged.call("DELETE", f"{own}/groups/{group['id']}", status=204)
    judged.call("DELETE", f"/api/v1/groups/{group['id']}/users/{user['id']}", status=204)
    judged.call("POST", f"{who}/lifecycle/deactivate")
    judged.call("POST", f"{who}/lifecycle/activate", sendEmail="false")
    judged.call("DELETE", who, status=204)
    judged.call("DELETE", who, status=204)
    judged.call("DELETE", f"/api/v1/groups/{group['id']}", status=204)
    for gone in (who, f"/api/v1/groups/{group['id']}"):
        assert judged.error("GET", gone, status=404)[0] == "E0000007"


def test_a_cloned_key(judged: Emulated) -> None:
    app, other = judged.app(label="Signs"), judged.bookmark("Verifies")
    keys = f"/api/v1/apps/{app['id']}/credentials/keys"
    made = judged.call("POST", f"{keys}/generate", status=201, validityYears="2")
    cloned = judged.call("POST", f"{keys}/{made['kid']}/clone", status=201, targetAid=other["id"])
    assert cloned["kid"] == made["kid"]


def test_push_mappings_schemas_logs_and_org(judged: Emulated) -> None:
    app, group = judged.app(label="Pushed"), judged.group("Pushed")
    own = f"/api/v1/apps/{app['id']}/group-push/mappings"
    mapping = judged.call("POST", own, {"sourceGroupId": group["id"], "targetGroupName": "G", "status": "ACTIVE"})
    judged.call("GET", own)
    judged.call("GET", f"{own}/{mapping['id']}")
    judged.call("PATCH", f"{own}/{mapping['id']}", {"status": "INACTIVE"})
    judged.call("DELETE", f"{own}/{mapping['id']}", deleteTargetGroup="true")
    profile = judged.call("GET", "/api/v1/mappings", sourceId=app["id"])[0]
    judged.call("GET", f"/api/v1/mappings/{profile['id']}")
    judged.call("POST", f"/api/v1/mappings/{profile['id']}", {"properties": {"email": None}})
    custom = {"definitions": {"custom": {"properties": {"shoe": {"title": "Shoe", "type": "string"}}}}}
    judged.call("POST", f"/api/v1/meta/schemas/apps/{app['id']}/default", custom)
    judged.call("POST", "/_emulator/seed", {"events": 30, "app_id": app["id"]})
    assert len(judged.events()) >= 30
    for method in ("GET", "POST", "PUT"):
        judged.call(method, "/api/v1/org", None if method == "GET" else {"companyName": "Acme"})
    judged.call("GET", "/.well-known/okta-organization")
    judged.call("DELETE", "/api/v1/api-tokens/current", status=204)


def test_provisioning_of_a_template(judged: Emulated, scim_url: str) -> None:
    app, user = judged.app(label="Template"), judged.user("Radia")
    judged.connect(app, scim_url, "scim-secret-4711", TO_APP)
    judged.assign(app, user)
    judged.settle()
    assert judged.call("GET", f"/api/v1/apps/{app['id']}/users/{user['id']}")["status"] == "PROVISIONED"
    assert "application.provision.user.push" in {event["eventType"] for event in judged.events()}


def test_the_scenes_above_reach_every_emulated_endpoint(
    description: Description, judged: Emulated, scim_url: str
) -> None:
    judged.reset()
    description.judged.clear()
    test_apps(judged, *_APPS[0])
    test_provisioning_of_org2org(judged)
    test_people_groups_and_assignments(judged)
    test_a_cloned_key(judged)
    test_push_mappings_schemas_logs_and_org(judged)
    test_provisioning_of_a_template(judged, scim_url)
    described = {f"{method} {path}" for method, path in description.operations}
    assert described - description.judged - NOT_EMULATED == set()
