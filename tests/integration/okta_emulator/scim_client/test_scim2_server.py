"""The whole life of users and groups on a real SCIM 2.0 server by others."""

import asyncio
import json
import socket
import subprocess
import sys
import threading
from pathlib import Path
from wsgiref.simple_server import make_server

import pytest

pytest.importorskip("scim2_server", reason="the extra `emulator` is not installed")

from okta_emulator.scim_client import client, connection_check, groups, imports, users
from okta_emulator.scim_client.connection import Connection, Member, Person
from okta_emulator.scim_client.pool import Http
from okta_emulator.scim_server import ScimServer, _QuietHandler

TOKEN = "sentinel-tok-5d1c"
ANN = Person(
    "00u1", "ann@example.com", {"firstName": "Ann", "lastName": "Lee", "email": "ann@example.com", "department": "R&D"}
)


@pytest.fixture(scope="module")
def server():
    with ScimServer(TOKEN) as running:
        yield running


@pytest.fixture(params=["template", "wizard"])
def connection(server, request):
    return Connection(server.base_url, f"Bearer {TOKEN}", kind=request.param)


async def read(connection, http, path):
    reply = await client.send(connection, http, "GET", path)
    return reply.status, json.loads(reply.text or "null")


def run(work):
    async def main():
        async with Http() as http:
            return await work(http)

    return asyncio.run(main())


def person(connection, name):
    return Person(f"00u-{connection.kind}-{name}", f"{name}-{connection.kind}@example.com", ANN.attributes)


def done(outcome):
    assert outcome.ok, outcome.error
    return outcome


def test_credentials(connection):
    async def story(http):
        done(await connection_check.check_credentials(connection, http))
        return done(await connection_check.check_at_save(connection, http))

    assert [exchange.status for exchange in run(story).exchanges][-1] == 200


def test_a_wrong_token_is_told_in_the_servers_words(server):
    connection = Connection(server.base_url, "Bearer wrong-token-9")
    outcome = run(lambda http: connection_check.check_credentials(connection, http))
    assert outcome.error.startswith("Error authenticating: Unauthorized. Errors reported by remote server: ")


def test_the_life_of_a_user(connection):
    who = person(connection, "life")

    async def story(http):
        external_id = done(await users.create_or_link(connection, who, http)).external_id
        path = client.resource_path("Users", external_id)
        _, created = await read(connection, http, path)
        assert (created["userName"], created["externalId"], created["active"]) == (who.user_name, who.okta_id, True)

        changed = Person(who.okta_id, who.user_name, {**ANN.attributes, "lastName": "Roe", "title": "Lead"})
        done(await users.update(connection, changed, external_id, http))
        done(await users.deactivate(connection, external_id, http, okta_id=who.okta_id))
        _, inactive = await read(connection, http, path)
        assert (inactive["name"]["familyName"], inactive["title"], inactive["active"]) == ("Roe", "Lead", False)

        assert done(await users.create_or_link(connection, changed, http)).external_id == external_id
        done(await users.push_password(connection, external_id, "Tr0ub4dor&3", http))
        _, active = await read(connection, http, path)
        assert active["active"] is True
        assert active["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]["department"] == "R&D"

    run(story)


def test_who_exists_is_linked_not_created(connection):
    who = person(connection, "link")

    async def story(http):
        first = done(await users.create_or_link(connection, who, http))
        second = done(await users.create_or_link(connection, who, http))
        done(await users.deactivate(connection, first.external_id, http))
        third = done(await users.create_or_link(connection, who, http))
        _, found = await read(connection, http, client.resource_path("Users", first.external_id))
        assert found["active"] is True
        return {first.external_id, second.external_id, third.external_id}

    assert len(run(story)) == 1


def test_the_life_of_a_group(connection):
    async def story(http):
        people = [person(connection, name) for name in ("g1", "g2", "g3")]
        ids = [done(await users.create_or_link(connection, who, http)).external_id for who in people]
        members = [Member(id_, who.user_name) for id_, who in zip(ids, people, strict=True)]
        name = f"Engineering {connection.kind}"
        group = done(await groups.create_or_link_group(connection, name, members[:1], http)).external_id
        path = client.resource_path("Groups", group)

        async def now():
            _, found = await read(connection, http, path)
            return found["displayName"], {member["value"] for member in found.get("members") or []}

        assert await now() == (name, {ids[0]})
        done(await groups.change_members(connection, group, name, members[1:], members[:1], http))
        assert await now() == (name, {ids[1], ids[2]})
        done(await groups.rename_group(connection, group, f"{name} 2", http))
        assert await now() == (f"{name} 2", {ids[1], ids[2]})
        done(await groups.create_or_link_group(connection, f"{name} 2", members[:1], http))
        assert await now() == (f"{name} 2", {ids[0]})
        again = done(await groups.create_or_link_group(connection, f"{name} 2", [], http))
        assert again.external_id == group
        assert await now() == (f"{name} 2", set())
        done(await groups.delete_group(connection, group, name, http))
        assert (await read(connection, http, path))[0] == 404
        gone = await groups.change_members(connection, group, name, members, [], http)
        assert gone.error.startswith("Linked group is missing in the app.")

    run(story)


def test_import_over_pages():
    async def story(http):
        with ScimServer(TOKEN) as fresh:
            connection = Connection(fresh.base_url, f"Bearer {TOKEN}")
            for number in range(103):
                newcomer = Person(f"00u{number}", f"user{number}@example.com", {"email": f"user{number}@example.com"})
                done(await users.create_or_link(connection, newcomer, http))
            found = done(await imports.import_users(connection, http))
            member = Member(found.users[0].external_id)
            done(await groups.create_or_link_group(connection, "All", [member], http))
            return found, done(await imports.import_groups(connection, http))

    found, pushed = run(story)
    assert len({user.external_id for user in found.users}) == 103
    assert len(found.exchanges) == 2
    assert [(group.name, group.member_ids) for group in pushed.groups] == [("All", (found.users[0].external_id,))]


def test_the_token_is_neither_in_the_process_list_nor_in_the_environment(server):
    process = Path("/proc") / str(server.pid)
    if not process.exists():
        pytest.skip("no /proc on this system")
    assert b"scim_server" in (process / "cmdline").read_bytes()
    assert TOKEN.encode() not in (process / "cmdline").read_bytes()
    assert TOKEN.encode() not in (process / "environ").read_bytes()


def test_the_server_prints_its_port_alone_even_when_it_refuses():
    command = [sys.executable, "-m", "okta_emulator.scim_server"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        process.stdin.write(f"{TOKEN}\n")
        process.stdin.flush()
        port = process.stdout.readline().strip()
        for token in (TOKEN, "wrong-token-9"):
            connection = Connection(f"http://127.0.0.1:{port}/v2", f"Bearer {token}")
            run(lambda http, connection=connection: connection_check.check_credentials(connection, http))
            run(lambda http, connection=connection: users.update(connection, ANN, "nobody", http))
        output = process.communicate(timeout=20)
    assert port.isdigit()
    assert output == ("", "")
    assert process.returncode == 0


def test_the_server_ends_with_the_block():
    with ScimServer(TOKEN) as short:
        connection = Connection(short.base_url, f"Bearer {TOKEN}")
        assert run(lambda http: connection_check.check_credentials(connection, http)).ok
    assert short.pid is None
    assert run(lambda http: connection_check.check_credentials(connection, http)).error == "Error authenticating: null"


def test_the_server_takes_the_wanted_port_or_another_one_if_it_is_in_use():
    with socket.create_server(("127.0.0.1", 0)) as taken, ScimServer("secret", taken.getsockname()[1]) as server:
        port = int(server.base_url.split(":")[2].split("/")[0])
        assert port != taken.getsockname()[1]
    with ScimServer("secret", port) as again:
        assert again.base_url == server.base_url


def test_a_client_that_never_reads_or_never_asks_ends(monkeypatch, capfd):
    monkeypatch.setattr(_QuietHandler, "timeout", 0.2)
    ended = threading.Event()

    class Endless:
        def __iter__(self):
            return self

        def __next__(self):
            return b"x" * 100_000

        def close(self):
            ended.set()

    def application(_environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return Endless()

    with make_server("127.0.0.1", 0, application, handler_class=_QuietHandler) as server:
        with socket.create_connection(server.server_address) as silent:
            server.handle_request()
            silent.settimeout(20)
            assert silent.recv(1) == b""
        with socket.create_connection(server.server_address) as slow:
            slow.sendall(b"GET / HTTP/1.0\r\n\r\n")
            server.handle_request()
            assert ended.is_set()
    assert "Exception" not in capfd.readouterr().err
