"""The control endpoints `/_emulator/…`: for tests and tools; Okta doesn't have them. They require the org's token.

GET    health                      {"status": "ok", "connections_api", "rate_limits"}
POST   reset                       return to the initial state: the seed, or empty; no faults, requests, counters
POST   snapshot, POST restore      {"name"}: save the org's data once its jobs are done; return to them
GET    requests?since=N            the latest 20,000 Management API requests after number N; a gap in "n" shows losses
DELETE requests                    delete them
GET    faults, POST faults, DELETE faults
GET    clock, POST clock           {"now"}; {"advance": seconds}, never backwards
GET    idle?timeout=30             wait until the background jobs are done: {"idle": true|false}
GET    switches, POST switches     the SCIM client where Okta isn't certain: {"failed_reprovision": "orphan"}
POST   seed                        {"users": n, "groups": n, "apps": n, "events": n, "app_id"?, "days"?}
POST   service-apps                {"client_id", "jwks": {"keys": [...]}, "scopes", "dpop"?, "role"?, "token_seconds"?}
DELETE access-tokens               revoke every access token
GET    exchanges?since=N&app=ID    the SCIM exchanges, secrets hidden
GET    tasks                       what the Tasks page lists: failed operations that await a retry
POST   tasks                       {"retry": ID or "all"}: Retry Selected
POST   import, import/confirm      {"app"}, {"app", "external_id", "user_id"?}: Import Now, Confirm
POST   import/schema               {"app"}: Import User Schema
GET    findings?since=N&app=ID     the silent faults: the server's data differs, and no event reports it
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from okta_emulator.api.errors import InvalidToken, refusal
from okta_emulator.core.body import json_or_none, object_of
from okta_emulator.core.clock import FARTHEST_SECONDS, milliseconds
from okta_emulator.core.errors import OrgError, ValidationFailed
from okta_emulator.core.ids import request_id
from okta_emulator.core.paging import whole_number
from okta_emulator.core.problem import InvalidSetting
from okta_emulator.core.switches import switched
from okta_emulator.core.token import is_token
from okta_emulator.http.faults import fault_from
from okta_emulator.http.gate import Gate
from okta_emulator.http.import_control import ImportControl
from okta_emulator.org.rechecks import look_again
from okta_emulator.org.retries import retry
from okta_emulator.org.seeding import seed
from okta_emulator.org.service_apps import service_app_from
from okta_emulator.org.snapshots import Snapshots
from okta_emulator.org.state import Org
from okta_emulator.org.tasks import listed

PREFIX = "/_emulator"
_IDLE_SECONDS = 30.0
_SECONDS = re.compile(r"[0-9]{1,4}(\.[0-9]{0,6})?")
_LAST_ROW = 2**63 - 1
_LONGEST_NAME = 100

ControlHandler = Callable[[Request], Awaitable[Any]]


def control_routes(org: Org, gate: Callable[[], Gate], snapshots: Snapshots) -> list[Route]:
    """The routes of the control endpoints.

    Args:
        org: the org that they control.
        gate: returns the org's gate, which is created after the routes.
        snapshots: its snapshots.
    """
    imports = ImportControl(org)
    control = _Control(org, gate, snapshots)
    handlers: list[tuple[str, str, ControlHandler]] = [
        ("GET", "health", control.health),
        ("POST", "reset", control.reset),
        ("POST", "snapshot", control.snapshot),
        ("POST", "restore", control.restore),
        ("GET", "requests", control.requests),
        ("DELETE", "requests", control.forget_requests),
        ("GET", "faults", control.faults),
        ("POST", "faults", control.add_fault),
        ("DELETE", "faults", control.clear_faults),
        ("GET", "clock", control.clock),
        ("POST", "clock", control.advance),
        ("GET", "idle", control.idle),
        ("POST", "idle", control.idle),
        ("GET", "switches", control.switches),
        ("POST", "switches", control.switch),
        ("POST", "seed", control.seed),
        ("POST", "service-apps", control.add_service_app),
        ("DELETE", "access-tokens", control.revoke_access_tokens),
        ("GET", "exchanges", control.exchanges),
        ("GET", "findings", control.findings),
        ("POST", "import", imports.run),
        ("POST", "import/confirm", imports.confirm),
        ("POST", "import/schema", imports.schema),
        ("GET", "tasks", control.tasks),
        ("POST", "tasks", control.retry),
    ]
    return [Route(f"{PREFIX}/{name}", _guarded(org, handler), methods=[method]) for method, name, handler in handlers]


def _guarded(org: Org, handler: ControlHandler) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        try:
            if not is_token(request.headers.get("authorization", ""), org.settings.token):
                raise InvalidToken
            return JSONResponse(await handler(request))
        except OrgError as error:
            return refusal(error).response()

    return handle


class _Control:
    def __init__(self, org: Org, gate: Callable[[], Gate], snapshots: Snapshots) -> None:
        self._org = org
        self._gate = gate
        self._snapshots = snapshots

    async def health(self, _request: Request) -> Any:
        settings = self._org.settings
        return {"status": "ok", "connections_api": settings.connections_api, "rate_limits": settings.rate_limits}

    async def reset(self, _request: Request) -> Any:
        self._snapshots.reset()
        self._gate().reset()
        return {}

    async def snapshot(self, request: Request) -> Any:
        name = await _name(request)
        if not await self._org.jobs.idle(_IDLE_SECONDS):
            raise ValidationFailed("snapshot", causes=("Background jobs are still running; try again later.",))
        self._snapshots.take(name)
        return {"name": name}

    async def restore(self, request: Request) -> Any:
        name = await _name(request)
        self._snapshots.restore(name)
        return {"name": name}

    async def requests(self, request: Request) -> Any:
        return self._gate().journal.since(_number(request, "since"))

    async def forget_requests(self, _request: Request) -> Any:
        self._gate().journal.clear()
        return {}

    async def faults(self, _request: Request) -> Any:
        return self._gate().faults.listed()

    async def add_fault(self, request: Request) -> Any:
        self._gate().faults.add(fault_from(await _json(request)))
        return self._gate().faults.listed()

    async def clear_faults(self, _request: Request) -> Any:
        self._gate().faults.clear()
        return []

    async def clock(self, _request: Request) -> Any:
        return {"now": milliseconds(self._org.clock.now())}

    async def advance(self, request: Request) -> Any:
        seconds = object_of(await _json(request)).get("advance")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise ValidationFailed("advance", causes=("advance: must be a number of seconds",))
        try:
            self._org.clock.advance(seconds)
        except ValueError:
            wrong = f"advance: must be from 0, and lead at most {FARTHEST_SECONDS} seconds ahead of the machine's time"
            raise ValidationFailed("advance", causes=(wrong,)) from None
        return {"now": milliseconds(self._org.clock.now())}

    async def idle(self, request: Request) -> Any:
        timeout = request.query_params.get("timeout", "")
        seconds = float(timeout) if _SECONDS.fullmatch(timeout) else _IDLE_SECONDS
        return {"idle": await self._org.jobs.idle(seconds)}

    async def switches(self, _request: Request) -> Any:
        return vars(self._org.switches)

    async def switch(self, request: Request) -> Any:
        try:
            self._org.switches = switched(self._org.switches, object_of(await _json(request)))
        except InvalidSetting as error:
            raise ValidationFailed("switches", causes=(f"{error} {error.fix}",)) from None
        return vars(self._org.switches)

    async def seed(self, request: Request) -> Any:
        return seed(self._org, object_of(await _json(request)))

    async def add_service_app(self, request: Request) -> Any:
        app = service_app_from(object_of(await _json(request)))
        self._org.service_apps.apps[app.client_id] = app
        return {"client_id": app.client_id}

    async def revoke_access_tokens(self, _request: Request) -> Any:
        self._org.service_apps.tokens.clear()
        return {}

    async def exchanges(self, request: Request) -> Any:
        return self._org.store.exchanges(_number(request, "since"), request.query_params.get("app"))

    async def tasks(self, _request: Request) -> Any:
        return listed(self._org)

    async def retry(self, request: Request) -> Any:
        wanted = object_of(await _json(request)).get("retry")
        if not isinstance(wanted, str):
            raise ValidationFailed("retry", causes=('retry: must be the id of a task, or "all"',))
        return {"retried": retry(self._org, self._org.cause(request_id()), None if wanted == "all" else wanted)}

    async def findings(self, request: Request) -> Any:
        await look_again(self._org)
        return self._org.store.findings(_number(request, "since"), request.query_params.get("app"))


def _number(request: Request, name: str) -> int:
    return whole_number(request.query_params.get(name), _LAST_ROW) or 0


async def _name(request: Request) -> str:
    name = object_of(await _json(request)).get("name", "default")
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
        raise ValidationFailed("name", causes=(f"name: must be text of at most {_LONGEST_NAME} characters",))
    return name


async def _json(request: Request) -> Any:
    return json_or_none(await request.body())
