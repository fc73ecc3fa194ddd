"""Which writes are named for members that a group has lost."""

from __future__ import annotations

from okta_emulator.core.records import TouchedGroup
from okta_emulator.org.rechecks import blamed_for


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
