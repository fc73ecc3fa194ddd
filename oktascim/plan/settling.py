"""Waits, for a limited time, until Okta has provisioned what a run assigned, and fetches the errors of failures.

One look reads one or two paged lists, whatever the number of users; the second one also reads the members of new
groups that still wait, because an empty group would be waited for in vain. Looks come at growing intervals, and none
waits for the rate limit: the remaining calls are reserved for steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from oktascim.diagnose.event import BAD_NEWS_BY_TYPE, FAILED_RESULTS, Event, is_silent, transaction_of, words_of
from oktascim.diagnose.finding import Finding
from oktascim.errors import UsageProblem
from oktascim.http.clock import Announce
from oktascim.http.origin import is_on_this_machine
from oktascim.logs.addressing import addressed, facts_of
from oktascim.logs.query import Conditions, Failures, Selection
from oktascim.okta import directory, push
from oktascim.okta.apps import App
from oktascim.okta.client import Okta
from oktascim.okta.errors import OktaError
from oktascim.okta.logs import LogQuery, read_page
from oktascim.plan.outcomes import MemberOutcome, Wanted, failed_ones, first_failure, only_assigned, outcomes_of
from oktascim.redact import clean
from oktascim.routes.readback import read_back

DEFAULT_WAIT = 20.0
_FIRST_PAUSE = 0.5
_FIRST_PAUSE_EMULATED = 0.05  # an emulated org is done as soon as the SCIM server has answered
_SPARE_CALLS = 2  # calls that a look leaves in the bucket


@dataclass(frozen=True)
class Look:
    """One reading of the app's lists.

    Attributes:
        outcomes: the outcomes of the wanted users and groups.
        listed: the ids of the app's users.
        calls: how many calls it made on the apps bucket.
    """

    outcomes: tuple[MemberOutcome, ...]
    listed: frozenset[str]
    calls: int

    def settled(self, wanted: Wanted, before: Look | None) -> bool:
        """Whether nothing is pending, and no more members of a group that was just assigned are arriving."""
        arriving = wanted.growing and (before is None or before.listed != self.listed)
        return not arriving and not any(one.state == "pending" for one in self.outcomes)


async def look_at_outcomes(okta: Okta, app_id: str, wanted: Wanted) -> Look:
    """Read the outcomes of the wanted users and groups."""
    people = bool(wanted.users or wanted.groups)
    app_users = await directory.list_app_users(okta, app_id, expand=False) if people else []
    mappings = await push.list_push_mappings(okta, app_id) if wanted.pushed else []
    calls = people * directory.pages_of(len(app_users)) + bool(wanted.pushed)
    listed = frozenset(str(one.get("id")) for one in app_users)
    return Look(outcomes_of(wanted, app_users, mappings), listed, calls)


async def settle(okta: Okta, app: App, wanted: Wanted, wait: float, announce: Announce) -> tuple[MemberOutcome, ...]:
    """Look until nothing is pending or the time is up, and explain what failed.

    Args:
        okta: the org.
        app: the app.
        wanted: whose outcomes to read.
        wait: maximum seconds to wait; 0 looks once.
        announce: called before a wait begins.

    Raises:
        Interrupted: the run was asked to stop.
        OktaError: a list can't be read.
    """
    if not wanted:
        return ()
    pause = first_pause = _FIRST_PAUSE_EMULATED if is_on_this_machine(okta.org_url) else _FIRST_PAUSE
    end = okta.clock.monotonic() + wait
    before, now = None, await look_at_outcomes(okta, app.id, wanted)

    def limited() -> float:
        path = f"/api/v1/apps/{app.id}/users"
        return okta.limits.seconds_until_free("GET", path, now.calls + _SPARE_CALLS)

    while not now.settled(wanted, before):
        left = end - okta.clock.monotonic()
        if left <= 0 or limited() > left:
            break
        if pause == first_pause:
            announce(f"Okta is provisioning the users and groups of {app.label}", left)
        await okta.clock.sleep(min(max(pause, limited()), left))
        pause *= 2
        if limited() == 0:  # other waiting integrations may have used the bucket in the meantime
            first, before, now = before is None, now, await look_at_outcomes(okta, app.id, wanted)
            if first and wanted.growing:
                wanted = replace(wanted, fresh=wanted.fresh - await _complete_groups(okta, wanted, now))
    return await explained(okta, app, now.outcomes)


async def _complete_groups(okta: Okta, wanted: Wanted, look: Look) -> frozenset[str]:
    """The new groups whose members all have the app, such as an empty one: Okta won't add anybody through them."""
    found = set()
    for one in look.outcomes:
        waits = one.kind == "group" and one.state == "pending" and one.id in wanted.fresh
        if waits and okta.limits.seconds_until_free("GET", f"/api/v1/groups/{one.id}/users", _SPARE_CALLS) == 0:
            try:
                members, more = await directory.first_members(okta, one.id)
            except OktaError:  # such as a missing permission: then the group is waited for
                continue
            if not more and members <= look.listed:
                found.add(one.id)
    return frozenset(found)


async def settle_if_on(
    okta: Okta, app: App, wanted: Wanted, wait: float, announce: Announce
) -> tuple[MemberOutcome, ...]:
    """The same for an app that wasn't read before: if its provisioning is off, the assignment is the outcome."""
    if not wanted:
        return ()
    if (await read_back(okta, app.id)).status != "ENABLED":
        return only_assigned(wanted)
    return await settle(okta, app, wanted, wait, announce)


async def explained(okta: Okta, app: App, outcomes: tuple[MemberOutcome, ...]) -> tuple[MemberOutcome, ...]:
    """The outcomes with Okta's own errors and what they mean; the System Log is read once, if anything failed."""
    failed = failed_ones(outcomes)
    if not failed:
        return outcomes
    events = await _failures(okta, app, failed)
    told = {(one.kind, one.id): _with_words(app, one, events, okta.mask) for one in failed}
    return tuple(told.get((one.kind, one.id), one) for one in outcomes)


async def _failures(okta: Okta, app: App, failed: Sequence[MemberOutcome]) -> list[dict[str, Any]]:
    """The app's failures since shortly before the first of these, by Okta's clock; none if the log can't be read."""
    conditions = Conditions(apps=(app,), failures=Failures(FAILED_RESULTS, BAD_NEWS_BY_TYPE))
    try:
        page = await read_page(okta, LogQuery(conditions.filter(), first_failure(failed)))
    except (OktaError, UsageProblem):  # such as a token without permission to read the log: the errors are then missing
        return []
    return Selection(conditions).keep(page.events).values


def _with_words(app: App, one: MemberOutcome, events: Sequence[Event], mask: Callable[[str], str]) -> MemberOutcome:
    from oktascim.diagnose.engine import explain_events, explain_text  # the rules are read only after a failure

    about = _events_about(one, events)
    spoken = [words_of(event) for event in about if not is_silent(event)]
    reason = one.reason or (spoken[-1] if spoken else None)
    reason = mask(reason) if reason else None  # Okta repeats what the SCIM server said, secrets included
    findings = explain_events(about) or explain_text(reason or "")
    known, facts = {"APP": app.marker or app.id}, [facts_of(event) for event in about]
    return _explained_by(one, reason, [addressed(finding, facts, known) for finding in findings])


def _explained_by(one: MemberOutcome, reason: str | None, findings: Sequence[Finding]) -> MemberOutcome:
    said = replace(one, reason=clean(reason) if reason else None)
    if not findings:
        return said
    found = next((finding for finding in findings if finding.category != "unknown"), findings[0])
    retry = found.okta_action.text
    return replace(said, category=found.category, cause=found.cause, fix=found.fix, retry=retry)


def _events_about(one: MemberOutcome, events: Sequence[Event]) -> list[Event]:
    """Events that name it and others of their transactions; else events that name no user, such as a refused token."""
    named = {transaction_of(event) for event in events if one.id in _ids(event) or one.name in _names(event)}
    if named:
        return [event for event in events if transaction_of(event) in named]
    return [event for event in events if all(target.get("type") == "AppInstance" for target in _targets(event))]


def _targets(event: Event) -> Iterable[Mapping[str, Any]]:
    return event.get("target") or ()


def _ids(event: Event) -> set[Any]:
    return {target.get("id") for target in _targets(event)}


def _names(event: Event) -> set[Any]:
    return {target.get(key) for target in _targets(event) for key in ("alternateId", "displayName")}
