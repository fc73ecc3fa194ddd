"""Removes what a run has created, in Okta first, then on the SCIM server; by name if an id isn't known."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from oktascim.check.cleanup import delete_created
from oktascim.check.lab import Lab, ServerGone
from oktascim.errors import OktascimError
from oktascim.http.clock import Stop
from oktascim.okta import directory, people, push
from oktascim.okta.client import Okta
from oktascim.okta.errors import NotFound
from oktascim.verify.model import Said
from oktascim.verify.okta_side import provisioned, pushed
from oktascim.verify.prove import Patience
from oktascim.verify.pushed import PushedAccount, PushedGroup
from oktascim.verify.scene import Scene
from oktascim.verify.scim_side import claim, read_account

_MOST_WAIT = 20.0  # seconds
_GRACES = 4


async def clean_up(scene: Scene, okta: Okta, lab: Lab | None, patience: Patience, *, deactivates: bool) -> list[str]:
    """Remove everything.

    Args:
        scene: what was created.
        okta: a client that Ctrl-C hasn't stopped.
        lab: the SCIM server, if it could be queried at the start.
        patience: how long to wait for Okta: the account must still exist for its last deactivation.
        deactivates: whether Okta deactivates the account of a user who loses the app.

    Returns:
        What couldn't be removed, as text.
    """
    scene.okta, scene.lab = okta, lab
    left: list[str] = []
    if lab is not None:
        lab.stop = Stop()
    await _try("what Okta was doing", partial(_until_settled, patience=patience), scene, left)
    await _try("the pushed groups", _remove_pushes, scene, left)
    for one in scene.of_groups:
        await _try("the Okta group", _remove_group, one, left)
    for one in scene.of_people:
        await _try("the assignment", _remove_assignment, one, left)
        await _try("the profile of the user", _restore_profile, one, left)
        await _try("the Okta user", _deactivate_user, one, left)
    for one in scene.of_people:
        if lab is not None and deactivates and one.account.active:
            await _until_inactive(one, patience)
        await _try("the Okta user", _delete_user, one, left)
    if lab is not None:
        left += await _clean_server(scene, lab)
    return left


async def _clean_server(scene: Scene, lab: Lab) -> list[str]:
    try:
        left = await claim(scene, lab)
        gone = await delete_created(lab)
    except ServerGone:
        return [f"{one}: the SCIM server stopped responding" for one in _made_through_okta(scene)]
    left += [f"{made.collection}/{made.id or '?'} on the SCIM server" for made in gone]
    return left + _not_ours(scene.account)


def _made_through_okta(scene: Scene) -> list[str]:
    """What Okta may have created on the SCIM server, as text."""
    accounts = [one for one in scene.people.values() if one.begun or one.existing]
    made = [(one.user_name, one.external_ids) for one in accounts]
    names = [f"the account {name}" + (f" (Users/{', '.join(sorted(ids))})" if ids else "") for name, ids in made]
    groups = [group for group in scene.groups.values() if group.begun and (group.exists or group.external_id)]
    ids = [f" (Groups/{group.external_id})" if group.external_id else "" for group in groups]
    return names + [f"the group {group.name}{known}" for group, known in zip(groups, ids, strict=True)]


def _not_ours(account: PushedAccount) -> list[str]:
    """The account of a given user under a user name that wasn't looked up before: it may be their real account."""
    if account.is_ours:
        return []
    why = f"{account.login} may have had it before this run, so it wasn't deleted; check what Okta changed in it"
    return [f"Users/{one} ({account.user_name}) on the SCIM server: {why}" for one in sorted(account.external_ids)]


async def _try(what: str, remove: Callable[[Scene], Awaitable[None]], scene: Scene, left: list[str]) -> None:
    try:
        await remove(scene)
    except NotFound:
        return
    except OktascimError as error:
        name = scene.group.name if "group" in what else scene.account.login
        left.append(f"{what} {name}: {error.what}")


async def _remove_pushes(scene: Scene) -> None:
    group_ids = {group.group_id for group in scene.groups.values() if group.group_id}
    for mapping in await push.list_push_mappings(scene.okta, scene.app.id) if group_ids else ():
        if mapping["sourceGroupId"] in group_ids:
            await push.delete_push_mapping(scene.okta, scene.app.id, mapping["id"], delete_target=True)


async def _remove_group(scene: Scene) -> None:
    ids = {scene.group.group_id} - {""}
    if not ids and scene.group.begun:
        ids = {one["id"] for one in await directory.find_groups(scene.okta, scene.group.name)}
    for group_id in ids:
        await people.delete_group(scene.okta, group_id)


async def _remove_assignment(scene: Scene) -> None:
    account = scene.account
    if account.existing and await directory.get_app_user(scene.okta, scene.app.id, account.user_id):
        await directory.unassign_user(scene.okta, scene.app.id, account.user_id)


async def _restore_profile(scene: Scene) -> None:
    if scene.account.before:
        await people.change_profile(scene.okta, scene.account.user_id, scene.account.before)


async def _deactivate_user(scene: Scene) -> None:
    user = await _made_user(scene)
    if user and user.get("status") != "DEPROVISIONED":
        await people.deactivate_user(scene.okta, user["id"])


async def _delete_user(scene: Scene) -> None:
    user = await _made_user(scene)
    if user and user.get("status") == "DEPROVISIONED":
        await people.delete_user(scene.okta, user["id"])


async def _made_user(scene: Scene) -> dict[str, Any] | None:
    """The user that this run has created, looked up by login if the create request got no response."""
    account = scene.account
    if account.existing or not account.begun:
        return None
    return await directory.find_user(scene.okta, account.user_id or account.login)


async def _until_settled(scene: Scene, patience: Patience) -> None:
    """Wait briefly for Okta to finish: an account or a group created after the clean-up would remain."""
    begun = [partial(provisioned, one) for one in scene.of_people if _is_on_its_way(one.account)]
    begun += [partial(pushed, one) for one in scene.of_groups if _is_being_pushed(one.group)]
    for ask in begun:
        await _wait_until(partial(_has_ended, ask), scene, patience)


async def _has_ended(ask: Callable[[], Awaitable[Said]]) -> bool:
    said = await ask()
    return said.final or said.answer == "agrees"


def _is_on_its_way(account: PushedAccount) -> bool:
    return account.begun and bool(account.user_id) and account.active and not account.external_id


def _is_being_pushed(group: PushedGroup) -> bool:
    return bool(group.group_id) and group.exists and not group.external_id


async def _until_inactive(scene: Scene, patience: Patience) -> None:
    """Wait briefly for Okta to deactivate an account that is still active."""

    async def is_inactive() -> bool:
        account = await read_account(scene)
        return account is None or account.get("active") is not True

    await _wait_until(is_inactive, scene, patience)


async def _wait_until(is_over: Callable[[], Awaitable[bool]], scene: Scene, patience: Patience) -> None:
    """Ask at increasing intervals, for less time than a step may take, because the clean-up proves nothing."""
    clock, pause = scene.okta.clock, patience.first
    end = clock.monotonic() + min(patience.wait, _MOST_WAIT, patience.grace * _GRACES)
    while clock.monotonic() < end and not await is_over():
        await clock.sleep(pause)
        pause = min(pause * 2, patience.longest)
