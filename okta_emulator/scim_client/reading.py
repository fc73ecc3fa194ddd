"""Reads the response of a SCIM server without trusting its size, its encoding or its characters."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable

LARGEST_ANSWER = 16 * 1024 * 1024  # bytes, decompressed; Okta's limit is unknown
TOO_LARGE = f"The response is larger than {LARGEST_ANSWER // 1024**2} MiB"
_MOST_ENCODINGS = 3
_ENCODINGS = ("utf-8", "utf-16", "utf-32", "iso-8859-1", "windows-1252", "us-ascii")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE | re.ASCII)
_GZIP = zlib.MAX_WBITS | 16
_ZLIB_HEADER = 2  # bytes


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
        self._decoders = [_DECODERS[one]() for one in known]
        self._content_type = content_type
        self._content = bytearray()

    def add(self, part: bytes) -> None:
        """Add the next part.

        Raises:
            AnswerTooLarge: there is more than `LARGEST_ANSWER`.
            zlib.error: it can't be decompressed.
        """
        for decoded in self._decoders:
            part = decoded(part)
            if len(part) > LARGEST_ANSWER:
                raise AnswerTooLarge
        self._content += part
        if len(self._content) > LARGEST_ANSWER:
            raise AnswerTooLarge

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


def _gunzip() -> Callable[[bytes], bytes]:
    decoder = zlib.decompressobj(_GZIP)
    return lambda part: decoder.decompress(part, LARGEST_ANSWER + 1)


def _inflate() -> Callable[[bytes], bytes]:
    """Deflate, with zlib's header or, as some servers send it, without: the first two bytes tell (RFC 1950, 2.2)."""
    decoder, begin = None, b""

    def inflated(part: bytes) -> bytes:
        nonlocal decoder, begin
        if decoder is None:
            part = begin = begin + part
            if len(begin) < _ZLIB_HEADER:
                return b""
            is_zlib = begin[0] & 0x0F == zlib.DEFLATED and int.from_bytes(begin[:_ZLIB_HEADER]) % 31 == 0
            decoder = zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
        return decoder.decompress(part, LARGEST_ANSWER + 1)

    return inflated


_DECODERS = {"gzip": _gunzip, "deflate": _inflate}
