"""System Log events in Okta's shape, and pages of them as Okta answers."""

from __future__ import annotations

import json
from typing import Any

import httpx

from oktascim.okta.log_events import Events, events_in

ORG = "https://acme.okta.com"
APP_ID = "0oacrmcrmcrmcrmcrm01"
UNAUTHORIZED = {"result": "FAILURE", "reason": "Unauthorized. Errors reported by remote server: Invalid token"}
CONFLICT = {"result": "FAILURE", "reason": "Conflict. Errors reported by remote server: User already exists"}


def make_event(number: int = 1, **members: Any) -> dict[str, Any]:
    """A provisioning event of the app Acme CRM about Ada, done by Ola; `members` replace its own."""
    return {
        "actor": {"id": "00uola", "type": "User", "alternateId": "ola@acme.example", "displayName": "Ola"},
        "displayMessage": "Push new user to external application",
        "eventType": "application.provision.user.push",
        "outcome": {"result": "SUCCESS", "reason": None},
        "published": f"2026-11-20T10:{number // 60 % 60:02}:{number % 60:02}.123Z",
        "severity": "INFO",
        "debugContext": {"debugData": {"appname": "scim2headerauth"}},
        "transaction": {"type": "JOB", "id": f"txn-{number}", "detail": {}},
        "uuid": f"uuid-{number}",
        "target": [
            {"id": "0uaada", "type": "AppUser", "alternateId": "ada@acme.example", "displayName": "Ada"},
            {"id": APP_ID, "type": "AppInstance", "alternateId": "Acme CRM", "displayName": "SCIM 2.0"},
            {"id": "00uada", "type": "User", "alternateId": "ada@acme.example", "displayName": "Ada"},
        ],
        **members,
    }


def as_bytes(value: Any) -> bytes:
    """JSON without blanks, as Okta writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def log_events(*events: dict[str, Any]) -> Events:
    """The events as they come out of an answer."""
    return events_in(as_bytes(list(events)))


def log_page(events: list[dict[str, Any]], after: str | None = None, **headers: str) -> httpx.Response:
    """An answer of GET /api/v1/logs with a next link where there is an `after`."""
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    if after:
        own["link"] = f'<{ORG}/api/v1/logs?limit=1000&after={after}>; rel="next"'
    return httpx.Response(200, content=as_bytes(events), headers=own)
