"""The text of a response, whatever encoding it names."""

from __future__ import annotations

import httpx

_ENCODINGS = ("utf-8", "utf-16", "utf-32", "iso-8859-1", "windows-1252", "us-ascii")


def text_of(response: httpx.Response) -> str:
    """The body as text, always encodable as UTF-8.

    Python also knows base64, idna and others that can't decode a body: an encoding that isn't of the web is ignored.
    """
    named = (response.charset_encoding or "").lower()
    return encodable(response.content.decode(named if named in _ENCODINGS else "utf-8", "replace"))


def encodable(text: str) -> str:
    """The text with `?` for each half of a character (surrogate)."""
    return text.encode("utf-8", "replace").decode()
