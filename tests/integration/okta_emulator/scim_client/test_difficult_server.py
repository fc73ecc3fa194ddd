"""django-scim2 refuses PATCH on groups: what a template app makes of it, and what a wizard app does not notice."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("django_scim", reason="django-scim2 is not installed")

from okta_emulator.scim_client import connection_check, groups, imports, users
from okta_emulator.scim_client.connection import Connection, Member, Person
from okta_emulator.scim_client.pool import Http

HERE = Path(__file__).parent
ANN = {"firstName": "Ann", "lastName": "Lee", "email": "ann@example.com"}


@pytest.fixture(scope="module")
def base_url(tmp_path_factory):
    database = tmp_path_factory.mktemp("difficult") / "scim.sqlite"
    settings = {"DJANGO_SETTINGS_MODULE": "difficult.settings", "DIFFICULT_DATABASE": str(database)}
    with subprocess.Popen(
        [sys.executable, "-m", "difficult.serve"],
        cwd=HERE,
        env=os.environ | settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/scim/v2"
        process.stdin.close()


@pytest.fixture(params=["template", "wizard"])
def connection(base_url, request):
    return Connection(base_url, "Bearer difficult-token-1", kind=request.param)


def run(work):
    async def main():
        async with Http() as http:
            return await work(http)

    return asyncio.run(main())


def done(outcome):
    assert outcome.ok, outcome.error
    return outcome


def test_a_401_without_a_scim_body(base_url):
    outcome = run(lambda http: connection_check.check_credentials(Connection(base_url, "Bearer wrong-token-9"), http))
    assert outcome.error.startswith(
        "Error authenticating: Unauthorized. The connector configuration could not be tested."
    )


def test_the_life_of_a_user(connection):
    who = Person(f"00u-{connection.kind}", f"life-{connection.kind}@example.com", ANN)

    async def story(http):
        external_id = done(await users.create_or_link(connection, who, http)).external_id
        done(await users.deactivate(connection, external_id, http))
        done(await users.create_or_link(connection, who, http))
        done(await users.update(connection, Person(who.okta_id, who.user_name, {"lastName": "Roe"}), external_id, http))
        found = done(await imports.import_users(connection, http)).users
        return next(user for user in found if user.external_id == external_id)

    user = run(story)
    assert (user.user_name, user.active, user.attributes["lastName"]) == (who.user_name, True, "Roe")


def test_a_template_app_cannot_push_groups(base_url):
    connection = Connection(base_url, "Bearer difficult-token-1")
    outcome = run(lambda http: groups.create_or_link_group(connection, "Template", [], http))
    assert outcome.error == "Error while creating user group Template: Not Implemented"
    assert [exchange.method for exchange in outcome.exchanges] == ["GET", "POST", "PATCH"]


def test_a_wizard_app_is_green_although_the_server_drops_the_members(base_url):
    connection = Connection(base_url, "Bearer difficult-token-1", kind="wizard")

    async def story(http):
        ann = done(await users.create_or_link(connection, Person("00u9", "g@example.com", ANN), http)).external_id
        group = done(await groups.create_or_link_group(connection, "Wizard", [], http)).external_id
        done(await groups.change_members(connection, group, "Wizard", [Member(ann, "g@example.com")], [], http))
        return done(await imports.import_groups(connection, http)).groups

    assert {group.name: group.member_ids for group in run(story)}["Wizard"] == ()
