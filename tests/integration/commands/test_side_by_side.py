"""Several runs of one file at the same time, on real sockets: one app stays, and no run fails."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from oktascim.catalog import find_template
from oktascim.okta.access import ApiToken
from oktascim.okta.client import Okta
from oktascim.plan.choices import PlanChoices
from oktascim.plan.diff import IntegrationPlan, make_plans
from oktascim.plan.execute import Run, carry_out
from oktascim.plan.read import read
from oktascim.plan.report import Report
from oktascim.plan.slots import Slots
from oktascim.plan.snapshot import Snapshot
from oktascim.routes.api import ApiRoute
from oktascim.secret_text import SecretStr
from oktascim.spec.loader import load
from oktascim.spec.models import Integration
from oktascim.spec.secrets import ResolvedCredentials
from tests.support.world import SCIM_TOKEN, World

RUNS = 3


def resolve(one: Integration) -> ResolvedCredentials:
    return ResolvedCredentials({"token": SecretStr(SCIM_TOKEN)}, find_template(one.template).authentication())


async def planned(okta: Okta, one: Integration) -> tuple[IntegrationPlan, Snapshot]:
    snapshot = await read(okta, [one])
    return make_plans([one], snapshot, PlanChoices())[0], snapshot


async def run(okta: Okta, one: Integration, everybody: asyncio.Barrier) -> Report:
    """Plan, wait until every run has planned a creation, and apply."""
    wanted, snapshot = await planned(okta, one)
    await everybody.wait()

    async def replan(one: Integration) -> IntegrationPlan:
        return (await planned(okta, one))[0]

    routes = (ApiRoute(okta, lambda: resolve(one)),)
    return (await carry_out([wanted], Run(okta, snapshot.directory, lambda _key: routes, replan, Slots(okta))))[0]


async def side_by_side(world: World, one: Integration) -> list[Report]:
    everybody = asyncio.Barrier(RUNS)

    async def alone() -> Report:
        async with Okta(world.org.url, ApiToken(SecretStr(world.token))) as okta:
            return await run(okta, one, everybody)

    return list(await asyncio.gather(*(alone() for _ in range(RUNS))))


def test_runs_that_all_plan_a_creation_agree_on_one_app(world: World) -> None:
    one = load([Path(world.spec())], {"SCIM_BASE_URL": world.scim_url})[0].integration
    for _ in range(4):
        reports = asyncio.run(side_by_side(world, one))
        assert [(report.status, report.error) for report in reports] == [("done", None)] * RUNS
        (app,) = world.apps()
        assert {report.app_id for report in reports} == {app["id"]}
        assert sum("Another run created" in note for report in reports for note in report.notes) == RUNS - 1
        world.reset()


@pytest.mark.skipif(sys.platform == "win32", reason="three processes at once are slow to start there")
def test_three_processes_leave_one_app_and_none_fails(world: World) -> None:
    command = [sys.executable, "-m", "oktascim", "apply", world.spec(), "--yes", "-o", "json"]
    environment = os.environ | {
        "OKTA_CLIENT_ORGURL": world.org.url,
        "OKTA_CLIENT_TOKEN": world.token,
        "SCIM_BASE_URL": world.scim_url,
        "SCIM_TOKEN": SCIM_TOKEN,
        "OKTASCIM_CONFIG_DIR": str(world.folder),
    }
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True)
        for _ in range(RUNS)
    ]
    ends = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0] * RUNS, [stderr for _, stderr in ends]
    (app,) = world.apps()
    assert {json.loads(stdout)["integrations"][0]["app_id"] for stdout, _ in ends} == {app["id"]}
