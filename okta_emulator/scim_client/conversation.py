"""One operation on a SCIM server: its requests in order, its log entries, and its outcome."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from okta_emulator.scim_client import logged_actions
from okta_emulator.scim_client.bystander_reads import BystanderReads
from okta_emulator.scim_client.client import NO_ANSWER, Method, Reply, compact, send
from okta_emulator.scim_client.connection import Connection
from okta_emulator.scim_client.dialect import Dialect, dialect_of
from okta_emulator.scim_client.hiding import hide, passwords_in, secrets_of
from okta_emulator.scim_client.lists import (
    ListPage,
    NotAList,
    PagingNotInteger,
    Resource,
    identifier_of,
    page_of,
    resource_in,
)
from okta_emulator.scim_client.logged_actions import LoggedAction
from okta_emulator.scim_client.outcome import Exchange, LogFact, Outcome, Uncertain
from okta_emulator.scim_client.pool import Http
from okta_emulator.scim_client.silent_faults import Write
from okta_emulator.scim_client.texts import detail_of
from okta_emulator.scim_client.watch import NAMES, Watch, created_path
from okta_emulator.scim_client.watch_reads import look_after

TOO_MANY_REQUESTS = 429
NOT_FOUND = 404
_SERVER_ERROR = 500
_DEFAULT_RETRY_AFTER = 300.0
_LONGEST_RETRY_AFTER = 86_400.0


class Refused(Exception):
    """A request did not return what Okta needs.

    Args:
        detail: the DETAIL of the error.
        retry_after: seconds to wait, if the status was 429.
        whole: the detail is a whole sentence that doesn't need the step's action before it.
    """

    def __init__(self, detail: str, retry_after: float | None = None, *, whole: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after = retry_after
        self.whole = whole


class Stopped(Exception):
    """The operation ends with this sentence for the Tasks page."""

    def __init__(self, sentence: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.retry_after = retry_after


class Conversation:
    """The requests and responses of one operation: sends, records, and turns the end into an `Outcome`.

    Args:
        connection: the app's connection.
        http: what sends the requests.
    """

    def __init__(self, connection: Connection, http: Http) -> None:
        self.connection = connection
        self.exchanges: list[Exchange] = []
        self.facts: list[LogFact] = []
        self.found: str | None = None
        self.watch = Watch(connection)
        self._http = http
        self._others = BystanderReads(connection, http)
        self._passwords: tuple[str, ...] = ()
        self._uncertain: Uncertain | None = None

    @property
    def dialect(self) -> Dialect:
        """The dialect of the server's SCIM version."""
        return dialect_of(self.connection.scim_version)

    @property
    def plus(self) -> bool:
        """Whether a space in a filter is sent as `+` (OB-240)."""
        return self.connection.switches.filter_spaces == "plus"

    async def request(
        self, method: Method, path: str, *, query: str = "", body: Mapping[str, Any] | None = None
    ) -> Reply:
        """Send one request and record it, whatever the response."""
        self._passwords += passwords_in(compact(body or {}))
        if method != "GET":
            self.exchanges += await self._others.before(method, path, body or {})
        reply = await send(self.connection, self._http, method, path, query=query, body=body)
        self.exchanges.append(reply.exchange)
        if method == "POST":
            self._uncertain = self._uncertain_after(path, body or {}, reply)
        if reply.ok and method != "GET":
            resource = resource_in(reply)
            path = created_path(path, identifier_of(resource)) if method == "POST" else path
            write = Write(len(self.exchanges) - 1, method, path, body or {}, reply.status)
            self.watch.responded(write, resource)
            if self.connection.watchful and write.names_resource:
                self.exchanges += await look_after(write, self.watch, self.connection, self._http)
            self.exchanges += await self._others.after(write, self.watch)
            self.watch.ended(write)
        return reply

    def _uncertain_after(self, path: str, body: Mapping[str, Any], reply: Reply) -> Uncertain | None:
        """The creation as it counts if the operation fails; a server that says no, with 4xx, has created nothing."""
        if reply.status is not None and not reply.ok and reply.status < _SERVER_ERROR:
            return None
        end = reply.status or ("without a response" if reply.exchange.error == NO_ANSWER else reply.exchange.error)
        return Uncertain(len(self.exchanges) - 1, path, str(body.get(NAMES[path])), f"POST {path} {end}")

    async def require(
        self, method: Method, path: str, *, body: Mapping[str, Any] | None = None, missing: Refused | None = None
    ) -> Reply:
        """Send one request that must return a 2xx.

        Args:
            method: the HTTP method.
            path: the path below the base URL.
            body: the JSON body.
            missing: the error for a 404, if Okta has its own text for it.

        Raises:
            Refused: `missing`, or the status wasn't 2xx.
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
            missing: the error for a 404 and for a response without a resource.

        Raises:
            Refused: `missing`, or the server rejected the request.
        """
        resource = resource_in(await self.require("GET", path, missing=missing))
        if resource is None:
            raise missing
        return resource

    async def page(self, path: str, query: str) -> ListPage:
        """GET one page of a list; a SCIM error with status 404 counts as an empty one (OB-251).

        Raises:
            Refused: the server rejected the request, or its response isn't a list. A paging field that isn't an
                integer causes an error without a reason, as recorded (OB-180, OB-248).
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
        """The text for a response that should be a list but isn't."""
        return self.dialect.no_results.format(path.removeprefix("/").lower())

    def refusal(self, reply: Reply) -> Refused:
        """The error for a reply without a 2xx; for a 429 with the time to wait (OB-286)."""
        waits = retry_after(reply) if reply.status == TOO_MANY_REQUESTS else None
        return Refused(detail_of(reply, self.dialect), waits)

    @contextmanager
    def step(self, action: LoggedAction, subject: str = "", *, logged: bool = True) -> Iterator[None]:
        """One step: its success is logged; its failure is logged and ends the operation.

        Args:
            action: what Okta does in it.
            subject: the user or group as the error sentence names it.
            logged: whether a success is logged.

        Raises:
            Stopped: a request of the step was rejected.
        """
        try:
            yield
        except Refused as refused:
            if refused.retry_after is not None:
                self.facts.append(logged_actions.RATE_LIMITED)
            detail = hide(refused.detail, (*secrets_of(self.connection), *self._passwords))
            self.facts.append(action.failure(detail))
            sentence = detail if refused.whole else action.sentence(subject, detail)
            raise Stopped(sentence, refused.retry_after) from None
        if logged:
            self.facts.append(action.success())

    async def outcome(self, work: Coroutine[Any, Any, str | None], wrapper: LoggedAction | None = None) -> Outcome:
        """Run the operation to its end.

        Args:
            work: the steps; returns the server's id of the user or group.
            wrapper: the action that all steps belong to, logged last and without a reason.
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
            found=self.found,
            silent_faults=tuple(self.watch.faults),
            writes=tuple(self.watch.writes),
            members=self.watch.members,
            active=self.watch.active,
            uncertain=None if sentence is None else self._uncertain,
        )


def retry_after(reply: Reply) -> float:
    """Seconds to wait after a 429: Retry-After in whole seconds, else five minutes (OB-286).

    At most a day, which is our choice: the app's other jobs wait too.
    """
    value = (reply.header("Retry-After") or "").strip()
    return min(float(value), _LONGEST_RETRY_AFTER) if value.isascii() and value.isdigit() else _DEFAULT_RETRY_AFTER
