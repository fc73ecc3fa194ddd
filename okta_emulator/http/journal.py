"""The requests to the Management API, with secrets hidden."""

from __future__ import annotations

import json
import re
from collections import deque
from typing import Any

from okta_emulator.core.records import JournalEntry

HIDDEN = "[hidden]"
_MOST = 20_000
_LARGEST_KEPT = 64 * 1024  # characters of JSON
_LONGEST_KEPT = 2_000  # characters of a path or a query, which anyone on this machine can send without a token
_SECRET = re.compile(r"token|password|passcode|secret|authorization|assertion|apikey|api_key|answer", re.IGNORECASE)


class Journal:
    """The latest requests, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[JournalEntry] = deque(maxlen=_MOST)
        self._next = 1

    def add(self, method: str, path: str, query: str, bucket: str, body: Any) -> JournalEntry:
        """Add a request; its status is set when it is answered, and stays null otherwise."""
        entry: JournalEntry = {
            "n": self._next,
            "method": method,
            "path": _cut(path),
            "query": _cut(query),
            "status": None,
            "bucket": bucket,
            "body_keys": sorted(body) if isinstance(body, dict) else [],
            "body": _kept(body),
        }
        self._next += 1
        self._entries.append(entry)
        return entry

    def since(self, number: int) -> list[JournalEntry]:
        """The requests after a number."""
        return [entry for entry in self._entries if entry["n"] > number]

    def clear(self) -> None:
        """Delete the requests and count from 1 again."""
        self._entries.clear()
        self._next = 1


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_KEPT else f"{text[:_LONGEST_KEPT]}[{len(text)} characters]"


def _kept(body: Any) -> Any:
    size = len(json.dumps(body, ensure_ascii=False))
    return without_secrets(body) if size <= _LARGEST_KEPT else f"[{size} characters]"


def without_secrets(value: Any, *, secret: bool = False) -> Any:
    """The same JSON, with all texts hidden in the values of keys that name a secret."""
    if isinstance(value, dict):
        return {key: without_secrets(item, secret=secret or _names_secret(key)) for key, item in value.items()}
    if isinstance(value, list):
        return [without_secrets(item, secret=secret) for item in value]
    return HIDDEN if secret and isinstance(value, str) else value


def _names_secret(key: str) -> bool:
    return _SECRET.search(key) is not None
