"""What verify may delete on the SCIM server, and what it reports instead."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from oktascim.check.bodies import Names
from oktascim.verify.pushed import PushedAccount, PushedGroup
from oktascim.verify.scim_side import claim

RUN = "verify-1a2b"


class Server:
    """Answers every read by id with a status and a text, and finds nobody by name."""

    def __init__(self, status: int, text: str) -> None:
        self.names, self.made = Names(RUN, "x.io"), dict[Any, Any]()
        self._status, self._text = status, text

    async def send(self, _method: str, target: str) -> Any:
        found = "filter" not in target
        return SimpleNamespace(
            ok=self._status == 200,
            exchange=SimpleNamespace(status=self._status),
            at=lambda _path: [],
            names=lambda text: found and text in self._text,
        )


@pytest.mark.parametrize(
    ("status", "text", "claimed", "reported"),
    [(200, f"renamed.{RUN}@x.io", 1, 0), (200, "null", 0, 1), (500, RUN, 0, 1), (404, "", 0, 1)],
)
def test_an_account_is_deleted_reported_or_gone(status: int, text: str, claimed: int, reported: int) -> None:
    account = PushedAccount(f"{RUN}@x.io", external_ids={"7"})
    scene = SimpleNamespace(people={"first": account}, groups={"first": PushedGroup("G")}, run=RUN)
    server = Server(status, text)
    left = asyncio.run(claim(cast("Any", scene), cast("Any", server)))
    assert (len(server.made), len(left)) == (claimed, reported)
