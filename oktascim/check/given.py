"""Creates the users and groups that a check needs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from oktascim.check.bodies import group_body, user_body
from oktascim.check.lab import Lab
from oktascim.check.model import Check
from oktascim.check.sent import Sent
from oktascim.check.values import filled
from oktascim.scim.objects import member_ids


class NotRun(Exception):
    """A check can't run; the text gives the reason."""


class Refused(NotRun):
    """The server didn't create a resource that Okta would send.

    Attributes:
        kind: what it didn't create.
        collection: `Users` or `Groups`, where it should be.
        sent: the exchange that shows it.
        fix: the name of the fix.
    """

    def __init__(self, reason: str, kind: str, collection: str, sent: Sent, fix: str) -> None:
        super().__init__(reason)
        self.kind, self.collection, self.sent, self.fix = kind, collection, sent, fix


async def given_for(lab: Lab, check: Check) -> dict[str, Any]:
    """The resources of a check: its own, or those that all checks share that change nothing. Raises NotRun."""
    if not check.given or check.changes:
        return await make_given(lab, check.given)
    key = json.dumps(check.given, sort_keys=True)
    async with lab.sharing:
        if key not in lab.shared:
            lab.shared[key] = await make_given(lab, check.given)
    return dict(lab.shared[key])


async def make_given(lab: Lab, given: Mapping[str, Any]) -> dict[str, Any]:
    """Create a check's resources.

    Args:
        lab: the server.
        given: by name: `user`, `{user: {attributes}}`, or `{group: [names of earlier users]}`.

    Returns:
        Variables: `<name>.id` and others.

    Raises:
        Refused: the server didn't create one of them.
    """
    variables: dict[str, Any] = {}
    for name, kind in given.items():
        if isinstance(kind, dict) and "group" in kind:
            variables |= await make_group(lab, name, [variables[f"{one}.member"] for one in kind["group"]])
        else:
            changes = kind["user"] if isinstance(kind, dict) else {}
            variables |= {f"{name}.{key}": value for key, value in (await make_user(lab, changes)).items()}
    return variables


async def make_user(lab: Lab, changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Create a user as Okta does.

    Returns:
        The sent values, by short names, and `id`, `member` (the user as a member of a group).

    Raises:
        Refused: the server didn't create it.
    """
    who = lab.names.user()
    body = user_body(lab.version, who, filled(dict(changes or {}), {**lab.variables, **who}))
    sent = await lab.send("POST", "/Users", body)
    made = _id_of(lab, sent, "Users", " ".join(sorted({"user", *(changes or {})})))
    return {**who, "id": made, "body": body, "member": {"value": made, "display": who["userName"]}}


async def make_group(lab: Lab, name: str, members: list[dict[str, str]]) -> dict[str, Any]:
    """Create a group with members as Okta does, and note those that the server loses.

    Returns:
        Variables: `<name>.id` and `<name>.displayName`.

    Raises:
        Refused: the server didn't create it.
    """
    display_name = lab.names.group()
    sent = await lab.send("POST", "/Groups", group_body(lab.version, display_name, members))
    variables = {f"{name}.id": _id_of(lab, sent, "Groups", "group"), f"{name}.displayName": display_name}
    ids = {one["value"] for one in members}
    if not ids <= set(member_ids(sent.at("members"))):
        read = await lab.settled(group_path(variables, name), lambda got: ids <= set(member_ids(got.at("members"))))
        if read.ok:
            lab.lost_members |= ids - set(member_ids(read.at("members")))
    return variables


def _id_of(lab: Lab, sent: Sent, collection: str, kind: str) -> str:
    found = sent.at("id")
    if sent.ok and (collection, str(found)) in lab.made:
        return str(found)
    seen = f"{sent.status_text} without a usable id" if sent.ok else sent.status_text
    noun = collection.lower().removesuffix("s")
    reason = f"the server didn't create a {noun} for this check (POST /{collection} returned {seen})."
    raise Refused(reason, kind, collection, sent, {"Users": "create", "Groups": "groups"}[collection])


def user_path(variables: Mapping[str, Any], name: str = "ada") -> str:
    """The path of a check's user."""
    return f"/Users/{quote(str(variables[f'{name}.id']), safe='')}"


def group_path(variables: Mapping[str, Any], name: str = "team") -> str:
    """The path of a check's group."""
    return f"/Groups/{quote(str(variables[f'{name}.id']), safe='')}"
