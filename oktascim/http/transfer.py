"""Reads the body of an HTTP response in steps, so that no response takes more memory than its limit."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import httpx

from oktascim.errors import OktascimError

ENCODINGS = "gzip, deflate"
MOST_HEADER_BYTES = 64 * 1024  # two links with a long log filter each take about 16 KiB
_STEP = 64 * 1024
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_RAW_DEFLATE = -zlib.MAX_WBITS


class TooLarge(OktascimError):
    """A response is larger than any expected one; the rest wasn't read."""

    def __init__(self, response: httpx.Response, part: str, most: int) -> None:
        request = response.request
        super().__init__(
            f"The {part} of {request.url.host}'s response to {request.method} {request.url.path} is too large.",
            why=f"It is larger than {size(most)}, the maximum.",
            fix="Check that the URL is right, and that nothing between this machine and the server changes its "
            "responses.",
        )


def size(count: int) -> str:
    """A number of bytes for people: `64 MiB`, `64 KiB`."""
    return f"{count // 1024**2} MiB" if count >= 1024**2 else f"{count // 1024} KiB"


def check_headers(response: httpx.Response) -> None:
    """Refuse a response whose headers exceed 64 KiB in total.

    Raises:
        TooLarge: they are.
    """
    if sum(len(name) + len(value) for name, value in response.headers.raw) > MOST_HEADER_BYTES:
        raise TooLarge(response, "header", MOST_HEADER_BYTES)


async def read_body(response: httpx.Response, most: int) -> bytes:
    """The decoded body of a response whose headers have arrived.

    Args:
        response: an open answer, nothing of its body read.
        most: the maximum number of decoded bytes. Compressed bytes are decoded 64 KiB at a time, so a
            compression bomb is noticed before it takes memory.

    Raises:
        TooLarge: there are more.
        httpx.DecodingError: the bytes don't fit the Content-Encoding, or it isn't a requested one.
    """
    decoder = _decoder(response)
    pieces: list[bytes] = []
    length = 0
    assert isinstance(response.stream, httpx.AsyncByteStream)
    async for chunk in response.stream:
        for piece in decoder.decode(chunk) if decoder else (chunk,):
            length += len(piece)
            if length > most:
                raise TooLarge(response, "body", most)
            pieces.append(piece)
    if decoder and not decoder.complete:
        raise httpx.DecodingError("The compressed body ends too early.", request=response.request)
    return b"".join(pieces)


def _decoder(response: httpx.Response) -> _Inflater | None:
    named = [name.strip().lower() for name in response.headers.get("content-encoding", "").split(",")]
    encodings = [name for name in named if name not in {"", "identity"}]
    if not encodings:
        return None
    if encodings not in (["gzip"], ["x-gzip"], ["deflate"]):  # nested encodings multiply a compression bomb
        raise httpx.DecodingError(
            f"The Content-Encoding {', '.join(encodings)[:60]} wasn't requested.", request=response.request
        )
    return _Inflater(response.request)


class _Inflater:
    """Decompresses gzip, zlib and, since some servers call that deflate, bare deflate."""

    def __init__(self, request: httpx.Request) -> None:
        self._request = request
        self._zlib = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._begun = self._bare = False

    @property
    def complete(self) -> bool:
        """Whether the compressed data came to its end, or there was none."""
        return self._zlib.eof or not self._begun

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        """What the next compressed bytes decode to, at most 64 KiB a piece."""
        while not self._zlib.eof:
            piece = self._step(chunk)
            self._begun = self._begun or bool(chunk)
            chunk = self._zlib.unconsumed_tail
            yield piece
            if len(piece) < _STEP:
                return

    def _step(self, chunk: bytes) -> bytes:
        try:
            return self._zlib.decompress(chunk, _STEP)
        except zlib.error as error:
            if self._begun or self._bare:
                raise httpx.DecodingError(f"The body can't be decompressed: {error}.", request=self._request) from None
        self._zlib, self._bare = zlib.decompressobj(_RAW_DEFLATE), True
        return self._step(chunk)
