"""What an org answers to Okta's own SDK: the same tests for the emulator and for a live org.

They run against the emulator, or with OKTASCIM_CONTRACT=live against the org that OKTA_CLIENT_ORGURL and
OKTA_CLIENT_TOKEN name. Names are unique, and what a test makes it takes away again.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.support.emulated import Emulated, emulated

LIVE = os.environ.get("OKTASCIM_CONTRACT") == "live"
LIVE_SECONDS = 15  # how long Okta's own tests wait for a group rule

Sdk = Any


@pytest.fixture(scope="module")
def running() -> Iterator[Emulated | None]:
    """The emulated org, or None for the live one."""
    if LIVE:
        yield None
        return
    with emulated() as org:
        yield org


@pytest.fixture(autouse=True)
def http_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKTA_TESTING_TESTINGDISABLEHTTPSCHECK", "false" if LIVE else "true")


class Scene:
    """A client of one test, which cleans up what it makes."""

    def __init__(self, running: Emulated | None, stack: AsyncExitStack) -> None:
        from okta import models
        from okta.client import Client

        self._running, self._stack = running, stack
        self.models = models
        self.sdk: Sdk = Client({"orgUrl": running.org.url, "token": running.org.token} if running else {})
        self.mark = f"contract-{secrets.token_hex(4)}"

    def later(self, call: Callable[..., Awaitable[Any]], *arguments: str) -> None:
        self._stack.push_async_callback(call, *arguments)

    async def background(self) -> None:
        """Wait until the org has done what it does in the background."""
        if self._running:
            await asyncio.to_thread(self._running.settle)
        else:
            await asyncio.sleep(LIVE_SECONDS)

    async def user(self, *, active: bool = True) -> Any:
        login = f"{self.mark}-{secrets.token_hex(2)}@example.com"
        profile = self.models.UserProfile(first_name="Con", last_name=self.mark, email=login, login=login)
        password = self.models.PasswordCredential(value="Correct-Horse-" + secrets.token_hex(4))
        credentials = self.models.UserCredentialsWritable(password=password)
        body = self.models.CreateUserRequest(profile=profile, credentials=credentials)
        user = await good(self.sdk.create_user(body, activate=active))
        self.later(self.sdk.delete_user, user.id)
        self.later(self.sdk.deactivate_user, user.id)
        return user

    async def group(self, name: str = "") -> Any:
        profile = self.models.OktaUserGroupProfile(name=f"{self.mark}{name}")
        group = await good(self.sdk.add_group(self.models.AddGroupRequest(profile=profile)))
        self.later(self.sdk.delete_group, group.id)
        return group

    async def bookmark(self) -> Any:
        shown = self.models.BookmarkApplicationSettingsApplication(url="https://example.com", request_integration=False)
        settings = self.models.BookmarkApplicationSettings(app=shown)
        body = self.models.BookmarkApplication(
            label=self.mark, name="bookmark", sign_on_mode="BOOKMARK", settings=settings
        )
        app = await good(self.sdk.create_application(body))
        self.later(self.sdk.delete_application, app.id)
        self.later(self.sdk.deactivate_application, app.id)
        return app


async def good(call: Awaitable[Any]) -> Any:
    """The result of a call that must not fail."""
    result, *_, error = await call
    assert error is None, error
    return result


async def refused(call: Awaitable[Any]) -> str:
    """The error code of a call that must fail."""
    *_, error = await call
    assert error is not None
    code: str = error.error_code
    return code


def contract(body: Callable[[Scene], Awaitable[None]]) -> Callable[[Emulated | None], None]:
    """A test of the body with a scene of its own."""

    def test(running: Emulated | None) -> None:
        async def run() -> None:
            async with AsyncExitStack() as stack:
                await body(Scene(running, stack))

        asyncio.run(run())

    return test


@contract
async def test_a_users_lifecycle(made: Scene) -> None:
    user = await made.user(active=False)
    assert user.status == "STAGED"
    assert await refused(made.sdk.suspend_user(user.id)) in ("E0000001", "E0000038")
    await good(made.sdk.activate_user(user.id, send_email=False))
    await good(made.sdk.suspend_user(user.id))
    assert (await good(made.sdk.get_user(user.id))).status == "SUSPENDED"
    await good(made.sdk.unsuspend_user(user.id))
    assert (await good(made.sdk.expire_password(user.id))).status == "PASSWORD_EXPIRED"
    assert await refused(made.sdk.unlock_user(user.id)) == "E0000032"


@contract
async def test_a_users_groups(made: Scene) -> None:
    user, group = await made.user(), await made.group()
    await good(made.sdk.assign_user_to_group(group.id, user.id))
    names = {one.profile.actual_instance.name for one in await good(made.sdk.list_user_groups(user.id))}
    assert {"Everyone", made.mark} <= names


@contract
async def test_a_group_rule_takes_effect(made: Scene) -> None:
    user, group, models = await made.user(), await made.group(), made.models
    expression = models.GroupRuleExpression(type="urn:okta:expression:1.0", value=f'user.lastName=="{made.mark}"')
    body = models.CreateGroupRuleRequest(
        name=made.mark,
        type="group_rule",
        conditions=models.GroupRuleConditions(expression=expression),
        actions=models.GroupRuleAction(assignUserToGroups=models.GroupRuleGroupAssignment(groupIds=[group.id])),
    )
    rule = await good(made.sdk.create_group_rule(body))
    made.later(made.sdk.delete_group_rule, rule.id)
    made.later(made.sdk.deactivate_group_rule, rule.id)
    assert rule.status == "INACTIVE"
    await good(made.sdk.activate_group_rule(rule.id))
    await made.background()
    assert user.id in {one.id for one in await good(made.sdk.list_group_users(group.id))}


@contract
async def test_a_role_of_a_group(made: Scene) -> None:
    group, other, models = await made.group("a"), await made.group("b"), made.models
    wanted = models.AssignRoleToGroupRequest(actual_instance=models.StandardRoleAssignmentSchema(type="USER_ADMIN"))
    await good(made.sdk.assign_role_to_group(group.id, wanted))
    (role,) = await good(made.sdk.list_group_assigned_roles(group.id))
    role_id = role.actual_instance.id
    await good(made.sdk.assign_group_target_to_group_admin_role(group.id, role_id, other.id))
    assert [one.id for one in await good(made.sdk.list_group_targets_for_group_role(group.id, role_id))] == [other.id]
    await good(made.sdk.unassign_role_from_group(group.id, role_id))


@contract
async def test_a_user_type_has_a_schema(made: Scene) -> None:
    body = made.models.UserType(name=made.mark.replace("-", "_"), displayName=made.mark)
    user_type = await good(made.sdk.create_user_type(body))
    made.later(made.sdk.delete_user_type, user_type.id)
    schema = await good(made.sdk.get_user_schema(f"osc{user_type.id[3:]}"))
    assert schema.definitions.base.properties.login is not None


@contract
async def test_an_apps_keys(made: Scene) -> None:
    app = await made.bookmark()
    (shared,) = await good(made.sdk.list_application_keys(app.id))
    key = await good(made.sdk.generate_application_key(app.id, validity_years=2))
    assert {one.kid for one in await good(made.sdk.list_application_keys(app.id))} == {shared.kid, key.kid}


@contract
async def test_an_app_is_deactivated_before_it_is_deleted(made: Scene) -> None:
    app = await made.bookmark()
    assert await refused(made.sdk.delete_application(app.id)) == "E0000056"
    user = await made.user()
    body = made.models.AppUserAssignRequest(id=user.id, scope="USER")
    assigned = await good(made.sdk.assign_user_to_application(app.id, body))
    assert (assigned.status, assigned.sync_state, assigned.external_id) == ("ACTIVE", "DISABLED", None)


@contract
async def test_what_the_org_says_of_itself(made: Scene) -> None:
    assert (await good(made.sdk.get_org_settings())).status == "ACTIVE"
    kinds = {one.actual_instance.contact_type for one in await good(made.sdk.list_org_contact_types())}
    assert kinds == {"BILLING", "TECHNICAL"}
    (mapping,) = (await good(made.sdk.list_profile_mappings(limit=1)))[:1]
    assert "user" in (mapping.source.type, mapping.target.type)
