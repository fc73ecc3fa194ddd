"""The page of SCIM exchanges and the rows that fill it (`/_emulator/console`).

It shows what a SCIM developer can't see in Okta: every request to a SCIM server, its response, and the resulting System
Log events. Secrets never reach it: the SCIM client hides them before it stores an exchange.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from okta_emulator.admin_console.addresses import INSPECTOR
from okta_emulator.admin_console.html import Templates, message_page
from okta_emulator.admin_console.sessions import COOKIE, new_id
from okta_emulator.admin_console.site import ConsoleSite
from okta_emulator.core.body import json_or_none
from okta_emulator.core.paging import whole_number
from okta_emulator.core.records import NumberedExchange, NumberedFinding
from okta_emulator.core.urls import url_parts
from okta_emulator.scim_client.outcome import GONE

_COOKIE = "inspector"
_PAGE = 200
_LAST_ROW = 2**63 - 1
_OK, _BAD = 300, 400
_page = Templates("okta_emulator.inspector").page


@dataclass
class Inspector:
    """The inspector of one org.

    Args:
        site: the Admin Console; an administrator who is signed in there can see the exchanges too.
    """

    site: ConsoleSite
    _viewers: set[str] = field(default_factory=set)

    async def show(self, request: Request) -> Response:
        """GET: the page; a one-time key in the address becomes a cookie."""
        if self.site.redeem(request.query_params.get("key", "")):
            self._viewers.add(cookie := new_id())
            response = RedirectResponse(INSPECTOR, 302)
            response.set_cookie(_COOKIE, cookie, httponly=True, samesite="strict")
            return response
        if not self._may_see(request):
            return message_page("Not signed in", "To open this page, run: oktascim emulator console", 401)
        org = self.site.org.settings.subdomain
        return _page("inspector.html", title=f"SCIM exchanges - {org}", org=org)

    async def exchanges(self, request: Request) -> Response:
        """GET ?after=N: the next page of exchanges after number N, newest first.

        `X-Last` is the number of the newest one; the reader requests the next page after it until a page is empty.
        `X-Total` is the number of all exchanges.
        """
        if not self._may_see(request):
            return PlainTextResponse("Unauthorized", 401)
        after = whole_number(request.query_params.get("after"), _LAST_ROW) or 0
        store = self.site.org.store
        exchanges = store.exchanges(after, most=_PAGE)
        faults = _texts_by_exchange(store.findings()) if exchanges else {}
        rows = [self._row(exchange, faults.get(exchange["n"], [])) for exchange in reversed(exchanges)]
        response = _page("exchanges.html", exchanges=rows)
        response.headers["X-Last"] = str(exchanges[-1]["n"] if exchanges else after)
        response.headers["X-Total"] = str(store.count_exchanges())
        return response

    def _may_see(self, request: Request) -> bool:
        """Whether this browser had a key, or is signed in to the Admin Console."""
        signed_in = self.site.sessions.current(request.cookies.get(COOKIE))
        return request.cookies.get(_COOKIE) in self._viewers or signed_in is not None

    def _row(self, exchange: NumberedExchange, silent_faults: list[str]) -> dict[str, Any]:
        """One exchange as the template shows it."""
        url, app = url_parts(exchange["url"]), self.site.org.store.apps.get(exchange["app_id"])
        status, watch = exchange["status"], exchange.get("watch", False)
        return {
            "n": exchange["n"],
            "started": exchange["started"],
            "time": exchange["started"][11:23],
            "app": app["label"] if app else exchange["app_id"],
            "method": exchange["method"],
            "path": f"{url.path}{f'?{url.query}' if url.query else ''}",
            "address": unquote(exchange["url"]),
            "status": status or "none",
            "rating": _rating(status, watch=watch),
            "watch": watch,
            "silent_faults": silent_faults,
            "milliseconds": round(exchange["seconds"] * 1000),
            "events": list(dict.fromkeys(exchange["events"])),
            "request_headers": exchange["request_headers"],
            "request_body": _readable(exchange["request_body"]),
            "response_headers": exchange["response_headers"],
            "response_body": _unanswered(exchange["error"]) if status is None else _readable(exchange["response_body"]),
        }


def _rating(status: int | None, *, watch: bool) -> str:
    """good, fair or bad; the emulator's own read of what was deleted may find nothing."""
    if status is None or (status >= _BAD and not (watch and status in GONE)):
        return "bad"
    return "good" if status < _OK else "fair"


def _texts_by_exchange(findings: list[NumberedFinding]) -> dict[int, list[str]]:
    """The texts of the silent faults, by the number of their exchange."""
    texts: dict[int, list[str]] = {}
    for finding in findings:
        texts.setdefault(finding["exchange"], []).append(finding["text"])
    return texts


def _unanswered(error: str | None) -> str:
    """What stands instead of a response that never came; Okta reports a closed port as "null"."""
    return f"No response. Okta reports: {error}" if error else "No response"


def _readable(body: str | None) -> str:
    """A body with JSON indented."""
    if not body:
        return "(no body)"
    value = json_or_none(body.encode())
    return body if value is None else json.dumps(value, indent=2, ensure_ascii=False)
