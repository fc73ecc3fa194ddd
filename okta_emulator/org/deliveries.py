"""Carries one operation to an app's SCIM server, and keeps and logs what happened."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict

import httpx

from okta_emulator.core.store import Record
from okta_emulator.org.events import Cause
from okta_emulator.org.provisioning import Provisioning, provisioning_of, scim_connection
from okta_emulator.org.state import Org
from okta_emulator.scim_client.connection import Connection
from okta_emulator.scim_client.outcome import Outcome
from okta_emulator.scim_client.retry import MAX_ATTEMPTS, facts_to_log, next_delay

Operation = Callable[[Connection, httpx.AsyncClient], Awaitable[Outcome]]
Targets = dict[str, Record]


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
