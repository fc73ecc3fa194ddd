"""Outcomes of assignments for people: one row per user or group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from oktascim.plan.outcome_words import explain_command
from oktascim.plan.outcomes import MemberOutcome, failed_ones, state_counts
from oktascim.quote import quoted

_MEMBERS_SHOWN = 20
_KINDS = {"user": "user", "member": "group member", "group": "group", "push_group": "push group"}
_MARKS = {"failed": "FAILED"}


def outcome_rows(outcomes: Sequence[MemberOutcome]) -> Iterator[tuple[str, str, str]]:
    """Who, the state, and what Okta shows; only the first few failed members of groups (the JSON has all)."""
    members = [one for one in outcomes if one.kind == "member"]
    hidden = members[_MEMBERS_SHOWN:]
    for one in outcomes:
        if one not in hidden:
            yield outcome_name(one), _MARKS.get(one.state, one.state), outcome_text(one)
    if hidden:
        yield f"{len(hidden)} more group members", "FAILED", "all of them are in the JSON (-o json)"


def outcome_name(one: MemberOutcome) -> str:
    """Who it is, such as `user ada@acme.example`."""
    return f"{_KINDS[one.kind]} {one.name}"


def outcome_text(one: MemberOutcome) -> str:
    """What Okta shows about one: its error, if there is one, and since when it has failed."""
    since = f" since {one.since}" if one.since else ""
    return f"{one.evidence}{since}: {quoted(one.reason)}" if one.reason else f"{one.evidence}{since}"


def outcome_summary(outcomes: Sequence[MemberOutcome]) -> str:
    """How many users and pushed groups are in each state, such as `2 provisioned, 1 failed`; "" for none."""
    counted = state_counts(one for one in outcomes if one.kind != "group")
    return ", ".join(f"{count} {state}" for state, count in counted.items())


def trouble_notes(app_id: str, outcomes: Sequence[MemberOutcome]) -> tuple[str, ...]:
    """How many are in ERROR in an app and the command that explains it; nothing if none are."""
    failed = failed_ones(outcomes)
    if not failed:
        return ()
    who = f"{failed[0].name} is" if len(failed) == 1 else f"{len(failed)} {_kinds(failed)} are"
    return (f"{who} in ERROR. To see why:\n  {explain_command(app_id, failed)}",)


def _kinds(outcomes: Sequence[MemberOutcome]) -> str:
    """`users`, `groups`, or both."""
    users = {one.kind in {"user", "member"} for one in outcomes}
    return "users and groups" if len(users) > 1 else "users" if users == {True} else "groups"
