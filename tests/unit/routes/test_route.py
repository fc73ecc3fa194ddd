"""The routes in their order: the read after each decides, whatever it claims."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
import pytest

from oktascim.errors import OktascimError, PersonNeeded, ScimServerFailed
from oktascim.http.unreachable import Ambiguous
from oktascim.routes.observer import Observer
from oktascim.routes.readback import ReadBack
from oktascim.routes.route import Attempt, Established, Handoff, establish, require_enabled
from tests.support.log_events import log_page, make_event

AT = "2027-01-15T08:00:02.000Z"
NOW = "Fri, 15 Jan 2027 08:00:00 GMT"
CHANGED = make_event(1, eventType="application.lifecycle.update", published=AT)
HANDOFF = Handoff("https://page", ("Click.", "Save."))


@dataclass
class Scripted:
    """A route that claims what it is told to, and does or does not do it."""

    name: str
    org: dict
    works: bool
    claim: object = None

    async def attempt(self, task) -> Attempt:
        self.org["tried"].append(self.name)
        if self.works:
            self.org["features"] = ["PUSH_NEW_USERS"]
        if isinstance(self.claim, Exception):
            raise self.claim
        return self.claim or Attempt(self.name, f"{self.name} did it.", acted=True)


@pytest.fixture
def org(fake_okta) -> dict:
    org = {"features": [], "tried": []}
    fake_okta.on(
        "GET /api/v1/apps/0oa1", lambda _: httpx.Response(200, json={"id": "0oa1", "features": org["features"]})
    )
    fake_okta.on("GET /api/v1/apps/0oa1/connections/default", {"status": "UNKNOWN"})
    return org


def run(fake, make_task, *routes, needs_witness: bool = False, observer: Observer | None = None) -> Established:
    async def work():
        async with fake.client() as okta:
            task = make_task(to_app=["create"], needs_witness=needs_witness)
            return await establish(okta, task, routes, observer or Observer())

    return fake.clock.run(work())


def test_the_first_route_that_reads_back_ends_it(fake_okta, make_task, org) -> None:
    routes = [
        Scripted("api", org, works=False),
        Scripted("console", org, works=True),
        Scripted("handoff", org, works=True),
    ]
    established = run(fake_okta, make_task, *routes)
    assert (established.route, org["tried"]) == ("console", ["api", "console"])
    assert require_enabled(established) == "by the console route; features confirmed it"


def test_a_claim_that_does_not_read_back_counts_for_nothing(fake_okta, make_task, org) -> None:
    established = run(fake_okta, make_task, Scripted("api", org, works=False))
    assert established.route is None
    with pytest.raises(OktascimError, match="Could not enable") as caught:
        require_enabled(established)
    assert caught.value.why == "api: api did it. However, the read-back shows that provisioning is UNKNOWN."


def test_a_modest_claim_is_overruled_by_the_read(fake_okta, make_task, org) -> None:
    route = Scripted("api", org, works=True, claim=Attempt("api", "No idea."))
    assert run(fake_okta, make_task, route).route == "api"


@pytest.mark.parametrize(("works", "route"), [(True, "api"), (False, None)])
def test_a_lost_answer_is_settled_by_the_read(fake_okta, make_task, org, works: bool, route: str | None) -> None:
    lost = Ambiguous("The connection broke.", why="ReadError")
    established = run(fake_okta, make_task, Scripted("api", org, works=works, claim=lost))
    assert established.route == route
    assert established.attempts[0].said == "The connection broke. ReadError"


@pytest.mark.parametrize(("acted", "route"), [(True, "api"), (False, None)])
def test_what_no_read_can_show_needs_a_claim(fake_okta, make_task, org, acted: bool, route: str | None) -> None:
    org["features"] = ["PUSH_NEW_USERS"]
    fake_okta.on("GET /api/v1/logs", log_page([], date=NOW), *([log_page([CHANGED])] if acted else []))
    claim = Attempt("api", "Said.", acted=acted)
    route_that_claims = Scripted("api", org, works=False, claim=claim)
    assert run(fake_okta, make_task, route_that_claims, needs_witness=True).route == route


@pytest.mark.parametrize(
    ("logged", "verified_by", "words"),
    [
        ([CHANGED], ("System Log",), f"the System Log shows application.lifecycle.update at {AT} by ola@acme.example"),
        ([], (), "sent and accepted; credentials can't be read back, and the System Log doesn't show the change yet"),
    ],
)
def test_a_claim_is_reported_with_what_the_witness_saw(fake_okta, make_task, org, logged, verified_by, words) -> None:
    org["features"] = ["PUSH_NEW_USERS"]
    fake_okta.on("GET /api/v1/logs", log_page([], date=NOW), log_page(logged))
    established = run(fake_okta, make_task, Scripted("api", org, works=False), needs_witness=True)
    assert established.proof.verified_by == verified_by
    assert require_enabled(established) == f"by the api route; {words}"


def test_a_failed_scim_server_stops_every_route(fake_okta, make_task, org) -> None:
    fake_okta.stubs.clear()
    failed = ScimServerFailed("It failed.")
    with pytest.raises(ScimServerFailed):
        run(fake_okta, make_task, Scripted("api", org, works=False, claim=failed), Scripted("handoff", org, works=True))
    assert org["tried"] == ["api"]


def test_what_is_left_to_a_person_says_where_and_what() -> None:
    proof = ReadBack("UNKNOWN", (), None, frozenset())
    attempts = (Attempt("api", "Refused."), Attempt("handoff", "A person must.", HANDOFF))
    with pytest.raises(PersonNeeded) as caught:
        require_enabled(Established(proof, None, attempts))
    assert caught.value.why == "api: Refused.\nhandoff: A person must."
    assert caught.value.fix.split("\n") == ["Open https://page", "1. Click.", "2. Save.", HANDOFF.then]


class Told(Observer):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.routes: list[tuple[str, str]] = []

    def gave_up(self, name: str, route: str, said: str, *, names_file: bool = False) -> None:
        self.routes.append((route, said))


def test_the_next_route_is_told_why_and_begins_where_the_one_before_came_to(fake_okta, make_task, org) -> None:
    begun = []

    @dataclass
    class Halfway(Scripted):
        async def attempt(self, task) -> Attempt:
            begun.append((self.name, task.stage))
            if self.name == "console":
                org["features"] = ["PUSH_NEW_USERS", "PUSH_PROFILE_UPDATES"]
            return Attempt(self.name, f"{self.name} stopped.")

    told = Told()
    fake_okta.on("GET /api/v1/apps/0oa1/features/USER_PROVISIONING", {"capabilities": {}})
    routes = [Halfway(name, org, works=False) for name in ("api", "console", "handoff")]
    assert run(fake_okta, make_task, *routes, observer=told).route is None
    assert begun == [("api", "connect"), ("console", "connect"), ("handoff", "to_app")]
    assert told.routes == [("api", "api stopped."), ("console", "console stopped.")]


def test_a_route_may_say_where_the_next_begins(fake_okta, make_task, org) -> None:
    begun = []

    @dataclass
    class Saving(Scripted):
        async def attempt(self, task) -> Attempt:
            begun.append(task.stage)
            return Attempt(self.name, "Saved.", left="consent")

    run(fake_okta, make_task, Saving("console", org, works=False), Saving("handoff", org, works=False))
    assert begun == ["connect", "consent"]
