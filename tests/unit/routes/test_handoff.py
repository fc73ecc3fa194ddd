"""The handoff: what it says, and that without a person nothing is waited for."""

from __future__ import annotations

import httpx
import pytest

from oktascim.routes.handoff import HandoffRoute
from oktascim.routes.observer import Handoff, Observer
from tests.support.log_events import log_page, make_event

OFF = {"status": "UNKNOWN", "profile": {"authScheme": "UNKNOWN"}}


APP = {"id": "0oa1", "name": "scim2headerauth", "label": "Acme", "features": []}

DONE = {**APP, "features": ["SCIM_PROVISIONING", "PUSH_NEW_USERS"]}


class Person(Observer):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[Handoff] = []
        self.waited: list[tuple[str, float]] = []

    def handoff(self, name: str, handoff: Handoff) -> None:
        assert name == "acme"
        self.told.append(handoff)

    def waits(self, reason: str, seconds: float) -> None:
        self.waited.append((reason, seconds))


@pytest.fixture
def person() -> Person:
    return Person()


@pytest.fixture
def opened() -> list[str]:
    return []


@pytest.fixture
def attempt(fake_okta, make_task, make_secrets, person, opened):
    def run(seconds: float, **task):
        async def work():
            async with fake_okta.client() as okta:
                route = HandoffRoute(okta, make_secrets(), person, seconds, opens=opened.append)
                return await route.attempt(make_task(**task))

        return fake_okta.clock.run(work())

    return run


def test_without_a_person_nothing_is_waited_for(fake_okta, attempt, person, opened) -> None:
    outcome = attempt(0)
    assert outcome.handoff.page.startswith("https://acme-admin.okta.com/admin/app/scim2headerauth/instance/0oa1/")
    assert (person.told, opened) == ([], [])  # the report says it
    assert (fake_okta.requests, fake_okta.clock.elapsed) == ([], 0)


def test_a_person_is_waited_for_until_the_org_shows_it(fake_okta, attempt, opened) -> None:
    fake_okta.on("GET /api/v1/apps/0oa1", {"id": "0oa1"}, {"id": "0oa1"}, {"id": "0oa1", "features": ["GROUP_PUSH"]})
    fake_okta.on("GET /api/v1/apps/0oa1/connections/default", OFF)
    outcome = attempt(600)
    assert outcome.said == "Done manually in the Admin Console."
    assert opened == [outcome.handoff.page]
    assert fake_okta.clock.slept == [10, 10, 10]


def test_it_says_every_minute_what_it_waits_for(fake_okta, fake_clock, attempt, person):
    fake_okta.on("GET /api/v1/apps/0oa1", *[APP] * 12, DONE)
    connection = fake_okta.on("GET /api/v1/apps/0oa1/connections/default", OFF)
    outcome = attempt(900)
    assert outcome.said == "Done manually in the Admin Console."
    assert fake_clock.elapsed == 130
    assert person.waited == [("a manual step in the Admin Console", seconds) for seconds in (900, 840, 780)]
    assert len(connection.requests) == 3  # of the tightest bucket
    assert person.told == [outcome.handoff]


def test_it_gives_up_in_time_and_can_be_taken_up_again(fake_okta, fake_clock, attempt):
    fake_okta.on("GET /api/v1/apps/0oa1", httpx.Response(200, json=APP))
    fake_okta.on("GET /api/v1/apps/0oa1/connections/default", OFF)
    outcome = attempt(60)
    assert fake_clock.elapsed == 60
    assert outcome.said == "This step must be done manually in the Admin Console."
    assert outcome.handoff.then == "Then run the same command again: it will verify the change and continue."


NOW = "Fri, 15 Jan 2027 08:00:00 GMT"
CHANGED = make_event(1, eventType="application.lifecycle.update", published="2027-01-15T08:00:02.000Z")


def test_what_no_read_can_show_is_waited_for_in_the_log(fake_okta, fake_clock, attempt):
    fake_okta.on("GET /api/v1/apps/0oa1", DONE)
    fake_okta.on("GET /api/v1/logs", log_page([], date=NOW), log_page([]), log_page([]), log_page([CHANGED]))
    outcome = attempt(60, stage="edit", needs_witness=True)
    assert (outcome.acted, outcome.said) == (True, "The app was changed in the meantime.")
    assert fake_clock.slept == [1, 10, 10, 10]
    assert "can't be read back" in outcome.handoff.then


def test_a_change_of_something_else_does_not_end_the_wait_for_what_a_read_can_show(fake_okta, fake_clock, attempt):
    fake_okta.on("GET /api/v1/apps/0oa1", DONE)
    fake_okta.on("GET /api/v1/apps/0oa1/connections/default", OFF)
    fake_okta.on("GET /api/v1/apps/0oa1/features/USER_PROVISIONING", {"capabilities": {}})
    fake_okta.on("GET /api/v1/logs", log_page([], date=NOW), log_page([CHANGED]))
    outcome = attempt(60, stage="edit", needs_witness=True, to_app=["create", "update"])
    assert not outcome.acted
    assert fake_clock.elapsed == 61


def test_where_the_log_is_closed_nothing_is_waited_for(fake_okta, fake_clock, attempt, okta_error):
    fake_okta.on("GET /api/v1/logs", okta_error(403, "E0000006", "You do not have permission"))
    outcome = attempt(60, stage="edit", needs_witness=True)
    assert not outcome.acted
    assert fake_clock.elapsed == 0
