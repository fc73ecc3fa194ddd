"""Sends recorded SCIM exchanges to a server again, in order, and compares the responses.

In later requests, recorded ids are replaced with those of the resources that the server created. The authorization and
passwords, which a recording hides, are supplied.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal, cast, get_args
from urllib.parse import quote, unquote, urlsplit

from okta_emulator.core.body import json_or_none
from okta_emulator.core.files import read_text
from okta_emulator.core.problem import InvalidSetting
from okta_emulator.scim_client.client import Method, Reply, send
from okta_emulator.scim_client.connection import Connection, ScimVersion
from okta_emulator.scim_client.hiding import HIDDEN
from okta_emulator.scim_client.lists import identifier_of, resource_in
from okta_emulator.scim_client.pool import Http
from okta_emulator.scim_client.profile import placeholder_password

_LARGEST = 64 * 1024 * 1024
_BELOW_BASE = re.compile(r"/(?:Users|Groups|Schemas|ResourceTypes|ServiceProviderConfigs?|Roles|Entitlements)(?=/|$)")


@dataclass(frozen=True)
class Recorded:
    """A recorded exchange.

    Args:
        number: its place in the recording, from 1.
        method: its method.
        path: the path below the base URL.
        query: the query, without `?`.
        body: the JSON body, or None.
        status: the recorded status, or None without a response.
        created: the id of the resource that the server created, or None.
    """

    number: int
    method: Method
    path: str
    query: str
    body: dict[str, Any] | None
    status: int | None
    created: str | None


@dataclass(frozen=True)
class Replayed:
    """A recorded exchange, and the server's new response."""

    recorded: Recorded
    reply: Reply

    @property
    def same(self) -> bool:
        """Whether the status is the recorded one."""
        return self.reply.status == self.recorded.status


def read_recording(file: Path) -> list[Recorded]:
    """Read the exchanges of a file that `--record` wrote: JSON lines or HAR; the emulator's own reads are omitted.

    Raises:
        InvalidSetting: the file can't be read, or isn't such a recording.
    """
    text = read_text(file, "the recording", _LARGEST)
    try:
        entries = _har_entries(json.loads(text)) if file.suffix.lower() == ".har" else _lines(text)
        recording = [_recorded(number, entry) for number, entry in enumerate(entries, 1)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidSetting(f"The recording {file} can't be replayed.", why=_why_not(error)) from None
    if not recording:
        raise InvalidSetting(f"The recording {file} contains no exchanges.")
    return recording


def _why_not(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"It isn't JSON: {error}."
    if isinstance(error, KeyError):
        return f"An exchange has no {error.args[0]}."
    return f"{error}." if isinstance(error, ValueError) else "It doesn't have the shape of a recording."


def _lines(text: str) -> Iterator[dict[str, Any]]:
    for line in filter(str.strip, text.splitlines()):
        entry = json.loads(line)
        if not entry.get("watch"):
            yield entry


def _har_entries(har: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for entry in har["log"]["entries"]:
        request, response = entry["request"], entry["response"]
        if entry.get("comment") != "watch":
            yield {
                "method": request["method"],
                "url": request["url"],
                "request_body": (request.get("postData") or {}).get("text"),
                "status": response["status"] or None,
                "response_body": (response.get("content") or {}).get("text"),
            }


def _recorded(number: int, entry: dict[str, Any]) -> Recorded:
    method = str(entry["method"])
    if method not in get_args(Method):
        raise ValueError(f"Exchange {number} has the method {method}")
    url = urlsplit(str(entry["url"]))
    (url.path + url.query).encode()  # raises for half a character, which can't be sent
    place = _BELOW_BASE.search(url.path)
    if place is None:
        raise ValueError(f"Exchange {number} has a path that isn't SCIM: {url.path}")
    path, status = url.path[place.start() :], entry["status"]
    if any(unquote(part) in {".", ".."} for part in path.split("/")):
        raise ValueError(f"Exchange {number} has a path that leaves its folder: {path}")
    if status is not None and type(status) is not int:
        raise ValueError(f"Exchange {number} has the status {status}")
    body = _object(number, "request", entry["request_body"]) if entry["request_body"] else None
    created = None
    if method == "POST" and status == HTTPStatus.CREATED:
        created = identifier_of(_object(number, "response", entry["response_body"] or "{}"))
    return Recorded(number, cast("Method", method), path, url.query, body, status, created)


def _object(number: int, side: str, text: str) -> dict[str, Any]:
    """The JSON object of a body, as the emulator can send it again."""
    body = json_or_none(text.encode())
    if not isinstance(body, dict):
        raise ValueError(f"Exchange {number} has a {side} body that isn't a JSON object")  # noqa: TRY004 - not ours
    return body


async def replay(
    recording: Sequence[Recorded], base_url: str, authorization: str, scim: Literal["2.0", "1.1"] = "2.0"
) -> AsyncIterator[Replayed]:
    """Send every exchange of a recording, one after the other.

    Args:
        recording: the exchanges.
        base_url: the SCIM base URL to send them to.
        authorization: the value of the Authorization header.
        scim: the version, which decides the content type.
    """
    version: ScimVersion = scim
    connection = Connection(base_url=base_url, authorization=authorization, scim_version=version)
    ids: dict[str, str] = {}
    async with Http() as http:
        for recorded in recording:
            path = "/".join(quote(ids.get(part, part), safe="%") for part in recorded.path.split("/"))
            body = None if recorded.body is None else _renewed(recorded.body, ids)
            reply = await send(connection, http, recorded.method, path, query=recorded.query, body=body)
            if recorded.created is not None and (made := identifier_of(resource_in(reply))) is not None:
                ids[recorded.created] = made
            yield Replayed(recorded, reply)


def _renewed(value: Any, ids: dict[str, str]) -> Any:
    """The value with new ids for recorded ones, and a password if the recording hides it."""
    if isinstance(value, dict):
        return {
            key: placeholder_password("symbols") if key == "password" and one == HIDDEN else _renewed(one, ids)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_renewed(one, ids) for one in value]
    if isinstance(value, str):
        if value in ids:
            return ids[value]
        for old, new in ids.items():
            value = value.replace(f'"{old}"', f'"{new}"')  # members[value eq "…"]
    return value
