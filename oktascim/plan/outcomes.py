"""The outcomes of a spec's assignments: pure functions from Okta's lists to one outcome per user and group.

An accepted assignment proves nothing about the account in the app. Okta's app user and push mapping do
(OB-086 to OB-090, OB-111): `syncState` ERROR is a failure that an administrator must clear, STAGED a queued job, an
`externalId` the account itself. `syncState` may stay DISABLED permanently, so we don't wait for SYNCHRONIZED.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

OutcomeKind = Literal["user", "group", "member", "push_group"]
OutcomeState = Literal["assigned", "provisioned", "pending", "failed"]

OUTCOME_STATES: tuple[OutcomeState, ...] = ("provisioned", "assigned", "pending", "failed")
_QUEUED = frozenset({"STAGED", "PENDING", "APPROVED"})
_GROUP_LINK = ("_links", "group", "href")
_BEFORE = timedelta(minutes=5)  # the event of a failure may be older than the state that it led to


@dataclass(frozen=True)
class Wanted:
    """Whose outcomes to read; each member maps Okta's id to the name in the spec.

    Attributes:
        users: assigned directly.
        groups: assigned groups; their members are included.
        pushed: groups that are pushed, by the source group's id.
        fresh: ids of those that this run assigned or pushed; Okta may not have processed them yet.
    """

    users: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    pushed: Mapping[str, str] = field(default_factory=dict)
    fresh: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.users or self.groups or self.pushed)

    def only(self, ids: Collection[str]) -> Wanted:
        """The subset with one of these ids."""
        users, groups, pushed = ({one: word for one, word in part.items() if one in ids} for part in self._parts)
        return Wanted(users, groups, pushed, self.fresh)

    def without(self, others: Wanted) -> Wanted:
        """Those that aren't among the others."""
        users, groups, pushed = (
            {one: word for one, word in part.items() if one not in other}
            for part, other in zip(self._parts, others._parts, strict=True)
        )
        return Wanted(users, groups, pushed, self.fresh)

    def refreshed(self, others: Wanted) -> Wanted:
        """The same, with the others marked as fresh."""
        return replace(self, fresh=self.fresh.union(*others._parts))

    @property
    def _parts(self) -> tuple[Mapping[str, str], Mapping[str, str], Mapping[str, str]]:
        return self.users, self.groups, self.pushed

    @property
    def growing(self) -> bool:
        """Whether a group was just assigned, so that members may still be added in the background."""
        return bool(self.fresh & self.groups.keys())


@dataclass(frozen=True)
class MemberOutcome:
    """One user or group, and its outcome in Okta.

    Attributes:
        kind: `member` is a user who has the app through a group.
        name: the name in the spec, or the user name in the app.
        id: Okta's id of the user or (source) group.
        state: `assigned` if provisioning is off, so that there is only the assignment.
        evidence: what Okta's list shows.
        since: when Okta last changed it, for a failure.
        reason: Okta's own error, if it gives one.
        category, cause, fix: what that error means and what to do.
        retry: what Okta does next by itself, and how an administrator can trigger a retry.
    """

    kind: OutcomeKind
    name: str
    id: str
    state: OutcomeState
    evidence: str
    since: str | None = None
    reason: str | None = None
    category: str | None = None
    cause: str | None = None
    fix: str | None = None
    retry: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The outcome's JSON."""
        return {
            "kind": self.kind,
            "name": self.name,
            "id": self.id,
            "state": self.state,
            "evidence": self.evidence,
            **(self._failure() if self.state == "failed" and self.kind != "group" else {}),
        }

    def _failure(self) -> dict[str, Any]:
        explained = {"category": self.category, "cause": self.cause, "fix": self.fix, "retry": self.retry}
        return {"since": self.since, "error": {"reason": self.reason} | explained}


def outcomes_of(
    wanted: Wanted, app_users: Sequence[Mapping[str, Any]], mappings: Sequence[Mapping[str, Any]]
) -> tuple[MemberOutcome, ...]:
    """The outcomes of all wanted users and groups, in the order of the spec; failed members of groups one by one.

    Args:
        wanted: whose outcomes.
        app_users: the app's users as Okta lists them.
        mappings: the app's group push mappings as Okta lists them.
    """
    return (
        *_users(wanted, app_users),
        *(_groups(wanted, app_users) if wanted.groups else ()),
        *_pushed(wanted, mappings),
    )


def only_assigned(wanted: Wanted) -> tuple[MemberOutcome, ...]:
    """The outcomes if Okta shows no provisioning: there is only the assignment."""
    kinds: tuple[tuple[OutcomeKind, Mapping[str, str]], ...] = (
        ("user", wanted.users),
        ("group", wanted.groups),
        ("push_group", wanted.pushed),
    )
    return tuple(
        MemberOutcome(kind, name, one, "assigned", "Okta doesn't show provisioning as enabled")
        for kind, names in kinds
        for one, name in names.items()
    )


def user_outcome(app_user: Mapping[str, Any], name: str | None = None, kind: OutcomeKind = "user") -> MemberOutcome:
    """The outcome of one app user; without a name, the user name in the app is used."""
    user_id, status, sync = str(app_user.get("id")), app_user.get("status"), app_user.get("syncState")
    external = app_user.get("externalId")
    known = name or str((app_user.get("credentials") or {}).get("userName") or user_id)
    state: OutcomeState = "assigned"
    evidence = f"{status}, syncState {sync}"
    if sync == "ERROR":
        state = "failed"
    elif external or status == "PROVISIONED":
        state, evidence = "provisioned", f"{status}, externalId {external}" if external else str(status)
    elif status in _QUEUED or sync == "SYNCING":
        state = "pending"
    return MemberOutcome(kind, known, user_id, state, evidence, _changed(app_user) if state == "failed" else None)


def push_outcome(mapping: Mapping[str, Any], name: str | None = None, *, fresh: bool = False) -> MemberOutcome:
    """The outcome of one push mapping; without a name, the id of its source group is used.

    Okta's description has `lastPush` and `errorSummary` (if the latest push failed); recorded mappings that were never
    pushed lack both. So an older ACTIVE mapping counts as pushed, a fresh one only once Okta shows the push.
    """
    source, status = str(mapping.get("sourceGroupId")), mapping.get("status")
    error, pushed = mapping.get("errorSummary"), mapping.get("lastPush")
    evidence = f"mapping {status}"
    state: OutcomeState = "pending"
    if status == "ERROR" or error:
        state = "failed"
    elif status == "ACTIVE" and not fresh:
        state = "provisioned"
    elif status == "ACTIVE" and pushed and _instant(pushed) >= _instant(mapping.get("lastUpdated")):
        state, evidence = "provisioned", f"mapping {status}, pushed {pushed}"
    since = _changed(mapping) if state == "failed" else None
    return MemberOutcome("push_group", name or source, source, state, evidence, since, str(error) if error else None)


def failed_ones(outcomes: Iterable[MemberOutcome]) -> tuple[MemberOutcome, ...]:
    """The users and pushed groups that failed; an assigned group fails through its members."""
    return tuple(one for one in outcomes if one.state == "failed" and one.kind != "group")


def state_counts(outcomes: Iterable[MemberOutcome]) -> dict[OutcomeState, int]:
    """How many are in each state; only states that occur."""
    found = Counter(one.state for one in outcomes)
    return {state: found[state] for state in OUTCOME_STATES if found[state]}


def first_failure(failed: Iterable[MemberOutcome]) -> datetime | None:
    """Shortly before the first of these failures, by Okta's clock; None if Okta shows no times."""
    times = [found for one in failed if one.since and (found := _instant(one.since)) > _NEVER]
    return min(times) - _BEFORE if times else None


def _users(wanted: Wanted, app_users: Sequence[Mapping[str, Any]]) -> Iterator[MemberOutcome]:
    listed = {one.get("id"): one for one in app_users}
    for user_id, word in wanted.users.items():
        if user_id in listed:
            yield user_outcome(listed[user_id], word)
        else:
            yield MemberOutcome("user", word, user_id, "pending", "not in Okta's list of the app's users yet")


def _groups(wanted: Wanted, app_users: Sequence[Mapping[str, Any]]) -> Iterator[MemberOutcome]:
    """A row per group, then its failed members; Okta's list may not show through which group a user has the app."""
    through = [one for one in app_users if one.get("scope") == "GROUP" and one.get("id") not in wanted.users]
    linked = {str(one.get("id")): _last_part(one) for one in through}
    members = [user_outcome(one, kind="member") for one in through]
    ours = [one for one in members if linked[one.id] is None or linked[one.id] in wanted.groups]
    for group_id, word in wanted.groups.items():
        own = [one for one in ours if linked[one.id] in {None, group_id}]
        counts = state_counts(own)
        state: OutcomeState = "pending" if group_id in wanted.fresh else "assigned"
        if counts:
            state = next(state for state in ("failed", "pending", "provisioned", "assigned") if state in counts)
        said = ", ".join(f"{count} {state}" for state, count in counts.items())
        nobody = f"no user has the app through {'a group yet' if state == 'pending' else 'this group'}"
        yield MemberOutcome("group", word, group_id, state, said or nobody)
    yield from failed_ones(ours)


def _pushed(wanted: Wanted, mappings: Sequence[Mapping[str, Any]]) -> Iterator[MemberOutcome]:
    listed = {one.get("sourceGroupId"): one for one in mappings}
    for group_id, word in wanted.pushed.items():
        if group_id in listed:
            yield push_outcome(listed[group_id], word, fresh=group_id in wanted.fresh)
        else:
            yield MemberOutcome("push_group", word, group_id, "pending", "no mapping in Okta's list yet")


def _last_part(app_user: Mapping[str, Any]) -> str | None:
    """The id of the group that an app user links to, or None."""
    value: Any = app_user
    for key in _GROUP_LINK:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value.rpartition("/")[2] if isinstance(value, str) else None


def _changed(raw: Mapping[str, Any]) -> str | None:
    found = raw.get("lastUpdated") or raw.get("lastSync")
    return str(found) if found else None


_NEVER = datetime.fromisoformat("0001-01-02T00:00:00+00:00")


def _instant(text: object) -> datetime:
    """A time from Okta to the second (mappings have no milliseconds); a missing time sorts before all others."""
    try:
        return datetime.fromisoformat(str(text)).replace(microsecond=0)
    except ValueError:
        return _NEVER
