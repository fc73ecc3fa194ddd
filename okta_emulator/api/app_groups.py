"""`/api/v1/apps/{id}/groups`: the groups assigned to an app (OB-092, OB-093)."""

from __future__ import annotations

from okta_emulator.api.call import NO_CONTENT, Answer, Call, Endpoint
from okta_emulator.core.body import member
from okta_emulator.core.errors import MalformedBody, NotFound, ValidationFailed
from okta_emulator.core.records import App, Group, GroupAssignment, Json
from okta_emulator.org import assignments

_PATH = "/api/v1/apps/{app_id}/groups"


def assign_group(call: Call) -> Answer:
    """PUT: assign a group, or change its assignment; the body is optional."""
    app, group = call.app(), call.group()
    body: Json = call.body if call.json is not None else {}
    assignment = _assign(call, app, group, body.get("priority"), member(body, "profile"))
    return Answer(_view(call, app, assignment))


def patch_group(call: Call) -> Answer:
    """PATCH: JSON Patch on priority and profile; `test`, `move` and `copy` are not emulated."""
    app, assignment = _assignment(call)
    if not isinstance(call.json, list):
        raise MalformedBody
    document: Json = {"priority": assignment["priority"], "profile": dict(assignment["profile"])}
    for operation in call.json:
        _patch(document, operation)
    changed = _assign(call, app, call.group(), document["priority"], document["profile"])
    return Answer(_view(call, app, changed))


def list_app_groups(call: Call) -> Answer:
    """GET the list."""
    app = call.app()
    found = call.org.store.app_groups.from_source(app["id"], call.after())
    return call.listing(found, lambda assignment: _view(call, app, assignment), default=20, most=200)


def get_app_group(call: Call) -> Answer:
    """GET one assignment."""
    return Answer(_view(call, *_assignment(call)))


def unassign_group(call: Call) -> Answer:
    """DELETE an assignment."""
    app, _ = _assignment(call)
    assignments.unassign_group(call.org, call.cause, app, call.group())
    return NO_CONTENT


def _assign(call: Call, app: App, group: Group, priority: object, profile: Json) -> GroupAssignment:
    if priority is not None and not isinstance(priority, int):  # the text is our choice
        raise ValidationFailed("priority", causes=("priority: must be an integer",))
    return assignments.assign_group(call.org, call.cause, app, group, priority=priority, profile=profile)


def _assignment(call: Call) -> tuple[App, GroupAssignment]:
    app = call.app()
    assignment = call.org.store.app_groups.get(app["id"], call.params["group_id"])
    if assignment is None:
        raise NotFound(call.params["group_id"], "GroupAssignment")
    return app, assignment


def _patch(document: Json, operation: object) -> None:
    """Apply one operation of a JSON Patch (RFC 6902): add, replace or remove."""
    if not isinstance(operation, dict):
        raise MalformedBody
    *parents, last = [part for part in str(operation.get("path", "")).split("/") if part] or [""]
    place = document
    for part in parents:
        place = member(place, part)
    if operation.get("op") == "remove":
        place.pop(last, None)
    elif operation.get("op") in ("add", "replace") and last:
        place[last] = operation.get("value")
    else:
        raise MalformedBody


def _view(call: Call, app: App, assignment: GroupAssignment) -> Json:
    own = call.url(f"/api/v1/apps/{app['id']}")
    return {
        "id": assignment["id"],
        "lastUpdated": assignment["lastUpdated"],
        "priority": assignment["priority"],
        "profile": assignment["profile"],
        "_links": {
            "app": {"href": own},
            "self": {"href": f"{own}/groups/{assignment['id']}"},
            "group": {"href": call.url(f"/api/v1/groups/{assignment['id']}")},
        },
    }


ENDPOINTS = (
    Endpoint("GET", _PATH, list_app_groups),
    Endpoint("GET", f"{_PATH}/{{group_id}}", get_app_group),
    Endpoint("PUT", f"{_PATH}/{{group_id}}", assign_group),
    Endpoint("PATCH", f"{_PATH}/{{group_id}}", patch_group),
    Endpoint("DELETE", f"{_PATH}/{{group_id}}", unassign_group),
)
