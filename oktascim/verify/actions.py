"""What each step does in Okta, and the expected state of the account or the group afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping

from oktascim.okta import directory, people, push
from oktascim.plan.membership import give_pushes, give_user
from oktascim.plan.targets import Target
from oktascim.secret_text import SecretStr
from oktascim.verify.scene import Scene

DESCRIPTION = "Created by oktascim verify, and deleted at the end of the run."

StepAction = Callable[[Scene], Awaitable[None]]


async def assign(scene: Scene) -> None:
    """Create the user, unless one was given, and assign the app."""
    account = scene.account
    if not account.existing:
        account.profile = {
            "firstName": "Verify",
            "lastName": f"Oktascim-{scene.run}",
            "email": f"first.{account.login}",
            "login": account.login,
        }
        account.begun = True
        password = SecretStr(f"{secrets.token_urlsafe(18)}aA1!")
        account.user_id = (await people.create_user(scene.okta, account.profile, password))["id"]
    await give_user(scene.okta, scene.app.id, Target(account.login, account.user_id))
    sent = {name: account.profile[name] for name in ("firstName", "lastName", "email") if account.profile.get(name)}
    account.push({"login": account.login, **_pushed(scene, sent)})
    account.set_active(True)


async def change_name(scene: Scene) -> None:
    """Change the user's first and last name."""
    await _change(scene, {"firstName": "Verified", "lastName": f"Renamed-{scene.run}"})


async def change_attributes(scene: Scene) -> None:
    """Set every other mapped attribute."""
    await _change(scene, {name: scene.value_of(name) for name in scene.attributes})


async def empty_attributes(scene: Scene) -> None:
    """Clear these attributes again, except the email address, which every user has."""
    account = scene.account
    names = [name for name in scene.attributes if name != "email"]
    await people.change_profile(scene.okta, account.user_id, dict.fromkeys(names))
    account.forget(names)


async def rename_login(scene: Scene) -> None:
    """Rename the login, and the user name in the app if it doesn't follow the login."""
    account = scene.account
    renamed = account.renamed
    await people.change_profile(scene.okta, account.user_id, {"login": renamed})
    account.login = account.profile["login"] = renamed
    account.push({"login": renamed})
    app_user = await directory.get_app_user(scene.okta, scene.app.id, account.user_id)
    if app_user and (app_user.get("credentials") or {}).get("userName") != renamed:
        await people.rename_app_user(scene.okta, scene.app.id, account.user_id, renamed)


async def push_group(scene: Scene) -> None:
    """Create a group with its members, and push it."""
    group = scene.group
    group.begun = True
    group.push("name", "members")
    group.group_id = (await people.create_group(scene.okta, group.name, DESCRIPTION))["id"]
    for account in group.people:
        await people.add_member(scene.okta, group.group_id, account.user_id)
    await give_pushes(scene.okta, scene.app.id, (Target(group.name, group.group_id, group.name),))


async def remove_member(scene: Scene) -> None:
    """Remove the user from the group."""
    await people.remove_member(scene.okta, scene.group.group_id, scene.account.user_id)
    scene.group.people.remove(scene.account)
    _move_member(scene, "the user wasn't in the group on the SCIM server", scene.group.lost)


async def add_member(scene: Scene) -> None:
    """Add the user to the group again."""
    await people.add_member(scene.okta, scene.group.group_id, scene.account.user_id)
    scene.group.people.append(scene.account)
    _move_member(scene, "the user was still in the group on the SCIM server", scene.group.extra)


async def rename_group(scene: Scene) -> None:
    """Rename the group."""
    renamed = scene.group.renamed
    await people.rename_group(scene.okta, scene.group.group_id, renamed, DESCRIPTION)
    scene.group.name = renamed
    scene.group.push("name")


async def delete_group(scene: Scene) -> None:
    """Stop pushing and delete the app's group; the Okta group stays until the clean-up."""
    group = scene.group
    for mapping in await push.list_push_mappings(scene.okta, scene.app.id):
        if mapping["sourceGroupId"] == group.group_id:
            await push.delete_push_mapping(scene.okta, scene.app.id, mapping["id"], delete_target=True)
    group.exists = False
    group.no_change = f"the SCIM server hasn't had the group since {group.gone_since}" if group.gone_since else ""


async def deactivate(scene: Scene) -> None:
    """Deactivate the user in Okta, as when an employee leaves."""
    await people.deactivate_user(scene.okta, scene.account.user_id)
    scene.account.set_active(False)


async def reactivate(scene: Scene) -> None:
    """Activate the user and assign the app again: a direct assignment doesn't come back automatically."""
    account = scene.account
    await people.activate_user(scene.okta, account.user_id)
    await give_user(scene.okta, scene.app.id, Target(account.login, account.user_id))
    account.set_active(True)


async def unassign(scene: Scene) -> None:
    """Unassign the app from the user."""
    await directory.unassign_user(scene.okta, scene.app.id, scene.account.user_id)
    scene.account.set_active(False)


async def delete(scene: Scene) -> None:
    """Deactivate and delete the user."""
    await people.deactivate_user(scene.okta, scene.account.user_id)
    await people.delete_user(scene.okta, scene.account.user_id)


def _move_member(scene: Scene, no_change: str, already: Collection[str]) -> None:
    """Record a change of the user's membership, which proves nothing if the server had it before."""
    group, member = scene.group, scene.account.external_id
    group.no_change = no_change if member in already else ""
    group.lost -= {member}
    group.extra -= {member}
    group.push("members")


async def _change(scene: Scene, values: Mapping[str, str]) -> None:
    account = scene.account
    if account.existing:
        account.before = {name: account.profile.get(name) for name in values} | account.before
    await people.change_profile(scene.okta, account.user_id, values)
    account.profile |= values
    account.push(_pushed(scene, values))


def _pushed(scene: Scene, profile: Mapping[str, str]) -> dict[str, str]:
    return {name: profile[name] for name in scene.mapping.values() if profile.get(name) and name != "login"}


_USER_ACTIONS: tuple[StepAction, ...] = (
    assign,
    change_name,
    change_attributes,
    empty_attributes,
    rename_login,
    deactivate,
    reactivate,
    unassign,
    delete,
)
_GROUP_ACTIONS: tuple[StepAction, ...] = (push_group, remove_member, add_member, rename_group, delete_group)
STEP_ACTIONS: Mapping[str, StepAction] = {action.__name__: action for action in (*_USER_ACTIONS, *_GROUP_ACTIONS)}
