"""Reads the response of a SCIM server without trusting its size, its encoding or its characters."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import Any

LARGEST_ANSWER = 16 * 1024 * 1024  # bytes, decompressed; Okta's limit is unknown
TOO_LARGE = f"The response is larger than {LARGEST_ANSWER // 1024**2} MiB"
_MOST_ENCODINGS = 3
_MOST_MEMBERS = 1_000  # of a gzip body; each costs time, even an empty one
_ENCODINGS = ("utf-8", "utf-16", "utf-32", "iso-8859-1", "windows-1252", "us-ascii")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE | re.ASCII)
_GZIP = zlib.MAX_WBITS | 16
_GZIP_MAGIC = b"\x1f\x8b"
_BEGIN = 2  # bytes


class AnswerTooLarge(Exception):
    """A response that exceeds the limit; the rest of it is not read."""


class Content:
    """The body of a response as it arrives.

    Args:
        content_encoding: the value of Content-Encoding, "" if there is none; unknown ones change nothing.
        content_type: the value of Content-Type, whose charset counts.

    Raises:
        zlib.error: there are more encodings than any server needs; each multiplies the work.
    """

    def __init__(self, content_encoding: str, content_type: str) -> None:
        named = [one.strip().lower() for one in reversed(content_encoding.split(","))]
        known = [one for one in named if one in _DECODERS]
        if len(known) > _MOST_ENCODINGS:
            raise zlib.error(f"{len(known)} content encodings")
        self._decoders = [_Decoder(_DECODERS[one]) for one in known]
        self._content_type = content_type
        self._content = bytearray()
        self._received = 0

    def add(self, part: bytes) -> None:
        """Add the next part.

        Raises:
            AnswerTooLarge: there is more than `LARGEST_ANSWER`, as sent or decompressed.
            zlib.error: it can't be decompressed.
        """
        self._received += len(part)
        for decoder in self._decoders:
            part = decoder.decode(part)
        self._content += part
        if max(self._received, len(self._content)) > LARGEST_ANSWER:
            raise AnswerTooLarge

    def end(self) -> None:
        """Check that the body is complete; nothing follows.

        Raises:
            zlib.error: the compressed data ends too early.
        """
        if not all(decoder.is_complete for decoder in self._decoders):
            raise zlib.error("the compressed data ends too early")

    def text(self) -> str:
        """The whole body as text, always encodable as UTF-8."""
        charset = _CHARSET.search(self._content_type)
        named = charset[1].lower() if charset else ""
        # Python also has codecs that aren't character encodings, such as base64.
        encoding = named if named in _ENCODINGS else "utf-8"
        return encodable(self._content.decode(encoding, "replace"))


def encodable(text: str) -> str:
    """The text with `?` for each half of a character (surrogate)."""
    return text.encode("utf-8", "replace").decode()


class _Decoder:
    """Decompresses one content encoding: one compressed stream or, of gzip, several in a row.

    Args:
        stream_at: the decompressor of a stream, by its first two bytes and the number of streams before it; None if no
            stream begins there.
    """

    def __init__(self, stream_at: Callable[[bytes, int], Any]) -> None:
        self._stream_at = stream_at
        self._stream: Any = None
        self._streams = 0
        self._begin = b""
        self._is_over = False
        self._length = 0

    @property
    def is_complete(self) -> bool:
        """Whether the data can end here; no data at all is an empty body."""
        return self._stream is None and (self._streams > 0 or not self._begin)

    def decode(self, part: bytes) -> bytes:
        """Decompress the next part. What follows the last stream is ignored, as Java's reader of gzip does.

        Raises:
            AnswerTooLarge: there is more than `LARGEST_ANSWER`.
            zlib.error: it can't be decompressed.
        """
        decoded, rest = bytearray(), self._begin + part
        while rest and not self._is_over:
            if self._stream is None:
                if len(rest) < _BEGIN:
                    break
                self._stream = self._stream_at(rest[:_BEGIN], self._streams)
                self._is_over = self._stream is None
                continue
            piece = self._stream.decompress(rest, LARGEST_ANSWER + 1)
            self._length += len(piece)
            if self._length > LARGEST_ANSWER:
                raise AnswerTooLarge
            decoded += piece
            rest = self._stream.unused_data
            if self._stream.eof:
                self._stream = None
                self._streams += 1
        self._begin = b"" if self._is_over else rest
        return bytes(decoded)


def _gzip_member(begin: bytes, before: int) -> Any:
    """A gzip body has one member or more (RFC 1952, 2.2)."""
    if before == _MOST_MEMBERS:
        raise zlib.error(f"more than {_MOST_MEMBERS} gzip members")
    return zlib.decompressobj(_GZIP) if not before or begin == _GZIP_MAGIC else None


def _deflated(begin: bytes, before: int) -> Any:
    """Deflate, with zlib's header or, as some servers send it, without: the first two bytes tell (RFC 1950, 2.2)."""
    is_zlib = begin[0] & 0x0F == zlib.DEFLATED and int.from_bytes(begin) % 31 == 0
    return None if before else zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)


_DECODERS = {"gzip": _gzip_member, "x-gzip": _gzip_member, "deflate": _deflated}  # RFC 9110, 8.4.1
