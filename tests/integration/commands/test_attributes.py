"""Custom attributes from the spec to the SCIM server, and changes made to them by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.world import SPEC, World

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
PATH = "ims.^[primary==true].value"
BADGE = f"{{title: Badge, type: string, external_name: '{PATH}', external_namespace: '{CORE}'}}"
WITH_BADGE = SPEC.replace(
    "      to_app:",
    f"      attributes: {{prune: true, custom: {{badge: {BADGE}}}}}\n"
    "      mappings: {badge: {expression: user.login}}\n"
    "      to_app:",
)


@pytest.fixture
def spec(world: World) -> Iterator[str]:
    yield world.spec(WITH_BADGE)


def test_from_the_spec_to_the_scim_server_and_back(world: World, spec: str) -> None:
    first = world.oktascim("apply", spec, "--yes", "-o", "json")
    assert first.code == 0, first.stderr
    steps = {step["step"]: step for step in first.json["integrations"][0]["steps"]}
    assert steps["attributes"]["evidence"].endswith("/default reads back as wanted")
    world.settled()
    assert world.scim_users()["ada@acme.example"]["ims"][0]["value"] == "ada@acme.example"
    app_id = first.json["integrations"][0]["app_id"]
    assert world.oktascim("plan", spec, "--exit-code").code == 0

    schema = f"/api/v1/meta/schemas/apps/{app_id}/default"
    by_hand = {"badge": {"title": "Renamed", "type": "string", "externalName": "badge"}, "old": {"title": "Old"}}
    world.okta("POST", schema, {"definitions": {"custom": {"properties": by_hand}}})
    drifted = world.oktascim("plan", spec)
    assert "~ attributes.badge.title" in drifted.stdout
    assert "Renamed → Badge" in drifted.stdout
    assert "- attributes.old" in drifted.stdout
    assert world.oktascim("apply", spec, "--yes").code == 0
    custom = world.okta("GET", schema)["definitions"]["custom"]["properties"]
    assert {name: one["title"] for name, one in custom.items()} == {"badge": "Badge"}

    exported = world.oktascim("export", "acme-crm")
    assert "attributes:\n        custom:\n          badge:\n            title: Badge\n" in exported.stdout
    assert f'external_name: "{PATH}"' in exported.stdout


def test_a_plan_without_attributes_asks_for_no_schema(world: World) -> None:
    before = len(world.requests())
    assert world.oktascim("plan", world.spec()).code == 0
    assert not [one for one in world.requests()[before:] if "/meta/schemas" in one["path"]]
