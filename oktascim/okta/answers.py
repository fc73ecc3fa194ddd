"""Checks Okta's responses: which members oktascim relies on, by call.

A response that lacks one of them is an error here, with its path, instead of a crash later. Members that aren't listed
may have any value.
"""

from __future__ import annotations

import re
from typing import Any

import httpx

from oktascim.http.text import text_of
from oktascim.okta.errors import unreadable
from oktascim.okta.shape import ANYTHING, OBJECT, TEXT, Each, Maybe, Shape, Time, misfit
from oktascim.quote import page_in_words
from oktascim.strict_json import parse_json

_TEXT, _OBJECT = Maybe(TEXT), Maybe(OBJECT)

APP: Shape = {
    "id": TEXT,
    **dict.fromkeys(("name", "label", "status", "signOnMode"), _TEXT),
    "features": Maybe([TEXT]),
    "visibility": Maybe({"appLinks": _OBJECT}),
    "credentials": Maybe({"signing": Maybe({"kid": _TEXT})}),
    "settings": Maybe({"app": _OBJECT, "signOn": _OBJECT, "notes": Maybe({"admin": _TEXT})}),
}
USER: Shape = {"id": TEXT, "status": _TEXT, "profile": Maybe({"login": TEXT})}
GROUP: Shape = {"id": TEXT, "type": _TEXT, "profile": {"name": TEXT}}
APP_USER: Shape = {
    "id": TEXT,
    **dict.fromkeys(("status", "scope", "syncState", "externalId"), _TEXT),
    "credentials": Maybe({"userName": _TEXT}),
    "profile": _OBJECT,
    "_embedded": Maybe({"user": Maybe({"status": _TEXT, "profile": {"login": TEXT}})}),
}
PUSH_MAPPING: Shape = {"id": TEXT, "sourceGroupId": TEXT, "status": TEXT, "errorSummary": _TEXT}
GROUP_RULE: Shape = {
    **dict.fromkeys(("id", "name", "status"), TEXT),
    "conditions": Maybe({"expression": Maybe({"value": _TEXT})}),
    "actions": Maybe({"assignUserToGroups": Maybe({"groupIds": Maybe([TEXT])})}),
}
CONNECTION: Shape = {
    **dict.fromkeys(("status", "authScheme", "baseUrl"), _TEXT),
    "profile": Maybe({"authScheme": _TEXT}),
}
_STATUS = Maybe({"status": _TEXT})
_IMPORT = Maybe({"expression": TEXT, "timezone": _TEXT, "timeZone": _TEXT})
FEATURE: Shape = {
    "name": _TEXT,
    "capabilities": {
        "create": Maybe({"lifecycleCreate": _STATUS}),
        "update": Maybe(dict.fromkeys(("profile", "lifecycleDeactivate", "password"), _STATUS)),
        "importRules": Maybe({"userCreateAndMatch": _OBJECT}),
        "importSettings": Maybe(
            {
                "username": Maybe({"userNameFormat": _TEXT, "userNameExpression": _TEXT}),
                "schedule": Maybe({"status": _TEXT, "fullImport": _IMPORT, "incrementalImport": _IMPORT}),
            }
        ),
    },
}
MAPPING: Shape = {"id": TEXT, "properties": Maybe(Each({"expression": _TEXT, "pushStatus": _TEXT}))}
_PROPERTIES = Maybe({"properties": Maybe(Each(OBJECT))})
APP_USER_SCHEMA: Shape = {"definitions": {"base": _PROPERTIES, "custom": _PROPERTIES}}
KEY: Shape = {"expiresAt": _TEXT, "x5c": Maybe([TEXT])}
CATALOG_ENTRY: Shape = {
    "name": TEXT,
    "displayName": _TEXT,
    "signOnModes": Maybe([ANYTHING]),
    "features": Maybe([ANYTHING]),
}
_PARTY = dict.fromkeys(("id", "type", "alternateId", "displayName"), _TEXT)
LOG_EVENT: Shape = {
    "uuid": TEXT,
    "published": Time(),
    "eventType": TEXT,
    **dict.fromkeys(("displayMessage", "legacyEventType", "severity"), _TEXT),
    "outcome": Maybe({"result": _TEXT, "reason": _TEXT}),
    "actor": Maybe(_PARTY),
    "target": Maybe([{**_PARTY, "changeDetails": Maybe({"from": _OBJECT, "to": _OBJECT})}]),
    "transaction": Maybe({"id": _TEXT}),
    "client": Maybe({"ipAddress": _TEXT, "userAgent": Maybe({"rawUserAgent": _TEXT})}),
    "debugContext": Maybe({"debugData": Maybe({"appname": _TEXT, "customMessage": _TEXT})}),
}
_ID = {"id": TEXT}

_APP = "/api/v1/apps/[^/]+"
_ANSWERS: tuple[tuple[re.Pattern[str], Shape], ...] = tuple(
    (re.compile(call), shape)
    for call, shape in (
        ("GET /api/v1/apps", [APP]),
        ("POST /api/v1/apps", APP),
        (f"(GET|PUT) {_APP}", APP),
        (f"(GET|POST) {_APP}/connections/default", Maybe(CONNECTION)),
        (f"GET {_APP}/features", [{"name": _TEXT}]),
        (f"GET {_APP}/features/[^/]+", FEATURE),
        (f"GET {_APP}/users", [APP_USER]),
        (f"GET {_APP}/users/[^/]+", APP_USER),
        (f"GET {_APP}/groups", [_ID]),
        (f"GET {_APP}/groups/[^/]+", _ID),
        (f"GET {_APP}/group-push/mappings", [PUSH_MAPPING]),
        (f"GET {_APP}/credentials/keys", [KEY]),
        ("GET /api/v1/catalog/apps", [CATALOG_ENTRY]),
        ("GET /api/v1/users", [USER]),
        ("POST /api/v1/users", USER),
        ("GET /api/v1/users/[^/]+", USER),
        ("GET /api/v1/users/[^/]+/appLinks", [{"appInstanceId": _TEXT}]),
        ("GET /api/v1/groups/rules", [GROUP_RULE]),
        ("POST /api/v1/groups/rules", GROUP_RULE),
        ("GET /api/v1/groups", [GROUP]),
        ("POST /api/v1/groups", GROUP),
        ("GET /api/v1/groups/[^/]+", GROUP),
        ("GET /api/v1/groups/[^/]+/apps", [_ID]),
        ("GET /api/v1/mappings", [_ID]),
        ("GET /api/v1/mappings/[^/]+", MAPPING),
        ("GET /api/v1/meta/schemas/apps/[^/]+/default", APP_USER_SCHEMA),
        ("GET /api/v1/logs", [LOG_EVENT]),
        ("GET /api/v1/org", _ID),
        ("GET /.well-known/okta-organization", {"_links": {"organization": {"href": TEXT}}}),
        ("POST /_emulator/console/key", {"url": TEXT, "admin_url": TEXT}),
    )
)


def shape_of(method: str, path: str) -> Shape:
    """The shape that the response to a call must have; any shape if it isn't read."""
    call = f"{method} {path}"
    return next((shape for pattern, shape in _ANSWERS if pattern.fullmatch(call)), ANYTHING)


def read_answer(response: httpx.Response, shape: Shape | None = None) -> Any:
    """The JSON value of a 2xx response, with the shape that oktascim relies on.

    Args:
        response: the response, its body read.
        shape: by default, the shape for the request.

    Returns:
        The value; None for an empty body if the shape allows it, and for any body that isn't read.

    Raises:
        UnreadableAnswer: the body isn't JSON, or doesn't have the shape.
    """
    wanted = shape_of(response.request.method, response.request.url.path) if shape is None else shape
    try:
        value = parse_json(response.content) if response.content else None
    except ValueError as error:
        if wanted is ANYTHING:
            return None
        page = page_in_words(text_of(response))
        raise unreadable(response, f"It is a {page} instead of JSON." if page else f"It isn't JSON: {error}.") from None
    if wrong := misfit(value, wanted):
        raise unreadable(response, f"It differs from what Okta documents: {wrong}.")
    return value
