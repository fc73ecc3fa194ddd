"""What a third-party tester gets from us and gives back: it sends through us, and reports outcomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """What a tester found.

    Attributes:
        name: what it tested, such as "GET /Schemas"; not unique.
        why: the rule, in a sentence.
        passed: None if it wasn't tested.
        reason: the deviation; "" if there is none.
    """

    name: str
    why: str
    passed: bool | None
    reason: str = ""


@dataclass(frozen=True)
class Response:
    """A response as testers read it; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str


class NoResponse(Exception):
    """The request got no response, or would have written to something that this run didn't create."""


Send = Callable[[str, str, str | None, Mapping[str, str]], Response]
"""Sends a method, a path with query, a body and headers. Raises NoResponse."""


@dataclass(frozen=True)
class Tester:
    """A tester.

    Attributes:
        name: its name in the package index.
        module: the module that it needs.
        outcomes: runs it and returns what it found; True as the second argument leaves out what writes.
    """

    name: str
    module: str
    outcomes: Callable[[Send, bool], list[Outcome]]
