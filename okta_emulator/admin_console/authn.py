"""Sessions for programs: `/api/v1/authn` and `/login/sessionCookieRedirect` (OB-400, OB-401).

Our choice: the statuses of errors other than a wrong password.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from okta_emulator.admin_console.addresses import APPS
from okta_emulator.admin_console.behaviour import CODE_FIELDS
from okta_emulator.admin_console.sessions import Dialog, new_id, with_session
from okta_emulator.admin_console.site import ConsoleSite
from okta_emulator.api.errors import AuthenticationFailed, refusal
from okta_emulator.core.body import json_or_none


async def authenticate(site: ConsoleSite, request: Request) -> Response:
    """POST /api/v1/authn: a session token for login and password, or the factor first."""
    if site.behaviour.authn == "closed":
        return refusal(AuthenticationFailed(), 403).response()
    body = await _json(request)
    right = body.get("username") == site.administrator.login and site.administrator.has_password(
        str(body.get("password", ""))
    )
    if not right:
        return refusal(AuthenticationFailed()).response()
    if site.behaviour.authn == "open":
        return JSONResponse({"status": "SUCCESS", "sessionToken": _session_token(site)})
    href = f"{site.org_origin(request)}/api/v1/authn/factors/ost1/verify"
    kind = "token:software:totp" if set(site.behaviour.factors) & set(CODE_FIELDS) else "push"
    factor = {"id": "ost1", "factorType": kind, "provider": "GOOGLE", "_links": {"verify": {"href": href}}}
    state = new_id()
    site.sessions.dialogs[state] = Dialog("factor", state)
    return JSONResponse({"status": "MFA_REQUIRED", "stateToken": state, "_embedded": {"factors": [factor]}})


async def verify_factor(site: ConsoleSite, request: Request) -> Response:
    """POST /api/v1/authn/factors/{id}/verify: a session token for a one-time code."""
    body = await _json(request)
    dialog = site.sessions.dialogs.get(str(body.get("stateToken")))
    if dialog is None or not site.administrator.accept_code(str(body.get("passCode", "")), site.now()):
        return refusal(AuthenticationFailed(), 403).response()
    del site.sessions.dialogs[dialog.state]
    return JSONResponse({"status": "SUCCESS", "sessionToken": _session_token(site)})


async def session_redirect(site: ConsoleSite, request: Request) -> Response:
    """GET /login/sessionCookieRedirect: exchange a session token for a cookie, once; redirect to a page here."""
    token, target = request.query_params.get("token", ""), request.query_params.get("redirectUrl", "")
    homes = (site.org_origin(request), site.admin_origin(request))
    if token not in site.sessions.tickets or not any(target.startswith(f"{home}/") for home in homes):
        return RedirectResponse(site.admin_origin(request) + APPS, 302)
    site.sessions.tickets.remove(token)
    return with_session(RedirectResponse(target, 302), site.sessions.open())


def _session_token(site: ConsoleSite) -> str:
    ticket = new_id()
    site.sessions.tickets.add(ticket)
    return ticket


async def _json(request: Request) -> dict[str, Any]:
    body = json_or_none(await request.body())
    return body if isinstance(body, dict) else {}
