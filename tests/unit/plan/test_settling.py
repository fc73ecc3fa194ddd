"""Waiting for Okta to provision: few looks at lists, a bounded time, no call that the rate limit does not leave."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from oktascim.errors import ExitCode
from oktascim.http.clock import Stop
from oktascim.plan.outcomes import MemberOutcome
from oktascim.plan.report import exit_code
from oktascim.plan.settling import _with_words
from oktascim.redact import Masker

STAGED = {"status": "STAGED", "externalId": None}
FAILED = STAGED | {"syncState": "ERROR", "lastUpdated": "2027-01-15T08:00:00.000Z"}
LOOK = "GET /api/v1/apps/0oa1/users"
REASON = "Not Implemented. Errors reported by remote server: Filtering is not implemented"


@pytest.fixture
def acme(org, make, provisioning):
    """Acme CRM with two people and a group of one, in an org that takes credentials."""
    org.takes_credentials = True
    org.users, org.groups, org.members = {"ada": "00u1", "bob": "00u2"}, {"00g1": "Eng"}, {"00g1": ["00u3"]}
    return lambda **people: make(provisioning=provisioning, assignments=people or {"users": ["ada", "bob"]})


def event(*target: tuple[str, str], reason: str | None = REASON, transaction: str = "t1") -> dict[str, Any]:
    return {
        "uuid": f"e{transaction}{target}",
        "published": "2027-01-15T08:00:00.000Z",
        "eventType": "application.provision.user.push",
        "outcome": {"result": "FAILURE", "reason": reason},
        "transaction": {"id": transaction},
        "target": [{"type": "AppInstance", "id": "0oa1"}, *({"type": kind, "id": one} for kind, one in target)],
    }


def looks(org) -> int:
    """How often the outcomes were read; the first list proves the assignments."""
    return org.lines.count(LOOK) - 1


def states(report) -> dict[str, str]:
    return {one.name: one.state for one in report.outcomes}


def test_it_stops_at_once_when_everybody_is_provisioned(walk, org, acme) -> None:
    (report,) = walk.apply(acme())
    assert (report.status, states(report)) == ("done", {"ada": "provisioned", "bob": "provisioned"})
    assert report.outcomes[0].evidence == "PROVISIONED, externalId ext-00u1"
    assert looks(org) == 1  # one list for all of them
    assert not any(line == "GET /api/v1/logs" for line in org.lines)


def test_it_looks_at_growing_intervals_until_nobody_is_pending(walk, org, acme, fake_clock) -> None:
    org.becomes = {"00u2": [STAGED, STAGED, STAGED, STAGED, {}]}
    (report,) = walk.apply(acme())
    assert states(report) == {"ada": "provisioned", "bob": "provisioned"}
    assert (looks(org), fake_clock.slept) == (4, [0.5, 1.0, 2.0])


def test_pending_is_said_and_is_no_failure(walk, org, acme, fake_clock) -> None:
    org.becomes = {"00u2": [STAGED]}
    (report,) = walk.apply(acme(), wait=20.0)
    assert (report.status, states(report)["bob"], exit_code([report])) == ("done", "pending", ExitCode.DONE)
    assert "Okta hasn't finished provisioning bob after 20 s." in report.notes[-1]
    assert (sum(fake_clock.slept), looks(org)) == (20.0, 7)


def test_without_a_wait_there_is_one_look(walk, org, acme, fake_clock) -> None:
    org.becomes = {"00u2": [STAGED]}
    (report,) = walk.apply(acme(), wait=0.0)
    assert (states(report)["bob"], looks(org), fake_clock.slept) == ("pending", 1, [])


@pytest.mark.parametrize("members", [[], ["00u1"]])
def test_a_group_that_brings_nobody_is_not_waited_for(walk, org, acme, fake_clock, members: list[str]) -> None:
    org.members = {"00g1": members}
    (report,) = walk.apply(acme(users=["ada"], groups=["Eng"]))
    assert states(report) == {"ada": "provisioned", "Eng": "assigned"}
    assert report.outcomes[1].evidence == "no user has the app through this group"
    assert fake_clock.slept == [0.5, 1.0]


def test_a_failure_has_oktas_words_and_what_they_mean(walk, org, acme) -> None:
    org.becomes = {"00u1": [FAILED]}
    org.logged = [event(("User", "00u1"))]
    (report,) = walk.apply(acme())
    assert (report.status, exit_code([report])) == ("failed", ExitCode.SCIM)
    assert {step.status for step in report.steps} == {"done"}
    ada, bob = report.outcomes
    assert (ada.reason, ada.category, bob.state) == (REASON, "protocol.filter_unsupported", "provisioned")
    assert "Dashboard > Tasks > Retry Selected" in report.error.fix
    (asked,) = [request.url.params for request in org.requests if request.url.path == "/api/v1/logs"]
    assert asked["since"] == "2027-01-15T07:55:00.000Z"  # by Okta's clock
    assert 'target.id eq "0oa1"' in asked["filter"]


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([event(("User", "00u1"), reason=None), event(reason=REASON)], REASON),  # of the same transaction
        ([event(transaction="t9")], REASON),  # names nobody: such as a refused token
        ([event(("User", "00u2"))], None),  # of someone else
        ([], None),
    ],
)
def test_the_words_of_one_are_not_those_of_another(walk, org, acme, events: list, reason: str | None) -> None:
    org.becomes, org.logged = {"00u1": [FAILED]}, events
    (report,) = walk.apply(acme(users=["ada"]))
    assert (report.outcomes[0].reason, report.outcomes[0].state) == (reason, "failed")


def test_a_log_that_may_not_be_read_leaves_the_failure_standing(walk, org, acme, refuse) -> None:
    org.becomes = {"00u1": [FAILED]}
    org.fail("GET /api/v1/logs", refuse(403, "E0000006", "You do not have permission"))
    (report,) = walk.apply(acme(users=["ada"]))
    assert (exit_code([report]), report.error.exit_code) == (ExitCode.SCIM, ExitCode.SCIM)
    assert "Okta gives no reason (STAGED, syncState ERROR)." in report.error.why


def test_applying_again_reports_the_failure_and_reads_no_list_twice(walk, org, acme) -> None:
    org.becomes = {"00u1": [FAILED]}
    walk.apply(acme())
    org.requests.clear()
    (again,) = walk.apply(acme())
    assert (again.status, again.steps, exit_code([again])) == ("failed", (), ExitCode.SCIM)
    assert (org.writes(), org.lines.count(LOOK)) == ([], 1)


def test_the_members_of_a_group_that_was_just_assigned_may_still_arrive(walk, org, acme) -> None:
    (report,) = walk.apply(acme(groups=["Eng"]))
    assert (states(report), org.lines.count(LOOK)) == ({"Eng": "provisioned"}, 2)


def test_a_push_that_fails_after_it_was_accepted(walk, org, acme) -> None:
    org.becomes = {"gPm1": [{}, {"lastPush": None}, {"status": "ERROR", "errorSummary": "Bad Request."}]}
    (report,) = walk.apply(acme(push_groups=["Eng"]))
    (group,) = report.outcomes
    assert (group.kind, group.state, group.reason) == ("push_group", "failed", "Bad Request.")
    assert LOOK not in org.lines  # nobody is assigned


def test_no_look_waits_for_the_rate_limit(walk, org, acme, fake_clock) -> None:
    org.becomes = {"00u2": [STAGED]}
    answer = org.handle

    def limited(request: httpx.Request) -> httpx.Response:
        response = answer(request)
        if request.url.path.endswith("/users"):
            counter = {"limit": "10", "remaining": "2", "reset": "1799999999"}
            response.headers.update({f"x-rate-limit-{name}": value for name, value in counter.items()})
            response.headers["date"] = "Fri, 15 Jan 2027 07:59:00 GMT"  # the counter starts again in 59 s
        return response

    org.handle = limited
    (report,) = walk.apply(acme())
    assert (states(report)["bob"], looks(org), fake_clock.slept) == ("pending", 1, [])


def test_the_looks_of_many_apps_do_not_empty_the_bucket_together(walk, org, make, provisioning, fake_clock) -> None:
    """Three calls are left after the first looks; each app would look again with what is there."""
    org.takes_credentials, org.users, org.becomes = True, {"ada": "00u1"}, {"00u1": [STAGED]}
    answer, left = org.handle, [9]

    def limited(request: httpx.Request) -> httpx.Response:
        response = answer(request)
        if request.url.path.endswith("/users") and request.method == "GET":
            left[0] -= 1
            counter = {"limit": "10", "remaining": f"{left[0]}", "reset": "1799999999"}
            response.headers.update({f"x-rate-limit-{name}": value for name, value in counter.items()})
            response.headers["date"] = "Fri, 15 Jan 2027 07:59:00 GMT"
        return response

    org.handle = limited
    names = [f"app-{number}" for number in range(5)]
    one = {"provisioning": provisioning, "assignments": {"users": ["ada"]}}
    reports = walk.apply(*(make(name=name, label=name, **one) for name in names))
    assert {states(report)["ada"] for report in reports} == {"pending"}
    assert left[0] == 2  # the calls that a look leaves for steps
    assert max(fake_clock.slept) < 20.0  # nobody waited for the counter


def test_where_provisioning_is_off_the_assignment_is_the_outcome(walk, org, make) -> None:
    org.users = {"ada": "00u1"}
    (report,) = walk.apply(make(assignments={"users": ["ada"]}))
    assert (report.status, states(report), LOOK in org.lines) == ("done", {"ada": "assigned"}, False)


def test_three_people_are_read_back_in_one_list(walk, org, make) -> None:
    org.users = {"ada": "00u1", "bob": "00u2", "eve": "00u3"}
    (report,) = walk.apply(make(assignments={"users": ["ada", "bob", "eve"]}))
    assert report.steps[-1].evidence == "ada is ACTIVE, bob is ACTIVE, eve is ACTIVE"
    assert [line for line in org.lines if line.startswith(LOOK)] == [LOOK]


def test_those_whose_step_was_not_done_have_no_outcome(walk, org, acme, refuse) -> None:
    org.fail("PUT /api/v1/apps/0oa1/groups/00g1", refuse(403, "E0000006", "You do not have permission"))
    (report,) = walk.apply(acme(users=["ada"], groups=["Eng"], push_groups=["Eng"]))
    assert (report.status, states(report), exit_code([report])) == ("failed", {"ada": "provisioned"}, ExitCode.IDENTITY)


def test_an_outcome_that_cannot_be_read_is_a_failure(walk, org, acme, refuse) -> None:
    org.fail(LOOK, refuse(403, "E0000006", "You do not have permission"))
    (report,) = walk.apply(acme())
    assert (report.status, report.outcomes, exit_code([report])) == ("failed", (), ExitCode.IDENTITY)


def test_ctrl_c_ends_the_wait(walk, org, acme) -> None:
    stop = walk.stop = Stop()
    org.becomes = {"00u1": [STAGED]}
    answer = org.handle

    def asked_to_stop(request: httpx.Request) -> httpx.Response:
        if f"{request.method} {request.url.path}" == LOOK:
            stop.ask()
        return answer(request)

    org.handle = asked_to_stop
    (report,) = walk.apply(acme())
    assert ({step.status for step in report.steps}, report.status) == ({"done"}, "interrupted")
    assert exit_code([report]) == ExitCode.INTERRUPTED


def test_a_secret_that_okta_repeats_is_masked_whatever_it_looks_like(make_app: Any) -> None:
    masker = Masker()
    masker.add("password")
    said = "Conflict. Errors reported by remote server: password"
    outcome = MemberOutcome("user", "ada", "00u1", "failed", "ERROR", reason=said)
    told = _with_words(make_app(), outcome, [], masker.mask)
    assert told.reason is not None
    assert "server: password" not in told.reason
