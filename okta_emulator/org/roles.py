"""Administrator roles of users and groups, and the groups that they are limited to (OB-630 to OB-632).

The id of a standard role's assignment is its type in base32, as recorded. Roles grant nothing here: the org has one
token, which permits everything. The texts of errors are our choice.
"""

from __future__ import annotations

import base64

from okta_emulator.core.body import text
from okta_emulator.core.errors import DuplicateRole, NotFound, ValidationFailed
from okta_emulator.core.records import Json, RoleAssignment
from okta_emulator.org.state import Org

LABELS = {
    "SUPER_ADMIN": "Super Organization Administrator",
    "ORG_ADMIN": "Organization Administrator",
    "APP_ADMIN": "Application Administrator",
    "USER_ADMIN": "User Administrator",
    "HELP_DESK_ADMIN": "Help Desk Administrator",
    "READ_ONLY_ADMIN": "Read-only Administrator",
    "MOBILE_ADMIN": "Mobile Administrator",
    "API_ACCESS_MANAGEMENT_ADMIN": "API Access Management Administrator",
    "REPORT_ADMIN": "Report Administrator",
    "GROUP_MEMBERSHIP_ADMIN": "Group Membership Administrator",
}
_LIMITED_TO_GROUPS = ("USER_ADMIN", "HELP_DESK_ADMIN", "GROUP_MEMBERSHIP_ADMIN")


def assign(org: Org, owner_id: str, body: Json) -> RoleAssignment:
    """Assign a standard role to a user or a group.

    Raises:
        ValidationFailed: it isn't a standard role.
        DuplicateRole: they have it already.
    """
    kind = text(body, "type") or ""
    if kind not in LABELS:
        raise ValidationFailed("type", causes=(f"type: must be one of {', '.join(LABELS)}",))
    role_id = base64.b32encode(kind.encode()).decode().rstrip("=")
    if org.store.roles.get(owner_id, role_id) is not None:
        raise DuplicateRole
    now = org.now()
    role: RoleAssignment = {"id": role_id, "type": kind, "created": now, "lastUpdated": now, "groups": []}
    org.store.roles.put(owner_id, role_id, role)
    return role


def role_of(org: Org, owner_id: str, role_id: str) -> RoleAssignment:
    """The role of a user or a group.

    Raises:
        NotFound: they don't have it.
    """
    role = org.store.roles.get(owner_id, role_id)
    if role is None:
        raise NotFound(role_id, "Role")
    return role


def limit(org: Org, owner_id: str, role: RoleAssignment, group_id: str) -> None:
    """Limit a role to one more group.

    Raises:
        ValidationFailed: the role can't be limited to groups.
    """
    if role["type"] not in _LIMITED_TO_GROUPS:
        raise ValidationFailed("role", causes=(f"A {role['type']} role cannot have group targets.",))
    if group_id not in role["groups"]:
        org.store.roles.put(owner_id, role["id"], {**role, "groups": [*role["groups"], group_id]})


def widen(org: Org, owner_id: str, role: RoleAssignment, group_id: str) -> None:
    """Remove a group that a role is limited to.

    Raises:
        NotFound: the role isn't limited to this group.
        ValidationFailed: it is the only one, without which the role would apply to every group (OB-632).
    """
    rest = [one for one in role["groups"] if one != group_id]
    if rest == role["groups"]:
        raise NotFound(group_id, "UserGroup")
    if not rest:
        raise ValidationFailed("role", causes=("The last target of a role cannot be removed; remove the role.",))
    org.store.roles.put(owner_id, role["id"], {**role, "groups": rest})
