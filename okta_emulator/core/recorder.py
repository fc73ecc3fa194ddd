"""Writes SCIM exchanges to a file as they happen: JSON lines, or HAR if the file's name ends in `.har`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import parse_qsl

from okta_emulator.core.problem import InvalidSetting
from okta_emulator.core.records import ExchangeRecord, Headers
from okta_emulator.core.urls import url_parts

_HEAD = '{"log":{"version":"1.2","creator":{"name":"oktascim emulator","version":"1"},"entries":['
_TAIL = "]}}\n"


class Recorder:
    """A file that only its owner can read: exchanges contain personal data.

    Args:
        file: where to write; a file that exists is replaced.

    Attributes:
        written: the number of exchanges in the file.
        broken: why the file lacks later exchanges, or None.

    Raises:
        InvalidSetting: the file can't be written.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.written = 0
        self.broken: str | None = None
        self._har = file.suffix.lower() == ".har"
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            if file.is_file() and os.name != "nt":
                os.fchmod(descriptor, 0o600)  # a file that was there keeps its mode otherwise
        except OSError as error:
            raise InvalidSetting(f"Can't record to {file}.", why=error.strerror) from None
        self._stream: TextIO = os.fdopen(descriptor, "w", encoding="utf-8")
        self._write(_HEAD if self._har else "")

    def add(self, exchange: ExchangeRecord) -> None:
        """Write one exchange; if the file can't be written, the recording ends and the org continues."""
        entry: Any = _har_entry(exchange) if self._har else exchange
        line = json.dumps(entry, ensure_ascii=False)
        self._write(("," if self.written and self._har else "") + line + ("" if self._har else "\n"))
        self.written += self.broken is None

    def close(self) -> None:
        """Finish the file."""
        self._write(_TAIL if self._har else "")
        try:
            self._stream.close()
        except OSError as error:
            self.broken = self.broken or str(error.strerror)

    def _write(self, text: str) -> None:
        if self.broken is None:
            try:
                self._stream.write(text)
                self._stream.flush()
            except OSError as error:
                self.broken = str(error.strerror)


def _har_entry(exchange: ExchangeRecord) -> dict[str, Any]:
    milliseconds = exchange["seconds"] * 1000
    sent, received = exchange["request_body"], exchange["response_body"] or ""
    query = [{"name": key, "value": value} for key, value in parse_qsl(url_parts(exchange["url"]).query)]
    request: dict[str, Any] = {
        "method": exchange["method"],
        "url": exchange["url"],
        "httpVersion": "HTTP/1.1",
        "headers": _har_headers(exchange["request_headers"]),
        "queryString": query,
        "cookies": [],
        "headersSize": -1,
        "bodySize": len((sent or "").encode()),
    }
    if sent is not None:
        request["postData"] = {"mimeType": _type_of(exchange["request_headers"]), "text": sent}
    return {
        "startedDateTime": exchange["started"],
        "time": milliseconds,
        "request": request,
        "response": {
            "status": exchange["status"] or 0,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "headers": _har_headers(exchange["response_headers"]),
            "cookies": [],
            "content": {
                "size": len(received.encode()),
                "mimeType": _type_of(exchange["response_headers"]),
                "text": received,
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(received.encode()),
        },
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": "watch" if exchange["watch"] else exchange["error"] or "",
    }


def _har_headers(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _type_of(headers: Headers) -> str:
    return next((value for name, value in headers if name.lower() == "content-type"), "")
