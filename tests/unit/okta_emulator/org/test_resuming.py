"""A start with the data of a killed org: what it had accepted is done."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx

from okta_emulator.core.settings import EmulatorSettings
from okta_emulator.http.app import EmulatorApp
from okta_emulator.org import assignments
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
from tests.support.answering import Answering

ADA, BOB = "ada@acme.example", "bob@acme.example"
SEED = Seed(
    people=(SeedPerson(login=ADA), SeedPerson(login=BOB)),
    groups=(SeedGroup(name="G", members=(ADA,)), SeedGroup(name="H", members=(BOB,))),
    apps=(
        SeedApp(
            label="A",
            name="scim2headerauth",
            provisioning=SeedProvisioning(
                base_url=Address(url="http://scim.example"),
                token=FromEnvironment(env="T"),
                to_app=("create", "deactivate"),
            ),
            assignments=SeedAssignments(users=(ADA,), groups=("H",), push_groups=("G",)),
        ),
    ),
)


def server(requests: list[str]) -> Answering:
    """A SCIM server that has nothing yet and accepts everything."""

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(f"{request.method} {request.url.path}")
        if request.method != "POST":
            return httpx.Response(200, json={"totalResults": 0, "Resources": []})
        body = json.loads(request.content)
        return httpx.Response(201, json=body | {"id": body.get("userName", "g")})

    return Answering(handle)


async def start(file: Path) -> tuple[Any, list[str]]:
    """Start an org with a database, and let it do what waits; its assignments and group pushes, and what it sent."""
    requests: list[str] = []
    org = Org(EmulatorSettings(), file)
    org.http = server(requests)
    EmulatorApp(org).begin()
    assert await org.jobs.idle(20)
    ((app_id, _),) = org.store.apps.each()
    users = sorted((one["externalId"], one["status"]) for _, one in org.store.app_users.from_source(app_id))
    pushed = [mapping["external_id"] for mapping in org.store.push_mappings.named(app_id)]
    await org.close()
    return (users, pushed), requests


async def planted(file: Path) -> Org:
    """An org whose jobs haven't begun."""
    org = Org(EmulatorSettings(), file)
    plant(org, SEED, {"T": "t0ken"})
    org.jobs.drop()
    return org


def test_a_killed_org_provisions_and_pushes_at_its_next_start(tmp_path: Path) -> None:
    async def main() -> None:
        file = tmp_path / "org.sqlite"
        await (await planted(file)).close()
        state, sent = await start(file)
        assert state == ([(ADA, "PROVISIONED"), (BOB, "PROVISIONED")], ["g"])
        assert sorted(one for one in sent if one.startswith("POST")) == ["POST /Groups", "POST /Users", "POST /Users"]
        assert await start(file) == (state, [])

    asyncio.run(main())


def test_what_waits_for_an_administrator_goes_on_waiting(tmp_path: Path) -> None:
    async def main() -> None:
        file = tmp_path / "org.sqlite"
        org = await planted(file)
        ((app_id, _),) = org.store.apps.each()
        org.store.app_groups.delete_source(app_id)
        for user_id, app_user in list(org.store.app_users.from_source(app_id)):
            org.store.app_users.put(app_id, user_id, {**app_user, "syncState": "ERROR"})
        for mapping in org.store.push_mappings.named(app_id):
            org.store.push_mappings.put(mapping["id"], {**mapping, "status": "ERROR"}, name=app_id)
        await org.close()
        assert await start(file) == (([(None, "STAGED")], [None]), [])

    asyncio.run(main())


async def killed_after_unassigning_ada(file: Path) -> None:
    """Leave the data of an org that had provisioned, and then unassigned, Ada."""
    await (await planted(file)).close()
    await start(file)
    org = Org(EmulatorSettings(), file)
    ((app_id, app),) = org.store.apps.each()
    ada = next(user for _, user in org.store.users.each() if user["profile"]["login"] == ADA)
    app_user = org.store.app_users.get(app_id, ada["id"])
    assert app_user is not None
    assignments.unassign_user(org, org.cause("reqid"), app, ada, app_user)
    await org.close()


def test_a_killed_org_deactivates_whom_it_has_unassigned(tmp_path: Path) -> None:
    async def main() -> None:
        file = tmp_path / "org.sqlite"
        await killed_after_unassigning_ada(file)
        _, sent = await start(file)
        assert f"PATCH /Users/{ADA}" in sent
        assert (await start(file))[1] == []

    asyncio.run(main())


def switch_deactivation(file: Path, *, on: bool) -> None:
    org = Org(EmulatorSettings(), file)
    ((app_id, _),) = org.store.apps.each()
    kept = org.store.provisioning.get(app_id)
    assert kept is not None
    org.store.provisioning.put(app_id, {**kept, "to_app": ["create", "deactivate"] if on else ["create"]})
    asyncio.run(org.close())


def test_what_a_start_without_deactivation_drops_is_not_deactivated_later(tmp_path: Path) -> None:
    file = tmp_path / "org.sqlite"
    asyncio.run(killed_after_unassigning_ada(file))
    for on in (False, True):
        switch_deactivation(file, on=on)
        _, sent = asyncio.run(start(file))
        assert f"PATCH /Users/{ADA}" not in sent
