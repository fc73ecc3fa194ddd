"""A response in every form, and those that can't be read."""

import gzip
import zlib
from functools import partial

import pytest

from okta_emulator.scim_client.reading import LARGEST_ANSWER, AnswerTooLarge
from okta_emulator.scim_client.wire import NoResponse
from tests.support.raw_http import get, ok, serve

BODY = b'{"totalResults": 0}'

# Without the time of day: what names a test is the same in every process that collects it.
gzipped = partial(gzip.compress, mtime=0)


def chunked(*parts):
    """Deflated parts, each in a chunk of its own."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: deflate\r\n\r\n"
    return head + b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (*parts, b""))


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
