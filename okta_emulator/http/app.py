"""The ASGI application of an org: the Management API, the console and the control endpoints behind the gate."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from http import HTTPStatus
from itertools import chain

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from okta_emulator.admin_console import routes as admin_console
from okta_emulator.admin_console.site import ConsoleSite
from okta_emulator.api import (
    app_grants,
    app_groups,
    app_keys,
    app_users,
    apps,
    catalog,
    client_secrets,
    connections,
    features,
    group_push,
    group_rules,
    groups,
    logs,
    mappings,
    not_emulated,
    oauth,
    oauth_clients,
    org,
    org_settings,
    policies,
    roles,
    saml,
    schemas,
    user_credentials,
    user_relations,
    user_types,
    users,
)
from okta_emulator.api.call import Answer, Call, Endpoint
from okta_emulator.api.errors import MethodNotSupported, NotEmulated, PathNotFound, refusal
from okta_emulator.api.not_emulated import is_oktas
from okta_emulator.core.body import json_or_none
from okta_emulator.core.errors import OrgError
from okta_emulator.core.ids import request_id
from okta_emulator.http import user_pages
from okta_emulator.http.control import control_routes
from okta_emulator.http.gate import Gate
from okta_emulator.inspector import routes as inspector
from okta_emulator.org.planting import Planting
from okta_emulator.org.rechecks import recheck_of
from okta_emulator.org.resuming import resume
from okta_emulator.org.snapshots import Snapshots
from okta_emulator.org.state import Org

MODULES = (
    apps,
    app_keys,
    app_grants,
    client_secrets,
    oauth_clients,
    connections,
    features,
    app_users,
    app_groups,
    group_push,
    saml,
    catalog,
    users,
    user_credentials,
    user_relations,
    user_types,
    groups,
    group_rules,
    roles,
    schemas,
    logs,
    mappings,
    policies,
    org_settings,
    org,
    not_emulated,
)
"""The modules of the Management API."""
_NEED_LENGTH = ("POST", "PUT")


class EmulatorApp:
    """The ASGI application; its parts are public for tests.

    Args:
        organisation: the org that it serves.
        console: its Admin Console, if it has one; the inspector comes with it.
        plant: creates what the org starts with and `reset` returns to; None means an empty org.
    """

    def __init__(
        self,
        organisation: Org,
        console: ConsoleSite | None = None,
        plant: Planting | None = None,
    ) -> None:
        self.org = organisation
        organisation.jobs.last = partial(recheck_of, organisation)
        self._plant = plant
        self.snapshots = Snapshots(organisation, partial(plant, organisation) if plant else None)
        endpoints = sorted(chain.from_iterable(module.ENDPOINTS for module in MODULES), key=_literal_first)
        self.routes: list[BaseRoute] = [
            *(_route(organisation, endpoint) for endpoint in endpoints),
            *user_pages.routes(),
            Route(oauth.TOKEN_PATH, partial(oauth.token, organisation), methods=["POST"]),
            *control_routes(organisation, lambda: self.gate, self.snapshots),
            *([*admin_console.routes(console), *inspector.routes(console)] if console else ()),
        ]
        router = Starlette(
            routes=self.routes,
            exception_handlers={
                HTTPException: _http_error,
                OrgError: _org_error,
                ClientDisconnect: _gone,
                Exception: _crash,
            },
            lifespan=self._lifespan,
        )
        router.router.redirect_slashes = False
        self.gate = Gate(router, organisation)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI connection. A request that is cut off because the org stops gets 503, and no traceback."""
        try:
            await self.gate(scope, receive, send)
        except asyncio.CancelledError:
            if scope["type"] != "http":
                raise
            with suppress(RuntimeError):  # uvicorn's, if the response has begun
                await Response(status_code=503)(scope, receive, send)

    def begin(self) -> None:
        """Fill a new org, or resume a stopped one; call it in the event loop, before the first request.

        Raises:
            EmulatorProblem: the seed can't be planted.
        """
        if not self.org.is_new:
            resume(self.org)
        elif self._plant is not None:
            self._plant(self.org)
            self.snapshots.keep_start()

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        yield
        await self.org.close()
        self.snapshots.close()


def _literal_first(endpoint: Endpoint) -> list[bool]:
    """Orders `/groups/rules` before `/groups/{group_id}`."""
    return [part.startswith("{") for part in endpoint.path.split("/")]


def _route(organisation: Org, endpoint: Endpoint) -> Route:
    async def handle(request: Request) -> Response:
        if request.method in _NEED_LENGTH and {"content-length", "transfer-encoding"}.isdisjoint(
            request.headers.keys()
        ):
            return Response(status_code=411)  # no body is known (OB-132)
        call = await _call(organisation, request)
        try:
            answer = await _handled(organisation, endpoint, call)
        except OrgError as error:
            answer = refusal(error)
        return answer.response()

    return Route(endpoint.path, handle, methods=[endpoint.method])


async def _handled(organisation: Org, endpoint: Endpoint, call: Call) -> Answer:
    """Run a handler: a plain one in one transaction; an asynchronous one opens its own."""
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


async def _http_error(request: Request, error: Exception) -> Response:
    """The router's own errors in Okta's format; operations that only Okta has are reported as not emulated."""
    if is_oktas(request.method, request.scope["path"]):
        return refusal(NotEmulated(request.scope["path"])).response()
    wrong_method = isinstance(error, HTTPException) and error.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    return refusal(MethodNotSupported() if wrong_method else PathNotFound()).response()


async def _org_error(_request: Request, error: Exception) -> Response:
    """An error raised while a handler reads the request: the body is too large."""
    assert isinstance(error, OrgError)
    return refusal(error).response()


async def _gone(_request: Request, _error: Exception) -> Response:
    """The client left while its body was read: nobody gets this response."""
    return Response(status_code=HTTPStatus.BAD_REQUEST)


async def _crash(_request: Request, _error: Exception) -> Response:
    """A bug of the emulator; the traceback goes to the log."""
    return refusal(OrgError()).response()
