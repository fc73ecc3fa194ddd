"""Creates the users and groups that a check needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oktascim.check.bodies import group_body, user_body
from oktascim.check.lab import Lab, Sent
from oktascim.check.values import filled


class NotRun(Exception):
    """A check can't run; the text gives the reason."""


async def make_given(lab: Lab, given: Mapping[str, Any]) -> dict[str, Any]:
    """Create a check's resources.

    Args:
        lab: the server.
        given: by name: `user`, `{user: {attributes}}`, or `{group: [names of earlier users]}`.

    Returns:
        Variables: `<name>.id` and others.

    Raises:
        NotRun: the server didn't create one of them.
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
        NotRun: the server didn't create it.
    """
    who = lab.names.user()
    body = user_body(lab.version, who, filled(dict(changes or {}), {**lab.variables, **who}))
    sent = await lab.send("POST", "/Users", body)
    made = _id_of(lab, sent, "Users", "user")
    return {**who, "id": made, "body": body, "member": {"value": made, "display": who["userName"]}}


async def make_group(lab: Lab, name: str, members: list[dict[str, str]]) -> dict[str, Any]:
    """Create a group with members; variables `<name>.id` and `<name>.displayName`. Raises NotRun."""
    display_name = lab.names.group()
    sent = await lab.send("POST", "/Groups", group_body(lab.version, display_name, members))
    return {f"{name}.id": _id_of(lab, sent, "Groups", "group"), f"{name}.displayName": display_name}


def _id_of(lab: Lab, sent: Sent, collection: str, noun: str) -> str:
    found = sent.at("id")
    if sent.ok and (collection, str(found)) in lab.made:
        return str(found)
    seen = sent.exchange.status if sent.ok is False else f"{sent.exchange.status} without a usable id"
    raise NotRun(f"the server didn't create a {noun} for it (POST /{collection} returned {seen}).")
