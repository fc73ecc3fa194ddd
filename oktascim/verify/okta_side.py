"""The first side: Okta's own record of the user and the group (OB-086 to OB-090, OB-111)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from oktascim.okta import directory, push
from oktascim.plan.outcomes import push_outcome, user_outcome
from oktascim.verify.model import Said
from oktascim.verify.scene import Scene

_THROUGH_GROUP = (
    "The app is assigned to a group that contains the user, such as Everyone, so the user can't be unassigned alone."
)
_STALE = "the error is older than this step"


async def provisioned(scene: Scene) -> Said:
    """The app user has an externalId, the same as before, no error, and the pushed values."""
    account = scene.account
    app_user = await directory.get_app_user(scene.okta, scene.app.id, account.user_id)
    if app_user is None:
        return Said("okta", "silent", "the app has no such user (404)")
    outcome, external_id = user_outcome(app_user), app_user.get("externalId")
    words = f"{app_user.get('status')}, syncState {app_user.get('syncState')}, externalId {external_id or 'none'}"
    if outcome.state == "failed":
        account.erred = True
        return _failed(words, is_old=account.had_erred)
    if outcome.state != "provisioned" or not external_id:
        return Said("okta", "silent", words)
    account.erred = False
    owners = [one.login for one in scene.people.values() if one is not account and external_id in one.external_ids]
    if owners:
        whose = f"{words}, which is the account of {owners[0]}"
        return Said("okta", "disagrees", whose, final=True, fault="linked")
    first, account.external_id = account.external_id, external_id
    account.external_ids.add(external_id)
    if first and external_id != first:
        account.former_id = first
        return Said("okta", "disagrees", f"{words}; it was {first} before", final=True, fault="second")
    user_name = (app_user.get("credentials") or {}).get("userName")
    if user_name and not first and user_name != account.login:  # the app has its own user name format
        account.follows_login = False
    if user_name and not account.follows_login:
        account.pushed["login"] = user_name
    if user_name and user_name != account.user_name:
        return Said("okta", "silent", f"{words}; the user name in the app is still {user_name}")
    profile = app_user.get("profile") or {}
    wanted = {target: account.pushed[name] for target, name in scene.mapping.items() if name in account.pushed}
    old = [target for target, value in wanted.items() if target in profile and profile[target] != value]
    if old:
        return Said("okta", "silent", f"{words}; {', '.join(old)} not updated yet")
    return Said("okta", "agrees", words)


def _failed(words: str, *, is_old: bool) -> Said:
    """An error in Okta's record; one that was there before the step may be replaced soon."""
    return Said("okta", "silent", f"{words}; {_STALE}") if is_old else Said("okta", "disagrees", words, final=True)


async def unassigned(scene: Scene) -> Said:
    """The app user is gone."""
    app_user = await directory.get_app_user(scene.okta, scene.app.id, scene.account.user_id)
    if app_user is None:
        return Said("okta", "agrees", "the app user is gone (404)")
    if app_user.get("scope") == "GROUP":
        return Said("okta", "disagrees", "the user has the app through a group", final=True, meaning=_THROUGH_GROUP)
    return Said("okta", "silent", "the user still has the app")


async def deactivated(scene: Scene) -> Said:
    """The user is deprovisioned and has lost the app."""
    user = await directory.find_user(scene.okta, scene.account.user_id)
    if user is None or user.get("status") != "DEPROVISIONED":
        return Said("okta", "silent", f"the user is {user.get('status') if user else 'gone'}")
    gone = await unassigned(scene)
    return Said("okta", gone.answer, f"DEPROVISIONED, {gone.words}")


async def deleted(scene: Scene) -> Said:
    """The user is gone."""
    if await directory.find_user(scene.okta, scene.account.user_id) is None:
        return Said("okta", "agrees", "the user is gone (404)")
    return Said("okta", "silent", "the user is still there")


async def pushed(scene: Scene) -> Said:
    """The push mapping is active and shows no error."""
    for mapping in await push.list_push_mappings(scene.okta, scene.app.id):
        if mapping["sourceGroupId"] == scene.group.group_id:
            outcome = push_outcome(mapping, fresh=True)
            scene.group.erred = outcome.state == "failed"
            if scene.group.erred:
                words = f"{outcome.evidence}, {scene.okta.mask(outcome.reason or 'no reason given')}"
                return _failed(words, is_old=scene.group.had_erred)
            return Said("okta", "agrees" if outcome.state == "provisioned" else "silent", outcome.evidence)
    return Said("okta", "silent", "there is no push mapping")


async def unpushed(scene: Scene) -> Said:
    """The push mapping is gone."""
    mappings = await push.list_push_mappings(scene.okta, scene.app.id)
    if any(one["sourceGroupId"] == scene.group.group_id for one in mappings):
        return Said("okta", "silent", "the push mapping is still there")
    return Said("okta", "agrees", "the push mapping is gone")


OKTA_SIDES: Mapping[str, Callable[[Scene], Awaitable[Said]]] = {
    side.__name__: side for side in (provisioned, unassigned, deactivated, deleted, pushed, unpushed)
}
