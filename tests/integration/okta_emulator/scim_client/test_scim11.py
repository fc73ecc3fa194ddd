"""The same life in SCIM 1.1, on the small server of this directory."""

import asyncio

import pytest

from okta_emulator.scim_client import connection_check, groups, imports, users
from okta_emulator.scim_client.connection import Connection, Member, Person
from okta_emulator.scim_client.pool import Http

ANN = Person("00u1", "ann@example.com", {"firstName": "Ann", "lastName": "Lee", "email": "ann@example.com"})
BOB = Person("00u2", "bob@example.com", {"firstName": "Bob", "lastName": "Ray", "email": "bob@example.com"})


@pytest.fixture(params=["template", "wizard"])
def connection(scim11, request):
    return Connection(scim11.base_url, scim11.authorization, scim_version="1.1", kind=request.param)


def run(work):
    async def main():
        async with Http() as http:
            return await work(http)

    return asyncio.run(main())


def done(outcome):
    assert outcome.ok, outcome.error
    return outcome


def test_the_life_of_a_user(scim11, connection):
    async def story(http):
        done(await connection_check.check_credentials(connection, http))
        done(await connection_check.check_at_save(connection, http))
        external_id = done(await users.create_or_link(connection, ANN, http)).external_id
        assert scim11.stored["Users"][external_id]["schemas"] == ["urn:scim:schemas:core:1.0"]
        done(await users.deactivate(connection, external_id, http))
        assert scim11.stored["Users"][external_id]["active"] is False
        assert done(await users.create_or_link(connection, ANN, http)).external_id == external_id
        assert scim11.stored["Users"][external_id]["active"] is True
        renamed = Person(ANN.okta_id, "ann.roe@example.com", {"lastName": "Roe"})
        done(await users.update(connection, renamed, external_id, http))
        found = scim11.stored["Users"][external_id]
        assert (found["userName"], found["name"]) == ("ann.roe@example.com", {"givenName": "Ann", "familyName": "Roe"})
        done(await users.push_password(connection, external_id, "Tr0ub4dor&3", http))
        assert scim11.stored["Users"][external_id]["password"] == "Tr0ub4dor&3"

    run(story)
    assert len(scim11.stored["Users"]) == 1


def test_the_life_of_a_group(scim11, connection):
    async def story(http):
        ann, bob = [
            Member(done(await users.create_or_link(connection, who, http)).external_id, who.user_name)
            for who in (ANN, BOB)
        ]
        group = done(await groups.create_or_link_group(connection, "G", [], http, description="Lake side")).external_id

        def now():
            stored = scim11.stored["Groups"][group]
            return stored["displayName"], [member["value"] for member in stored.get("members", [])]

        done(await groups.change_members(connection, group, "G", [ann, bob], [], http))
        assert now() == ("G", [ann.value, bob.value])
        done(await groups.change_members(connection, group, "G", [], [ann], http))
        assert now() == ("G", [bob.value])
        done(await groups.create_or_link_group(connection, "G", [ann], http))
        assert now() == ("G", [ann.value])
        done(await groups.rename_group(connection, group, "H", http))
        assert now() == ("H", [ann.value])
        found = done(await imports.import_groups(connection, http)).groups
        assert [(one.name, one.member_ids) for one in found] == [("H", (ann.value,))]
        return done(await imports.import_users(connection, http)).users

    assert [user.attributes["firstName"] for user in run(story)] == ["Ann", "Bob"]


def test_the_servers_words_come_from_errors(scim11, connection):
    stranger = Connection(scim11.base_url, "Basic d3Jvbmc6d3Jvbmc=", scim_version="1.1")
    outcome = run(lambda http: connection_check.check_credentials(stranger, http))
    assert outcome.error == "Error authenticating: Unauthorized. Errors reported by remote server: who are you?"
    gone = run(lambda http: users.update(connection, ANN, "nobody", http))
    assert gone.error.endswith("No user returned for user nobody")
