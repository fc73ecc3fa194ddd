"""plan names who changed an app behind its back."""

from __future__ import annotations

from oktascim.runs.scopes import need_of
from tests.integration.commands.test_scopes import register, service_app
from tests.support.world import World


def test_the_person_and_the_values_are_named(world: World) -> None:
    spec = world.spec()
    assert world.oktascim("apply", spec, "--yes").code == 0
    (app,) = [one for one in world.apps() if one["label"] == "Acme CRM"]
    changed = {**app, "label": "Renamed", "visibility": {**app["visibility"], "hide": {"web": True, "iOS": True}}}
    world.okta("PUT", f"/api/v1/apps/{app['id']}", changed | {"signOnMode": "AUTO_LOGIN"})
    feature = f"/api/v1/apps/{app['id']}/features/USER_PROVISIONING"
    world.okta("PUT", feature, {"update": {"password": {"status": "ENABLED"}}})
    shown = world.oktascim("plan", spec, "-o", "json")
    (plan,) = shown.json["integrations"]
    toggled, renamed = plan["changed_by"]
    assert toggled["said"] == "Pushing user passwords"
    assert {"name": "label", "from": "Acme CRM", "to": "Renamed"} in renamed["values"]
    assert "changed the app in Okta on" in shown.stderr
    assert "label 'Acme CRM' → 'Renamed', visibility.hide.web no → yes" in shown.stderr

    register(world, need_of("plan").scopes | {"okta.users.read", "okta.groups.read"}, role="READ_ONLY_ADMIN")
    before = len(world.requests())
    blind = world.oktascim("plan", spec, "-o", "json", **service_app(world))
    assert blind.json["integrations"][0]["changed_by"] == []
    assert not [one for one in world.requests()[before:] if one["path"] == "/api/v1/logs"]
