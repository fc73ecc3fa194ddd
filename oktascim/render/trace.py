"""What `-v` and `-vv` show of every call: the request line; then also allow-listed headers and redacted bodies."""

from __future__ import annotations

import json

import httpx

from oktascim.http.client import Trace
from oktascim.redact import clean, redact_body, redact_headers
from oktascim.render.streams import Output
from oktascim.strict_json import parse_json

_BODY_SHOWN = 2000


def tracer(output: Output, verbosity: int) -> Trace | None:
    """A trace for the HTTP clients, or None if nothing is to be shown.

    Args:
        output: where the lines go (stderr).
        verbosity: 0 shows nothing, 1 a line per call, 2 and more also headers and bodies.
    """
    if verbosity == 0:
        return None

    def show(request: httpx.Request, response: httpx.Response | None, seconds: float) -> None:
        status = response.status_code if response is not None else "no response"
        output.note(f"> {request.method} {clean(str(request.url))} {status} {seconds * 1000:.0f} ms")
        if verbosity > 1:
            _show_message(output, ">", request.headers, request.content)
            if response is not None:
                _show_message(output, "<", response.headers, response.content)

    return show


def _show_message(output: Output, arrow: str, headers: httpx.Headers, body: bytes) -> None:
    for name, value in redact_headers(headers).items():
        output.note(f"  {arrow} {name}: {value}")
    if body:
        try:
            text = json.dumps(redact_body(parse_json(body)), ensure_ascii=False)
        except ValueError:
            text = f"{len(body)} bytes that are not JSON"
        output.note(f"  {arrow} {output.outside(text)[:_BODY_SHOWN]}")
