"""Okta's profile as SCIM attributes (OB-272 to OB-277)."""

from okta_emulator.scim_client import profile
from okta_emulator.scim_client.connection import Person
from okta_emulator.scim_client.dialect import SCIM_11, SCIM_20

EVERYTHING = {
    "firstName": "Ann",
    "middleName": "B",
    "lastName": "Lee",
    "honorificPrefix": "Dr",
    "honorificSuffix": "Jr",
    "email": "ann@example.com",
    "displayName": "Ann L",
    "nickName": "A",
    "profileUrl": "https://example.com/a",
    "title": "Engineer",
    "userType": "Employee",
    "preferredLanguage": "de",
    "locale": "de-CH",
    "timezone": "Europe/Zurich",
    "primaryPhone": "1",
    "mobilePhone": "2",
    "streetAddress": "S",
    "city": "Bern",
    "state": "BE",
    "zipCode": "3000",
    "countryCode": "CH",
    "postalAddress": "S, Bern",
    "employeeNumber": "7",
    "costCenter": "c",
    "organization": "o",
    "division": "d",
    "department": "R&D",
    "managerId": "m1",
    "manager": "Max",
}


def test_every_attribute_survives_the_way_there_and_back():
    for dialect in (SCIM_20, SCIM_11):
        sent = profile.new_user(Person("00u1", "ann", EVERYTHING), dialect)
        assert profile.okta_profile(sent, dialect) == EVERYTHING


def test_empty_and_unknown_attributes_are_left_out():
    person = Person("00u1", "ann", {"firstName": "", "title": None, "customThing": "x", "email": "ann@example.com"})
    sent = profile.new_user(person, SCIM_20)
    assert list(sent) == ["schemas", "userName", "emails", "externalId", "groups", "password", "active"]


def test_enterprise_attributes_add_the_urn():
    person = Person("00u1", "ann", {"department": "R&D"})
    assert profile.new_user(person, SCIM_20)["schemas"] == [SCIM_20.user_schema, SCIM_20.enterprise_schema]
    assert profile.new_user(person, SCIM_11)[SCIM_11.enterprise_schema] == {"department": "R&D"}
    merged = profile.merged_user({"schemas": [SCIM_20.user_schema]}, person, SCIM_20)
    assert merged["schemas"] == [SCIM_20.user_schema, SCIM_20.enterprise_schema]


def test_a_merge_keeps_what_only_the_server_has():
    enterprise = SCIM_20.enterprise_schema
    server = {
        "schemas": [SCIM_20.user_schema, enterprise],
        enterprise: {"department": "old", "manager": {"value": "m", "$ref": "../Users/m"}},
        "phoneNumbers": [{"value": "0", "type": "fax"}, {"value": "9", "type": "mobile", "display": "mine"}],
        "emails": [{"value": "old@example.com", "primary": True}],
        "odd": [1, None],
    }
    person = Person("00u1", "ann", {"department": "new", "mobilePhone": "2", "email": "new@example.com"})
    merged = profile.merged_user(server, person, SCIM_20)
    assert merged[enterprise] == {"department": "new", "manager": {"value": "m", "$ref": "../Users/m"}}
    assert merged["phoneNumbers"] == [
        {"value": "0", "type": "fax"},
        {"value": "2", "type": "mobile", "display": "mine"},
    ]
    assert merged["emails"] == [{"value": "new@example.com", "primary": True, "type": "work"}]
    assert merged["odd"] == [1, None]
    assert "active" not in merged


def test_a_servers_odd_shapes_do_no_harm():
    server = {"name": "Ann", "emails": {"value": "x"}, "schemas": "x", "addresses": [None]}
    merged = profile.merged_user(server, Person("00u1", "ann", EVERYTHING), SCIM_20)
    assert merged["name"]["familyName"] == "Lee"
    assert merged["emails"][0]["value"] == "ann@example.com"
    assert merged["schemas"][0] == SCIM_20.user_schema
    assert profile.okta_profile({**server, "phoneNumbers": 7}, SCIM_20) == {}
