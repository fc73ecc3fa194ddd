"""Reads a request's JSON body without trusting its shape."""

from __future__ import annotations

import json
from typing import Any

from okta_emulator.core.errors import MalformedBody, ValidationFailed
from okta_emulator.core.store import Record


def json_or_none(body: bytes) -> Any:
    """The JSON value of a body; half a surrogate pair, which no text can hold, makes it no JSON."""
    try:
        value = json.loads(body) if body else None
        if b"\\u" in body:
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return value


def object_of(body: Any) -> Record:
    """The body as a JSON object.

    Raises:
        MalformedBody: there is none (recorded for an empty PUT), or it is something else.
    """
    if not isinstance(body, dict):
        raise MalformedBody
    return body


def member(body: Record, key: str) -> Record:
    """An object inside a body; missing and null count as empty.

    Raises:
        ValidationFailed: it is something else; the cause is our wording.
    """
    value = body.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValidationFailed(key, causes=(f"{key}: must be an object",))
    return value


def text(body: Record, key: str) -> str | None:
    """A text inside a body, or None where it is missing or null.

    Raises:
        ValidationFailed: it is something else; the cause is our wording.
    """
    value = body.get(key)
    if value is not None and not isinstance(value, str):
        raise ValidationFailed(key, causes=(f"{key}: must be a string",))
    return value
