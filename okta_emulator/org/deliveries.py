"""Carries one operation to an app's SCIM server, with retries, and stores and logs the result."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol

from okta_emulator.core.records import App, Entity, ExchangeRecord, Finding
from okta_emulator.org import watch_notes
from okta_emulator.org.events import Cause, NewEvent, app_entity
from okta_emulator.org.provisioning import Provisioning, provisioning_of, scim_connection
from okta_emulator.org.state import Org
from okta_emulator.scim_client import connection_check
from okta_emulator.scim_client.connection import Connection
from okta_emulator.scim_client.outcome import Exchange, LogFact, Outcome
from okta_emulator.scim_client.pool import Http
from okta_emulator.scim_client.retry import MAX_ATTEMPTS, facts_to_log, next_delay
from okta_emulator.scim_client.silent_faults import SilentFault

Targets = dict[str, Entity]
"""The entities that the events of a delivery can have as targets, by type."""


Settle = Callable[[Outcome], None]
"""Writes what an outcome changes in the org, besides its exchanges, events and findings."""


class Operation(Protocol):
    """An operation of the SCIM client, with all its arguments bound except these two; a retry calls it again."""

    def __call__(self, *, connection: Connection, http: Http) -> Awaitable[Outcome]:
        """Send the requests."""


async def deliver(
    org: Org,
    cause: Cause,
    app: App,
    operation: Operation,
    targets: Targets,
    provisioning: Provisioning | None = None,
    *,
    retried: bool = True,
    settle: Settle | None = None,
) -> Outcome:
    """Run an operation against the app's SCIM server with Okta's retries; store its exchanges and log its events.

    What the last attempt leads to is one transaction, so that a killed org has all of it or nothing.

    Args:
        org: the org.
        cause: who caused it; the events get their own JOB transaction.
        app: the app.
        operation: what to send.
        targets: the entities of the events.
        provisioning: the connection to use; None means the saved one.
        retried: whether a 429 leads to further attempts.
        settle: writes the outcome, in that transaction.

    Raises:
        NotFound: meanwhile, a reset or a snapshot replaced the data that the delivery is part of; nothing is written.
    """
    generation = org.generation
    job = cause.as_job(org.ids)
    saved = provisioning or provisioning_of(org, app["id"])
    connection = replace(scim_connection(org, app, saved), bystanders=watch_notes.bystanders_of(org, app))
    attempt = 1 if retried else MAX_ATTEMPTS
    while True:
        async with org.turn_at(connection.base_url):
            outcome = await operation(connection=connection, http=org.http)
        org.require_generation(generation, app)
        delay = next_delay(outcome, attempt)
        with org.store.transaction():
            records = _keep(org, job, app, outcome, attempt, targets)
            if delay is None and settle is not None:
                settle(outcome)
        if org.recorder is not None:
            for record in records:
                org.recorder.add(record)
        if delay is None:
            return outcome
        await org.jobs.wait(delay)
        attempt += 1


async def check_credentials(org: Org, cause: Cause, app: App, provisioning: Provisioning) -> Outcome:
    """Run "Test API Credentials" with settings that may be unsaved (OB-246)."""
    targets = {"AppInstance": app_entity(app)}
    return await deliver(org, cause, app, connection_check.check_credentials, targets, provisioning, retried=False)


async def check_at_save(org: Org, cause: Cause, app: App, provisioning: Provisioning) -> Outcome:
    """Send the reads that Save sends."""
    targets = {"AppInstance": app_entity(app)}
    return await deliver(org, cause, app, connection_check.check_at_save, targets, provisioning, retried=False)


def _keep(org: Org, job: Cause, app: App, outcome: Outcome, attempt: int, targets: Targets) -> list[ExchangeRecord]:
    """Store an attempt's exchanges, events and findings, and return the exchanges."""
    facts = facts_to_log(outcome, attempt)
    org.events.write_all(job, (_event(app, fact, targets) for fact in facts))
    event_types = [fact.event_type for fact in facts]
    records = [_record(exchange, app["id"], job.transaction_id, event_types) for exchange in outcome.exchanges]
    numbers = [org.store.add_exchange(app["id"], record) for record in records]
    for fault in outcome.silent_faults:
        org.store.add_finding(app["id"], _finding(fault, app["id"], numbers[fault.exchange]))
    if org.settings.watchful:
        watch_notes.note(org, app, outcome, numbers)
    return records


def _event(app: App, fact: LogFact, targets: Targets) -> NewEvent:
    return NewEvent(
        fact.event_type,
        fact.display_message,
        [targets[kind] for kind in fact.targets if kind in targets],
        result=fact.result,
        reason=fact.reason,
        severity=fact.severity,
        legacy=fact.legacy_event_type,
        debug={"appname": app["name"]},
    )


def _finding(fault: SilentFault, app_id: str, exchange: int) -> Finding:
    return {
        "app_id": app_id,
        "exchange": exchange,
        "attribute": fault.attribute,
        "sent": fault.sent,
        "found": fault.found,
        "seen_in": fault.seen_in,
        "text": fault.text,
    }


def _record(exchange: Exchange, app_id: str, transaction_id: str, event_types: list[str]) -> ExchangeRecord:
    return {
        "method": exchange.method,
        "url": exchange.url,
        "request_headers": [[name, value] for name, value in exchange.request_headers],
        "request_body": exchange.request_body,
        "status": exchange.status,
        "response_headers": [[name, value] for name, value in exchange.response_headers],
        "response_body": exchange.response_body,
        "error": exchange.error,
        "started": exchange.started,
        "seconds": exchange.seconds,
        "app_id": app_id,
        "transaction_id": transaction_id,
        "events": [] if exchange.watch else event_types,
        "watch": exchange.watch,
    }
