"""Which writes are named for members that a group has lost, and when an org reads again."""

from __future__ import annotations

import asyncio

import pytest

from okta_emulator.core.records import TouchedGroup, UncertainCreation
from okta_emulator.core.settings import EmulatorSettings
from okta_emulator.org.planting import plant
from okta_emulator.org.rechecks import blamed_for, look_again, recheck_of
from okta_emulator.org.seed import Seed, SeedApp
from okta_emulator.org.state import Org


def write(exchange: int, member: str) -> TouchedGroup:
    return {"group": "g", "member": member, "exchange": exchange, "text": f"write {exchange}"}


def test_a_member_is_lost_by_a_write_of_its_own_or_of_a_group() -> None:
    writes = [write(3, "a"), write(2, ""), write(4, "b")]
    assert blamed_for(frozenset("abc"), writes) == {
        ("write 2", "write 3"): ["a"],
        ("write 2", "write 4"): ["b"],
        ("write 2",): ["c"],
    }


def test_a_member_without_a_write_is_lost_by_the_latest() -> None:
    assert blamed_for(frozenset("xy"), [write(5, "a"), write(1, "b")]) == {("write 5",): ["x", "y"]}


@pytest.mark.parametrize(("watchful", "searches"), [(True, 1), (False, 0)])
def test_findings_asked_for_at_once_search_once_and_only_in_a_watchful_org(watchful: bool, searches: int) -> None:
    async def main() -> None:
        org = Org(EmulatorSettings(watchful=watchful))
        plant(org, Seed(apps=(SeedApp(label="A", name="scim2headerauth"),)), {})
        assert await org.jobs.idle(5)
        ((app_id, _),) = org.store.apps.each()
        note: UncertainCreation = {
            "exchange": 1,
            "collection": "/Users",
            "value": "ada",
            "text": "POST /Users 503",
            "looked": False,
        }
        org.store.uncertain.put(app_id, "Users ada", note)
        assert (recheck_of(org, app_id) is not None) is watchful
        looks = [asyncio.create_task(look_again(org)) for _ in range(3)]
        await asyncio.sleep(0)
        assert len(org.jobs.waiting()) == searches
        await asyncio.gather(*looks)
        await org.close()

    asyncio.run(main())
