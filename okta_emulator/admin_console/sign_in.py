"""The sign-in pages of the org's host (OB-401 to OB-406).

Evidenced: the console as an OIDC app with its own session on the admin host, and the names, classes and `data-se` of
the widget's controls. Our choice: the address to which the widget posts
(the real one talks JSON), the words of its errors, that a first sign-in asks for one factor, and how the pages show who
is signing in.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from okta_emulator.admin_console.html import Html, answer, document, fill, joined, message, render
from okta_emulator.admin_console.sessions import Dialog, OrgSession, Stage, new_id
from okta_emulator.admin_console.visit import form_of

if TYPE_CHECKING:
    from okta_emulator.admin_console.site import ConsoleSite

STEP = "/signin/step"
CHOICE = "/signin/choice"
COOKIE = "sid"
CALLBACK = "/admin/sso/callback"

_FACTORS = {
    "google_otp": "Google Authenticator",
    "okta_verify-totp": "Okta Verify: enter a code",
    "okta_verify-push": "Okta Verify: get a push notification",
    "webauthn": "Security Key or Biometric",
}
WITH_CODE = {"google_otp": "credentials.passcode", "okta_verify-totp": "credentials.totp"}


async def authorize(site: ConsoleSite, request: Request) -> Response:
    """GET /oauth2/v1/authorize: the console asks who this is; a session with the factor is let through at once."""
    wanted = request.query_params.get("redirect_uri", "")
    state = request.query_params.get("state", "")
    if wanted != site.admin_origin(request) + CALLBACK or state not in site.sessions.targets:
        return message("400 Bad Request", "The Admin Console did not ask for this.", 400)
    cookie = request.cookies.get(COOKIE, "")
    session = site.sessions.org.get(cookie)
    if session is not None and session.factor:
        return _granted(site, request, cookie, state)
    stage = "identifier" if session is None else _factor_stage(site)
    dialog = Dialog(stage, state, cookie if session else None, factor=_only_factor(site))
    handle = new_id()
    site.sessions.dialogs[handle] = dialog
    return _page(site, handle, dialog)


async def step(site: ConsoleSite, request: Request) -> Response:
    """POST: one answer to the sign-in page."""
    posted = await form_of(request)
    handle = posted.get("stateHandle", "")
    dialog = site.sessions.dialogs.get(handle)
    if dialog is None:
        return RedirectResponse(f"{site.admin_origin(request)}/admin/apps/active", 303)
    if dialog.stage == "identifier":
        dialog.stage = "password"  # whether the name is known is not said
        return _page(site, handle, dialog, login=posted.get("identifier", ""))
    if dialog.stage == "password":
        return _take_password(site, handle, dialog, posted)
    name = WITH_CODE.get(dialog.factor or "", "")
    if not site.administrator.accept_code(posted.get(name, ""), site.now()):
        return _page(site, handle, dialog, error="Your code doesn't match our records. Please try again.")
    cookie = dialog.org_session or ""
    del site.sessions.dialogs[handle]
    site.sessions.org.setdefault(cookie, OrgSession()).factor = True
    return _granted(site, request, cookie, dialog.state)


async def choose(site: ConsoleSite, request: Request) -> Response:
    """GET: a factor of the list."""
    handle, factor = (request.query_params.get(name, "") for name in ("stateHandle", "factor"))
    dialog = site.sessions.dialogs.get(handle)
    if dialog is None or dialog.stage != "choose" or factor not in site.behaviour.factors:
        return RedirectResponse(f"{site.admin_origin(request)}/admin/apps/active", 303)
    dialog.factor, dialog.stage = factor, "factor"
    return _page(site, handle, dialog)


def _take_password(site: ConsoleSite, handle: str, dialog: Dialog, posted: dict[str, str]) -> Response:
    login, password = posted.get("login", ""), posted.get("credentials.passcode", "")
    if login != site.administrator.login or not site.administrator.has_password(password):
        return _page(site, handle, dialog, login=login, error="Unable to sign in")
    cookie = site.sessions.open()
    dialog.org_session, dialog.stage = cookie, _factor_stage(site)
    return with_org_session(_page(site, handle, dialog), cookie)


def _granted(site: ConsoleSite, request: Request, org_session: str, state: str) -> Response:
    code = new_id()
    site.sessions.grants[code] = org_session
    query = urlencode({"code": code, "state": state})
    return RedirectResponse(f"{site.admin_origin(request)}{CALLBACK}?{query}", 303)


def to_sign_in(site: ConsoleSite, request: Request, target: str) -> Response:
    """Send a browser without a session from the admin host to the sign-in page; it comes back to `target`."""
    state = new_id()
    site.sessions.targets[state] = target
    challenge = base64.urlsafe_b64encode(hashlib.sha256(new_id().encode()).digest()).rstrip(b"=").decode()
    query = urlencode(
        {
            "client_id": f"okta.{site.org.identity['id']}",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "redirect_uri": site.admin_origin(request) + CALLBACK,
            "response_type": "code",
            "scope": "openid",
            "state": state,
        }
    )
    return RedirectResponse(f"{site.org_origin(request)}/oauth2/v1/authorize?{query}", 302)


def _page(site: ConsoleSite, handle: str, dialog: Dialog, *, login: str = "", error: str = "") -> Response:
    pieces = {
        "identifier": _question("Sign In", "Username", "identifier", "text", "Next"),
        "password": _question("Verify with your password", "Password", "credentials.passcode", "password", "Verify"),
        "choose": _chooser(site, handle),
        "factor": _factor_question(dialog.factor or ""),
    }
    shown = Html("")
    if error:
        shown = fill(
            '<div class="o-form-error-container" data-se="o-form-error-container"><div class="infobox infobox-error" '
            'role="alert"><p>{{error}}</p></div></div>',
            error=error,
        )
    org = site.org.settings.subdomain
    question = joined([_identity(site, dialog, login), pieces[dialog.stage]])
    body = render("signin", org=org, step=STEP, handle=handle, login=login, error=shown, question=question)
    return answer(document(f"{org} - Sign In", body))


def _identity(site: ConsoleSite, dialog: Dialog, login: str) -> Html:
    """Who signs in: as typed until the password has been given, then the one administrator there is."""
    if dialog.stage == "identifier":
        return Html("")
    back = Html('<a href="/">Back to sign in</a>') if dialog.stage == "password" else ""
    who = login if dialog.stage == "password" else site.administrator.login
    return fill('<p class="identity">{{who}} {{back}}</p>', who=who, back=back)


def _question(title: str, label: str, name: str, kind: str, submit: str) -> Html:
    """One input; its id changes at every rendering, as on the real page."""
    return render(
        "signin_question", title=title, label=label, name=name, kind=kind, submit=submit, id=secrets.randbelow(900) + 20
    )


def _factor_question(factor: str) -> Html:
    if factor in WITH_CODE:
        return _question(f"Verify with {_FACTORS[factor]}", "Enter code", WITH_CODE[factor], "text", "Verify")
    return fill("<h2>Verify with {{name}}</h2><p>Waiting for your device.</p>", name=_FACTORS.get(factor, "a factor"))


def _chooser(site: ConsoleSite, handle: str) -> Html:
    rows = (
        render(
            "signin_factor",
            factor=factor,
            name=_FACTORS[factor],
            url=f"{CHOICE}?{urlencode({'stateHandle': handle, 'factor': factor})}",
        )
        for factor in site.behaviour.factors
    )
    return fill("<h2>Verify it's you with a security method</h2>{{rows}}", rows=joined(rows))


def _factor_stage(site: ConsoleSite) -> Stage:
    return "factor" if _only_factor(site) in WITH_CODE else "choose"


def _only_factor(site: ConsoleSite) -> str | None:
    factors = site.behaviour.factors
    return factors[0] if len(factors) == 1 else None


def with_org_session(response: Response, cookie: str) -> Response:
    """The response with the cookie of an org session."""
    response.set_cookie(COOKIE, cookie, httponly=True, samesite="lax")
    return response
