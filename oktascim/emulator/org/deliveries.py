"""Background jobs that carry changes to an app's SCIM server, and what the org remembers and logs of them.

Each job reads the org anew when its turn comes, so that it sends what is true then. What a job needs of something that
is gone by then (an ended assignment) it gets with it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict

import httpx

from oktascim.emulator.org import mappings, schema
from oktascim.emulator.org.events import Cause, app_entity, app_user_entity, group_entity, user_entity
from oktascim.emulator.org.provisioning import Provisioning, delivers, provisioning_of, scim_connection
from oktascim.emulator.org.state import Org
from oktascim.emulator.provisioner import groups, users
from oktascim.emulator.provisioner.model import Connection, Member, Outcome, Person
from oktascim.emulator.provisioner.retry import MAX_ATTEMPTS, facts_to_log, next_delay
from oktascim.emulator.store import Record

Operation = Callable[[Connection, httpx.AsyncClient], Awaitable[Outcome]]
Targets = dict[str, Record]


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


def sync_groups_of(org: Org, cause: Cause, app_id: str, user_id: str) -> None:
    """Bring the app's pushed groups that hold this user in line."""
    for mapping in org.store.push_mappings.named(app_id):
        if org.store.members.get(mapping["sourceGroupId"], user_id) is not None:
            sync_group(org, cause, app_id, mapping["id"])


def sync_pushed_group(org: Org, cause: Cause, group_id: str) -> None:
    """Bring a group in line wherever it is pushed."""
    for mapping_id, mapping in org.store.push_mappings.each():
        if mapping["sourceGroupId"] == group_id:
            sync_group(org, cause, mapping["app_id"], mapping_id)


def sync_group(org: Org, cause: Cause, app_id: str, mapping_id: str) -> None:
    """Bring a pushed group on the SCIM server in line with its source: there, named so, with these members."""

    async def job() -> None:
        app, mapping = org.store.apps.get(app_id), org.store.push_mappings.get(mapping_id)
        if app is None or mapping is None or mapping["status"] != "ACTIVE" or not delivers(org, app):
            return
        source = org.store.groups.get(mapping["sourceGroupId"])
        if source is None:
            return
        members = _members(org, app_id, source["id"])
        name = mapping["target_name"]
        operation = _group_operation(mapping, name, members)
        if operation is None:
            return
        outcome = await deliver(org, cause, app, operation, _group_targets(org, app, mapping, source))
        current = org.store.push_mappings.get(mapping_id)
        if current is None:
            return
        with org.store.transaction():
            done = {"pushed": members, "pushed_name": name, "external_id": outcome.external_id, "status": "ACTIVE"}
            failed = {"status": "ERROR"} if mapping["external_id"] is None else {}
            changed = current | (done if outcome.ok else failed) | {"lastPush": org.now()}
            org.store.push_mappings.put(mapping_id, changed, name=app_id)

    org.jobs.submit(app_id, job)


def delete_pushed_group(org: Org, cause: Cause, app: Record, mapping: Record) -> None:
    """Delete a group on the SCIM server that is no longer pushed."""
    if mapping["external_id"] is None:
        return
    source = org.store.groups.get(mapping["sourceGroupId"])
    targets = _group_targets(org, app, mapping, source)

    async def operation(connection: Connection, http: httpx.AsyncClient) -> Outcome:
        return await groups.delete_group(connection, mapping["external_id"], mapping["target_name"], http)

    async def job() -> None:
        current = org.store.apps.get(app["id"])
        if current is not None and delivers(org, current):
            await deliver(org, cause, current, operation, targets)

    org.jobs.submit(app["id"], job)


async def deliver(
    org: Org,
    cause: Cause,
    app: Record,
    operation: Operation,
    targets: Targets,
    provisioning: Provisioning | None = None,
    *,
    retried: bool = True,
) -> Outcome:
    """Run one operation against the app's SCIM server, as often as Okta would, and keep and log what happened.

    Args:
        org: the org.
        cause: who caused it; the events get a JOB transaction of their own.
        app: the app.
        operation: what to do.
        targets: the entities of the events by their type.
        provisioning: the connection to use; None means the saved one.
        retried: whether a 429 leads to further attempts.
    """
    job = cause.as_job(org.ids)
    connection = scim_connection(org, app, provisioning or provisioning_of(org, app["id"]))
    attempt = 1 if retried else MAX_ATTEMPTS
    while True:
        outcome = await operation(connection, org.jobs.http)
        _keep(org, job, app, outcome, attempt, targets)
        delay = next_delay(outcome, attempt)
        if delay is None:
            return outcome
        await org.jobs.wait(delay)
        attempt += 1


def _keep(org: Org, job: Cause, app: Record, outcome: Outcome, attempt: int, targets: Targets) -> None:
    facts = facts_to_log(outcome, attempt)
    debug = {"appname": app["name"]}
    with org.store.transaction():
        for fact in facts:
            org.events.write(
                job,
                fact.event_type,
                fact.display_message,
                [targets[kind] for kind in fact.targets if kind in targets],
                result=fact.result,
                reason=fact.reason,
                severity=fact.severity,
                legacy=fact.legacy_event_type,
                debug=debug,
            )
        for exchange in outcome.exchanges:
            org.store.add_exchange(
                app["id"],
                asdict(exchange)
                | {"app_id": app["id"], "transaction_id": job.transaction_id}
                | {"events": [fact.event_type for fact in facts]},
            )


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

    syncState stays DISABLED on success, since these apps are no profile sources (facts/okta-api.md 5.3).
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


def _members(org: Org, app_id: str, group_id: str) -> Record:
    """Okta user id to (the server's id, user name) of the members that are provisioned in the app (4.1)."""
    found: Record = {}
    for user_id, _ in org.store.members.from_source(group_id):
        assignment = org.store.app_users.get(app_id, user_id)
        if assignment is not None and assignment["externalId"] is not None:
            found[user_id] = [assignment["externalId"], assignment["credentials"]["userName"]]
    return found


def _group_operation(mapping: Record, name: str, members: Record) -> Operation | None:
    """What brings the group in line, or None when it is."""
    external_id, pushed = mapping["external_id"], mapping["pushed"]
    if external_id is None:
        return lambda connection, http: groups.create_or_link_group(connection, name, _sent(members), http)
    added = _sent({key: value for key, value in members.items() if key not in pushed})
    removed = _sent({key: value for key, value in pushed.items() if key not in members})
    if added or removed:
        return lambda connection, http: groups.change_members(connection, external_id, name, added, removed, http)
    if name != mapping["pushed_name"]:
        return lambda connection, http: groups.rename_group(connection, external_id, name, http)
    return None


def _sent(members: Record) -> list[Member]:
    return [Member(value, display) for value, display in members.values()]


def _user_targets(app: Record, user: Record, assignment: Record) -> Targets:
    return {
        "AppUser": app_user_entity(assignment, user),
        "AppInstance": app_entity(app),
        "User": user_entity(user),
    }


def _group_targets(org: Org, app: Record, mapping: Record, source: Record | None) -> Targets:
    target = org.store.groups.get(mapping["targetGroupId"])
    found = {"AppInstance": app_entity(app)}
    found |= {"AppGroup": group_entity(target)} if target else {}
    return found | ({"UserGroup": group_entity(source)} if source else {})
