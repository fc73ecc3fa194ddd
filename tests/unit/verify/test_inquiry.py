"""What a step has changed in the account of another user."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from oktascim.verify.inquiry import harm_to_bystanders
from oktascim.verify.model import lifecycle
from oktascim.verify.pushed import PushedAccount

ACTIVE = {"id": "8", "userName": "bob@x.io", "active": True}
INACTIVE = {**ACTIVE, "active": False}
STEP = next(step for step in lifecycle().steps if step.id == "user.deactivate")


class Server:
    """Shows an account as in a list of reads, one after another; None is 404."""

    def __init__(self, *reads: dict[str, Any] | None) -> None:
        self.reads = list(reads)

    async def send(self, _method: str, _target: str) -> Any:
        read = self.reads.pop(0)
        return SimpleNamespace(ok=read is not None, json=read, exchange=SimpleNamespace(status=200 if read else 404))


@pytest.mark.parametrize(
    ("reads", "fault", "gone_since"),
    [
        ((ACTIVE,), None, ""),
        ((None, ACTIVE), None, ""),
        ((INACTIVE, ACTIVE), None, ""),
        ((INACTIVE, INACTIVE), "others_inactive", ""),
        ((None, None), "others_gone", "user.deactivate"),
        (({**ACTIVE, "userName": "eve@x.io"},) * 2, "others", ""),
    ],
)
def test_harm_is_what_a_second_look_shows_too(
    reads: tuple[dict[str, Any] | None, ...], fault: str | None, gone_since: str
) -> None:
    bob = PushedAccount(
        "bob@x.io", external_id="8", pushed={"login": "bob@x.io"}, held={"login", "active"}, seen=ACTIVE
    )
    server, waited = Server(*reads), list[float]()

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    other = SimpleNamespace(account=bob, lab=server)
    okta = SimpleNamespace(clock=SimpleNamespace(sleep=sleep))
    scene = cast("Any", SimpleNamespace(okta=okta, bystanders=lambda _step: [other]))
    harm = asyncio.run(harm_to_bystanders(scene, STEP, 2.0))
    assert (harm.fault if harm else None, bob.gone_since) == (fault, gone_since)
    assert (waited, server.reads) == ([2.0] * (len(reads) - 1), [])
