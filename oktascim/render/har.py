"""Exchanges as an HTTP archive (HAR 1.2), which browsers' developer tools read; secrets are hidden."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from oktascim import __version__
from oktascim.check.sent import Sent
from oktascim.http.text import encodable
from oktascim.redact import redact_body
from oktascim.scim.answer import Answer


def as_har(exchanges: Sequence[Sent], started: float) -> str:
    """The archive as JSON text.

    Args:
        exchanges: in the order in which they were sent.
        started: when the run began, in seconds since 1970; the entries follow one after another.
    """
    entries, at = [], started
    for sent in exchanges:
        entries.append(_entry(sent, at))
        at += sent.exchange.seconds
    log = {"version": "1.2", "creator": {"name": "oktascim", "version": __version__}, "entries": entries}
    return json.dumps({"log": log}, indent=1, ensure_ascii=False) + "\n"


def _entry(sent: Sent, at: float) -> dict[str, Any]:
    exchange, milliseconds = sent.exchange, round(sent.exchange.seconds * 1000)
    received = sent.answer.text if isinstance(sent.answer, Answer) else ""
    kind = exchange.response_headers.get("content-type", "")
    request = {
        "method": exchange.method,
        "url": exchange.url,
        "httpVersion": "HTTP/1.1",
        "headers": _headers(exchange.request_headers),
        "queryString": [],
        "cookies": [],
        "headersSize": -1,
        "bodySize": len(sent.body.encode()),
    }
    if sent.body:
        request["postData"] = {"mimeType": "application/scim+json", "text": hidden_in(sent.body)}
    return {
        "startedDateTime": datetime.fromtimestamp(at, UTC).isoformat(),
        "time": milliseconds,
        "request": request,
        "response": {
            "status": exchange.status or 0,
            "statusText": exchange.error or "",
            "httpVersion": "HTTP/1.1",
            "headers": _headers(exchange.response_headers),
            "cookies": [],
            "content": {"size": len(received.encode()), "mimeType": kind, "text": hidden_in(received)},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    }


def _headers(headers: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def hidden_in(text: str) -> str:
    """A JSON body without the values of members whose names suggest secrets."""
    try:
        return encodable(json.dumps(redact_body(json.loads(text)), ensure_ascii=False))
    except (ValueError, RecursionError):
        return text
