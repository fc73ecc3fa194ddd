"""What a step has changed in another user or group."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from oktascim.check.bodies import Names
from oktascim.okta.apps import app_from
from oktascim.verify.inquiry import harm_to_bystanders
from oktascim.verify.model import Role, Said, lifecycle
from oktascim.verify.pushed import PushedAccount, PushedGroup
from oktascim.verify.scene import Scene

ACTIVE = {"id": "8", "userName": "bob@x.io", "active": True}
INACTIVE = {**ACTIVE, "active": False}
STEP = next(step for step in lifecycle().steps if step.id == "user.deactivate")
APP = app_from({"id": "0oa1", "name": "scim2testapp", "label": "Acme"})
RUN = Names("verify-1a2b", "x.io")


class Server:
    """Shows a resource as in a list of reads, one after another; None is 404."""

    def __init__(self, *reads: dict[str, Any] | None) -> None:
        self.reads, self.waited = list(reads), list[float]()

    async def send(self, _method: str, _target: str) -> Any:
        read = self.reads.pop(0)
        return SimpleNamespace(ok=read is not None, json=read, exchange=SimpleNamespace(status=200 if read else 404))

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)


def harm_of(server: Server, *, person: PushedAccount | None = None, group: PushedGroup | None = None) -> Said | None:
    """What a deactivation of user 7 has changed in one other user or group, with a second look after 2 s."""
    people: dict[Role, PushedAccount] = {"first": PushedAccount("ann@x.io", external_id="7", seen={"id": "7"})}
    people |= {"second": person} if person else {}
    groups: dict[Role, PushedGroup] = {"first": PushedGroup("Unpushed")} | ({"second": group} if group else {})
    okta = cast("Any", SimpleNamespace(clock=server))
    scene = Scene(okta, APP, "catalog", "oktascim check URL", RUN, cast("Any", server), "", people, groups)
    return asyncio.run(harm_to_bystanders(scene, STEP, 2.0))


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
    server = Server(*reads)
    harm = harm_of(server, person=bob)
    assert (harm.fault if harm else None, bob.gone_since) == (fault, gone_since)
    assert (server.waited, server.reads) == ([2.0] * (len(reads) - 1), [])


@pytest.mark.parametrize(("read", "fault"), [(INACTIVE, None), (ACTIVE, "others_active"), (None, "others_gone")])
def test_an_inactive_account_must_stay_inactive(read: dict[str, Any] | None, fault: str | None) -> None:
    left = PushedAccount("bob@x.io", external_id="8", active=False, held={"active"}, seen=INACTIVE)
    harm = harm_of(Server(read, read), person=left)
    assert (harm.fault if harm else None) == fault


@pytest.mark.parametrize(
    ("read", "fault"),
    [
        ({"displayName": "Club", "members": [{"value": "7"}, {"value": "8"}]}, None),
        ({"displayName": "Club", "members": [{"value": "8"}]}, "left_group"),
        ({"displayName": "Club", "members": [{"value": "7"}]}, "others_group"),
        ({"displayName": "Club", "members": []}, "others_group"),
        ({"displayName": "Team", "members": [{"value": "8"}]}, "others_group"),
        (None, "others_group_gone"),
    ],
)
def test_a_group_must_keep_its_name_and_members(read: dict[str, Any] | None, fault: str | None) -> None:
    members = [PushedAccount(f"{one}@x.io", external_id=one) for one in ("7", "8")]
    shown = {"displayName": "Club", "members": [{"value": "7"}, {"value": "8"}]}
    club = PushedGroup("Club", external_id="9", people=members, held={"name", "members"}, seen=shown)
    harm = harm_of(Server(read, read), group=club)
    assert (harm.fault if harm else None) == fault
    assert club.gone_since == ("" if read else "user.deactivate")
