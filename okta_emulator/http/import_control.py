"""The control endpoints of imports: "Import Now", "Confirm" and "Import User Schema" of the Admin Console."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from okta_emulator.core.body import json_or_none, object_of, text
from okta_emulator.core.errors import NotFound, ValidationFailed
from okta_emulator.core.ids import request_id
from okta_emulator.core.records import App
from okta_emulator.org import import_candidates, imports, schema_import
from okta_emulator.org.state import Org


class ImportControl:
    """The handlers of one org.

    Args:
        org: the org.
    """

    def __init__(self, org: Org) -> None:
        self._org = org

    async def run(self, request: Request) -> Any:
        """POST {"app"}: import users and groups; returns the counts and the candidates."""
        app, _ = await self._asked(request)
        return await imports.run_import(self._org, self._org.cause(request_id()), app)

    async def confirm(self, request: Request) -> Any:
        """POST {"app", "external_id", "user_id"?}: confirm a candidate, as the matched user or as another one."""
        app, body = await self._asked(request)
        external_id = text(body, "external_id")
        if external_id is None:
            raise ValidationFailed("external_id", causes=("external_id: must be the id of a candidate",))
        cause = self._org.cause(request_id())
        with self._org.store.transaction():
            return import_candidates.confirm(self._org, cause, app, external_id, text(body, "user_id"))

    async def schema(self, request: Request) -> Any:
        """POST {"app"}: read the server's schemas and add the attributes that the app's users lack."""
        app, _ = await self._asked(request)
        return await schema_import.run(self._org, self._org.cause(request_id()), app)

    async def _asked(self, request: Request) -> tuple[App, dict[str, Any]]:
        body = object_of(json_or_none(await request.body()))
        app_id = str(body.get("app"))
        app = self._org.store.apps.get(app_id)
        if app is None:
            raise NotFound(app_id, "AppInstance")
        return app, body
