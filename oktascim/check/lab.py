"""Sends a check's requests as Okta does, records them, and never writes to what this run didn't create."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, quote_plus, unquote

import httpx

from oktascim.check.bodies import SCHEMAS, Names
from oktascim.check.model import READING
from oktascim.check.sent import Sent
from oktascim.check.settling import Settling
from oktascim.http.clock import Clock, Stop
from oktascim.scim.answer import Answer
from oktascim.scim.exchange import ScimClient
from oktascim.scim.report import ScimVersion
from oktascim.scim.request import okta_headers

_LONGEST_WAIT = 60
_RATE_TRIES = 5
_MOST_BROKEN = 3
_LONGEST_ID = 1_000
_POSTED_TO = frozenset(
    {"Users", "Groups", "ServiceProviderConfig", "ServiceProviderConfigs", "ResourceTypes", "Schemas"}
)
"""Where a POST creates a resource, or nothing; a POST to /Bulk, or to a resource, could change others."""
_SECONDS = re.compile(r"[0-9]{1,9}")
_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]+")


class NotOurs(Exception):
    """A write to something that this run didn't create; it wasn't sent."""


class ServerGone(Exception):
    """The server has stopped responding; the remaining checks would only wait. `sent` got no response."""

    def __init__(self, sent: Sent) -> None:
        super().__init__()
        self.sent = sent


_last_sent = ContextVar[Sent | None]("_last_sent", default=None)  # of this task: checks run in parallel


@dataclass(frozen=True)
class Made:
    """A resource created by this run: its collection (`Users`, `Groups`), its id or "", and its unique name."""

    collection: str
    id: str
    name: str


@dataclass
class Lab:
    """The server under test, and what this run has done there.

    Attributes:
        client: the connection.
        base_url: without a trailing slash.
        version: the SCIM version.
        authorization: the credential.
        names: generates names with the run id.
        pause: seconds to wait after each write.
        clock, stop: the clock, and the request to stop the run.
        watch: receives every exchange.
        made: what this run has created, by collection and id (or name, if the id isn't known).
        seen: every exchange so far.
        deleted: the ids of what DELETE requests have deleted.
        settling: how long to repeat a read that contradicts a write.
        shared: resources for all checks that change nothing, by what a check needs.
        refused: kinds of resources that the server didn't create.
        lost_members: the ids of users who aren't in the group that was created with them.
    """

    client: ScimClient
    base_url: str
    version: ScimVersion
    authorization: str
    names: Names
    pause: float = 0.0
    clock: Clock = field(default_factory=Clock)
    stop: Stop = field(default_factory=Stop)
    watch: Callable[[Sent], None] = lambda _sent: None
    made: dict[tuple[str, str], Made] = field(default_factory=dict)
    seen: list[Sent] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)
    settling: Settling[Sent] = field(default_factory=Settling)
    shared: dict[str, Any] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    lost_members: set[str] = field(default_factory=set)
    sharing: asyncio.Lock = field(default_factory=asyncio.Lock)
    _broken: int = 0
    _limited: bool = False  # a request got a 429 each time it was repeated

    @property
    def variables(self) -> dict[str, Any]:
        """The variables available to every check."""
        return {**SCHEMAS[self.version], "run": self.names.run, "domain": self.names.domain}

    @property
    def has_user(self) -> bool:
        """Whether this run has created a user."""
        return any(made.collection == "Users" and made.id for made in self.made.values())

    @property
    def last(self) -> Sent | None:
        """The last exchange of the current task, which is that of one check; None if it has sent nothing."""
        return _last_sent.get()

    async def send(
        self,
        method: str,
        target: str,
        body: Any = None,
        *,
        credential: str | None = None,
        headers: Mapping[str, str] | None = None,
        patient: bool = True,
        bare: bool = False,
    ) -> Sent:
        """Send one request with Okta's headers, in Okta's order.

        Args:
            method: the HTTP method.
            target: path and query after the base URL.
            body: a JSON value, a text to send unchanged, or None.
            credential: replaces ours; "" sends none.
            headers: replace Okta's own.
            patient: True waits out a 429 as Okta does, at most a minute and five times; a run does so in vain only
                once.
            bare: True sends only the given headers, none of Okta's.

        Raises:
            NotOurs: it would write to something that this run didn't create.
            ServerGone: several requests in a row got no response.
            Interrupted: the user stopped the run.
        """
        text = "" if body is None else body if isinstance(body, str) else _compact(body)
        self._guard(method, target, text)
        for _ in range(_RATE_TRIES):
            self.stop.check()
            request = self._request(method, target, text, credential, headers or {}, bare=bare)
            sent = Sent(*await self.client.send(request), body=text)
            self.seen.append(sent.kept())
            _last_sent.set(self.seen[-1])  # shortened: the context of a task lasts as long as the run
            self.watch(sent)
            await self._note_made(method, target, sent)
            if method == "DELETE" and sent.ok:
                self.deleted.add(unquote(target.rpartition("/")[2]))
            wait = _retry_after(sent) if patient and not self._limited else None
            if wait is None:
                break
            await self.stop.sleep(wait)
        else:
            self._limited = True
        self._broken = 0 if isinstance(sent.answer, Answer) else self._broken + 1
        if self._broken >= _MOST_BROKEN:
            raise ServerGone(sent)
        if self.pause and method not in READING:
            await self.stop.sleep(self.pause)
        return sent

    def _request(
        self, method: str, target: str, text: str, credential: str | None, headers: Mapping[str, str], *, bare: bool
    ) -> httpx.Request:
        url = httpx.URL(self.base_url + target)
        authorization = self.authorization if credential is None else credential
        has_type = bool(text) or method == "DELETE"  # OB-230
        pairs = okta_headers(url, self.version, authorization, has_type=has_type)
        replaced = {name.lower() for name in headers} | (set() if authorization else {"authorization"})
        pairs = [pair for pair in pairs if not bare and pair[0].lower() not in replaced] + list(headers.items())
        return httpx.Request(method, url, headers=pairs, content=text.encode() if text else None)

    def _guard(self, method: str, target: str, text: str) -> None:
        """Never write to a resource that this run didn't create."""
        collection, _, rest = target.lstrip("/").partition("/")
        if method in READING or (method == "POST" and collection.partition("?")[0] in _POSTED_TO and not rest):
            return
        if method != "POST" and rest.startswith(self.names.run) and _PLAIN_ID.fullmatch(rest):
            return
        made = self.made.get((collection, unquote(rest)))
        if made is None or quote(made.id, safe="") != rest:
            raise NotOurs(f"{method} {target} wasn't sent: this run didn't create that resource.")

    async def _note_made(self, method: str, target: str, sent: Sent) -> None:
        """Record what a POST has created, or may have created; an id counts only next to our own run id."""
        collection = target.partition("?")[0].strip("/")
        if method != "POST" or collection not in {"Users", "Groups"} or not (sent.ok or sent.exchange.status is None):
            return
        try:
            posted = json.loads(sent.body)
            name = (posted.get("userName") if collection == "Users" else None) or posted.get("displayName")
        except (ValueError, AttributeError):
            return
        if not isinstance(name, str) or self.names.run not in name:
            return
        is_known = any(collection == made.collection for made in self.made.values())
        self.made[collection, name] = Made(collection, "", name)  # found by name if the run ends before its id is sure
        found = usable_id(sent.at("id"))
        if found and await self._is_ours(collection, sent, is_known=is_known):
            self.made.pop((collection, name), None)
            self.made[collection, found] = Made(collection, found, name)

    async def _is_ours(self, collection: str, sent: Sent, *, is_known: bool) -> bool:
        if is_known and not self.settling.late and sent.names(self.names.run):
            return True
        # The first one is read back, and one whose response doesn't name the run, and all if they are visible late.
        target = f"/{collection}/{quote(str(sent.at('id')), safe='')}"
        return (await self.settled(target, lambda read: read.names(self.names.run))).names(self.names.run)

    async def settled(
        self, target: str, good: Callable[[Sent], bool], *, headers: Mapping[str, str] | None = None
    ) -> Sent:
        """GET, repeated for a while if it contradicts what was written.

        Args:
            target: path and query after the base URL.
            good: whether the response shows what was written.
            headers: replace Okta's own.
        """

        async def read() -> Sent:
            return await self.send("GET", target, headers=headers)

        kind = "list" if "?" in target else "resource"
        return await self.settling.until(kind, await read(), good, read, self.stop.sleep)


def usable_id(found: Any) -> str:
    """A resource's id as a text, or "" if it isn't one or no URL can end in it."""
    if not isinstance(found, str | int) or isinstance(found, bool) or found in {".", ".."}:
        return ""
    text = str(found)
    return text if len(text) <= _LONGEST_ID else ""


def query(filter_text: str, *, spaces: str = "%20") -> str:
    """The query of Okta's look-up: filter, startIndex and count, in this order (OB-271)."""
    escaped = quote_plus(filter_text) if spaces == "+" else quote(filter_text, safe="")
    return f"?filter={escaped}&startIndex=1&count=100"


def _compact(body: Any) -> str:
    """JSON without white space, as Okta writes it (OB-232)."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def _retry_after(sent: Sent) -> int | None:
    """The seconds to wait before retrying a 429; None without a 429, or if the wait is too long."""
    wait = whole_seconds(sent.exchange.response_headers.get("retry-after", ""))
    return wait if sent.exchange.status == 429 and wait is not None and wait <= _LONGEST_WAIT else None


def whole_seconds(value: str) -> int | None:
    """The seconds in a Retry-After header, or None if it isn't a whole number of up to nine digits."""
    return int(value) if _SECONDS.fullmatch(value) else None
