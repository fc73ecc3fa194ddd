"""The handoff: what it says, and that without a person nothing is waited for."""

from __future__ import annotations

from dataclasses import replace

import httpx

from oktascim.routes.handoff import HandoffRoute
from oktascim.routes.observer import Observer

OFF = {"status": "UNKNOWN", "profile": {"authScheme": "UNKNOWN"}}


def attempt(fake, make_task, seconds: float, shown: list):
    async def work():
        async with fake.client() as okta:
            return await HandoffRoute(seconds, show=shown.append).attempt(make_task(okta))

    return fake.clock.run(work())


def test_without_a_person_nothing_is_waited_for(fake_okta, make_task) -> None:
    shown: list = []
    outcome = attempt(fake_okta, make_task, 0, shown)
    assert outcome.handoff.page.startswith("https://acme-admin.okta.com/admin/app/scim2headerauth/instance/0oa1/")
    assert shown == []  # the report says it
    assert (fake_okta.requests, fake_okta.clock.elapsed) == ([], 0)


def test_a_person_is_waited_for_until_the_org_shows_it(fake_okta, make_task) -> None:
    fake_okta.on("GET /api/v1/apps/0oa1", {"id": "0oa1"}, {"id": "0oa1"}, {"id": "0oa1", "features": ["GROUP_PUSH"]})
    fake_okta.on("GET /api/v1/apps/0oa1/connections/default", OFF)
    outcome = attempt(fake_okta, make_task, 600, [])
    assert outcome.said == "Done manually in the Admin Console."
    assert fake_okta.clock.slept == [10, 10, 10]


APP = {"id": "0oa1", "name": "scim2headerauth", "label": "Acme", "features": []}

DONE = {**APP, "features": ["SCIM_PROVISIONING", "PUSH_NEW_USERS"]}

OFF = {"status": "UNKNOWN", "profile": {"authScheme": "UNKNOWN"}}


def test_it_says_every_minute_what_it_waits_for(fake_okta, fake_clock, make_task):
    fake_okta.on("GET /api/v1/apps/0oa1", *[APP] * 12, DONE)
    connection = fake_okta.on("GET /api/v1/apps/0oa1/connections/default", OFF)
    said, shown = [], []
    route = HandoffRoute(900, show=shown.append)

    class Watching(Observer):
        def waits(self, reason, seconds):
            said.append((reason, seconds))

    async def work():
        async with fake_okta.client() as okta:
            return await route.attempt(replace(make_task(okta), observer=Watching()))

    attempt = fake_clock.run(work())
    assert attempt.said == "Done manually in the Admin Console."
    assert fake_clock.elapsed == 130
    assert said == [("a manual step in the Admin Console", seconds) for seconds in (900, 840, 780)]
    assert len(connection.requests) == 3  # of the tightest bucket
    assert shown == [attempt.handoff]


def test_it_gives_up_in_time_and_can_be_taken_up_again(fake_okta, fake_clock, make_task):
    fake_okta.on("GET /api/v1/apps/0oa1", httpx.Response(200, json=APP))
    fake_okta.on("GET /api/v1/apps/0oa1/connections/default", OFF)

    async def work():
        async with fake_okta.client() as okta:
            return await HandoffRoute(60).attempt(make_task(okta))

    attempt = fake_clock.run(work())
    assert fake_clock.elapsed == 60
    assert attempt.said == "This step must be done manually in the Admin Console."
    assert attempt.handoff.then == "Then run the same command again: it will verify the change and continue."


class WitnessOf:
    """A witness who sees something at one of its looks, or is blind."""

    def __init__(self, look: int, *, blind: bool = False):
        self.left, self.blind, self.begun = look, blind, False

    async def begin(self):
        self.begun = True

    async def look(self):
        assert self.begun
        self.left -= 1
        return "seen" if self.left <= 0 else None


def rotated(fake_okta, make_task, witness, **wanted):
    async def work():
        async with fake_okta.client() as okta:
            return await HandoffRoute(60).attempt(replace(make_task(okta, stage="edit", **wanted), witness=witness))

    return fake_okta.clock.run(work())


def test_what_no_read_can_show_is_waited_for_in_the_log(fake_okta, fake_clock, make_task):
    fake_okta.on("GET /api/v1/apps/0oa1", DONE)
    attempt = rotated(fake_okta, make_task, WitnessOf(3))
    assert (attempt.acted, attempt.said) == (True, "The app was changed in the meantime.")
    assert fake_clock.elapsed == 30
    assert "can't be read back" in attempt.handoff.then


def test_a_change_of_something_else_does_not_end_the_wait_for_what_a_read_can_show(fake_okta, fake_clock, make_task):
    fake_okta.on("GET /api/v1/apps/0oa1", DONE)
    fake_okta.on("GET /api/v1/apps/0oa1/connections/default", OFF)
    fake_okta.on("GET /api/v1/apps/0oa1/features/USER_PROVISIONING", {"capabilities": {}})
    attempt = rotated(fake_okta, make_task, WitnessOf(1), to_app=["create", "update"])
    assert not attempt.acted
    assert fake_clock.elapsed == 60


def test_where_the_log_is_closed_nothing_is_waited_for(fake_okta, fake_clock, make_task):
    attempt = rotated(fake_okta, make_task, WitnessOf(1, blind=True))
    assert not attempt.acted
    assert fake_clock.elapsed == 0
