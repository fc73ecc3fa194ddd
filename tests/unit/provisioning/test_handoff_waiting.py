"""While a person works in the Admin Console: what is said, when it is looked, and when it is given up."""

from __future__ import annotations

from dataclasses import replace

import httpx

from oktascim.provisioning.handoff import HandoffRoute
from oktascim.provisioning.task import Unwatched

APP = {"id": "0oa1", "name": "scim2headerauth", "label": "Acme", "features": []}
DONE = {**APP, "features": ["SCIM_PROVISIONING", "PUSH_NEW_USERS"]}
OFF = {"status": "UNKNOWN", "profile": {"authScheme": "UNKNOWN"}}


def test_it_says_every_minute_what_it_waits_for(fake_okta, fake_clock, make_task):
    fake_okta.on("GET /api/v1/apps/0oa1", *[APP] * 12, DONE)
    connection = fake_okta.on("GET /api/v1/apps/0oa1/connections/default", OFF)
    said, shown = [], []
    route = HandoffRoute(900, show=shown.append)

    class Watching(Unwatched):
        def waits(self, reason, seconds):
            said.append((reason, seconds))

    async def work():
        async with fake_okta.client() as okta:
            return await route.attempt(replace(make_task(okta), watcher=Watching()))

    attempt = fake_clock.run(work())
    assert attempt.said == "A person did it in the Admin Console."
    assert fake_clock.elapsed == 130
    assert said == [("for you", seconds) for seconds in (900, 840, 780)]
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
    assert attempt.said == "A person must do this step in the Admin Console."
    assert attempt.handoff.then == "Then run the same command again: it verifies and goes on."


class WitnessOf:
    """A witness who sees something at one of its looks."""

    def __init__(self, look: int):
        self.left = look

    async def look(self):
        self.left -= 1
        return "seen" if self.left == 0 else None


def test_what_no_read_can_show_is_waited_for_in_the_log(fake_okta, fake_clock, make_task):
    async def work():
        async with fake_okta.client() as okta:
            return await HandoffRoute(60).attempt(replace(make_task(okta), witness=WitnessOf(3)))

    attempt = fake_clock.run(work())
    assert attempt.acted
    assert fake_clock.elapsed == 30
    assert "cannot be read back" in attempt.handoff.then
