"""Takes away what a run has made, in Okta first, then on the SCIM server; by name where an id isn't known."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from oktascim.check.cleanup import clean_up as clean_up_server
from oktascim.check.lab import Lab, ServerGone
from oktascim.errors import OktascimError
from oktascim.http.clock import Stop
from oktascim.okta import directory, people, push
from oktascim.okta.client import Okta
from oktascim.okta.errors import NotFound
from oktascim.verify.prove import Patience
from oktascim.verify.scene import Scene
from oktascim.verify.scim_side import claim, read_account

_MOST_WAIT = 20.0


async def clean_up(scene: Scene, okta: Okta, lab: Lab | None, patience: Patience, *, deactivates: bool) -> list[str]:
    """Remove everything.

    Args:
        scene: what was made.
        okta: a client that no Ctrl-C has stopped.
        lab: the SCIM server, if it could be asked at the start.
        patience: how Okta is waited for: its last deactivation must not meet an account that is gone.
        deactivates: whether Okta deactivates the account of somebody who loses the app.

    Returns:
        What could not be removed, in words.
    """
    scene.okta, scene.lab = okta, lab
    left: list[str] = []
    if lab is not None:
        lab.stop = Stop()
    steps = [
        ("the pushed group", _remove_push),
        ("the Okta group", _remove_group),
        ("the assignment", _remove_assignment),
        ("the profile of the user", _restore_profile),
        ("the Okta user", _deactivate_user),
    ]
    for what, remove in steps:
        await _try(what, remove, scene, left)
    if lab is not None and deactivates:
        await _until_inactive(scene, patience)
    await _try("the Okta user", _delete_user, scene, left)
    if lab is not None:
        left += await _clean_server(scene, lab)
    return left


async def _clean_server(scene: Scene, lab: Lab) -> list[str]:
    try:
        await claim(scene, lab)
        gone = await clean_up_server(lab)
    except ServerGone:
        return [f"the account {scene.account.user_name}: the SCIM server stopped answering"]
    return [f"{made.collection}/{made.id or '?'} on the SCIM server" for made in gone]


async def _try(what: str, remove: Callable[[Scene], Awaitable[None]], scene: Scene, left: list[str]) -> None:
    try:
        await remove(scene)
    except NotFound:
        return
    except OktascimError as error:
        name = scene.group.name if "group" in what else scene.account.login
        left.append(f"{what} {name}: {error.what}")


async def _remove_push(scene: Scene) -> None:
    if not scene.group.group_id:
        return
    for mapping in await push.list_push_mappings(scene.okta, scene.app.id):
        if mapping["sourceGroupId"] == scene.group.group_id:
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
    """The user that this run has made, looked for by login where its creation was not answered."""
    account = scene.account
    if account.existing or not account.begun:
        return None
    return await directory.find_user(scene.okta, account.user_id or account.login)


async def _until_inactive(scene: Scene, patience: Patience) -> None:
    """Wait a little for Okta's deactivation of an account that is still active."""
    clock, pause = scene.okta.clock, patience.first
    end = clock.monotonic() + min(patience.wait, _MOST_WAIT, patience.grace * 4)
    while clock.monotonic() < end:
        account = await read_account(scene)
        if account is None or account.get("active") is not True:
            return
        await clock.sleep(pause)
        pause = min(pause * 2, patience.longest)
