"""`/api/v1/apps/{id}/group-push/mappings` (OB-110, OB-114, OB-117): POST answers 200, DELETE 200 empty."""

from __future__ import annotations

from collections.abc import Iterator

from okta_emulator.api.call import Answer, Call, Endpoint
from okta_emulator.api.groups import require_group
from okta_emulator.core.body import text
from okta_emulator.core.errors import NotFound
from okta_emulator.core.store import Record
from okta_emulator.org import grouppush

_PATH = "/api/v1/apps/{app_id}/group-push/mappings"
_SHOWN = ("created", "id", "lastUpdated", "sourceGroupId", "status", "targetGroupId")
_SHOWN_ONCE_PUSHED = ("lastPush", "errorSummary")  # Okta's description has them; mappings recorded before a push don't


def create_mapping(call: Call) -> Answer:
    """POST: push a group."""
    app, body = call.app(), call.body
    source = require_group(call, text(body, "sourceGroupId") or "")
    target_id, name = text(body, "targetGroupId"), text(body, "targetGroupName")
    mapping = grouppush.create(call.org, call.cause, app, source, text(body, "status"), target_id, name)
    return Answer(_view(call, app, mapping))


def list_mappings(call: Call) -> Answer:
    """GET the list, by source group and status if asked."""
    app = call.app()
    return call.listing(_matching(call, app), lambda found: _view(call, app, found), default=100, most=1000)


def _matching(call: Call, app: Record) -> Iterator[tuple[str, Record]]:
    after = call.after()
    wanted = {key: call.asked(key) for key in ("sourceGroupId", "status") if call.asked(key)}
    for mapping in call.org.store.push_mappings.named(app["id"]):
        if mapping["id"] > after and all(mapping[key] == value for key, value in wanted.items()):
            yield mapping["id"], mapping


def get_mapping(call: Call) -> Answer:
    """GET one mapping."""
    return Answer(_view(call, *_mapping(call)))


def switch_mapping(call: Call) -> Answer:
    """PATCH: pause a mapping or switch it on."""
    app, mapping = _mapping(call)
    changed = grouppush.switch(call.org, call.cause, app, mapping, text(call.body, "status"))
    return Answer(_view(call, app, changed))


def delete_mapping(call: Call) -> Answer:
    """DELETE a mapping, and with `deleteTargetGroup=true` the group in the app."""
    app, mapping = _mapping(call)
    delete_target = call.flag("deleteTargetGroup", default=False)
    grouppush.delete(call.org, call.cause, app, mapping, delete_target=delete_target)
    return Answer()


def _mapping(call: Call) -> tuple[Record, Record]:
    app = call.app()
    mapping = call.org.store.push_mappings.get(call.params["mapping_id"])
    if mapping is None or mapping["app_id"] != app["id"]:
        raise NotFound(call.params["mapping_id"], "GroupPushMapping")
    return app, mapping


def _view(call: Call, app: Record, mapping: Record) -> Record:
    groups = call.url("/api/v1/groups")
    known = {key: mapping[key] for key in _SHOWN_ONCE_PUSHED if mapping.get(key)}
    return (
        {key: mapping[key] for key in _SHOWN}
        | known
        | {
            "_links": {
                "app": {"href": call.url(f"/api/v1/apps/{app['id']}")},
                "sourceGroup": {"href": f"{groups}/{mapping['sourceGroupId']}"},
                "targetGroup": {"href": f"{groups}/{mapping['targetGroupId']}"},
            }
        }
    )


ENDPOINTS = (
    Endpoint("GET", _PATH, list_mappings),
    Endpoint("POST", _PATH, create_mapping),
    Endpoint("GET", f"{_PATH}/{{mapping_id}}", get_mapping),
    Endpoint("PATCH", f"{_PATH}/{{mapping_id}}", switch_mapping),
    Endpoint("DELETE", f"{_PATH}/{{mapping_id}}", delete_mapping),
)
