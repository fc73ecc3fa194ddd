"""Custom attributes on the wire: in POST, PUT and PATCH, at their external names and under their namespaces."""

import json

import pytest

from okta_emulator.core.switches import Switches
from okta_emulator.scim_client import users
from okta_emulator.scim_client.connection import CustomAttribute, Person

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ACME = "urn:acme:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
CUSTOM = (
    CustomAttribute("costCode", CORE, "C7"),
    CustomAttribute("floor", ACME, 3),
    CustomAttribute("desk.row", ACME, "B"),
    CustomAttribute("desk.remote", ACME, True),
    CustomAttribute("emails.^[type=='home'].value", CORE, "ada@home.example"),
    CustomAttribute("emails.^[primary==true].display", CORE, "Ada"),
    CustomAttribute("ims", "", ["x", "y"]),
    CustomAttribute("roles", CORE, ["admin", "author"]),
    CustomAttribute("team", ENTERPRISE, "R2"),
)
ADA = Person("00u1", "ada", {"email": "ada@acme.example", "department": "R&D"}, CUSTOM)
EXPECTED = {
    "costCode": "C7",
    ACME: {"floor": 3, "desk": {"row": "B", "remote": True}},
    ENTERPRISE: {"department": "R&D", "team": "R2"},
    "emails": [
        {"primary": True, "value": "ada@acme.example", "type": "work", "display": "Ada"},
        {"type": "home", "value": "ada@home.example"},
    ],
    "ims": ["x", "y"],
    "roles": [
        {"value": "admin", "display": "admin", "primary": True},
        {"value": "author", "display": "author", "primary": False},
    ],
}
FOUND = {"schemas": [CORE], "id": "s1", "userName": "ada", "ims": ["z"], ACME: {"floor": 1, "own": 1}, "roles": ["old"]}


def test_in_a_post(play, answer, connect):
    played = play(
        lambda http: users.create_or_link(connect(), ADA, http), answer.listing(), answer.json(201, {**FOUND})
    )
    body = json.loads(played.bodies[1])
    assert {key: body[key] for key in EXPECTED} == EXPECTED
    assert body["schemas"] == [CORE, ENTERPRISE, ACME]


def test_in_a_put_which_keeps_what_only_the_server_has(play, answer, connect):
    replies = [answer.json(200, FOUND), answer.json(200, FOUND)]
    body = json.loads(play(lambda http: users.update(connect(), ADA, "s1", http), *replies).bodies[1])
    assert body[ACME] == EXPECTED[ACME] | {"own": 1}
    assert (body["ims"], body["roles"]) == (["x", "y"], EXPECTED["roles"])
    assert body["schemas"] == [CORE, ENTERPRISE, ACME]


def test_in_a_patch(play, answer, connect):
    connection = connect(switches=Switches(profile_push="patch"))
    played = play(lambda http: users.update(connection, ADA, "s1", http), answer.text(204, ""))
    assert played.lines == ["PATCH /Users/s1"]
    (operation,) = json.loads(played.bodies[0])["Operations"]
    assert operation["op"] == "replace"
    assert {key: operation["value"][key] for key in EXPECTED} == EXPECTED


@pytest.mark.parametrize(("shape", "first"), [("value", {"value": "admin"}), ("text", "admin")])
def test_the_shape_of_roles_is_a_switch(play, answer, connect, shape, first):
    connection = connect(switches=Switches(access_values=shape, profile_push="patch"))
    played = play(lambda http: users.update(connection, ADA, "s1", http), answer.text(204, ""))
    assert json.loads(played.bodies[0])["Operations"][0]["value"]["roles"][0] == first


def test_an_email_without_a_mapped_type_has_none(play, answer, connect):
    person = Person("00u1", "ada", {"email": "ada@acme.example", "emailType": ""})
    played = play(lambda http: users.create_or_link(connect(), person, http), answer.listing(), answer.json(201, FOUND))
    assert json.loads(played.bodies[1])["emails"] == [{"primary": True, "value": "ada@acme.example"}]
