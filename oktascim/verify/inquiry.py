"""What the SCIM server is asked once more after a step: why there is a second account, and what else has changed."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from oktascim.check.lab import Lab, ServerGone
from oktascim.check.sent import Sent
from oktascim.scim.objects import GONE
from oktascim.verify.compare import account_faults, first_few, group_faults, kind_of_fault, members_of
from oktascim.verify.model import LifecycleStep, Said
from oktascim.verify.pushed import PushedAccount
from oktascim.verify.scene import Scene
from oktascim.verify.scim_side import read_account, read_by_id

_WORST_FIRST = (
    *("others_active", "others_gone", "others_inactive", "others_group_gone"),
    *("others", "others_group", "left_group"),
)
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
        first = await read_by_id(scene.lab, "Users", former)
    except ServerGone:
        return "second"
    if first is None or first.exchange.status in GONE:
        return "second.gone" if first else "second"
    name = first.at("userName")
    return "second" if isinstance(name, str) and name.lower() == account.user_name.lower() else "second.renamed"


async def harm_to_bystanders(scene: Scene, step: LifecycleStep, grace: float) -> Said | None:
    """What the SCIM server has changed in the accounts and groups that the step isn't about, or None.

    Args:
        scene: what was created.
        step: the step.
        grace: seconds before a second look, because a replica may be behind.
    """
    looks = list(_looks(scene, step))
    suspects = [look for look, harm in zip(looks, await gather(*(look() for look in looks)), strict=True) if harm]
    if not suspects:
        return None
    await scene.okta.clock.sleep(grace)
    harms = [harm for look in suspects if (harm := await look())]
    if not harms:
        return None
    worst = min(harms, key=lambda harm: _WORST_FIRST.index(harm.fault))
    return replace(worst, words="; ".join(harm.words for harm in harms))


def _looks(scene: Scene, step: LifecycleStep) -> Iterator[Callable[[], Coroutine[Any, Any, Said | None]]]:
    """A read of each account and group that the step isn't about and that the server has shown."""
    about = scene.subject(step)
    for other in scene.of_people:
        if other.account is not about and other.account.seen and not other.account.gone_since:
            yield partial(_harm_to_account, other, step)
    for other in scene.of_groups:
        if other.group is not about and other.group.seen and other.group.exists and not other.group.gone_since:
            yield partial(_harm_to_group, other, step, scene.account.external_id if step.subject == "user" else "")


async def _harm_to_account(other: Scene, step: LifecycleStep) -> Said | None:
    account = other.account
    found = await _read(other.lab, "Users", account.external_id)
    if found is None:
        return None
    if found.exchange.status in GONE:
        account.gone_since = step.id
        return Said("scim", "disagrees", f"{account.user_name} is gone", fault="others_gone")
    account.seen, account.gone_since = found.json, ""
    faults = account_faults(found.json, account)
    words = f"{account.user_name}: {first_few(list(faults.values()))}"
    return Said("scim", "disagrees", words, fault=_kind_of(found.json, account, faults)) if faults else None


def _kind_of(resource: Mapping[str, Any], account: PushedAccount, faulty: Collection[str]) -> str:
    if kind_of_fault(resource, account, faulty) != "inactive":
        return "others"
    return "others_inactive" if account.active else "others_active"


async def _harm_to_group(other: Scene, step: LifecycleStep, member: str) -> Said | None:
    """What is different in a group.

    Args:
        other: the scene of the group.
        step: the step.
        member: the id on the server of the user that the step is about, or "".
    """
    group = other.group
    found = await _read(other.lab, "Groups", group.external_id)
    if found is None:
        return None
    if found.exchange.status in GONE:
        group.gone_since = step.id
        return Said("scim", "disagrees", f"the group {group.name} is gone", fault="others_group_gone")
    group.seen, group.gone_since = found.json, ""
    faults = group_faults(found.json, group)
    others = [one for one in group.members if one != member]
    has_left = faults.keys() == {"members"} and members_of(found.json) == others
    kind = "left_group" if has_left else "others_group"
    words = f"the group {group.name}: {'; '.join(faults.values())}"
    return Said("scim", "disagrees", words, fault=kind) if faults else None


async def _read(lab: Lab | None, collection: str, known: str) -> Sent | None:
    """The response if it says something about the resource: it shows it, or that it is gone."""
    try:
        found = await read_by_id(lab, collection, known)
    except ServerGone:
        return None
    is_shown = found is not None and found.ok and isinstance(found.json, dict)
    return found if is_shown or (found is not None and found.exchange.status in GONE) else None


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
