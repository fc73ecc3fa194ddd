"""Reads that are right only after a delay."""

from __future__ import annotations

import asyncio

from oktascim.check.settling import Settling


async def at_once(_seconds: float) -> None:
    await asyncio.sleep(0)


def test_each_check_counts_its_own_late_reads() -> None:
    settling, both_have_read = Settling(longest=1.0), asyncio.Barrier(2)

    async def check(*reads: str) -> int:
        left = list(reads)
        before = settling.waits

        async def read() -> str:
            return left.pop(0)

        await settling.until("resource", await read(), lambda one: one == "new", read, at_once)
        await both_have_read.wait()
        return settling.waits - before

    async def both() -> list[int]:
        return await asyncio.gather(check("old", "new"), check("new"))

    assert asyncio.run(both()) == [1, 0]
