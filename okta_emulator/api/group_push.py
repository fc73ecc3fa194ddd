"""`/api/v1/apps/{id}/group-push/mappings` (OB-110, OB-114, OB-117): POST returns 200, DELETE 200 empty."""

from __future__ import annotations

from collections.abc import Iterator

from okta_emulator.api.call import Answer, Call, Endpoint
from okta_emulator.api.groups import require_group
from okta_emulator.core.body import text
from okta_emulator.core.errors import NotFound
from okta_emulator.core.records import App, Json, PushMapping
from okta_emulator.org import push_mappings

_PATH = "/api/v1/apps/{app_id}/group-push/mappings"


def create_mapping(call: Call) -> Answer:
    """POST: push a group."""
    app, body = call.app(), call.body
    source = require_group(call, text(body, "sourceGroupId") or "")
    target_id, name = text(body, "targetGroupId"), text(body, "targetGroupName")
    mapping = push_mappings.create(call.org, call.cause, app, source, text(body, "status"), target_id, name)
    return Answer(_view(call, app, mapping))


def list_mappings(call: Call) -> Answer:
    """GET the list, filtered by source group and status on request."""
    app = call.app()
    return call.listing(_matching(call, app), lambda found: _view(call, app, found), default=100, most=1000)


def _matching(call: Call, app: App) -> Iterator[tuple[str, PushMapping]]:
    after = call.after()
    source, status = call.asked("sourceGroupId"), call.asked("status")
    for mapping in call.org.store.push_mappings.named(app["id"]):
        if mapping["id"] <= after or (source and mapping["sourceGroupId"] != source):
            continue
        if not status or mapping["status"] == status:
            yield mapping["id"], mapping


def get_mapping(call: Call) -> Answer:
    """GET one mapping."""
    return Answer(_view(call, *_mapping(call)))


def switch_mapping(call: Call) -> Answer:
    """PATCH: pause a mapping or activate it."""
    app, mapping = _mapping(call)
    changed = push_mappings.switch(call.org, call.cause, app, mapping, text(call.body, "status"))
    return Answer(_view(call, app, changed))


def delete_mapping(call: Call) -> Answer:
    """DELETE a mapping, and with `deleteTargetGroup=true` the group in the app."""
    app, mapping = _mapping(call)
    delete_target = call.flag("deleteTargetGroup", default=False)
    push_mappings.delete(call.org, call.cause, app, mapping, delete_target=delete_target)
    return Answer()


def _mapping(call: Call) -> tuple[App, PushMapping]:
    app = call.app()
    mapping = call.org.store.push_mappings.get(call.params["mapping_id"])
    if mapping is None or mapping["app_id"] != app["id"]:
        raise NotFound(call.params["mapping_id"], "GroupPushMapping")
    return app, mapping


def _view(call: Call, app: App, mapping: PushMapping) -> Json:
    groups = call.url("/api/v1/groups")
    return {
        "created": mapping["created"],
        "id": mapping["id"],
        "lastUpdated": mapping["lastUpdated"],
        "sourceGroupId": mapping["sourceGroupId"],
        "status": mapping["status"],
        "targetGroupId": mapping["targetGroupId"],
        **_push_result(mapping),
        "_links": {
            "app": {"href": call.url(f"/api/v1/apps/{app['id']}")},
            "sourceGroup": {"href": f"{groups}/{mapping['sourceGroupId']}"},
            "targetGroup": {"href": f"{groups}/{mapping['targetGroupId']}"},
        },
    }


def _push_result(mapping: PushMapping) -> Json:
    """Members in Okta's API description that mappings don't have before a push (recorded)."""
    result = {"lastPush": mapping["lastPush"], "errorSummary": mapping.get("errorSummary")}
    return {key: value for key, value in result.items() if value}


ENDPOINTS = (
    Endpoint("GET", _PATH, list_mappings),
    Endpoint("POST", _PATH, create_mapping),
    Endpoint("GET", f"{_PATH}/{{mapping_id}}", get_mapping),
    Endpoint("PATCH", f"{_PATH}/{{mapping_id}}", switch_mapping),
    Endpoint("DELETE", f"{_PATH}/{{mapping_id}}", delete_mapping),
)
