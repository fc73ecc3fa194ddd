"""Bodies and headers of any size: what is read, what is refused, and how much memory that takes."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib

import httpcore
import httpx
import pytest

from oktascim.http.client import HttpClient, Limits
from oktascim.http.transfer import TooLarge

MIB = 1024**2


class Pieces(httpx.AsyncByteStream):
    """A body that comes in pieces, and knows how many were taken."""

    def __init__(self, *pieces: bytes, times: int = 1) -> None:
        self.pieces = pieces * times
        self.taken = 0

    async def __aiter__(self):
        for piece in self.pieces:
            self.taken += 1
            yield piece


def fetch(body: bytes | Pieces, most: int = MIB, **headers: str) -> httpx.Response:
    stream = Pieces(body) if isinstance(body, bytes) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, headers=named, stream=stream))

    async def work() -> httpx.Response:
        async with HttpClient("https://acme.okta.com", limits=Limits(5, most), transport=transport) as client:
            return await client.exchange(client.build("GET", "/api/v1/apps"))

    return asyncio.run(work())


BARE = zlib.compressobj(wbits=-15)
ENCODED = {
    "identity": b"hello",
    "gzip": gzip.compress(b"hello", mtime=0),
    "x-gzip": gzip.compress(b"hello", mtime=0),
    "deflate": zlib.compress(b"hello"),
    " Deflate ": BARE.compress(b"hello") + BARE.flush(),
}


@pytest.mark.parametrize("encoding", ENCODED)
def test_what_was_asked_for_is_decoded_however_it_is_cut(encoding: str) -> None:
    whole = ENCODED[encoding]
    for cut in (2, len(whole) // 2, len(whole)):
        pieces = Pieces(whole[:cut], b"", whole[cut:])
        assert fetch(pieces, content_encoding=encoding).content == b"hello"
    assert fetch(b"", content_encoding=encoding).content == b""


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip, gzip", gzip.compress(gzip.compress(b"hello", mtime=0), mtime=0)),
        ("br", b"hello"),
        ("gzip", b"hello"),
        ("gzip", gzip.compress(b"hello", mtime=0)[:-9]),
        ("deflate", zlib.compress(b"hello" * 99)[:10] + b"\0" * 20),
    ],
)
def test_what_does_not_decode_is_an_error(encoding: str, body: bytes) -> None:
    with pytest.raises(httpx.DecodingError):
        fetch(body, content_encoding=encoding)


def test_a_compression_bomb_is_noticed_before_it_takes_memory() -> None:
    bomb = gzip.compress(b"\0" * (200 * MIB), 1, mtime=0)
    assert len(bomb) < MIB
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge, match="larger than 4 MiB"):
            fetch(bomb, most=4 * MIB, content_encoding="gzip")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 12 * MIB


def test_a_body_without_end_is_read_no_further_than_its_cap() -> None:
    endless = Pieces(b"x" * 1024, times=10_000)
    with pytest.raises(TooLarge, match=r"The body of acme\.okta\.com's response to GET /api/v1/apps is too large"):
        fetch(endless, most=64 * 1024)
    assert endless.taken == 65


def test_headers_have_a_cap() -> None:
    assert fetch(b"ok", x="y" * 60_000).content == b"ok"
    with pytest.raises(TooLarge, match="larger than 64 KiB"):
        fetch(b"ok", x="y" * 66_000)


def test_a_body_that_drips_for_ever_meets_the_deadline(make_clock) -> None:
    class Drip(httpx.AsyncByteStream):
        async def __aiter__(self):
            while True:
                await asyncio.sleep(1)
                yield b"x"

    transport = httpx.MockTransport(lambda _request: httpx.Response(200, stream=Drip()))
    clock = make_clock()

    async def work() -> None:
        async with HttpClient("https://acme.okta.com", limits=Limits(seconds=5.5), transport=transport) as client:
            with pytest.raises(TimeoutError):
                await client.exchange(client.build("GET", "/"))

    clock.run(work())
    assert clock.elapsed == 5.5


class Recorded(httpcore.AsyncMockStream):
    """A connection that notes how much is read from it at once."""

    def __init__(self, answer: bytes) -> None:
        super().__init__([answer])
        self.sizes: set[int] = set()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        self.sizes.add(max_bytes)
        return await super().read(max_bytes, timeout)


def test_a_connection_reads_as_much_at_once_as_asyncio_has() -> None:
    """By a name that isn't public in httpcore: another version may read in pieces again."""
    stream = Recorded(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    async def work() -> None:
        connection = httpcore.AsyncHTTP11Connection(httpcore.Origin(b"http", b"acme.example", 80), stream)
        answer = await connection.request("GET", "http://acme.example/")
        assert answer.content == b"ok"

    asyncio.run(work())
    assert stream.sizes == {256 * 1024}
