"""Placeholders for the end-user pages and pictures that links lead to; end users can't sign in to the emulator."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from okta_emulator.api.errors import MARK

_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
_PAGES = {
    "/home/{rest:path}": "Okta opens the app for its user here.",
    "/app/{name}/{key}/sso/saml": "Okta signs users in to the app with SAML here.",
    "/app/{name}/{app_id}/setup/help/{rest:path}": "Okta shows the app's setup instructions here.",
    "/welcome/{token}": "A new user chooses a password here.",
    "/reset_password/{token}": "A user chooses a new password here.",
    "/signin/reset-password/{token}": "A user chooses a new password here.",
}


def routes() -> list[Route]:
    """The routes of the pages and of the pictures."""
    pages = [Route(path, _page(text), methods=["GET"]) for path, text in _PAGES.items()]
    return [Route("/assets/{name}.png", _picture, methods=["GET"]), *pages]


def _page(text: str) -> Callable[[Request], Awaitable[Response]]:
    async def show(_request: Request) -> Response:
        body = f"<!doctype html><title>Okta emulator</title><p>{escape(text)} The emulator doesn't have this page.</p>"
        return HTMLResponse(body, headers=dict([MARK]))

    return show


async def _picture(_request: Request) -> Response:
    """One grey pixel instead of each logo."""
    return Response(_PIXEL, media_type="image/png")
