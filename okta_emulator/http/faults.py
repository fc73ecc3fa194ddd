"""Fault injection: which fault affects which call, to test clients."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Any, Literal, get_args

from okta_emulator.core.body import member, object_of
from okta_emulator.core.errors import ValidationFailed
from okta_emulator.core.records import Json

_STATUSES = range(200, 600)
_WITHOUT_BODY = (204, 205, 304)
_LONGEST_DELAY = 3600
_SEED = 4711
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 5.6.2
_VALUE = re.compile(r"([!-~\x80-\xff]([ \t!-~\x80-\xff]*[!-~\x80-\xff])?)?")  # RFC 9110 5.5
_FRAMING = ("content-length", "transfer-encoding", "connection")

FaultAction = Literal["status", "delay", "reset_before", "reset_after", "truncate"]


@dataclass(frozen=True)
class Fault:
    """One fault.

    Args:
        method: the HTTP method of the calls, or None for all.
        path: a regular expression that the whole path must match.
        nth: the first matching call that is affected, counted from 1.
        count: how many calls are affected from then on; 0 means all.
        action: `status` answers instead of the org, `delay` waits first, `reset_before` and `reset_after` reset the
            connection before or after the call is handled, `truncate` sends half of the body and closes the connection.
        status: the HTTP status of `status`.
        body: its JSON body.
        headers: its headers.
        seconds: how long `delay` waits.
        probability: how likely a call in that range is affected; after a reset, the same calls get the same faults.
    """

    action: FaultAction
    method: str | None = None
    path: str = ".*"
    nth: int = 1
    count: int = 1
    status: int = 503
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0
    probability: float = 1.0


def fault_from(json: Any) -> Fault:
    """Read a fault from JSON.

    Raises:
        MalformedBody, ValidationFailed: it isn't a fault.
    """
    body: Json = object_of(json)
    known = Fault.__dataclass_fields__
    unknown = sorted(set(body) - set(known))
    if unknown or body.get("action") not in get_args(FaultAction):
        wrong = (
            f"unknown members: {', '.join(unknown)}"
            if unknown
            else f"action: one of {', '.join(get_args(FaultAction))}"
        )
        raise ValidationFailed("fault", causes=(wrong,))
    try:
        re.compile(body.get("path", ""))
        numbers = {key: int(body[key]) for key in ("nth", "count", "status") if key in body}
        seconds = float(body.get("seconds", 0))
        probability = float(body.get("probability", 1))
    except (re.error, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise ValidationFailed("fault", causes=(str(error),)) from None
    headers = tuple((str(key), str(value)) for key, value in member(body, "headers").items())
    _check(body, numbers.get("status", Fault.status), seconds, headers)
    if not 0 <= probability <= 1:
        raise ValidationFailed("fault", causes=("probability: must be from 0 to 1",))
    checked: Json = body | numbers | {"headers": headers, "seconds": seconds, "probability": probability}
    return Fault(**checked)


def _check(body: Json, status: int, seconds: float, headers: tuple[tuple[str, str], ...]) -> None:
    """Reject values that HTTP can't carry, and endless delays."""
    wrong = []
    if body.get("method") is not None and not isinstance(body["method"], str):
        wrong.append("method: must be a string")
    if status not in _STATUSES:
        wrong.append(f"status: must be from {_STATUSES.start} to {_STATUSES.stop - 1}")
    if status in _WITHOUT_BODY and body.get("body") is not None:
        wrong.append(f"body: not allowed with status {status}")
    if not 0 <= seconds <= _LONGEST_DELAY:
        wrong.append(f"seconds: must be from 0 to {_LONGEST_DELAY}")
    for name, value in headers:
        if not (_NAME.fullmatch(name) and _VALUE.fullmatch(value)) or name.lower() in _FRAMING:
            wrong.append(f"headers: {name} cannot be sent")
    if wrong:
        raise ValidationFailed("fault", causes=tuple(wrong))


class Faults:
    """The active faults, each with the number of calls that matched it."""

    def __init__(self) -> None:
        self._rules: list[tuple[Fault, list[int]]] = []
        self._dice = random.Random(_SEED)  # noqa: S311 - repeatable on purpose

    def add(self, fault: Fault) -> None:
        """Add a fault after the active ones."""
        self._rules.append((fault, [0]))

    def clear(self) -> None:
        """Remove all faults."""
        self._rules.clear()
        self._dice.seed(_SEED)

    def listed(self) -> list[Json]:
        """The faults as JSON, with the number of matching calls so far."""
        return [vars(fault) | {"matched": matched[0]} for fault, matched in self._rules]

    def hits(self, method: str, path: str) -> list[Fault]:
        """The faults that affect this call; it counts for every fault that it matches."""
        found = []
        for fault, matched in self._rules:
            if fault.method in (None, method) and re.fullmatch(fault.path, path):
                matched[0] += 1
                due = matched[0] >= fault.nth and (fault.count == 0 or matched[0] < fault.nth + fault.count)
                if due and self._dice.random() < fault.probability:
                    found.append(fault)
        return found
