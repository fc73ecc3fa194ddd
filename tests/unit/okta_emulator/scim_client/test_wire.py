"""Where a URL leads, and how long a connection is kept."""

import asyncio
import gzip
import zlib
from dataclasses import replace
from functools import partial

import pytest

from okta_emulator.scim_client.reading import LARGEST_ANSWER, AnswerTooLarge
from okta_emulator.scim_client.target import target_of
from okta_emulator.scim_client.wire import Http, NoResponse, Request

BODY = b'{"totalResults": 0}'

# Without the time of day: what names a test is the same in every process that collects it.
gzipped = partial(gzip.compress, mtime=0)


def get(url):
    target = target_of(url)
    return Request("GET", target, [(b"Host", target.authority.encode())], None, 5.0)


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://scim.example:443/v2/Users?a=%20b", "https://scim.example/v2/Users?a=%20b"),
        ("HTTP://Scim.Example:8080", "http://scim.example:8080/"),
        ("http://[::1]:80/a b?c d=é#part", "http://[::1]/a%20b?c%20d=%C3%A9"),
        ("https://u:p@bücher.example/", "https://xn--bcher-kva.example/"),
    ],
)
def test_a_url_is_sent_without_what_http_has_no_place_for(url, sent):
    assert str(target_of(url)) == sent


def serve(play, *answers):
    """Run `play(http, url)` against a server with one connection for each answer, which it closes after it."""
    waiting = list(answers)

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(waiting.pop(0))
        writer.close()

    async def main():
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server, Http() as http:
            host, port = server.sockets[0].getsockname()
            return await play(http, f"http://{host}:{port}/")

    return asyncio.run(main())


def ok(body, *headers):
    return b"\r\n".join([b"HTTP/1.1 200 OK", *headers, b"Content-Length: %d" % len(body), b"", body])


def chunked(*parts):
    """Deflated parts, each in a chunk of its own."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: deflate\r\n\r\n"
    return head + b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (*parts, b""))


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


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (ok(gzipped(BODY), b"Content-Encoding: gzip"), BODY.decode()),
        (ok(gzipped(BODY), b"Content-Encoding: x-gzip"), BODY.decode()),
        (ok(gzipped(BODY) * 2, b"Content-Encoding: gzip"), BODY.decode() * 2),
        (ok(gzipped(BODY) + b"\0\0 padding", b"Content-Encoding: gzip"), BODY.decode()),
        (ok(b"", b"Content-Encoding: gzip"), ""),
        (ok(zlib.compress(BODY), b"Content-Encoding: deflate"), BODY.decode()),
        (ok(zlib.compress(BODY)[2:-4], b"Content-Encoding: deflate"), BODY.decode()),
        (chunked(zlib.compress(BODY)[:1], zlib.compress(BODY)[1:]), BODY.decode()),
        (chunked(zlib.compress(BODY)[2:3], zlib.compress(BODY)[3:-4]), BODY.decode()),
        (ok("ü".encode("latin-1"), b'Content-Type: text/plain; charset="ISO-8859-1"'), "ü"),
        (b"HTTP/1.1 103 Early\r\n\r\n" + ok(BODY), BODY.decode()),
        (b"HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "abc"),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", "until the end"),
    ],
)
def test_the_body_is_read_in_every_form(answer, text):
    assert serve(lambda http, url: http.send(get(url)), answer).text == text


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


NESTED = gzipped(gzipped(gzipped(gzipped(BODY))))


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf",
        ok(gzipped(BODY)[:-8], b"Content-Encoding: gzip"),
        ok(gzipped(BODY)[:-1], b"Content-Encoding: gzip"),
        ok(gzipped(BODY)[:1], b"Content-Encoding: gzip"),
        ok(gzipped(BODY) + gzipped(BODY)[:-1], b"Content-Encoding: gzip"),
        ok(gzipped(gzipped(BODY))[:-1], b"Content-Encoding: gzip, gzip"),
        ok(gzipped(gzipped(BODY)[:-1]), b"Content-Encoding: gzip, gzip"),
        ok(gzipped(b"") * 1_001, b"Content-Encoding: gzip"),
        ok(zlib.compress(BODY)[:-1], b"Content-Encoding: deflate"),
        ok(zlib.compress(BODY)[2:-5], b"Content-Encoding: deflate"),
        ok(b"not gzip", b"Content-Encoding: gzip"),
        ok(NESTED, b"Content-Encoding: gzip, gzip, gzip, gzip"),
    ],
)
def test_a_response_that_cannot_be_read_is_none(answer):
    with pytest.raises(NoResponse):
        serve(lambda http, url: http.send(get(url)), answer)


@pytest.mark.parametrize(
    "answer",
    [
        ok(gzipped(BODY, 1) + b"\0" * LARGEST_ANSWER, b"Content-Encoding: gzip"),
        ok(gzipped(gzipped(b"\0" * (LARGEST_ANSWER + 1), 1), 1), b"Content-Encoding: gzip, gzip"),
    ],
    ids=["trailing", "decompressed"],
)
def test_neither_what_is_sent_nor_what_it_becomes_may_be_too_large(answer):
    with pytest.raises(AnswerTooLarge):
        serve(lambda http, url: http.send(get(url)), answer)
