"""The consent to an OAuth 2 connection: away to the server that grants it, and back with a code for a token.

Evidenced: the button "Authenticate with …" after Save, its pop-up, the authorization-code grant, and the path of the
way back, known of Okta's own catalogue (OB-236, OB-257). Our choice (OB-237): that a
wizard-made app takes the same way back on the console's own host, that client id and secret stand in the body
(RFC 6749 2.3.1), that the token goes out as Bearer, and that a token that ends is not refreshed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

import httpx
from starlette.responses import RedirectResponse, Response

from okta_emulator.admin_console.html import answer, document, message, render
from okta_emulator.admin_console.sessions import new_id
from okta_emulator.admin_console.visit import Visit
from okta_emulator.org.events import app_entity
from okta_emulator.org.provisioning import change_provisioning
from okta_emulator.scim_client.client import NO_ANSWER
from okta_emulator.scim_client.events import AUTHENTICATE
from okta_emulator.scim_client.texts import reason_phrase

CALLBACK = "/admin/app/cpc/{name}/oauth/callback"
_ACTION = "Error while retrieving OAuth token"


async def begin(visit: Visit) -> Response:
    """GET .../oauth/authenticate: on to the authorization endpoint, which will ask a person (RFC 6749 4.1.1)."""
    oauth = visit.provisioning.oauth
    if not oauth:
        return message("Not Found", "This connection does not use OAuth 2.", 404)
    state = new_id()
    visit.session.consents[state] = visit.app["id"]
    question = {"response_type": "code", "client_id": oauth["client_id"], "state": state}
    way_back = {"redirect_uri": _way_back(visit)}
    try:
        target = httpx.URL(oauth["authorization_endpoint"]).copy_merge_params(question | way_back)
    except httpx.InvalidURL:
        return message("400 Bad Request", "The authorization endpoint URI is not a URL.", 400)
    return RedirectResponse(str(target), 302)


async def callback(visit: Visit) -> Response:
    """GET of the way back: a code becomes a token, and the connection is on (RFC 6749 4.1.3)."""
    query = visit.request.query_params
    app = visit.org.store.apps.get(visit.session.consents.pop(query.get("state", ""), ""))
    if app is None or app["name"] != visit.request.path_params["name"]:
        return message("400 Bad Request", "Nobody has asked for this consent.", 400)
    visit = replace(visit, found=app)
    try:
        token = await _token(visit, query)
    except _NoTokenError as error:
        return _refused(visit, str(error))
    connection = replace(visit.provisioning, status="ENABLED", authorization=f"Bearer {token}")
    change_provisioning(visit.org, visit.cause, app, connection)
    return answer(document(app["label"], render("consented", label=app["label"]), scripts=["consented"]))


async def _token(visit: Visit, query: Mapping[str, str]) -> str:
    """The access token for the code that came back.

    Raises:
        _NoTokenError: consent was refused, or the token endpoint gives none; the text is the reason.
    """
    oauth = visit.provisioning.oauth
    if not oauth or "code" not in query:
        raise _NoTokenError(query.get("error", "no code came back"))
    form = {
        "grant_type": "authorization_code",
        "code": query["code"],
        "redirect_uri": _way_back(visit),
        "client_id": oauth["client_id"],
        "client_secret": oauth["client_secret"],
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    try:
        reply = await visit.org.jobs.http.post(oauth["token_endpoint"], content=urlencode(form), headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL):
        raise _NoTokenError(NO_ANSWER) from None
    if not reply.is_success:
        raise _NoTokenError(reason_phrase(reply.status_code))
    try:
        return str(reply.json()["access_token"])
    except (ValueError, KeyError, TypeError):
        raise _NoTokenError("no access token in the answer") from None


class _NoTokenError(Exception):
    """There is no access token."""


def _refused(visit: Visit, why: str) -> Response:
    """Say and log why there is no token, in Okta's words (OB-331)."""
    visit.org.events.write(
        visit.cause,
        AUTHENTICATE.event_type,
        _ACTION,
        [app_entity(visit.app)],
        result="FAILURE",
        reason=None if why == NO_ANSWER else why,
        severity="ERROR",
        legacy=AUTHENTICATE.failed_legacy,
        debug={"appname": visit.app["name"]},
    )
    return message(visit.app["label"], f"{_ACTION}: {why}")


def _way_back(visit: Visit) -> str:
    name = visit.app["name"]
    return visit.site.admin_origin(visit.request) + CALLBACK.format(name=name)
