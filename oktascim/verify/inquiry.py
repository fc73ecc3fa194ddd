"""What the SCIM server is asked once more after a step: why there is a second account, and what else has changed."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from oktascim.check.lab import ServerGone
from oktascim.verify.compare import account_faults, first_few, kind_of_fault
from oktascim.verify.model import LifecycleStep, Said
from oktascim.verify.scene import Scene
from oktascim.verify.scim_side import read_account, read_by_id

_GONE = frozenset({404, 410})
_WORST_FIRST = ("others_gone", "others_inactive", "others")
_NOTED = frozenset({"assign", "empty_attributes"})
_NO_EXTERNAL_ID = "The SCIM server doesn't show the externalId that Okta sends, the user's id in Okta (OB-271)."


async def with_reason_for_second(scene: Scene, sides: tuple[Said, ...]) -> tuple[Said, ...]:
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


async def harm_to_bystanders(scene: Scene, step: LifecycleStep, grace: float) -> Said | None:
    """What the SCIM server has changed in the accounts that the step isn't about, or None.

    Args:
        scene: what was created.
        step: the step.
        grace: seconds before a second look, because a replica may be behind.
    """
    suspects = [other for other in scene.bystanders(step) if other.account.seen and await _harm_to(other)]
    if not suspects:
        return None
    await scene.okta.clock.sleep(grace)
    harmed = [(other.account, harm) for other in suspects if (harm := await _harm_to(other))]
    for account, harm in harmed:
        account.gone_since = step.id if harm.fault == "others_gone" else account.gone_since
    found = sorted((harm for _, harm in harmed), key=lambda harm: _WORST_FIRST.index(harm.fault))
    return replace(found[0], words="; ".join(harm.words for harm in found)) if found else None


async def _harm_to(other: Scene) -> Said | None:
    account = other.account
    try:
        found = await read_by_id(other)
    except ServerGone:
        return None
    if found is not None and found.exchange.status in _GONE:
        account.seen = None
        return Said("scim", "disagrees", f"{account.user_name} is gone", fault="others_gone")
    if found is None or not found.ok or not isinstance(found.json, dict):
        return None
    account.seen = found.json
    faults = account_faults(found.json, account)
    kind = "others_inactive" if faults and kind_of_fault(found.json, account, faults) == "inactive" else "others"
    words = f"{account.user_name}: {first_few(list(faults.values()))}"
    return Said("scim", "disagrees", words, fault=kind) if faults else None


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
