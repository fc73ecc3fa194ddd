"""What counts as the same in an account and in a group."""

from __future__ import annotations

from typing import Any

import pytest

from oktascim.verify.compare import account_faults, group_faults, held_by, held_by_group, kind_of_fault
from oktascim.verify.pushed import PushedAccount, PushedGroup
from oktascim.verify.scene import mapping_of

RESOURCE: dict[str, Any] = {
    "userName": "Ada@acme.example",
    "name": {"givenName": "Ada", "familyName": "Lovelace"},
    "emails": [{"value": "ada@acme.example", "primary": True}],
    "locale": "de-DE",
    "active": True,
}


def account(**pushed: str) -> PushedAccount:
    made = PushedAccount("ada@acme.example")
    made.push(pushed)
    return made


@pytest.mark.parametrize(
    ("pushed", "fault"),
    [
        ({"login": "ada@acme.example", "firstName": "Ada", "email": "ada@acme.example", "locale": "de_DE"}, ""),
        ({"firstName": "ada"}, "name.givenName is “Ada”; expected “ada”"),
        ({"lastName": "Byron"}, "name.familyName is “Lovelace”; expected “Byron”"),
        ({"login": "byron@acme.example"}, "userName is “Ada@acme.example”; expected “byron@acme.example”"),
        ({"title": "Countess"}, "title “Countess” isn't in the account"),
    ],
)
def test_names_have_their_place_and_other_values_may_be_anywhere(pushed: dict[str, str], fault: str) -> None:
    assert list(account_faults(RESOURCE, account(**pushed)).values()) == ([fault] if fault else [])


@pytest.mark.parametrize("active", [None, 0, "true", "false", False])
def test_active_is_a_boolean(active: object) -> None:
    made = account()
    made.set_active(True)
    faults = account_faults({**RESOURCE, "active": active}, made)
    assert faults["active"].startswith("active is")
    assert kind_of_fault({**RESOURCE, "active": active}, made, faults) == ("" if active is False else "not_boolean")


def test_a_step_is_not_blamed_for_what_failed_before_it() -> None:
    ada = account(firstName="Augusta", locale="de_DE")
    ada.set_active(True)
    assert set(account_faults(RESOURCE, ada)) == {"firstName"}
    ada.stand_by(held_by(RESOURCE, ada))
    ada.push({"lastName": "Lovelace"})
    assert account_faults(RESOURCE, ada) == {}
    later = {**RESOURCE, "locale": None, "active": False}
    faults = account_faults(later, ada)
    assert set(faults) == {"active", "locale"}, "what was right once must stay so"
    assert kind_of_fault(later, ada, faults) == "inactive"
    assert kind_of_fault(RESOURCE, ada, {"locale"}) == "collateral"
    assert kind_of_fault(RESOURCE, ada, {"lastName", "locale"}) == ""


def team() -> PushedGroup:
    group = PushedGroup("Team", people=[PushedAccount("ada@x.io", external_id="7")])
    group.push("name", "members")
    return group


@pytest.mark.parametrize(
    ("members", "faults"),
    [([{"value": "7"}], 0), ([], 1), (None, 1), ([{"value": "7"}, {"value": "8"}], 1), (["7"], 1)],
)
def test_members_are_exactly_those_pushed(members: object, faults: int) -> None:
    resource = {"displayName": "Team", "members": members}
    assert len(group_faults(resource, team())) == faults


def test_a_rename_is_not_blamed_for_members_that_were_lost_before() -> None:
    group, resource = team(), {"displayName": "Team", "members": []}
    assert group_faults(resource, group) == {"members": "there are no members; expected 7"}
    group.stand_by(held_by_group(resource, group), [])
    group.push("name")
    assert (group.lost, group_faults(resource, group)) == ({"7"}, {})
    group.lost.clear()
    assert group_faults(resource, group) == {}
    group.held.add("members")
    assert len(group_faults(resource, group)) == 1


def test_only_plain_pushed_attributes_are_tested() -> None:
    lines = {
        "givenName": {"expression": "user.firstName", "pushStatus": "PUSH"},
        "title": {"expression": "source.title", "pushStatus": "PUSH"},
        "locale": {"expression": "user.locale", "pushStatus": "DONT_PUSH"},
        "displayName": {"expression": 'user.firstName + "!"', "pushStatus": "PUSH"},
        "managerValue": {"expression": "user.managerId", "pushStatus": "PUSH"},
        "badge": {"expression": "user.badge", "pushStatus": "PUSH"},
    }
    known, untested = mapping_of({"properties": lines})
    assert known == {"givenName": "firstName", "title": "title"}
    assert set(untested) == {"locale", "displayName", "managerValue", "badge"}
    assert mapping_of(None)[0] == {"email": "email", "givenName": "firstName", "familyName": "lastName"}
