"""The differences between SCIM 2.0 and 1.1 on the wire, as one value for each.

Sources: OB-231 (media types), OB-272 and OB-279 (users), OB-301 to OB-307 (groups), OB-254 (error texts).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from okta_emulator.scim_client.connection import Member, ScimVersion

Body = dict[str, Any]

_PATCH_20 = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
_ERROR_20 = "urn:ietf:params:scim:api:messages:2.0:Error"
_GROUP_20 = "urn:ietf:params:scim:schemas:core:2.0:Group"
_CORE_11 = "urn:scim:schemas:core:1.0"
GROUP_DESCRIPTION_11 = "urn:okta:custom:group:1.0"


@dataclass(frozen=True)
class Dialect:
    """One SCIM version as Okta uses it.

    Args:
        media_type: Accept, and Content-Type with `; charset=utf-8`.
        user_schema, enterprise_schema: URNs of the resources.
        patch_user: `(id, changed attributes)` to the PATCH body.
        rename_group: `(id, name)` to the PATCH body.
        new_group: `(name, members, description)` to the POST body.
        put_group: `(id, name, members)` to the PUT body, in the key order of the captures.
        change_members: `(added, removed)` to the PATCH body.
        replace_members: `(id, name, members, place)` to the PATCH body; the place is the switch `group_replacement`.
        rename_with_members: whether the rename PATCH accompanies a creation and each membership change (OB-302,
            OB-303; nothing of the kind is shown for 1.1).
        link_reads_first: whether a GET of the resource precedes the PUT that links a found user (OB-276; for 1.1 the
            PUT is shown directly after the filter).
        save_reads_users: whether saving repeats the user read of the credential test in templates (OB-246).
        no_results: the text for a response that isn't a list; `{}` is the collection. Recorded for the users of the
            credential test (OB-250); its use elsewhere is our choice.
        error_text: the text in an error body, or None.
        is_error: whether a body is this version's error message.
    """

    media_type: str
    user_schema: str
    enterprise_schema: str
    patch_user: Callable[[str, Body], Body]
    rename_group: Callable[[str, str], Body]
    new_group: Callable[[str, Sequence[Member], str | None], Body]
    put_group: Callable[[str, str, Sequence[Member]], Body]
    change_members: Callable[[Sequence[Member], Sequence[Member]], Body]
    replace_members: Callable[[str, str, Sequence[Member], str], Body]
    rename_with_members: bool
    link_reads_first: bool
    save_reads_users: bool
    no_results: str
    error_text: Callable[[Any], str | None]
    is_error: Callable[[Any], bool]


def member_bodies(members: Sequence[Member]) -> list[Body]:
    """Members as sent: value and display, no type and no $ref (OB-301); no null (OB-316)."""
    return [
        {"value": member.value} | ({} if member.display is None else {"display": member.display}) for member in members
    ]


def _patch_20(operations: list[Body]) -> Body:
    return {"schemas": [_PATCH_20], "Operations": operations}


def _change_members_20(added: Sequence[Member], removed: Sequence[Member]) -> Body:
    """One PATCH with the removes first, then one add (OB-304)."""
    operations: list[Body] = [{"op": "remove", "path": f'members[value eq "{member.value}"]'} for member in removed]
    if added:
        operations.append({"op": "add", "path": "members", "value": member_bodies(added)})
    return _patch_20(operations)


def _replace_members_20(group_id: str, name: str, members: Sequence[Member], place: str) -> Body:
    """All members: under the path, or in a value without path, with id and name or without (OB-304, OB-315)."""
    if place == "path":
        return _patch_20([{"op": "replace", "path": "members", "value": member_bodies(members)}])
    named = {"id": group_id, "displayName": name} if place == "named" else {}
    return _patch_20([{"op": "replace", "value": {"members": member_bodies(members), **named}}])


def _error_text_20(body: Any) -> str | None:
    detail = body.get("detail") if isinstance(body, dict) else None
    return detail if isinstance(detail, str) else None


def _is_error_20(body: Any) -> bool:
    schemas = body.get("schemas") if isinstance(body, dict) else None
    return isinstance(schemas, list) and _ERROR_20 in schemas


def _new_group_11(name: str, members: Sequence[Member], description: str | None) -> Body:
    """Members only if there are any; the description if the Okta group has one (OB-307)."""
    schemas = [_CORE_11, GROUP_DESCRIPTION_11] if description else [_CORE_11]
    body: Body = {"schemas": schemas, "displayName": name}
    if members:
        body["members"] = member_bodies(members)
    if description:
        body[GROUP_DESCRIPTION_11] = {"description": description}
    return body


def _change_members_11(added: Sequence[Member], removed: Sequence[Member]) -> Body:
    """Added members plain, removed ones with `operation: delete` (OB-307)."""
    deleted = [{**body, "operation": "delete"} for body in member_bodies(removed)]
    return {"schemas": [_CORE_11], "members": [*member_bodies(added), *deleted]}


def _error_text_11(body: Any) -> str | None:
    errors = body.get("Errors") if isinstance(body, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    description = first.get("description") if isinstance(first, dict) else None
    return description if isinstance(description, str) else None


SCIM_20 = Dialect(
    media_type="application/scim+json",
    user_schema="urn:ietf:params:scim:schemas:core:2.0:User",
    enterprise_schema="urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    patch_user=lambda _id, changed: _patch_20([{"op": "replace", "value": changed}]),
    rename_group=lambda id_, name: _patch_20([{"op": "replace", "value": {"id": id_, "displayName": name}}]),
    # Whether a description is ever sent in 2.0 is unknown (OB-307); none is our choice.
    new_group=lambda name, members, _description: {
        "schemas": [_GROUP_20],
        "displayName": name,
        "members": member_bodies(members),
    },
    put_group=lambda id_, name, members: {
        "schemas": [_GROUP_20],
        "id": id_,
        "displayName": name,
        "members": member_bodies(members),
    },
    change_members=_change_members_20,
    replace_members=_replace_members_20,
    rename_with_members=True,
    link_reads_first=True,
    save_reads_users=False,
    no_results="No results for {} returned",
    error_text=_error_text_20,
    is_error=_is_error_20,
)

SCIM_11 = Dialect(
    media_type="application/json",
    user_schema=_CORE_11,
    enterprise_schema="urn:scim:schemas:extension:enterprise:1.0",
    # The password form is by analogy with `active` (OB-284).
    patch_user=lambda id_, changed: {"schemas": [_CORE_11], "id": id_, **changed},
    rename_group=lambda id_, name: {"schemas": [_CORE_11], "id": id_, "displayName": name},
    new_group=_new_group_11,
    put_group=lambda id_, name, members: {
        "schemas": [_CORE_11],
        "displayName": name,
        "id": id_,
        "members": member_bodies(members),
    },
    change_members=_change_members_11,
    replace_members=lambda _id, _name, members, _place: {
        "schemas": [_CORE_11],
        "meta": {"attributes": ["members"]},
        "members": member_bodies(members),
    },
    rename_with_members=False,
    link_reads_first=False,
    save_reads_users=True,
    no_results="No resources for {}",
    error_text=_error_text_11,
    is_error=lambda body: isinstance(body, dict) and "Errors" in body,
)


def dialect_of(version: ScimVersion) -> Dialect:
    """The dialect of a SCIM version."""
    return SCIM_20 if version == "2.0" else SCIM_11
