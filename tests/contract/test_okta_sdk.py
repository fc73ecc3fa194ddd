"""Okta's own Python SDK as an independent client of the emulator: it sends its requests and parses the answers.

The SDK refuses http org URLs, unless its own environment variable for tests says otherwise.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from tests.support.emulated import Emulated, emulated

Sdk = Any
Scene = Callable[[Sdk, Any], Awaitable[None]]


@pytest.fixture(scope="module")
def running() -> Iterator[Emulated]:
    with emulated(connections_api="accept", rate_limits="workforce") as org:
        yield org


@pytest.fixture(autouse=True)
def http_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKTA_TESTING_TESTINGDISABLEHTTPSCHECK", "true")


@pytest.fixture
def play(running: Emulated) -> Callable[[Scene], None]:
    """Runs a scene with a client of the SDK and its models."""
    from okta import models
    from okta.client import Client

    config = {
        "orgUrl": running.org.url,
        "token": running.org.token,
        "rateLimit": {"maxRetries": 0},
    }

    def run(scene: Scene) -> None:
        running.reset()
        asyncio.run(scene(Client(config), models))

    return run


async def good(call: Awaitable[Any]) -> Any:
    """The result of an SDK call that must not fail."""
    result, *_, error = await call
    assert error is None, error
    return result


async def refused(call: Awaitable[Any]) -> Any:
    """The error of an SDK call that must fail."""
    *_, error = await call
    assert error is not None
    return error


def bookmark(models: Any, label: str) -> Any:
    settings = models.BookmarkApplicationSettings(
        app=models.BookmarkApplicationSettingsApplication(url="https://example.com", request_integration=False)
    )
    return models.BookmarkApplication(label=label, name="bookmark", sign_on_mode="BOOKMARK", settings=settings)


def person(models: Any, first: str) -> Any:
    login = f"{first.lower()}@acme.example"
    profile = models.UserProfile(first_name=first, last_name="Lovelace", email=login, login=login)
    return models.CreateUserRequest(profile=profile)


def test_apps(play: Callable[[Scene], None]) -> None:
    async def scene(sdk: Sdk, models: Any) -> None:
        app = await good(sdk.create_application(bookmark(models, "Wiki")))
        assert (app.label, app.status, app.features) == ("Wiki", "ACTIVE", [])
        found = await good(sdk.list_applications(q="Wi"))
        assert [one.id for one in found] == [app.id]
        assert (await refused(sdk.delete_application(app.id))).error_code == "E0000056"
        await good(sdk.deactivate_application(app.id))
        renamed = bookmark(models, "Handbook")
        assert (await good(sdk.replace_application(app.id, renamed))).status == "INACTIVE"
        await good(sdk.delete_application(app.id))
        assert (await refused(sdk.get_application(app.id))).error_code == "E0000007"

    play(scene)


def test_pages_of_apps_are_followed(play: Callable[[Scene], None]) -> None:
    from okta.pagination import PaginationHelper

    async def scene(sdk: Sdk, models: Any) -> None:
        for number in range(5):
            await good(sdk.create_application(bookmark(models, f"App {number}")))
        labels: list[str] = []
        after: str | None = None
        for _ in range(3):
            page, response, error = await sdk.list_applications(limit=2, after=after)
            assert error is None, error
            labels += [app.label for app in page]
            after = PaginationHelper.extract_next_cursor(response.headers)
        assert after is None
        assert sorted(labels) == [f"App {number}" for number in range(5)]

    play(scene)


def test_people_and_groups(play: Callable[[Scene], None]) -> None:
    async def scene(sdk: Sdk, models: Any) -> None:
        user = await good(sdk.create_user(person(models, "Ada"), activate=False))
        assert user.status == "STAGED"
        await good(sdk.activate_user(user.id, send_email=False))
        assert (await good(sdk.get_user("ada@acme.example"))).status == "PROVISIONED"
        group = await good(
            sdk.add_group(models.AddGroupRequest(profile=models.OktaUserGroupProfile(name="Engineering")))
        )
        await good(sdk.assign_user_to_group(group.id, user.id))
        assert [one.id for one in await good(sdk.list_group_users(group.id))] == [user.id]
        await good(sdk.deactivate_user(user.id))
        await good(sdk.delete_user(user.id))
        await good(sdk.delete_group(group.id))
        assert (await refused(sdk.get_user(user.id))).error_code == "E0000007"

    play(scene)


def test_assignments(play: Callable[[Scene], None]) -> None:
    async def scene(sdk: Sdk, models: Any) -> None:
        app = await good(sdk.create_application(bookmark(models, "Wiki")))
        user = await good(sdk.create_user(person(models, "Ada")))
        assigned = await good(
            sdk.assign_user_to_application(app.id, models.AppUserAssignRequest(id=user.id, scope="USER"))
        )
        assert (assigned.status, assigned.external_id) == ("ACTIVE", None)
        assert [one.id for one in await good(sdk.list_application_users(app.id))] == [user.id]
        group = await good(
            sdk.add_group(models.AddGroupRequest(profile=models.OktaUserGroupProfile(name="Engineering")))
        )
        body = models.ApplicationGroupAssignment()
        assert (await good(sdk.assign_group_to_application(app.id, group.id, body))).priority == 0
        await good(sdk.unassign_user_from_application(app.id, user.id))

    play(scene)


def test_connections_and_features(play: Callable[[Scene], None], running: Emulated, scim_url: str) -> None:
    async def scene(sdk: Sdk, models: Any) -> None:
        plain = await good(sdk.create_application(bookmark(models, "Wiki")))
        connection = await good(sdk.get_default_provisioning_connection_for_application(plain.id))
        assert connection.status == "UNKNOWN"
        assert (await refused(sdk.list_features_for_application(plain.id))).error_code == "E0000001"

        template = running.app("scim2testapp", "Template")
        profile = models.ProvisioningConnectionTokenRequestProfile(auth_scheme="TOKEN", token="scim-secret-4711")
        request = models.UpdateDefaultProvisioningConnectionForApplicationRequest(
            models.ProvisioningConnectionTokenRequest(base_url=scim_url, profile=profile)
        )
        update = sdk.update_default_provisioning_connection_for_application
        assert (await good(update(template["id"], request, activate=True))).status == "ENABLED"
        features = await good(sdk.list_features_for_application(template["id"]))
        assert [feature.name for feature in features] == ["USER_PROVISIONING", "INBOUND_PROVISIONING"]

    play(scene)


def test_logs(play: Callable[[Scene], None], running: Emulated) -> None:
    async def scene(sdk: Sdk, models: Any) -> None:
        app = await good(sdk.create_application(bookmark(models, "Wiki")))
        running.call("POST", "/_emulator/seed", {"events": 25, "app_id": app.id})
        text = f'target.id eq "{app.id}" and eventType sw "application.provision"'
        events = await good(sdk.list_log_events(filter=text, limit=10))
        assert len(events) == 10
        assert {target.type for event in events for target in event.target} == {"AppUser", "User", "AppInstance"}

    play(scene)


def test_a_wrong_token_is_refused(running: Emulated) -> None:
    from okta.client import Client

    config = {"orgUrl": running.org.url, "token": "00wrong"}

    async def scene() -> None:
        error = await refused(Client(config).list_applications())
        assert (error.status, error.error_code) == (401, "E0000011")

    asyncio.run(scene())
