"""The groups of a member follow the members of the groups."""

from __future__ import annotations

import asyncio

from okta_emulator.core.settings import EmulatorSettings
from okta_emulator.org.members_seen import forget_group, groups_with, members_of, note_members
from okta_emulator.org.state import Org


def test_the_groups_of_a_member_are_those_that_showed_it_last() -> None:
    org = Org(EmulatorSettings(watchful=True))
    note_members(org, "app", "g1", {"ann", "bob"})
    note_members(org, "app", "g2", {"bob", "half \ud800"})
    note_members(org, "other", "g3", {"bob"})
    assert groups_with(org, "app", ["bob"]) == {"g1", "g2"}
    assert groups_with(org, "app", ["half \ud800", "nobody"]) == {"g2"}

    note_members(org, "app", "g1", {"cleo"})
    forget_group(org, "app", "g2")
    assert [groups_with(org, "app", [one]) for one in ("ann", "bob", "cleo")] == [set(), set(), {"g1"}]
    assert (members_of(org, "app", "g1"), members_of(org, "app", "g2")) == ({"cleo"}, set())
    assert dict(org.store.groups_seen.from_source("app")) == {"cleo": ["g1"]}
    asyncio.run(org.close())


def test_groups_that_an_earlier_version_noted_are_no_groups_of_lost_members() -> None:
    org = Org(EmulatorSettings(watchful=True))
    org.store.members_seen.put("app", "g1", ["ann", "bob"])
    note_members(org, "app", "g1", ["bob"])
    assert groups_with(org, "app", ["ann"]) == set()
    asyncio.run(org.close())
