"""The SCIM exchanges, and the requests to the Management API."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

Headers = list[list[str]]


class ExchangeRecord(TypedDict):
    """One SCIM request and its response; secrets are hidden.

    `events` are the types of the resulting events; `watch` marks a read that the emulator sends and Okta doesn't.
    """

    method: str
    url: str
    request_headers: Headers
    request_body: str | None
    status: int | None
    response_headers: Headers
    response_body: str | None
    error: str | None
    started: str
    seconds: float
    app_id: str
    transaction_id: str
    events: list[str]
    watch: bool


class Finding(TypedDict):
    """A silent fault: the server's data differs from what Okta expects, and no event reports it.

    `exchange` is the number of the exchange that it is about; `attribute` is "" if the whole resource differs.
    """

    app_id: str
    exchange: int
    attribute: str
    sent: Any
    found: Any
    seen_in: Literal["response", "read", "search"]
    text: str


class UncertainCreation(TypedDict):
    """A creation that failed for Okta, though the SCIM server may have done it.

    `exchange` is the number of its exchange, `text` the request and its end; `looked` is whether the server has been
    searched for it.
    """

    exchange: int
    collection: str
    value: str
    text: str
    looked: bool


class TouchedGroup(TypedDict):
    """A group that a write to something else may have changed, until it is read again.

    `exchange` is the number of the write, `text` the write; `member` is the user that it was about, or "".
    """

    group: str
    member: str
    exchange: int
    text: str


class NumberedFinding(Finding):
    """A finding with its number, in the order in which findings were stored."""

    n: int


class NumberedExchange(ExchangeRecord):
    """An exchange with its number, in the order in which exchanges were stored."""

    n: int


class JournalEntry(TypedDict):
    """One request to the Management API; `status` is null until it is answered."""

    n: int
    method: str
    path: str
    query: str
    status: int | None
    bucket: str
    body_keys: list[str]
    body: Any


class Task(TypedDict):
    """A task of the Tasks page: an operation for a user that failed; `retry` is whether it has a Retry button."""

    id: str
    kind: str
    app_id: str
    user_id: str
    created: str
    text: str
    retry: bool
