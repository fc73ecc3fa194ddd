"""`/api/v1/catalog/apps`: the apps that can be added (OB-035, OB-036).

The endpoint is known from Okta's own list and from one client. Our choice: `q` matches any part of name and display
name, the list is ordered by name, and the features shown for a SCIM template.
"""

from __future__ import annotations

from okta_emulator.api.call import Answer, Call, Endpoint
from okta_emulator.core.errors import NotFound
from okta_emulator.core.paging import limit_of
from okta_emulator.core.records import Json
from okta_emulator.org.catalog import CatalogEntry

_PAGE = 20
_SCIM_FEATURES = ["PUSH_NEW_USERS", "PUSH_USER_DEACTIVATION", "GROUP_PUSH", "PUSH_PROFILE_UPDATES", "IMPORT_NEW_USERS"]


def list_catalog(call: Call) -> Answer:
    """GET: a page ordered by name, without a Link header; `after` is the last name of the page before."""
    words = (call.asked("q") or "").casefold()
    after = call.asked("after") or ""
    limit = limit_of(call.asked("limit"), _PAGE, _PAGE)
    entries = sorted((entry for entry in call.org.catalog.values() if entry.listed), key=lambda entry: entry.key)
    found = [
        entry for entry in entries if entry.key > after and words in f"{entry.key} {entry.display_name}".casefold()
    ]
    return Answer([_view(call, entry) for entry in found[:limit]])


def get_entry(call: Call) -> Answer:
    """GET one entry by its key."""
    entry = call.org.catalog.get(call.params["key"])
    if entry is None:
        raise NotFound(call.params["key"], "App")
    return Answer(_view(call, entry))


def _view(call: Call, entry: CatalogEntry) -> Json:
    return {
        "id": entry.key,
        "name": entry.key,
        "displayName": entry.display_name,
        "description": None,
        "status": "ACTIVE",
        "lastUpdated": call.org.identity["created"],
        "category": "APPS",
        "verificationStatus": "OKTA_VERIFIED",
        "website": None,
        "signOnModes": list(entry.modes),
        "features": _SCIM_FEATURES if entry.scim else [],
        "_links": {
            "logo": [{"name": "medium", "href": call.url("/assets/logo.png"), "type": "image/png"}],
            "self": {"href": call.url(f"/api/v1/catalog/apps/{entry.key}")},
        },
    }


ENDPOINTS = (
    Endpoint("GET", "/api/v1/catalog/apps", list_catalog),
    Endpoint("GET", "/api/v1/catalog/apps/{key}", get_entry),
)
