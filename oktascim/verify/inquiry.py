"""What the SCIM server is asked once more after a step: why a second account exists, and what a proven step left."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from oktascim.check.lab import ServerGone
from oktascim.verify.model import LifecycleStep, Said
from oktascim.verify.scene import Scene
from oktascim.verify.scim_side import read_account

_GONE = frozenset({404, 410})
_NOTED = frozenset({"assign", "empty_attributes"})
_NO_EXTERNAL_ID = "The SCIM server doesn't show the externalId that Okta sends, the user's id in Okta (OB-271)."


async def looked_into(scene: Scene, sides: tuple[Said, ...]) -> tuple[Said, ...]:
    """The answers, with the reason for a second account if the server shows it.

    Args:
        scene: what was created.
        sides: what the three sides said.
    """
    if scene.lab is None or not any(said.fault == "second" for said in sides):
        return sides
    reason = await _why_second(scene)
    return tuple(replace(said, fault=reason) if said.fault == "second" else said for said in sides)


async def _why_second(scene: Scene) -> str:
    """The kind of fault, a key of `faults` in lifecycle.yaml."""
    account, former = scene.account, scene.account.former_id
    try:
        first = await scene.lab.send("GET", f"/Users/{quote(former, safe='')}") if scene.lab else None
    except ServerGone:
        return "second"
    if first is None or first.exchange.status in _GONE:
        return "second.gone" if first else "second"
    name = first.at("userName")
    return "second" if isinstance(name, str) and name.lower() == account.user_name.lower() else "second.renamed"


async def note_on(scene: Scene, step: LifecycleStep) -> str:
    """What a developer should know about a proven step, or "": Okta sends it, but nothing depends on it.

    Args:
        scene: what the account should have.
        step: the step.
    """
    account = await read_account(scene) if step.action in _NOTED else None
    if account is None:
        return ""
    return "" if account.get("externalId") else _NO_EXTERNAL_ID
