"""The sign-in pages of the org's host (OB-401 to OB-406).

Evidenced: the console as an OIDC app with its own session on the admin host, and the names, classes and `data-se` of
the widget's controls. Our choice: the address that the widget posts to (the real one sends JSON), the texts of its
errors, that a first sign-in asks for one factor, and how the pages show who is signing in.
"""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from okta_emulator.admin_console.addresses import APPS, SIGN_IN_CALLBACK, SIGN_IN_CHOICE, SIGN_IN_STEP
from okta_emulator.admin_console.behaviour import CODE_FIELDS
from okta_emulator.admin_console.html import message_page, page
from okta_emulator.admin_console.sessions import COOKIE, Dialog, OrgSession, Stage, new_id, with_session
from okta_emulator.admin_console.site import ConsoleSite
from okta_emulator.admin_console.visit import form_of

_FACTORS = {
    "google_otp": "Google Authenticator",
    "okta_verify-totp": "Okta Verify: enter a code",
    "okta_verify-push": "Okta Verify: get a push notification",
    "webauthn": "Security Key or Biometric",
}


async def authorize(site: ConsoleSite, request: Request) -> Response:
    """GET /oauth2/v1/authorize: start a sign-in; a session with the factor needs none."""
    wanted = request.query_params.get("redirect_uri", "")
    state = request.query_params.get("state", "")
    if wanted != site.admin_origin(request) + SIGN_IN_CALLBACK or state not in site.sessions.targets:
        return message_page("400 Bad Request", "The Admin Console didn't request this sign-in.", 400)
    cookie = request.cookies.get(COOKIE, "")
    session = site.sessions.org.get(cookie)
    if session is not None and session.factor:
        return _granted(site, request, cookie, state)
    stage = "identifier" if session is None else _factor_stage(site)
    dialog = Dialog(stage, state, cookie if session else None, factor=_only_factor(site))
    handle = new_id()
    site.sessions.dialogs[handle] = dialog
    return _sign_in_page(site, handle, dialog)


async def step(site: ConsoleSite, request: Request) -> Response:
    """POST: one answer to the sign-in page."""
    posted = await form_of(request)
    handle = posted.get("stateHandle", "")
    dialog = site.sessions.dialogs.get(handle)
    if dialog is None:
        return RedirectResponse(site.admin_origin(request) + APPS, 303)
    if dialog.stage == "identifier":
        dialog.stage = "password"  # whether the user name exists is not disclosed
        return _sign_in_page(site, handle, dialog, login=posted.get("identifier", ""))
    if dialog.stage == "password":
        return _check_password(site, handle, dialog, posted)
    field = CODE_FIELDS.get(dialog.factor or "", "")
    if not site.administrator.accept_code(posted.get(field, ""), site.now()):
        return _sign_in_page(site, handle, dialog, error="Your code doesn't match our records. Please try again.")
    cookie = dialog.org_session or ""
    del site.sessions.dialogs[handle]
    site.sessions.org.setdefault(cookie, OrgSession()).factor = True
    return _granted(site, request, cookie, dialog.state)


async def choose(site: ConsoleSite, request: Request) -> Response:
    """GET: the administrator selected a factor from the list."""
    handle, factor = (request.query_params.get(name, "") for name in ("stateHandle", "factor"))
    dialog = site.sessions.dialogs.get(handle)
    if dialog is None or dialog.stage != "choose" or factor not in site.behaviour.factors:
        return RedirectResponse(site.admin_origin(request) + APPS, 303)
    dialog.factor, dialog.stage = factor, "factor"
    return _sign_in_page(site, handle, dialog)


def _check_password(site: ConsoleSite, handle: str, dialog: Dialog, posted: dict[str, str]) -> Response:
    login, password = posted.get("login", ""), posted.get("credentials.passcode", "")
    if login != site.administrator.login or not site.administrator.has_password(password):
        return _sign_in_page(site, handle, dialog, login=login, error="Unable to sign in")
    cookie = site.sessions.open()
    dialog.org_session, dialog.stage = cookie, _factor_stage(site)
    return with_session(_sign_in_page(site, handle, dialog), cookie)


def _granted(site: ConsoleSite, request: Request, org_session: str, state: str) -> Response:
    code = new_id()
    site.sessions.grants[code] = org_session
    query = urlencode({"code": code, "state": state})
    return RedirectResponse(f"{site.admin_origin(request)}{SIGN_IN_CALLBACK}?{query}", 303)


def _sign_in_page(site: ConsoleSite, handle: str, dialog: Dialog, *, login: str = "", error: str = "") -> Response:
    org, factor = site.org.settings.subdomain, dialog.factor or ""
    return page(
        "sign_in.html",
        title=f"{org} - Sign In",
        org=org,
        step=SIGN_IN_STEP,
        handle=handle,
        login=login,
        error=error,
        stage=dialog.stage,
        who=login if dialog.stage == "password" else site.administrator.login,
        number=secrets.randbelow(900) + 20,
        factors=[_choice(handle, offered) for offered in site.behaviour.factors],
        factor_name=_FACTORS.get(factor, "a factor"),
        code_field=CODE_FIELDS.get(factor),
    )


def _choice(handle: str, factor: str) -> dict[str, str]:
    url = f"{SIGN_IN_CHOICE}?{urlencode({'stateHandle': handle, 'factor': factor})}"
    return {"key": factor, "name": _FACTORS[factor], "url": url}


def _factor_stage(site: ConsoleSite) -> Stage:
    return "factor" if _only_factor(site) in CODE_FIELDS else "choose"


def _only_factor(site: ConsoleSite) -> str | None:
    factors = site.behaviour.factors
    return factors[0] if len(factors) == 1 else None
