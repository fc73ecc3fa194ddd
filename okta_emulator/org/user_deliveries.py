"""Background jobs that carry a person's account to an app's SCIM server (OB-270 to OB-285).

Each job reads the org anew when its turn comes, so that it sends what is true then. What a job needs of something that
is gone by then (an ended assignment) it gets with it.
"""

from __future__ import annotations

import httpx

from okta_emulator.core.store import Record
from okta_emulator.org import mappings, schema
from okta_emulator.org.deliveries import Targets, deliver
from okta_emulator.org.events import Cause, app_entity, app_user_entity, user_entity
from okta_emulator.org.group_deliveries import sync_groups_of
from okta_emulator.org.provisioning import Provisioning, delivers, provisioning_of
from okta_emulator.org.state import Org
from okta_emulator.scim_client import users
from okta_emulator.scim_client.connection import Connection, Person
from okta_emulator.scim_client.outcome import Outcome


def provision_user(org: Org, cause: Cause, app_id: str, user_id: str) -> None:
    """Create or link the account of an assigned user."""

    async def job() -> None:
        found = _assigned(org, app_id, user_id)
        if found is None or found[2]["externalId"] is not None:
            return
        app, user, assignment, provisioning = found
        person = person_of(org, app, user, assignment)
        create = "create" in provisioning.to_app

        async def operation(connection: Connection, http: httpx.AsyncClient) -> Outcome:
            return await users.create_or_link(connection, person, http, create=create)

        outcome = await deliver(org, cause, app, operation, _user_targets(app, user, assignment))
        _settle(org, app_id, user_id, outcome)
        sync_groups_of(org, cause, app_id, user_id)

    org.jobs.submit(app_id, job)


def push_profile(org: Org, cause: Cause, app_id: str, user_id: str) -> None:
    """Push the profile of a user who has an account, where Update User Attributes is on."""

    async def job() -> None:
        found = _assigned(org, app_id, user_id)
        if found is None or found[2]["externalId"] is None or "update" not in found[3].to_app:
            return
        app, user, assignment, _ = found
        person = person_of(org, app, user, assignment)

        async def operation(connection: Connection, http: httpx.AsyncClient) -> Outcome:
            return await users.update(connection, person, assignment["externalId"], http)

        outcome = await deliver(org, cause, app, operation, _user_targets(app, user, assignment))
        _settle(org, app_id, user_id, outcome)

    org.jobs.submit(app_id, job)


def push_password(org: Org, cause: Cause, app_id: str, user_id: str, password: str) -> None:
    """Push a password that was set in Okta to the account of a user, where Sync Password is on."""

    async def job() -> None:
        found = _assigned(org, app_id, user_id)
        if found is None or found[2]["externalId"] is None or "sync_password" not in found[3].to_app:
            return
        app, user, assignment, _ = found

        async def operation(connection: Connection, http: httpx.AsyncClient) -> Outcome:
            return await users.push_password(connection, assignment["externalId"], password, http)

        await deliver(org, cause, app, operation, _user_targets(app, user, assignment))

    org.jobs.submit(app_id, job)


def deactivate_user(org: Org, cause: Cause, app: Record, user: Record, assignment: Record) -> None:
    """Deactivate the account of an ended assignment, where Deactivate Users is on."""
    if assignment["externalId"] is None or "deactivate" not in provisioning_of(org, app["id"]).to_app:
        return

    async def job() -> None:
        current = org.store.apps.get(app["id"])
        if current is None or not delivers(org, current) or org.store.app_users.get(app["id"], user["id"]):
            return

        async def operation(connection: Connection, http: httpx.AsyncClient) -> Outcome:
            return await users.deactivate(connection, assignment["externalId"], http, okta_id=user["id"])

        await deliver(org, cause, current, operation, _user_targets(current, user, assignment))

    org.jobs.submit(app["id"], job)


def person_of(org: Org, app: Record, user: Record, assignment: Record) -> Person:
    """The user as the app sees them: the mapped profile, and over it what was set by hand."""
    profile = app_profile(org, app, user, assignment)
    return Person(user["id"], assignment["credentials"]["userName"], schema.in_okta_names(profile))


def app_profile(org: Org, app: Record, user: Record, assignment: Record) -> Record:
    """The app user's profile in the names of the app's schema."""
    by_hand: Record = assignment["profile"]
    return schema.mapped_profile(mappings.to_app(org, app["id"]), user["profile"]) | by_hand


def _assigned(org: Org, app_id: str, user_id: str) -> tuple[Record, Record, Record, Provisioning] | None:
    """App, user, assignment and provisioning, if the user is still assigned and changes reach the server."""
    app, user = org.store.apps.get(app_id), org.store.users.get(user_id)
    assignment = org.store.app_users.get(app_id, user_id)
    if app is None or user is None or assignment is None or not delivers(org, app):
        return None
    return app, user, assignment, provisioning_of(org, app_id)


def _settle(org: Org, app_id: str, user_id: str, outcome: Outcome) -> None:
    """Write an outcome into the assignment: PROVISIONED with the server's id, or an error to be cleared.

    syncState stays DISABLED on success, since these apps are no profile sources (OB-088).
    """
    assignment = org.store.app_users.get(app_id, user_id)
    if assignment is None:
        return
    now = org.now()
    if not outcome.ok:
        changed = assignment | {"syncState": "ERROR", "lastUpdated": now}
    else:
        became = {} if assignment["status"] == "PROVISIONED" else {"status": "PROVISIONED", "statusChanged": now}
        changed = assignment | became | {"syncState": "DISABLED", "lastSync": now, "lastUpdated": now}
        changed["externalId"] = outcome.external_id or assignment["externalId"]
    org.store.app_users.put(app_id, user_id, changed)


def _user_targets(app: Record, user: Record, assignment: Record) -> Targets:
    return {
        "AppUser": app_user_entity(assignment, user),
        "AppInstance": app_entity(app),
        "User": user_entity(user),
    }
