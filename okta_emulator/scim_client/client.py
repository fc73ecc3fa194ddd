"""Sends one SCIM request exactly as Okta's client does, and records it.

Sources: OB-230 (headers and their order), OB-232 (compact bodies), OB-240 (URLs), OB-242 to OB-244 (timeouts, TLS).
Our choice where Okta's behaviour is unknown (OB-245): redirects are not followed, cookies are neither kept nor sent,
proxies of the environment are not used, and one slash joins base URL and path however the base URL ends.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote, quote_plus, unquote

from okta_emulator.scim_client.connection import Connection
from okta_emulator.scim_client.dialect import dialect_of
from okta_emulator.scim_client.hiding import hide, passwords_in, secrets_of, shown_header
from okta_emulator.scim_client.outcome import Exchange
from okta_emulator.scim_client.pool import Http
from okta_emulator.scim_client.reading import TOO_LARGE, AnswerTooLarge, encodable
from okta_emulator.scim_client.target import Target, target_of
from okta_emulator.scim_client.wire import ConnectTimedOut, NoResponse, Request, Response

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
TextHeaders = tuple[tuple[str, str], ...]

USER_AGENT = "Okta SCIM Client 1.0.0"
NO_ANSWER = "null"
_TLS_ALERT = re.compile(r"(?:SSLV3|TLSV1|TLSV13)_ALERT_([A-Z_]+)")


@dataclass(frozen=True)
class Reply:
    """An exchange with the unredacted response body, for the SCIM client only.

    Args:
        exchange: the exchange, safe to show.
        text: the response body, or None without a response.
        phrase: the server's own reason phrase, "" if it sends none.
    """

    exchange: Exchange
    text: str | None
    phrase: str = ""

    @property
    def status(self) -> int | None:
        """The HTTP status, or None without a response."""
        return self.exchange.status

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return self.status is not None and 200 <= self.status < 300

    def header(self, name: str) -> str | None:
        """The first response header with this name, ignoring case."""
        return next((value for key, value in self.exchange.response_headers if key.lower() == name.lower()), None)


def compact(body: Mapping[str, Any]) -> str:
    """JSON without white space, keys in the given order (OB-232), always encodable as UTF-8."""
    return encodable(json.dumps(body, ensure_ascii=False, separators=(",", ":")))


def resource_path(collection: Literal["Users", "Groups"], resource_id: str) -> str:
    """The path of one resource with its id percent-encoded (an id can contain `@`, spaces or slashes: OB-258)."""
    return f"/{collection}/{quote(resource_id, safe='', errors='replace')}"


def id_in(path: str) -> str:
    """The id in a path of `resource_path`."""
    return unquote(path.rpartition("/")[2])


def list_query(start_index: int, count: int) -> str:
    """The query of a plain list read (OB-246, OB-291)."""
    return f"startIndex={start_index}&count={count}"


def filter_query(attribute: str, value: str, *, plus: bool = False) -> str:
    """The query of an existence check: filter, startIndex, count (OB-240).

    Args:
        attribute: the attribute compared.
        value: its value. Quotes and backslashes are escaped as in JSON (RFC 7644 3.4.2.2); what Okta does with them is
            unknown.
        plus: whether a space is `+`, not `%20`.
    """
    expression = f"{attribute} eq {json.dumps(value, ensure_ascii=False)}"
    encoded = quote_plus(expression, safe="") if plus else quote(expression, safe="")
    return f"filter={encoded}&{list_query(1, 100)}"


async def send(
    connection: Connection,
    http: Http,
    method: Method,
    path: str,
    *,
    query: str = "",
    body: Mapping[str, Any] | None = None,
) -> Reply:
    """Send one request and wait for the whole response, at most `connection.timeout` seconds.

    Args:
        connection: where to send, and with which authorization.
        http: what sends it.
        method: the HTTP method.
        path: the path below the base URL, already encoded.
        query: the query, already encoded.
        body: the JSON body, for POST, PUT and PATCH.

    Returns:
        The reply; after a network failure it has no status. Never raises.
    """
    url = connection.base_url.rstrip("/") + path + (f"?{query}" if query else "")
    content = None if body is None else compact(body)
    started = datetime.now(UTC)
    clock = time.monotonic()
    headers: TextHeaders = ()
    response = error = None
    try:
        request = _request(connection, method, target_of(url), content)
        url = str(request.target)
        headers = tuple((name.decode(), value.decode()) for name, value in request.headers)
        async with asyncio.timeout(connection.timeout):
            response = await http.send(request)
    except AnswerTooLarge:
        error = TOO_LARGE
    except TimeoutError:
        error = "Read timed out"
    except ConnectTimedOut:
        error = _connect_timed_out(request.target)
    except (NoResponse, ValueError) as failure:
        error = _failure_text(failure)
    seconds = time.monotonic() - clock
    return _record(connection, method, url, headers, content, response, error, started, seconds)


def _request(connection: Connection, method: Method, target: Target, content: str | None) -> Request:
    """The request with Okta's headers in Okta's order; a DELETE carries Content-Type too (OB-230)."""
    media_type = dialect_of(connection.scim_version).media_type
    payload = None if content is None else content.encode()
    typed = [("Content-Type", f"{media_type}; charset=utf-8")] if method != "GET" else []
    sized = [("Content-Length", str(len(payload)))] if payload is not None else []
    headers = [
        ("Accept", media_type),
        ("Accept-Charset", "utf-8"),
        *typed,
        ("User-Agent", USER_AGENT),
        ("Authorization", connection.authorization),
        *sized,
        ("Host", target.authority),
        ("Connection", "Keep-Alive"),
        ("Accept-Encoding", "gzip,deflate"),
    ]
    encoded = [(name.encode(), value.encode()) for name, value in headers]
    return Request(method, target, encoded, payload, min(connection.connect_timeout, connection.timeout))


def _failure_text(failure: Exception) -> str:
    """Okta's text when there is no response (OB-243): that of a TLS alert, or `null`.

    The alert "protocol_version" is evidenced; other alerts are by analogy.
    """
    alert = _TLS_ALERT.search(str(failure))
    return f"Received fatal alert: {alert[1].lower()}" if alert else NO_ANSWER


def _connect_timed_out(target: Target) -> str:
    """Okta's text (OB-242). After the slash, Okta shows the server's address; our choice is the name again."""
    _, host, port = target.origin
    return f"Connect to {host}:{port} [{host}/{host}] failed: Connect timed out"


def _record(
    connection: Connection,
    method: str,
    url: str,
    headers: TextHeaders,
    content: str | None,
    response: Response | None,
    error: str | None,
    started: datetime,
    seconds: float,
) -> Reply:
    secrets = (*secrets_of(connection), *passwords_in(content or ""))
    text = None if response is None else response.text
    exchange = Exchange(
        method=method,
        url=hide(url, secrets),
        request_headers=tuple((key, shown_header(key, value, secrets)) for key, value in headers),
        request_body=None if content is None else hide(content, secrets),
        status=None if response is None else response.status,
        response_headers=tuple(
            (key, shown_header(key, value, secrets)) for key, value in (response.headers if response else ())
        ),
        response_body=None if text is None else hide(text, secrets),
        error=error,
        started=started.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        seconds=seconds,
    )
    return Reply(exchange=exchange, text=text, phrase=response.phrase if response else "")
