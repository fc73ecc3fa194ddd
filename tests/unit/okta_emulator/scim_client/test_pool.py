"""How long a connection is kept, and what is sent again if the server closed it."""

import asyncio
from dataclasses import replace

import pytest

from okta_emulator.scim_client.pool import Http
from okta_emulator.scim_client.wire import NoResponse
from tests.support.raw_http import get, ok, serve

BODY = b'{"totalResults": 0}'


def test_a_connection_that_the_server_closed_is_not_used_again():
    async def twice(http, url):
        return [await http.send(get(url)) for _ in range(2)]

    assert [reply.text for reply in serve(twice, ok(b"one"), ok(b"two"))] == ["one", "two"]


def test_a_response_without_a_request_is_not_the_answer_to_the_next_one():
    """Such as the 408 of a proxy to an idle connection, which asyncio reads before the next request."""

    async def main():
        late, heard = asyncio.Event(), asyncio.Event()
        bodies = [b"one", b"two"]

        async def answer(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(ok(bodies.pop(0)))
            await late.wait()
            writer.write(ok(b"stray"))
            await writer.drain()
            heard.set()
            await reader.read()
            writer.close()

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server, Http() as http:
            host, port = server.sockets[0].getsockname()
            first = await http.send(get(f"http://{host}:{port}/"))
            late.set()
            await heard.wait()
            for _ in range(3):  # the loop reads what has arrived
                await asyncio.sleep(0)
            second = await http.send(get(f"http://{host}:{port}/"))
        return first.text, second.text

    assert asyncio.run(main()) == ("one", "two")


def closing(after, method, *headers):
    """Send two requests, the second one with these headers.

    The server answers the first one, to the second one writes `after`, and closes the connection; on a later connection
    it answers. Returns the methods that each connection was sent, and the text of the second response.
    """
    seen = []

    async def answer(reader, writer):
        first, requests = not seen, []
        seen.append(requests)
        while head := await reader.read(1000):
            requests.append(head.split()[0])
            writer.write(after if first and len(requests) == 2 else ok(BODY))
            if first and len(requests) == 2:
                break
        writer.close()

    async def main():
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server, Http() as http:
            host, port = server.sockets[0].getsockname()
            asked = get(f"http://{host}:{port}/")
            await http.send(asked)
            try:
                reply = (await http.send(replace(asked, method=method, headers=[*asked.headers, *headers]))).text
            except NoResponse:
                reply = None
        return seen, reply

    return asyncio.run(main())


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_what_may_arrive_twice_is_sent_again_if_a_kept_connection_is_closed(method):
    assert closing(b"", method) == ([[b"GET", method.encode()], [method.encode()]], BODY.decode())


@pytest.mark.parametrize(("after", "method"), [(b"", "POST"), (b"", "PATCH"), (b"HTTP/1.1 200 OK\r\n", "GET")])
def test_what_may_not_or_was_answered_is_sent_once(after, method):
    assert closing(after, method) == ([[b"GET", method.encode()]], None)


def test_what_cannot_be_sent_opens_no_connection():
    assert closing(b"", "GET", (b"X", b"a\r\nb")) == ([[b"GET"]], None)
