"""The consent to an OAuth 2 connection: to the authorization endpoint, and back with a code for an access token.

Evidenced: the button "Authenticate with …" after Save, its pop-up, the authorization-code grant, and the path of the
callback, which is that of Okta's own catalog apps (OB-236, OB-257). Our choice (OB-237): that a wizard-made app has the
same callback on the console's own host, that client id and secret are in the body (RFC 6749 2.3.1), that the token is
sent as Bearer, and that an expired token is not refreshed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from okta_emulator.admin_console.addresses import CONSENT_CALLBACK
from okta_emulator.admin_console.html import message_page, page
from okta_emulator.admin_console.sessions import new_id
from okta_emulator.admin_console.visit import Visit
from okta_emulator.core.body import json_or_none
from okta_emulator.core.errors import OrgError
from okta_emulator.org.events import NewEvent, app_entity
from okta_emulator.org.provisioning import Provisioning
from okta_emulator.org.provisioning_changes import change_provisioning, require_connection
from okta_emulator.scim_client.client import NO_ANSWER
from okta_emulator.scim_client.logged_actions import AUTHENTICATE
from okta_emulator.scim_client.reading import AnswerTooLarge
from okta_emulator.scim_client.target import target_of
from okta_emulator.scim_client.texts import reason_phrase
from okta_emulator.scim_client.wire import NoResponse, Request

_ACTION = "Error while retrieving OAuth token"
_TOKEN_SECONDS = 10.0  # until there is a token; Okta's limit is unknown


class _NoToken(Exception):
    """There is no access token; the text is the reason."""


async def begin(visit: Visit) -> Response:
    """GET .../oauth/authenticate: redirect to the authorization endpoint (RFC 6749 4.1.1)."""
    oauth = visit.provisioning.oauth
    if not oauth:
        return message_page("Not Found", "This connection doesn't use OAuth 2.", 404)
    state = new_id()
    visit.session.consents[state] = (visit.app["id"], visit.provisioning)
    query = {
        "response_type": "code",
        "client_id": oauth["client_id"],
        "state": state,
        "redirect_uri": _redirect_uri(visit),
    }
    try:
        target = target_of(oauth["authorization_endpoint"])
    except ValueError:
        return message_page("400 Bad Request", "The authorization endpoint URI isn't a URL.", 400)
    return RedirectResponse(f"{target}{'&' if '?' in target.path else '?'}{urlencode(query)}", 302)


async def callback(visit: Visit) -> Response:
    """GET of the redirect URI: exchange the code for a token and turn the connection on (RFC 6749 4.1.3)."""
    query = visit.request.query_params
    app_id, asked = visit.session.consents.pop(query.get("state", ""), ("", Provisioning()))
    app = visit.org.store.apps.get(app_id)
    if app is None or app["name"] != visit.request.path_params["name"]:
        return message_page("400 Bad Request", "The Admin Console didn't request this consent.", 400)
    visit = replace(visit, found=app)
    try:
        require_connection(visit.org, app, asked)  # its code and client secret are for no other token endpoint
        generation = visit.org.generation
        token = await _token(visit, asked.oauth, query)
        visit.org.require_generation(generation, app)
        require_connection(visit.org, app, asked)
    except _NoToken as error:
        return _refused(visit, str(error))
    except OrgError as error:
        return message_page(app["label"], f"{_ACTION}: {'; '.join(error.causes) or error.text}", 400)
    connection = replace(asked, status="ENABLED", authorization=f"Bearer {token}")
    with visit.org.store.transaction():
        change_provisioning(visit.org, visit.cause, app, asked, connection)
    return page("consented.html", title=app["label"])


async def _token(visit: Visit, oauth: Mapping[str, str], query: Mapping[str, str]) -> str:
    """The access token for the code.

    Raises:
        _NoToken: consent was denied, or the token endpoint returned no token.
    """
    if "code" not in query:
        raise _NoToken(query.get("error", "no code came back"))
    form = {
        "grant_type": "authorization_code",
        "code": query["code"],
        "redirect_uri": _redirect_uri(visit),
        "client_id": oauth["client_id"],
        "client_secret": oauth["client_secret"],
    }
    try:
        async with asyncio.timeout(_TOKEN_SECONDS):
            reply = await visit.org.http.send(_posted(oauth["token_endpoint"], urlencode(form).encode()))
    except (NoResponse, AnswerTooLarge, TimeoutError, ValueError):
        raise _NoToken(NO_ANSWER) from None
    if not 200 <= reply.status < 300:
        raise _NoToken(reason_phrase(reply.status))
    answer = json_or_none(reply.text.encode())
    token = answer.get("access_token") if isinstance(answer, dict) else None
    if not token or not isinstance(token, str):
        raise _NoToken("no access token in the response")
    return token


def _posted(url: str, form: bytes) -> Request:
    target = target_of(url)
    headers = [
        (b"Accept", b"application/json"),
        (b"Content-Type", b"application/x-www-form-urlencoded"),
        (b"Content-Length", str(len(form)).encode()),
        (b"Host", target.authority.encode()),
    ]
    return Request("POST", target, headers, form, _TOKEN_SECONDS)


def _refused(visit: Visit, reason: str) -> Response:
    """Show and log why there is no token, with Okta's text (OB-331)."""
    event = NewEvent(
        AUTHENTICATE.event_type,
        _ACTION,
        [app_entity(visit.app)],
        result="FAILURE",
        reason=None if reason == NO_ANSWER else reason,
        severity="ERROR",
        legacy=AUTHENTICATE.failed_legacy,
        debug={"appname": visit.app["name"]},
    )
    visit.org.events.write(visit.cause, event)
    return message_page(visit.app["label"], f"{_ACTION}: {reason}")


def _redirect_uri(visit: Visit) -> str:
    return visit.site.admin_origin(visit.request) + CONSENT_CALLBACK.format(name=visit.app["name"])
