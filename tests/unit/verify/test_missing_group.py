"""A group that the SCIM server never had, or has lost, can't prove that Okta deletes groups."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from oktascim.errors import ScimServerFailed
from oktascim.okta import push
from oktascim.verify.actions import delete_group
from oktascim.verify.diagnosis import result_of
from oktascim.verify.model import SIDES, Said, lifecycle
from oktascim.verify.prepare import require_nobody
from oktascim.verify.pushed import PushedGroup

STEP = next(step for step in lifecycle().steps if step.id == "group.delete")


@pytest.mark.parametrize(
    ("gone_since", "state", "detail"),
    [
        ("", "proven", ""),
        ("group.push", "unproven", "Proves nothing: the SCIM server hasn't had the group since group.push."),
    ],
)
def test_the_deletion_of_a_missing_group_proves_nothing(
    gone_since: str, state: str, detail: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none(*_: object) -> list[Any]:
        return []

    monkeypatch.setattr(push, "list_push_mappings", none)
    group = PushedGroup("Engineering", "00g1", gone_since=gone_since)
    app = SimpleNamespace(id="0oa1")
    scene = cast("Any", SimpleNamespace(okta=None, app=app, group=group, subject=lambda _step: group))
    asyncio.run(delete_group(scene))
    sides = tuple(Said(side, "agrees", "") for side in SIDES)
    result = result_of(scene, cast("Any", None), STEP, sides, 0.1)
    assert (result.state, result.detail) == (state, detail)


def test_an_id_that_is_a_number_is_not_read_as_a_count() -> None:
    async def send(*_: object) -> Any:
        return SimpleNamespace(at=lambda _path: [{"id": "0"}])

    with pytest.raises(ScimServerFailed, match=r"returns the account with the id 0 for the user name ann"):
        asyncio.run(require_nobody(cast("Any", SimpleNamespace(send=send)), "ann@x.io"))
