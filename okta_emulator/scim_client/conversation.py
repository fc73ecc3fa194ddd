"""One provisioning scim: its requests in order, what the log gets, and how it ends."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from okta_emulator.scim_client import logged_actions
from okta_emulator.scim_client.client import NO_ANSWER, Method, Reply, send
from okta_emulator.scim_client.connection import Connection
from okta_emulator.scim_client.dialect import Dialect, dialect_of
from okta_emulator.scim_client.hiding import hide, secrets_of
from okta_emulator.scim_client.lists import ListPage, NotAList, PagingNotInteger, Resource, page_of
from okta_emulator.scim_client.logged_actions import LoggedAction
from okta_emulator.scim_client.outcome import Exchange, LogFact, Outcome
from okta_emulator.scim_client.texts import NotJson, detail_of, parse_json

TOO_MANY_REQUESTS = 429
NOT_FOUND = 404
_DEFAULT_RETRY_AFTER = 300.0


class Refused(Exception):
    """A request did not give what Okta needs.

    Args:
        detail: the DETAIL of the error.
        retry_after: seconds, when the answer was a 429.
        whole: the detail is a sentence of its own, without the step's action before it.
    """

    def __init__(self, detail: str, retry_after: float | None = None, *, whole: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after = retry_after
        self.whole = whole


class Stopped(Exception):
    """The job ends here, with this sentence for the Tasks page."""

    def __init__(self, sentence: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.retry_after = retry_after


class Conversation:
    """The conversation of one operation: sends, records, and turns its end into an `Outcome`.

    Args:
        connection: where the app's SCIM server is.
        http: a client from `client.new_http`.
    """

    def __init__(self, connection: Connection, http: httpx.AsyncClient) -> None:
        self.connection = connection
        self.exchanges: list[Exchange] = []
        self.facts: list[LogFact] = []
        self._http = http

    @property
    def dialect(self) -> Dialect:
        """How the server's SCIM version is written."""
        return dialect_of(self.connection.scim_version)

    async def request(
        self, method: Method, path: str, *, query: str = "", body: Mapping[str, Any] | None = None
    ) -> Reply:
        """Send one request and record it, whatever the answer."""
        reply = await send(self.connection, self._http, method, path, query=query, body=body)
        self.exchanges.append(reply.exchange)
        return reply

    async def require(
        self, method: Method, path: str, *, body: Mapping[str, Any] | None = None, missing: Refused | None = None
    ) -> Reply:
        """Send one request that must succeed.

        Args:
            method: the HTTP method.
            path: the path below the base URL.
            body: the JSON body.
            missing: what a 404 means, where Okta has its own words for it.

        Raises:
            Refused: `missing`, or the server did not answer with a 2xx.
        """
        reply = await self.request(method, path, body=body)
        if reply.status == NOT_FOUND and missing is not None:
            raise missing
        if not reply.ok:
            raise self.refusal(reply)
        return reply

    async def read(self, path: str, missing: Refused) -> Resource:
        """GET one resource.

        Args:
            path: its path.
            missing: what it means when it is gone (404) or the answer holds no resource.

        Raises:
            Refused: `missing`, or the server refused.
        """
        resource = resource_in(await self.require("GET", path, missing=missing))
        if resource is None:
            raise missing
        return resource

    async def page(self, path: str, query: str) -> ListPage:
        """GET one page of a list; a SCIM error with status 404 counts as an empty one (OB-251).

        Raises:
            Refused: the server refused, or what it sent is no list. A paging member that is no integer gives no
                reason at all, as recorded (OB-180, OB-248).
        """
        reply = await self.request("GET", path, query=query)
        if reply.status == NOT_FOUND and self.dialect.is_error(resource_in(reply)):
            return ListPage(resources=(), total=0)
        if not reply.ok:
            raise self.refusal(reply)
        try:
            return page_of(reply.text or "")
        except NotAList as error:
            raise Refused(str(error) or self.no_results(path)) from None
        except PagingNotInteger:
            raise Refused(NO_ANSWER) from None

    def no_results(self, path: str) -> str:
        """The text for an answer to a list read that is no list."""
        return self.dialect.no_results.format(path.removeprefix("/").lower())

    def refusal(self, reply: Reply) -> Refused:
        """What a reply without success means; a 429 carries the wait it asks for (OB-286)."""
        waits = retry_after(reply) if reply.status == TOO_MANY_REQUESTS else None
        return Refused(detail_of(reply, self.dialect), waits)

    @contextmanager
    def step(self, action: LoggedAction, subject: str = "", *, logged: bool = True) -> Iterator[None]:
        """One step of the scim: its success is logged, its refusal is logged and ends the scim.

        Args:
            action: what is done in it.
            subject: the user or group as the error sentence names it.
            logged: whether a success is worth an event.

        Raises:
            Stopped: a request of the step was refused.
        """
        try:
            yield
        except Refused as refused:
            if refused.retry_after is not None:
                self.facts.append(logged_actions.RATE_LIMITED)
            detail = hide(refused.detail, secrets_of(self.connection))
            self.facts.append(action.failure(detail))
            sentence = detail if refused.whole else action.sentence(subject, detail)
            raise Stopped(sentence, refused.retry_after) from None
        if logged:
            self.facts.append(action.success())

    async def outcome(self, work: Coroutine[Any, Any, str | None], wrapper: LoggedAction | None = None) -> Outcome:
        """Run the job to its end.

        Args:
            work: the operation; yields the server's id of what it worked on.
            wrapper: the event around the whole scim, logged last without a reason.
        """
        external_id, sentence, waits = None, None, None
        try:
            external_id = await work
        except Stopped as stopped:
            sentence, waits = stopped.sentence, stopped.retry_after
        if wrapper is not None:
            self.facts.append(wrapper.success() if sentence is None else wrapper.failure(None))
        return Outcome(
            ok=sentence is None,
            external_id=external_id,
            exchanges=tuple(self.exchanges),
            facts=tuple(self.facts),
            error=sentence,
            retry_after=waits,
        )


def resource_in(reply: Reply) -> Resource | None:
    """The JSON object of a body, or None when it holds none."""
    try:
        body = parse_json(reply.text or "")
    except NotJson:
        return None
    return body if isinstance(body, dict) and body else None


def identifier_of(resource: Resource | None) -> str | None:
    """The server's id, also when it is a JSON number (whether Okta is strict there is unknown), or None."""
    found = (resource or {}).get("id")
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) and found != "" else None


def retry_after(reply: Reply) -> float:
    """Seconds that a 429 asks to wait: a whole number of seconds is honoured, all else means five minutes (OB-286)."""
    value = (reply.header("Retry-After") or "").strip()
    return float(value) if value.isascii() and value.isdigit() else _DEFAULT_RETRY_AFTER
