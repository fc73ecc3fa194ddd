"""JSON as the database keeps it and the API sends it: compact, in UTF-8."""

from __future__ import annotations

import json

import msgspec

_encoder = msgspec.json.Encoder()

decoded = msgspec.json.Decoder().decode
"""The value of JSON text that `encoded` wrote."""


def encoded(value: object) -> bytes:
    """A JSON value as text; each half of a character (surrogate) becomes `?`."""
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def dumped(value: object) -> str:
    """The same as `encoded`, as a string for the database."""
    return encoded(value).decode()
