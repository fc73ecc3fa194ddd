"""What the SCIM server is asked once more after a step: why there is a second account, and what else has changed."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from oktascim.check.lab import Lab, ServerGone
from oktascim.scim.objects import GONE
from oktascim.verify.compare import account_faults, first_few, group_faults, kind_of_fault, members_of
from oktascim.verify.model import LifecycleStep, Said
from oktascim.verify.pushed import PushedAccount, PushedGroup
from oktascim.verify.scene import Scene
from oktascim.verify.scim_side import read_account, read_by_id

_WORST_FIRST = (
    "others_active",
    "others_gone",
    "others_inactive",
    "others_group_gone",
    "others",
    "others_group",
    "left_group",
)
_GONE_FROM = {"Users": "others_gone", "Groups": "others_group_gone"}
_Judge = Callable[[Mapping[str, Any]], tuple[str, dict[str, str]]]
"""Returns the kind of fault in a resource, a key of `faults` in lifecycle.yaml, and all differences as text."""
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


def _looks(scene: Scene, step: LifecycleStep) -> Iterator[Callable[[], Awaitable[Said | None]]]:
    """A read of each account and group that the step isn't about and that the server has shown."""
    about, lab = scene.subject(step), scene.lab
    member = scene.account.external_id if step.subject == "user" else ""
    for account in scene.people.values():
        if account is not about and account.seen and not account.gone_since:
            judge: _Judge = partial(_faults_of_account, account)
            yield partial(_look, lab, "Users", account, account.user_name, step, judge)
    for group in scene.groups.values():
        if group is not about and group.seen and group.exists and not group.gone_since:
            judge = partial(_faults_of_group, group, member)
            yield partial(_look, lab, "Groups", group, f"the group {group.name}", step, judge)


async def _look(
    lab: Lab | None,
    collection: str,
    other: PushedAccount | PushedGroup,
    name: str,
    step: LifecycleStep,
    judge: _Judge,
) -> Said | None:
    """Read a user or group again, note what the server shows, and judge it; an unusable response proves nothing."""
    try:
        found = await read_by_id(lab, collection, other.external_id)
    except ServerGone:
        return None
    if found is None:
        return None
    if found.exchange.status in GONE:
        other.gone_since = step.id
        return Said("scim", "disagrees", f"{name} is gone", fault=_GONE_FROM[collection])
    if not (found.ok and isinstance(found.json, dict)):
        return None
    other.seen, other.gone_since = found.json, ""
    kind, faults = judge(found.json)
    return Said("scim", "disagrees", f"{name}: {first_few(list(faults.values()))}", fault=kind) if faults else None


def _faults_of_account(account: PushedAccount, resource: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    faults = account_faults(resource, account)
    if kind_of_fault(resource, account, faults) != "inactive":
        return "others", faults
    return "others_inactive" if account.active else "others_active", faults


def _faults_of_group(group: PushedGroup, member: str, resource: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """`member` is the id on the server of the user that the step is about, or "": leaving the group is its own kind."""
    faults = group_faults(resource, group)
    others = [one for one in group.members if one != member]
    has_left = faults.keys() == {"members"} and members_of(resource) == others
    return "left_group" if has_left else "others_group", faults


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
