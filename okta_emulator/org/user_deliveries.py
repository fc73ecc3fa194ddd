"""Background jobs that carry a user's account to an app's SCIM server (OB-270 to OB-285).

Each job reads the org when it runs, so it sends the current data. A job carries data that may no longer exist
then, such as an ended assignment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from okta_emulator.core.records import App, AppUser, Json, MappingProperties, User
from okta_emulator.org import mappings, schema, server_ids, tasks
from okta_emulator.org.deliveries import Operation, Settle, Targets, deliver
from okta_emulator.org.events import Cause, app_entity, app_user_entity, user_entity
from okta_emulator.org.group_deliveries import sync_groups_of
from okta_emulator.org.provisioning import Provisioning, delivers, provisioning_of
from okta_emulator.org.state import Org
from okta_emulator.scim_client import users
from okta_emulator.scim_client.connection import Person
from okta_emulator.scim_client.outcome import Outcome

_CONFLICT_SECONDS = 1800.0
_CONFLICT_ATTEMPTS = 10  # our choice: no source says when it ends


@dataclass(frozen=True)
class ProvisionUser:
    """Create or link the account of an assigned user."""

    cause: Cause
    app_id: str
    user_id: str
    attempt: int = 1

    async def run(self, org: Org) -> None:
        """Send the requests, write the outcome to the assignment, and sync the user's pushed groups.

        If the assignment ends while the account is being created, the account is deactivated (our choice). Whether a
        conflict is tried again by itself is a switch (OB-319); a retry by an administrator restarts the half hour and
        the count.
        """
        assigned = _assigned(org, self.app_id, self.user_id)
        if assigned is None or (assigned.app_user["externalId"] is not None and not assigned.failed):
            return
        create = "create" in assigned.provisioning.to_app
        person = assigned.person(org)
        earlier = server_ids.known(org, self.app_id, "Users", person.user_name)
        owner_of = partial(server_ids.other_owner, org, self.app_id, self.user_id)
        operation = partial(users.create_or_link, person=person, create=create, earlier=earlier, owner_of=owner_of)
        outcome = await _deliver(org, self.cause, assigned, operation, partial(_settle, org, assigned, "provision"))
        if outcome.ok and org.store.app_users.get(self.app_id, self.user_id) is None:  # the assignment has ended
            ended: AppUser = {**assigned.app_user, "externalId": outcome.external_id}
            deactivate_user(org, self.cause, assigned.app, assigned.user, ended)
        repeats = outcome.conflict and org.switches.conflict_retry == "half_hour"
        if repeats and self.attempt < _CONFLICT_ATTEMPTS:
            again = replace(self, attempt=self.attempt + 1)
            org.jobs.later(again, _CONFLICT_SECONDS, (ProvisionUser, self.app_id, self.user_id))
        sync_groups_of(org, self.cause, self.app_id, self.user_id)


@dataclass(frozen=True)
class PushProfile:
    """Push the profile of a user who has an account, where Update User Attributes is on."""

    cause: Cause
    app_id: str
    user_id: str

    async def run(self, org: Org) -> None:
        """Send it and write the outcome to the assignment."""
        assigned = _assigned(org, self.app_id, self.user_id)
        if assigned is None or "update" not in assigned.provisioning.to_app:
            return
        external_id = assigned.app_user["externalId"]
        if external_id is not None:
            operation = partial(users.update, person=assigned.person(org), external_id=external_id)
            await _deliver(org, self.cause, assigned, operation, partial(_settle, org, assigned, "profile"))


@dataclass(frozen=True)
class PushPassword:
    """Push a password that was set in Okta to the account of a user, where Sync Password is on."""

    cause: Cause
    app_id: str
    user_id: str
    password: str

    async def run(self, org: Org) -> None:
        """Send it."""
        assigned = _assigned(org, self.app_id, self.user_id)
        if assigned is None or "sync_password" not in assigned.provisioning.to_app:
            return
        external_id = assigned.app_user["externalId"]
        if external_id is not None:
            operation = partial(users.push_password, external_id=external_id, password=self.password)
            await _deliver(org, self.cause, assigned, operation, partial(_settle_password, org, assigned))


@dataclass(frozen=True)
class DeactivateUser:
    """Deactivate the account of a user whose assignment has ended."""

    cause: Cause
    app_id: str
    user: User
    app_user: AppUser
    external_id: str

    async def run(self, org: Org) -> None:
        """Send it, unless the user has been assigned again or provisioning has been switched off."""
        app, user_id = org.store.apps.get(self.app_id), self.user["id"]
        if app is None or not delivers(org, app) or org.store.app_users.get(self.app_id, user_id):
            self._forget(org)
            return
        operation = partial(users.deactivate, external_id=self.external_id, okta_id=user_id)
        targets = _targets(app, self.user, self.app_user)
        await deliver(org, self.cause, app, operation, targets, settle=partial(self._settle, org, app))

    def _settle(self, org: Org, app: App, outcome: Outcome) -> None:
        tasks.settle(org, app, "deprovision", self.user, outcome)
        self._forget(org)

    def _forget(self, org: Org) -> None:
        """Forget the ended assignment, if it is this one: the user may have been assigned and unassigned again."""
        ended = org.store.ended.get(self.app_id, self.user["id"])
        if ended is not None and ended["app_user"]["app_user_id"] == self.app_user["app_user_id"]:
            org.store.ended.delete(self.app_id, self.user["id"])


def deactivate_user(org: Org, cause: Cause, app: App, user: User, app_user: AppUser) -> None:
    """Deactivate the account of an ended assignment in the background, where Deactivate Users is on."""
    external_id = app_user["externalId"]
    if external_id is not None and "deactivate" in provisioning_of(org, app["id"]).to_app:
        org.store.ended.put(app["id"], user["id"], {"user": user, "app_user": app_user})
        org.jobs.submit(DeactivateUser(cause, app["id"], user, app_user, external_id))
    else:  # a killed org may have noted it; turning the feature on later deactivates no one
        org.store.ended.delete(app["id"], user["id"])


def app_profile(mapping: MappingProperties, user: User, app_user: AppUser) -> Json:
    """The app user's profile in the names of the app's schema: the mapped profile, with attributes set manually."""
    return schema.mapped_profile(mapping, user["profile"]) | app_user["profile"]


class _Assigned(NamedTuple):
    """A user who is assigned to an app whose changes reach the SCIM server."""

    app: App
    user: User
    app_user: AppUser
    provisioning: Provisioning

    @property
    def failed(self) -> bool:
        """Whether the account was never provisioned for this assignment because that failed."""
        return self.app_user["status"] == "STAGED" and self.app_user["syncState"] == "ERROR"

    @property
    def targets(self) -> Targets:
        """The entities of the events."""
        return _targets(self.app, self.user, self.app_user)

    def person(self, org: Org) -> Person:
        """The user as the SCIM client sends them."""
        profile = app_profile(mappings.to_app(org, self.app["id"]), self.user, self.app_user)
        properties = org.store.schemas.get(self.app["id"]) or {}
        base = {name: value for name, value in profile.items() if name not in properties}
        custom = schema.custom_attributes(properties, profile)
        login = self.app_user["credentials"]["userName"]
        return Person(self.user["id"], login, schema.in_okta_names(base), custom, self._cleared(org, profile))

    def _cleared(self, org: Org, profile: Json) -> tuple[str, ...]:
        """The mapped attributes without a value, in Okta's names, if a push has to send them (OB-318)."""
        if org.switches.cleared_attributes == "kept":
            return ()
        mapped = mappings.to_app(org, self.app["id"])
        return tuple(schema.in_okta_names({name: None for name in mapped if name not in profile}))


def _assigned(org: Org, app_id: str, user_id: str) -> _Assigned | None:
    """The assignment, if there is still one and changes reach the server."""
    app, user = org.store.apps.get(app_id), org.store.users.get(user_id)
    app_user = org.store.app_users.get(app_id, user_id)
    if app is None or user is None or app_user is None:
        return None
    provisioning = provisioning_of(org, app_id)
    return _Assigned(app, user, app_user, provisioning) if delivers(org, app, provisioning) else None


async def _deliver(org: Org, cause: Cause, assigned: _Assigned, operation: Operation, settle: Settle) -> Outcome:
    app, provisioning = assigned.app, assigned.provisioning
    return await deliver(org, cause, app, operation, assigned.targets, provisioning, settle=settle)


def _present(org: Org, assigned: _Assigned) -> AppUser | None:
    """The assignment as it is now, if it hasn't ended; a new one of the same user has its own job."""
    app_user = org.store.app_users.get(assigned.app["id"], assigned.user["id"])
    is_same = app_user is not None and app_user["app_user_id"] == assigned.app_user["app_user_id"]
    return app_user if is_same else None


def _settle_password(org: Org, assigned: _Assigned, outcome: Outcome) -> None:
    if _present(org, assigned) is not None:
        tasks.settle(org, assigned.app, "password", assigned.user, outcome)


def _settle(org: Org, assigned: _Assigned, kind: tasks.TaskKind, outcome: Outcome) -> None:
    """Write an outcome to the assignment: PROVISIONED with the server's id, or an error to be cleared.

    An assignment whose provisioning failed has no id from the server, so ending it deactivates nothing, even if the
    account was reactivated before the failure (OB-294; a switch). syncState stays DISABLED on success, since these apps
    aren't profile sources (OB-088).
    """
    app_user = _present(org, assigned)
    if app_user is None:
        return
    tasks.settle(org, assigned.app, kind, assigned.user, outcome)
    now = org.now()
    app_user["lastUpdated"] = now
    if not outcome.ok:
        app_user["syncState"] = "ERROR"
        if org.switches.failed_reprovision == "deactivate":
            app_user["externalId"] = app_user["externalId"] or outcome.found
    else:
        if app_user["status"] != "PROVISIONED":
            app_user["status"] = "PROVISIONED"
            app_user["statusChanged"] = now
        app_user["syncState"] = "DISABLED"
        app_user["lastSync"] = now
        app_user["externalId"] = outcome.external_id or app_user["externalId"]
        login = app_user["credentials"]["userName"]
        server_ids.note(org, assigned.app["id"], "Users", login, app_user["externalId"])
        server_ids.note_owner(org, assigned.app["id"], assigned.user["id"], app_user["externalId"])
    org.store.app_users.put(assigned.app["id"], assigned.user["id"], app_user)


def _targets(app: App, user: User, app_user: AppUser) -> Targets:
    return {
        "AppUser": app_user_entity(app_user, user),
        "AppInstance": app_entity(app),
        "User": user_entity(user),
    }
