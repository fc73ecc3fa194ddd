"""Checks that compare the response to a write with the resource as GET shows it afterwards."""

from __future__ import annotations

from oktascim.check.expect import differences
from oktascim.check.failure import CheckFailure, Variables
from oktascim.check.given import NotRun, group_path, user_path
from oktascim.check.lab import Lab
from oktascim.check.patching import patch, set_active
from oktascim.check.sent import Sent
from oktascim.check.values import MISSING


async def patch_answer(lab: Lab, variables: Variables) -> CheckFailure | None:
    """Deactivate a user: a 200 must contain the user as GET shows it afterwards."""
    path = user_path(variables)
    return await _answered(lab, path, await set_active(lab, variables, active=False), ("id", "active"))


async def group_patch_answer(lab: Lab, variables: Variables) -> CheckFailure | None:
    """Rename a group: a 200 must contain the group as GET shows it afterwards; members may be missing."""
    path = group_path(variables)
    value = {"id": variables["team.id"], "displayName": f"Patched {variables['team.displayName']}"}
    sent = await patch(lab, path, {"op": "replace", "value": value})
    return await _answered(lab, path, sent, ("id", "displayName"))


async def group_put_answer(lab: Lab, variables: Variables) -> CheckFailure | None:
    """Rename a group with GET and PUT: a 200 must contain it as GET shows it afterwards; members may be missing."""
    path = group_path(variables)
    read = await lab.settled(path, lambda one: one.ok)
    if not isinstance(read.json, dict) or not read.ok:
        raise NotRun(f"GET of the group returned {read.status_text}.")
    body = {**read.json, "displayName": f"Put {variables['team.displayName']}"}
    return await _answered(lab, path, await lab.send("PUT", path, body), ("id", "displayName"))


async def _answered(lab: Lab, path: str, sent: Sent, names: tuple[str, ...]) -> CheckFailure | None:
    if not sent.ok:
        raise NotRun(f"the {sent.exchange.method} returned {sent.status_text}.")
    if sent.exchange.status != 200:
        return None
    read = await lab.settled(path, lambda one: not _differences(sent, one, names))
    wrong = _differences(sent, read, names)
    return CheckFailure(f"The response with status 200: {' '.join(wrong)}", sent) if wrong else None


def _differences(sent: Sent, read: Sent, names: tuple[str, ...]) -> list[str]:
    """What differs in the response to a write from a read, of these attributes; the read can lack them."""
    return list(differences(sent.json, {name: read.at(name) for name in names if read.at(name) is not MISSING}))
