"""Reads the response of a SCIM server without trusting its size, its encoding or its characters."""

from __future__ import annotations

import httpx

LARGEST_ANSWER = 16 * 1024 * 1024  # bytes, decompressed; Okta's limit is unknown
TOO_LARGE = f"The response is larger than {LARGEST_ANSWER // 1024**2} MiB"
_ENCODINGS = ("utf-8", "utf-16", "utf-32", "iso-8859-1", "windows-1252", "us-ascii")


class AnswerTooLarge(Exception):
    """A response that exceeds the limit; the rest of it is not read."""


async def read_answer(response: httpx.Response) -> str:
    """The text of a response, always encodable as UTF-8.

    Args:
        response: the response, as a stream that hasn't been read.

    Raises:
        AnswerTooLarge: there is more than `LARGEST_ANSWER`.
        httpx.HTTPError: it can't be decompressed, or the connection failed.
    """
    content = bytearray()
    async for part in response.aiter_bytes(64 * 1024):
        content += part
        if len(content) > LARGEST_ANSWER:
            raise AnswerTooLarge
    named = (response.charset_encoding or "").lower()
    encoding = named if named in _ENCODINGS else "utf-8"  # Python also knows base64 and others that are none
    return encodable(content.decode(encoding, "replace"))


def encodable(text: str) -> str:
    """The text with `?` for each half of a character (surrogate)."""
    return text.encode("utf-8", "replace").decode()
