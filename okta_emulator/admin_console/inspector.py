"""The inspector of SCIM exchanges: what a SCIM developer cannot see in Okta (`/_emulator/console`).

A page of every request to a SCIM server and its answer, with the System Log events that came of it; it fills itself as
the org works. Secrets never reach it: the outbound client hides them before it keeps an exchange.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from okta_emulator.admin_console.html import Html, answer, document, fill, joined, message, render
from okta_emulator.admin_console.sessions import new_id
from okta_emulator.core.paging import whole_number
from okta_emulator.core.store import Record

if TYPE_CHECKING:
    from okta_emulator.admin_console.site import ConsoleSite

PATH = "/_emulator/console"
ENTRY = "/admin/sso/key"
_COOKIE = "inspector"
_MOST = 200
_LAST_ROW = 2**63 - 1
_OK, _BAD = 300, 400


async def new_key(site: ConsoleSite, request: Request) -> Response:
    """POST: addresses of which one opens once, the inspector's or the Admin Console's, for whoever has the token.

    So the token itself stays out of addresses, and a person at this machine needs no password (our choice).
    """
    if not site.has_token(request):
        return PlainTextResponse("Unauthorized", 401)
    key = new_id()
    site.keys.add(key)
    inspector = f"{site.org_origin(request)}{PATH}?key={key}"
    return JSONResponse({"url": inspector, "admin_url": f"{site.admin_origin(request)}{ENTRY}?key={key}"})


async def page(site: ConsoleSite, request: Request) -> Response:
    """GET: the page; a key in the address becomes a cookie."""
    key = request.query_params.get("key", "")
    if key in site.keys:
        site.keys.remove(key)
        site.inspectors.add(cookie := new_id())
        response = RedirectResponse(PATH, 302)
        response.set_cookie(_COOKIE, cookie, httponly=True, samesite="strict")
        return response
    if not _may_see(site, request):
        return message("Not signed in", "Run `oktascim emulator console` to open it.", 401)
    org = site.org.settings.subdomain
    body = render("inspector", org=org)
    return answer(document(f"SCIM exchanges - {org}", body, style="inspector", scripts=["inspector"]))


async def enter_console(site: ConsoleSite, request: Request) -> Response:
    """GET on the admin host: a key opens the Admin Console without a sign-in."""
    key = request.query_params.get("key", "")
    if request.url.hostname != "localhost" or key not in site.keys:
        return RedirectResponse("/admin/apps/active", 302)
    site.keys.remove(key)
    return site.signed_in("/admin/apps/active", site.sessions.open(factor=True))


async def exchanges(site: ConsoleSite, request: Request) -> Response:
    """GET ?after=N: the exchanges behind a number, newest first, and the number of the last in `X-Last`."""
    if not _may_see(site, request):
        return PlainTextResponse("Unauthorized", 401)
    after = whole_number(request.query_params.get("after"), _LAST_ROW) or 0
    found = site.org.store.exchanges(after)[-_MOST:]
    response = answer(joined(_row(site, exchange) for exchange in reversed(found)))
    response.headers["X-Last"] = str(found[-1]["n"] if found else after)
    return response


def _may_see(site: ConsoleSite, request: Request) -> bool:
    """Whether this browser has had a key, or is signed in to the Admin Console."""
    return request.cookies.get(_COOKIE) in site.inspectors or bool(site.sessions.current(request.cookies.get("sid")))


def _row(site: ConsoleSite, exchange: Record) -> Html:
    url, app = urlsplit(exchange["url"]), site.org.store.apps.get(exchange["app_id"])
    status = exchange["status"]
    kind = "bad" if status is None or status >= _BAD else "good" if status < _OK else "fair"
    return render(
        "exchange",
        n=exchange["n"],
        time=exchange["started"][11:23],
        moment=exchange["started"],
        app=app["label"] if app else exchange["app_id"],
        method=exchange["method"],
        path=f"{url.path}{f'?{url.query}' if url.query else ''}",
        address=unquote(exchange["url"]),
        status=status or exchange["error"] or "no answer",
        kind=kind,
        milliseconds=round(exchange["seconds"] * 1000),
        events=joined(fill("<li>{{event}}</li>", event=event) for event in dict.fromkeys(exchange["events"])),
        request=_message(exchange["request_headers"], exchange["request_body"]),
        response=_message(exchange["response_headers"], exchange["response_body"]),
    )


def _message(headers: list[list[str]], body: str | None) -> Html:
    lines = joined(fill("<dt>{{name}}</dt><dd>{{value}}</dd>", name=name, value=value) for name, value in headers)
    return render("message_of_exchange", headers=lines, body=_pretty(body) if body else "(no body)")


def _pretty(body: str) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body
