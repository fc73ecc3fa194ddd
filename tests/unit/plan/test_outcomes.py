"""What became of whom a spec assigns, read off Okta's lists."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from oktascim.plan.outcome_words import explain_command, failure_of, pending_note
from oktascim.plan.outcomes import MemberOutcome, Wanted, outcomes_of, push_outcome, user_outcome

WHEN = "2026-11-28T09:00:00.000Z"


def app_user(user_id: str = "00u1", **members: Any) -> dict[str, Any]:
    """An app user as Okta lists it (OB-088)."""
    own = {"id": user_id, "externalId": None, "scope": "USER", "status": "STAGED", "syncState": "DISABLED"}
    return own | {"lastUpdated": WHEN, "credentials": {"userName": f"{user_id}@acme.example"}} | members


def mapping(**members: Any) -> dict[str, Any]:
    return {"id": "gPm1", "sourceGroupId": "00g1", "status": "ACTIVE", "lastUpdated": "2026-11-28T09:00:00Z"} | members


@pytest.mark.parametrize(
    ("members", "state"),
    [
        ({}, "pending"),
        ({"syncState": "SYNCING", "status": "ACTIVE"}, "pending"),
        ({"status": "PROVISIONED", "externalId": "4711"}, "provisioned"),
        ({"status": "ACTIVE", "externalId": "4711", "syncState": "SYNCHRONIZED"}, "provisioned"),
        ({"status": "PROVISIONED"}, "provisioned"),
        ({"status": "ACTIVE"}, "assigned"),
        ({"syncState": "ERROR"}, "failed"),
        ({"syncState": "ERROR", "status": "PROVISIONED", "externalId": "4711"}, "failed"),
    ],
)
def test_the_state_of_a_person(members: dict, state: str) -> None:
    assert user_outcome(app_user(**members)).state == state


@pytest.mark.parametrize(
    ("members", "fresh", "state"),
    [
        ({}, False, "provisioned"),
        ({}, True, "pending"),
        ({"lastPush": "2026-11-28T09:00:00.900Z"}, True, "provisioned"),
        ({"lastPush": "2026-11-28T08:59:59Z"}, True, "pending"),  # before it was switched on again
        ({"lastPush": "soon"}, True, "pending"),
        ({"status": "ERROR"}, True, "failed"),
        ({"errorSummary": "The server said no."}, False, "failed"),
        ({"status": "INACTIVE"}, False, "pending"),
    ],
)
def test_the_state_of_a_pushed_group(members: dict, state: str, *, fresh: bool) -> None:
    assert push_outcome(mapping(**members), fresh=fresh).state == state


def test_those_who_are_not_in_the_lists_yet_are_pending() -> None:
    wanted = Wanted({"00u1": "ada"}, {"00g1": "Eng"}, {"00g1": "Eng"}, frozenset({"00g1"}))
    assert [one.state for one in outcomes_of(wanted, [], [])] == ["pending"] * 3


def test_a_group_stands_for_its_members_and_names_those_that_failed() -> None:
    people = [
        app_user("00u1"),  # directly: not one of the group's
        app_user("00u2", scope="GROUP", externalId="2"),
        app_user("00u3", scope="GROUP", syncState="ERROR"),
    ]
    group, member = outcomes_of(Wanted(groups={"00g1": "Eng"}), people, [])
    assert (group.name, group.state, group.evidence) == ("Eng", "failed", "1 provisioned, 1 failed")
    assert (member.kind, member.name, member.since) == ("member", "00u3@acme.example", WHEN)


def test_a_member_counts_for_the_group_that_okta_links_it_to() -> None:
    def linked(group: str) -> dict[str, Any]:
        return {"scope": "GROUP", "_links": {"group": {"href": f"https://acme.okta.com/api/v1/groups/{group}"}}}

    people = [
        app_user("00u1", externalId="1", **linked("00g1")),
        app_user("00u2", syncState="ERROR", **linked("00g2")),
        app_user("00u3", syncState="ERROR", **linked("00g9")),  # a group that the spec doesn't name
    ]
    outcomes = outcomes_of(Wanted(groups={"00g1": "Eng", "00g2": "Sales"}), people, [])
    assert [(one.name, one.state) for one in outcomes] == [
        ("Eng", "provisioned"),
        ("Sales", "failed"),
        ("00u2@acme.example", "failed"),
    ]


def test_one_error_reports_all_failures_each_reason_once() -> None:
    ada, bob = (user_outcome(app_user(one, syncState="ERROR"), one) for one in ("ada", "bob"))
    error = failure_of("0oa1", (ada, bob))
    assert error is not None
    assert error.what == "Okta could not provision ada, bob."
    assert error.why == "ada, bob: Okta gives no reason (STAGED, syncState ERROR)."
    assert error.fix == (
        "An administrator must clear the error in the Admin Console: Dashboard > Tasks. No API does it.\n"
        "See the failures:\noktascim logs --app 0oa1 --failures --explain --since 2026-11-28T08:55:00Z"
    )
    assert failure_of("0oa1", (user_outcome(app_user()),)) is None


def test_a_cause_follows_that_okta_gives_no_reason() -> None:
    ada = replace(user_outcome(app_user("ada", syncState="ERROR"), "ada"), cause="The cause is unknown.")
    error = failure_of("0oa1", (ada,))
    assert error is not None
    assert error.why == "ada: Okta gives no reason. The cause is unknown."


def test_many_reasons_do_not_flood_the_error() -> None:
    crowd = [
        MemberOutcome("member", f"u{number}", f"00u{number}", "failed", "ERROR", reason=f"User u{number} exists.")
        for number in range(1000)
    ]
    error = failure_of("0oa1", crowd)
    assert error is not None
    assert "There are 995 more reasons." in (error.why or "")
    assert len(str(error)) < 1000


def test_a_command_for_one_person_names_them_as_a_shell_needs_it() -> None:
    eve = MemberOutcome("user", "eve o'hara", "00u1", "failed", "ERROR")
    assert explain_command("0oa1", [eve]) == """oktascim logs --app 0oa1 --user 'eve o'"'"'hara' --failures --explain"""


def test_a_long_list_is_cut() -> None:
    crowd = [user_outcome(app_user(f"u{number}")) for number in range(7)]
    note = pending_note("0oa1", crowd, 20)
    assert note is not None
    assert "u4@acme.example and 2 more after 20 s" in note
    assert "`oktascim app show 0oa1`" in note


def test_a_wait_that_did_not_happen_is_not_claimed() -> None:
    note = pending_note("0oa1", [user_outcome(app_user("ada"))], 0.3)
    assert note is not None
    assert "provisioning ada@acme.example. Look again" in note
