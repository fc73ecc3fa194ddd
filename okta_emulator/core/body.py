"""Reads a request's body without trusting its size or its shape."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope

from okta_emulator.core.encoding import finite, is_shallow
from okta_emulator.core.errors import BodyTooLarge, MalformedBody, ValidationFailed
from okta_emulator.core.records import Json

LARGEST_BODY = 1024 * 1024  # bytes; Okta's limit is unknown


def capped(scope: Scope, receive: Receive) -> Receive:
    """A `receive` that returns a body of at most `LARGEST_BODY` bytes.

    Raises:
        BodyTooLarge: on the first call if Content-Length is larger; else when the body exceeds the limit.
    """
    lengths = [value for name, value in scope["headers"] if name.lower() == b"content-length"]
    announced = max((int(value[:20]) for value in lengths if value.isdigit()), default=0)
    received = 0

    async def receiving() -> Message:
        nonlocal received
        if announced > LARGEST_BODY:
            raise BodyTooLarge
        message = await receive()
        received += len(message.get("body", b""))
        if received > LARGEST_BODY:
            raise BodyTooLarge
        return message

    return receiving


async def read(receive: Receive) -> bytes:
    """The whole body.

    Raises:
        ClientDisconnect: the client left before all of it had arrived.
    """
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def json_or_none(body: bytes) -> Any:
    """The JSON value of a body in UTF-8, or None.

    Values that the emulator couldn't serialize again don't count as JSON either: NaN, numbers beyond a float, lone
    surrogates, and more than 100 levels.
    """
    if not body:
        return None
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_float=finite, parse_constant=finite)
        if b"\\u" in body:
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return value if is_shallow(value) else None


def object_of(body: Any) -> Json:
    """The body as a JSON object.

    Raises:
        MalformedBody: there is no body (recorded for an empty PUT), or it isn't an object.
    """
    if not isinstance(body, dict):
        raise MalformedBody
    return body


def member(body: Json, key: str) -> Json:
    """An object inside a body; a missing one and null count as empty.

    Raises:
        ValidationFailed: it has another type; the wording of the cause is ours.
    """
    value = body.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValidationFailed(key, causes=(f"{key}: must be an object",))
    return value


def text(body: Json, key: str) -> str | None:
    """A string inside a body, or None if it is missing or null.

    Raises:
        ValidationFailed: it has another type; the wording of the cause is ours.
    """
    value = body.get(key)
    if value is not None and not isinstance(value, str):
        raise ValidationFailed(key, causes=(f"{key}: must be a string",))
    return value
