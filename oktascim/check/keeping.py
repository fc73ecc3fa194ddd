"""Checks that compare a user with the same user before: what a write must keep, and what it must change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oktascim.check.expect import contains, differences
from oktascim.check.failure import CheckFailure, Variables
from oktascim.check.given import NotRun, user_path
from oktascim.check.lab import Lab
from oktascim.check.patching import set_active
from oktascim.check.sent import Sent

_NOT_KEPT = frozenset({"schemas", "groups", "password", "active"})


async def kept_by_deactivation(lab: Lab, variables: Variables) -> CheckFailure | None:
    """Deactivate a user: everything else stays."""
    return await _kept(lab, variables, active=False)


async def kept_by_reactivation(lab: Lab, variables: Variables) -> CheckFailure | None:
    """Reactivate an inactive user: everything else stays."""
    return await _kept(lab, variables, active=True)


async def _kept(lab: Lab, variables: Variables, *, active: bool) -> CheckFailure | None:
    path = user_path(variables)
    before = await lab.settled(path, lambda read: read.ok)
    if not isinstance(before.json, dict) or not before.ok:
        raise NotRun(f"GET of the user returned {before.status_text}.")
    sent = await set_active(lab, variables, active=active)
    if not sent.ok:
        raise NotRun(f"the PATCH returned {sent.status_text}.")
    sent_names = [name for name in variables["ada.body"] if name not in _NOT_KEPT]
    wanted = {name: before.json[name] for name in ("id", *sent_names) if name in before.json}
    after = await lab.settled(path, lambda read: not list(differences(read.json, wanted)))
    if not after.ok:
        return CheckFailure(f"The user is gone: GET returned {after.status_text}.", after)
    wrong = list(differences(after.json, wanted))
    return CheckFailure(" ".join(wrong), after, silent=True) if wrong else None


async def deactivated_again(lab: Lab, variables: Variables) -> CheckFailure | None:
    """Deactivate a user who has left before and returned."""
    for active in (False, True):
        read = await _switched(lab, variables, active=active)
        if read.at("active") is not active:
            raise NotRun("a first deactivation and reactivation don't work.")
    read = await _switched(lab, variables, active=False)
    is_active = read.at("active") is True
    return CheckFailure("active is true after the second deactivation.", read, silent=True) if is_active else None


async def _switched(lab: Lab, variables: Variables, *, active: bool) -> Sent:
    """The user after a PATCH of active."""
    sent = await set_active(lab, variables, active=active)
    if not sent.ok:
        raise NotRun(f"the PATCH returned {sent.status_text}.")
    return await lab.settled(user_path(variables), lambda read: read.at("active") is active)


async def updated(lab: Lab, variables: Variables) -> CheckFailure | None:
    """Change each attribute that the server has stored, with GET and PUT: each must have its new value afterwards."""
    path = user_path(variables)
    read = await lab.settled(path, lambda one: one.ok)
    if not isinstance(read.json, dict) or not read.ok:
        raise NotRun(f"GET of the user returned {read.status_text}.")
    sent_before: Mapping[str, Any] = variables["ada.body"]
    extension = lab.variables["schema.enterprise"]
    changes = {
        "displayName": f"Changed {lab.names.run}",
        "title": "Changed title",
        "nickName": "Changed",
        "externalId": f"{variables['ada.externalId']}c",
        "phoneNumbers": [{"value": "555-0199", "type": "work"}],
        extension: {**sent_before.get(extension, {}), "department": "Changed"},
    }
    stored = {name: new for name, new in changes.items() if contains(read.json.get(name), sent_before.get(name))}
    body = read.json
    for name, new in stored.items():
        body = {**body, name: new}
    sent = await lab.send("PUT", path, body)
    if not sent.ok:
        raise NotRun(f"the PUT returned {sent.status_text}.")
    after = await lab.settled(path, lambda one: not list(differences(one.json, stored)))
    wrong = list(differences(after.json, stored))
    return CheckFailure(" ".join(wrong), after, silent=True) if wrong else None
