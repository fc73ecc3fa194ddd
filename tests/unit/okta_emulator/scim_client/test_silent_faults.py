"""What counts as a silent fault."""

from __future__ import annotations

import pytest

from okta_emulator.scim_client.connection import Member
from okta_emulator.scim_client.dialect import dialect_of
from okta_emulator.scim_client.silent_faults import differences, expected_after

GROUP = {"displayName": "Team", "members": [{"value": "7"}]}


@pytest.mark.parametrize(
    ("members", "faulty"), [(["7"], []), (["7", "7"], ["members"]), (["7", "8"], ["members"]), ([], ["members"])]
)
def test_each_member_is_there_once(members: list[str], faulty: list[str]) -> None:
    shown = {**GROUP, "members": [{"value": one} for one in members]}
    found = differences(expected_after("POST", GROUP), shown, members_optional=False)
    assert [one.attribute for one in found] == faulty


def test_a_server_may_ignore_oktas_own_extension() -> None:
    body = dialect_of("1.1").new_group("Team", [Member("7", None)], "All of it")
    shown = {key: value for key, value in body.items() if not key.startswith("urn:okta")}
    assert len(shown) < len(body)
    assert list(differences(expected_after("POST", body), shown, members_optional=False)) == []
