"""The checks before every request is handled: host, token, size, journal, faults, rate limit, latency.

The Host header must name this machine, so that a web page can't reach the org through its own host name (DNS
rebinding). The Management API accepts the org's API token, and the access tokens of its service apps.
"""

from __future__ import annotations

import asyncio
import re
import string
from email.utils import format_datetime
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from okta_emulator.api.call import Answer
from okta_emulator.api.errors import RateLimited, refusal
from okta_emulator.core.body import capped, json_or_none, read
from okta_emulator.core.errors import BodyTooLarge
from okta_emulator.core.ids import request_id
from okta_emulator.core.paging import Header
from okta_emulator.http.faults import Fault, Faults
from okta_emulator.http.identity import refused
from okta_emulator.http.journal import Journal
from okta_emulator.http.ratelimit import RateLimits, bucket_of
from okta_emulator.http.transport import break_connection, break_off
from okta_emulator.org.state import Org

_API = ("/api/", "/oauth2/v1/clients")
_SIGN_IN = "/api/v1/authn"  # a browser without a token gets its session here
_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)
_LAST_PORT = 65_535
_SLASHES = re.compile("/{2,}")
_URI_CHARACTERS = string.punctuation  # allowed in a query besides letters and digits; other bytes are percent-encoded


class Gate:
    """ASGI middleware in front of everything.

    Args:
        app: the application that handles the requests that pass.
        org: the org.
    """

    def __init__(self, app: ASGIApp, org: Org) -> None:
        self._app = app
        self._org = org
        self.journal = Journal()
        self.faults = Faults()
        self.limits = RateLimits(org.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request to the application, or respond to it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not _names_this_machine(scope):
            await PlainTextResponse("The emulator accepts only loopback names.\n", 421)(scope, receive, send)
            return
        scope.setdefault("state", {})
        scope["path"] = _SLASHES.sub("/", scope["path"]).rstrip("/") or "/"  # //api and api/ are accepted (recorded)
        scope["query_string"] = quote(scope["query_string"], safe=_URI_CHARACTERS).encode()
        dated = _with_headers(send, [("date", format_datetime(self._org.clock.now(), usegmt=True))])
        if scope["path"].startswith(_API):
            await self._management_call(scope, receive, dated)
        else:
            await self._app(scope, capped(scope, receive), dated)

    def reset(self) -> None:
        """Delete the journal and the faults, and reset the counters."""
        self.journal.clear()
        self.faults.clear()
        self.limits.reset()

    async def _management_call(self, scope: Scope, receive: Receive, send: Send) -> None:
        method, path = scope["method"], scope["path"]
        bucket = bucket_of(method, path)
        query = scope["query_string"].decode("latin-1")
        refusing = self._refusal(scope)
        body = b""
        try:
            if refusing is None:  # without a valid token, the body isn't read
                body = await read(capped(scope, receive))
        except BodyTooLarge as too_large:
            refusing = refusal(too_large)
        except ClientDisconnect:
            return  # half a request changes nothing
        entry = self.journal.add(method, path, query, bucket, json_or_none(body))

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry["status"] = message["status"]
            await send(message)

        faults = self.faults.hits(method, path)
        for fault in faults:
            if fault.action == "delay":
                await asyncio.sleep(fault.seconds)
        breaking = next((fault for fault in faults if fault.action != "delay"), None)
        if breaking is not None and breaking.action == "reset_before":
            await break_connection(scope, receive)
        elif breaking is not None and breaking.action == "status":
            await _answer_of(breaking)(scope, receive, _with_headers(noted, [_request_header()]))
        else:
            await self._count(scope, _Body(body, receive), noted, bucket, breaking, refusing)

    async def _count(
        self, scope: Scope, receive: Receive, send: Send, bucket: str, fault: Fault | None, refusing: Answer | None
    ) -> None:
        """Check the rate limit, then reject or handle the call; a fault affects the response."""
        identifier = request_id()
        scope["state"]["request_id"] = identifier
        decision = self.limits.enter(bucket, self._org.clock.now().timestamp())
        try:
            headed = _with_headers(send, [("x-okta-request-id", identifier), *decision.headers])
            if not decision.allowed:
                refusing = refusing or refusal(RateLimited())
            await asyncio.sleep(self._org.settings.latency_of(scope["path"]))
            if refusing is not None:
                await refusing.response()(scope, receive, headed)
            elif fault is None:
                await self._app(scope, receive, headed)
            elif fault.action == "reset_after":
                await self._app(scope, receive, _swallow)
                await break_connection(scope, receive)
            else:
                await self._app(scope, receive, break_off(scope, receive, headed))
        finally:
            self.limits.leave()

    def _refusal(self, scope: Scope) -> Answer | None:
        """The reason to reject the caller, or None."""
        if scope["path"] == _SIGN_IN or scope["path"].startswith(f"{_SIGN_IN}/"):
            return None
        return refused(self._org, scope)


class _Body:
    """A `receive` that returns a body that was already read, and then the client's own messages."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._message: Message | None = {"type": "http.request", "body": body, "more_body": False}
        self._receive = receive

    async def __call__(self) -> Message:
        message, self._message = self._message, None
        return message if message is not None else await self._receive()


async def _swallow(_message: Message) -> None:
    """A `send` that discards the response."""


def _with_headers(send: Send, headers: list[Header]) -> Send:
    encoded = [(name.encode(), value.encode()) for name, value in headers]

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *encoded]
        await send(message)

    return sending


def _request_header() -> Header:
    return ("x-okta-request-id", request_id())


def _answer_of(fault: Fault) -> Response:
    headers = dict(fault.headers)
    return (
        Response(status_code=fault.status, headers=headers)
        if fault.body is None
        else JSONResponse(fault.body, fault.status, headers)
    )


def _names_this_machine(scope: Scope) -> bool:
    """Whether there is exactly one Host header, with a loopback name and at most a port."""
    hosts = Headers(scope=scope).getlist("host")
    found = _LOOPBACK.fullmatch(hosts[0]) if len(hosts) == 1 else None
    return found is not None and int((found[2] or ":0")[1:]) <= _LAST_PORT
