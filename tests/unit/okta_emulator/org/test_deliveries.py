"""What a SCIM server answered is written as a whole: a killed org has all of an outcome or nothing of it."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from okta_emulator.core.ids import request_id
from okta_emulator.core.settings import EmulatorSettings
from okta_emulator.core.switches import Switches
from okta_emulator.org.deliveries import deliver
from okta_emulator.org.jobs import Job
from okta_emulator.org.planting import plant
from okta_emulator.org.seed import (
    Address,
    FromEnvironment,
    Seed,
    SeedApp,
    SeedAssignments,
    SeedGroup,
    SeedPerson,
    SeedProvisioning,
)
from okta_emulator.org.state import Org
from okta_emulator.scim_client.connection import Connection
from okta_emulator.scim_client.outcome import Outcome
from okta_emulator.scim_client.pool import Http
from tests.support.answering import Answering

HALF_HOUR = Switches(conflict_retry="half_hour")
ADA = "ada@acme.example"
SEED = Seed(
    people=(SeedPerson(login=ADA),),
    groups=(SeedGroup(name="G", members=(ADA,)),),
    apps=(
        SeedApp(
            label="A",
            name="scim2headerauth",
            provisioning=SeedProvisioning(base_url=Address(url="http://scim.example"), token=FromEnvironment(env="T")),
            assignments=SeedAssignments(users=(ADA,), push_groups=("G",)),
        ),
    ),
)


def accepts(request: httpx.Request) -> httpx.Response:
    """A server that keeps everything but the last name."""
    if request.method == "POST":
        body = json.loads(request.content)
        name = body.get("name", {}) | {"familyName": "Byron"}
        return httpx.Response(201, json=body | {"id": "1", "name": name})
    return httpx.Response(200, json={"totalResults": 0, "Resources": []})


def refuses(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(500)


def content(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as db:
        return list(db.iterdump())


async def run(org: Org, job: Job[Org], file: Path) -> list[Path]:
    """Run a job, and keep what a kill before each statement would leave."""
    left: list[Path] = []

    def killed_here(_statement: str) -> None:
        copy = file.with_name(f"{len(left)}.sqlite")
        for end in ("", "-wal"):
            shutil.copy(f"{file}{end}", f"{copy}{end}")
        left.append(copy)

    org.store.db.set_trace_callback(killed_here)
    await job.run(org)
    org.store.db.set_trace_callback(None)
    return left


@pytest.mark.parametrize("server", [accepts, refuses])
@pytest.mark.parametrize("kind", ["ProvisionUser", "SyncGroup"])
def test_a_killed_org_has_a_whole_outcome_or_none(
    tmp_path: Path, kind: str, server: Callable[[httpx.Request], httpx.Response]
) -> None:
    file = tmp_path / "org.sqlite"

    async def main() -> tuple[list[str], list[Path], list[str]]:
        org = Org(EmulatorSettings(watchful=True), file)
        org.http = Answering(server)
        plant(org, SEED, {"T": "t0ken"})
        (job,) = (one for one in org.jobs.waiting() if type(one).__name__ == kind)
        org.jobs.drop()
        before = list(org.store.db.iterdump())
        left = await run(org, job, file)
        after = list(org.store.db.iterdump())
        await org.close()
        return before, left, after

    before, left, after = asyncio.run(main())
    kept = [content(copy) for copy in left]
    assert len(after) > len(before)
    assert [one for one in kept if one not in (before, after)] == []
    assert kept[0] == before


def test_an_assignment_made_during_a_delivery_waits_for_its_own() -> None:
    async def main() -> list[tuple[str, str | None]]:
        org = Org(EmulatorSettings())

        def assigned_again(request: httpx.Request) -> httpx.Response:
            for app_id, _ in org.store.apps.each():
                for user_id, app_user in list(org.store.app_users.from_source(app_id)):
                    org.store.app_users.put(app_id, user_id, {**app_user, "app_user_id": "0uaanother"})
            return accepts(request)

        org.http = Answering(assigned_again)
        plant(org, SEED, {"T": "t0ken"})
        job, found = org.jobs.waiting()[0], []
        org.jobs.drop()
        for _ in range(2):
            await job.run(org)
            found += [(one["status"], one["externalId"]) for _, one in org.store.app_users.from_source(job.app_id)]
        await org.close()
        return found

    assert asyncio.run(main()) == [("STAGED", None), ("PROVISIONED", "1")]


def test_retries_of_a_conflict_are_one_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> list[bool]:
        org, timers, loop = Org(EmulatorSettings(switches=HALF_HOUR)), [], asyncio.get_running_loop()
        start = loop.call_later
        monkeypatch.setattr(loop, "call_later", lambda *timer: timers.append(start(*timer)) or timers[-1])
        org.http = Answering(lambda request: accepts(request) if request.method == "GET" else httpx.Response(409))
        plant(org, SEED, {"T": "t0ken"})
        job = org.jobs.waiting()[0]
        org.jobs.drop()
        for _ in range(3):  # twice by an administrator
            await job.run(org)
        cancelled = [timer.cancelled() for timer in timers]
        await org.close()
        return cancelled

    assert asyncio.run(main()) == [True, True, False]


@pytest.mark.parametrize(
    ("url", "alone"), [("http://scim.example/", True), ("http://another.example", False)], ids=["shared", "another"]
)
def test_a_watchful_org_reads_around_one_write_at_a_time_at_a_shared_server(url: str, alone: bool) -> None:
    """The write of another app between the two reads would look like a change that this write made unasked."""
    told: list[str] = []

    async def operation(*, connection: Connection, http: Http) -> Outcome:
        told.append("begins")
        for _ in range(3):
            await asyncio.sleep(0)
        told.append("ends")
        return Outcome(ok=True)

    async def main() -> None:
        org = Org(EmulatorSettings(watchful=True))
        connected = SeedProvisioning(base_url=Address(url=url), token=FromEnvironment(env="T"))
        other = SeedApp(label="B", name="scim2headerauth", provisioning=connected)
        plant(org, Seed(people=SEED.people, groups=SEED.groups, apps=(*SEED.apps, other)), {"T": "t0ken"})
        org.jobs.drop()
        cause = org.cause(request_id())
        apps = [app for _, app in org.store.apps.each()]
        await asyncio.gather(*(deliver(org, cause, app, operation, {}, retried=False) for app in apps))
        await org.close()

    asyncio.run(main())
    assert told == (["begins", "ends"] * 2 if alone else ["begins", "begins", "ends", "ends"])
