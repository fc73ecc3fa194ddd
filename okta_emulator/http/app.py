"""The ASGI application of one emulated org: the Management API, the control endpoints, and the gate before them."""

from __future__ import annotations

import inspect
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import chain
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from okta_emulator.admin_console import routes as admin_console
from okta_emulator.admin_console.site import ConsoleSite
from okta_emulator.api import (
    app_groups,
    app_users,
    apps,
    catalog,
    connections,
    features,
    group_push,
    groups,
    logs,
    mappings,
    org,
    saml,
    users,
)
from okta_emulator.api.call import Answer, Call, Endpoint
from okta_emulator.core.body import json_or_none
from okta_emulator.core.errors import ApiError, MethodNotSupported, PathNotFound
from okta_emulator.core.ids import request_id
from okta_emulator.http.control import control_routes
from okta_emulator.http.gate import Gate
from okta_emulator.inspector import routes as inspector
from okta_emulator.org.state import Org

_MODULES = (
    apps,
    connections,
    features,
    app_users,
    app_groups,
    group_push,
    saml,
    catalog,
    users,
    groups,
    logs,
    mappings,
    org,
)
_NEED_LENGTH = ("POST", "PUT")


class EmulatorApp:
    """The ASGI application; its parts are reachable for the console and for tests.

    Args:
        organisation: the org behind it.
        console: its Admin Console, if it has one; the inspector comes with it.
    """

    def __init__(self, organisation: Org, console: ConsoleSite | None = None) -> None:
        self.org = organisation
        endpoints = chain.from_iterable(module.ENDPOINTS for module in _MODULES)
        self.routes: list[BaseRoute] = [
            *(_route(organisation, endpoint) for endpoint in endpoints),
            *control_routes(organisation, lambda: self.gate),
            *([*admin_console.routes(console), *inspector.routes(console)] if console else ()),
        ]
        router = Starlette(
            routes=self.routes,
            exception_handlers={HTTPException: _http_error, ApiError: _api_error, Exception: _crash},
            lifespan=self._lifespan,
        )
        router.router.redirect_slashes = False
        self.gate = Gate(router, organisation)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI connection."""
        await self.gate(scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        yield
        await self.org.jobs.close()
        self.org.store.close()


def _route(organisation: Org, endpoint: Endpoint) -> Route:
    async def handle(request: Request) -> Response:
        if request.method in _NEED_LENGTH and {"content-length", "transfer-encoding"}.isdisjoint(
            request.headers.keys()
        ):
            return Response(status_code=411)  # no body is known (OB-132)
        call = await _call(organisation, request)
        try:
            return _response(await _handled(organisation, endpoint, call))
        except ApiError as error:
            return _response(Answer(error.envelope(), error.status))

    return Route(endpoint.path, handle, methods=[endpoint.method])


async def _handled(organisation: Org, endpoint: Endpoint, call: Call) -> Answer:
    """Run a handler: a plain one in one transaction, an asynchronous one in those that it opens itself."""
    if inspect.iscoroutinefunction(endpoint.handler):
        answer: Answer = await endpoint.handler(call)
        return answer
    with organisation.store.transaction():
        plain = endpoint.handler(call)
    assert isinstance(plain, Answer)
    return plain


async def _call(organisation: Org, request: Request) -> Call:
    return Call(
        org=organisation,
        path=request.scope["path"],
        params=dict(request.path_params),
        query=request.query_params.multi_items(),
        json=json_or_none(await request.body()),
        origin=f"{request.url.scheme}://{request.url.netloc}",
        request_id=request.scope["state"].get("request_id") or request_id(),
        accept=request.headers.get("accept", ""),
        user_agent=request.headers.get("user-agent", ""),
        client=request.client.host if request.client else "127.0.0.1",
    )


def _response(answer: Answer) -> Response:
    content = answer.content
    if content is None:
        response = Response(status_code=answer.status)
    else:
        data = content if isinstance(content, bytes) else _dumped(content)
        response = Response(data, answer.status, media_type=answer.media_type)
    for name, value in answer.headers:
        response.headers.append(name, value)
    return response


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


async def _http_error(_request: Request, error: Exception) -> Response:
    """The router's own refusals in Okta's words."""
    wrong_method = isinstance(error, HTTPException) and error.status_code == MethodNotSupported.status
    known = MethodNotSupported() if wrong_method else PathNotFound()
    return _response(Answer(known.envelope(), known.status))


async def _api_error(_request: Request, error: Exception) -> Response:
    """A refusal that comes from below the handlers: the body is too large."""
    assert isinstance(error, ApiError)
    return _response(Answer(error.envelope(), error.status))


async def _crash(_request: Request, _error: Exception) -> Response:
    """A fault of the emulator itself; the traceback goes to the log."""
    return _response(Answer(ApiError().envelope(), ApiError.status))
