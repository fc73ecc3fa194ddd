"""`/api/v1/users/{id}/roles` and `/api/v1/groups/{id}/roles`: administrator roles and their targets."""

from __future__ import annotations

from collections.abc import Iterator

from okta_emulator.api.call import NO_CONTENT, Answer, Call, Endpoint
from okta_emulator.api.groups import group_view
from okta_emulator.core.records import Group, Json, RoleAssignment
from okta_emulator.org import roles

_OWNERS = ("/api/v1/users/{user_id}/roles", "/api/v1/groups/{group_id}/roles")
_LARGEST_PAGE = 200


def assign_role(call: Call) -> Answer:
    """POST: assign a standard role; 201 as recorded."""
    return Answer(_view(call, roles.assign(call.org, _owner(call), call.body)), status=201)


def list_roles(call: Call) -> Answer:
    """GET the list, without Link headers as recorded."""
    found = call.org.store.roles.from_source(_owner(call))
    return Answer([_view(call, role) for _, role in found])


def get_role(call: Call) -> Answer:
    """GET one role."""
    return Answer(_view(call, _role(call)))


def unassign_role(call: Call) -> Answer:
    """DELETE a role."""
    call.org.store.roles.delete(_owner(call), _role(call)["id"])
    return NO_CONTENT


def list_targets(call: Call) -> Answer:
    """GET the groups that a role is limited to."""
    items = _targets(call)
    return call.listing(items, lambda group: group_view(call, group), default=20, most=_LARGEST_PAGE)


def _targets(call: Call) -> Iterator[tuple[str, Group]]:
    after = call.after()
    for group_id in sorted(_role(call)["groups"]):
        group = call.org.store.groups.get(group_id)
        if group is not None and group_id > after:
            yield group_id, group


def add_target(call: Call) -> Answer:
    """PUT: limit a role to one more group."""
    roles.limit(call.org, _owner(call), _role(call), _target(call)["id"])
    return NO_CONTENT


def remove_target(call: Call) -> Answer:
    """DELETE a group that a role is limited to."""
    roles.widen(call.org, _owner(call), _role(call), _target(call)["id"])
    return NO_CONTENT


def _owner(call: Call) -> str:
    return call.user()["id"] if "user_id" in call.params else call.group()["id"]


def _role(call: Call) -> RoleAssignment:
    return roles.role_of(call.org, _owner(call), call.params["role_id"])


def _target(call: Call) -> Group:
    return call.required(call.org.store.groups, "target_id", "UserGroup")


def _view(call: Call, role: RoleAssignment) -> Json:
    owner = _owner(call)
    collection = "users" if "user_id" in call.params else "groups"
    return {
        "id": role["id"],
        "label": roles.LABELS[role["type"]],
        "type": role["type"],
        "status": "ACTIVE",
        "created": role["created"],
        "lastUpdated": role["lastUpdated"],
        "assignmentType": "USER" if collection == "users" else "GROUP",
        "_links": {"assignee": {"href": call.url(f"/api/v1/{collection}/{owner}")}},
    }


ENDPOINTS = tuple(
    Endpoint(method, path + rest, handler)
    for path in _OWNERS
    for method, rest, handler in (
        ("GET", "", list_roles),
        ("POST", "", assign_role),
        ("GET", "/{role_id}", get_role),
        ("DELETE", "/{role_id}", unassign_role),
        ("GET", "/{role_id}/targets/groups", list_targets),
        ("PUT", "/{role_id}/targets/groups/{target_id}", add_target),
        ("DELETE", "/{role_id}/targets/groups/{target_id}", remove_target),
    )
)
