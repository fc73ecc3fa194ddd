"""A request of a check with its response, and what an expectation can ask of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from oktascim.check.values import MISSING, value_at
from oktascim.scim.answer import Answer
from oktascim.scim.report import Exchange, Judgement
from oktascim.strict_json import parse_json

_EXCERPT = 400
_MOST_KEPT = 64 * 1024
"""Characters of a response that a report keeps."""


@dataclass(frozen=True)
class Sent:
    """A request and its response.

    Attributes:
        exchange: the record, free of secrets.
        answer: the response, or the reason for its absence.
        body: the request's body as text, or "".
    """

    exchange: Exchange
    answer: Answer | Judgement
    body: str = ""

    def kept(self) -> Sent:
        """The same for a report: of a large response only the start, since a run keeps hundreds of them."""
        if not isinstance(self.answer, Answer) or len(self.answer.text) <= _MOST_KEPT:
            return self
        return Sent(self.exchange, self.answer._replace(text=self.answer.text[:_MOST_KEPT]), self.body)

    def excerpt(self) -> dict[str, Any]:
        """The relevant parts, as JSON values."""
        answer = self.answer.text if isinstance(self.answer, Answer) else self.answer.detail
        return {
            "request": f"{self.exchange.method} {self.exchange.url}",
            "request_body": _short(self.body),
            "status": self.exchange.status,
            "response_body": _short(answer),
        }

    @cached_property
    def json(self) -> Any:
        """The body of the response as JSON, or MISSING."""
        if not isinstance(self.answer, Answer):
            return MISSING
        try:
            return parse_json(self.answer.text)
        except ValueError:
            return MISSING

    @property
    def ok(self) -> bool:
        """Whether the server returned 2xx."""
        return self.exchange.status is not None and 200 <= self.exchange.status < 300

    @property
    def status_text(self) -> str:
        """What the server returned, as the end of a sentence."""
        return "no response" if self.exchange.status is None else str(self.exchange.status)

    def names(self, text: str) -> bool:
        """Whether the response contains this text, ignoring case."""
        return isinstance(self.answer, Answer) and text.lower() in self.answer.text.lower()

    def at(self, path: str) -> Any:
        """The value at an expectation's path: `http`, `seconds`, `text`, `header.<name>`, or a path in the JSON."""
        if path in {"http", "seconds"}:
            return self.exchange.status if path == "http" else self.exchange.seconds
        if path == "text":
            return self.answer.text if isinstance(self.answer, Answer) else MISSING
        if path.startswith("header."):
            name = path.removeprefix("header.")
            if name == "location":
                return (self.answer.location if isinstance(self.answer, Answer) else "") or MISSING
            return self.exchange.response_headers.get(name, MISSING)
        return value_at(self.json, "" if path == "$" else path)


def _short(text: str) -> str:
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"
