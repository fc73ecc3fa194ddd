"""Reads a Runscope export, the format in which Okta publishes its tests (OB-440, OB-441)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from oktascim.check.values import variables_in
from oktascim.errors import UsageProblem
from oktascim.files import read_file
from oktascim.strict_json import parse_json

ORG_URL = "oktaOrgUrl"
ORG_TOKEN = "oktaToken"  # noqa: S105 - a variable's name
APP_ID = "oktaAppId"
_SOURCES = {"response_status": "http", "response_json": "", "response_time": "seconds"}
_COMPARISONS = {
    "equal_number": "number",
    "equal": "same_text",
    "not_empty": "is",
    "has_value": "has",
    "contains": "has",
    "is_a_number": "is",
    "is_less_than": "below",
}
_FIXED = {"not_empty": "filled", "is_a_number": "number"}
_MILLISECONDS = 1000
_MOST_BYTES = 10_000_000
_MOST_STEPS = 1_000
"""Okta's suites have up to 19."""
_LONGEST_PAUSES = 3600
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class SuiteStep:
    """One step of a suite.

    Attributes:
        number: as in the file, from 0.
        note: its title.
        pause: seconds to wait; None for a request.
        method, url, headers, body: the request, with variables.
        expect: (path, expectation) pairs as in `expect.fault`.
        variables: (name, path) pairs to set from the response.
        scripts: JavaScript to evaluate after the response.
        skipped: the file disables it.
    """

    number: int
    note: str = ""
    pause: float | None = None
    method: str = ""
    url: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    expect: tuple[tuple[str, Any], ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    scripts: tuple[str, ...] = ()
    skipped: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The variables in the request."""
        return _names_in(self.url, self.body, *(text for pair in self.headers for text in pair))

    @property
    def names_outside_authorization(self) -> frozenset[str]:
        """The variables in the request, its Authorization header excepted."""
        others = (pair for pair in self.headers if pair[0].lower() != "authorization")
        return _names_in(self.url, self.body, *(text for pair in others for text in pair))

    @property
    def required(self) -> bool:
        """Okta marks optional steps in their title."""
        return not self.note.lower().startswith("optional")


@dataclass(frozen=True)
class Suite:
    """A suite: its name and its steps."""

    name: str
    steps: tuple[SuiteStep, ...]

    @property
    def names(self) -> frozenset[str]:
        """The variables in all requests."""
        return frozenset().union(*(step.names for step in self.steps))


def _names_in(*texts: str) -> frozenset[str]:
    return frozenset(name for text in texts for name in variables_in(text))


def read_suite(file: Path) -> Suite:
    """Read a suite.

    Raises:
        UsageProblem: it can't be read, isn't a Runscope export, or has a step of an unknown kind.
    """
    try:
        document = parse_json(read_file(file, _MOST_BYTES).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _not_a_suite(file, "It isn't UTF-8 text.") from error
    except ValueError as error:
        raise _not_a_suite(file, f"It isn't JSON: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("steps"), list) or not document["steps"]:
        raise _not_a_suite(file, "It has no list of steps.")
    if len(document["steps"]) > _MOST_STEPS:
        raise UsageProblem(f"{file} has {len(document['steps']):,} steps; oktascim runs at most {_MOST_STEPS:,}.")
    steps = tuple(_step(file, number, step) for number, step in enumerate(document["steps"]))
    if sum(step.pause or 0 for step in steps if not step.skipped) > _LONGEST_PAUSES:
        raise UsageProblem(f"The pauses of {file} add up to more than an hour.", fix="Shorten them in the file.")
    return Suite(str(document.get("name") or file.name), steps)


def _not_a_suite(file: Path, why: str) -> UsageProblem:
    return UsageProblem(f"{file} isn't a Runscope export.", why=why, fix="Use a JSON file from Okta's SCIM guides.")


def _step(file: Path, number: int, step: Any) -> SuiteStep:
    kind = step.get("step_type") if isinstance(step, dict) else None
    if kind == "pause":
        duration = step.get("duration")
        if isinstance(duration, bool) or not isinstance(duration, int | float) or not 0 <= duration <= 180:
            _refuse(file, number, f"a pause of {duration!r} seconds")
        return SuiteStep(number, pause=float(duration), skipped=bool(step.get("skipped")))
    if kind != "request":
        _refuse(file, number, f"a step of the type {kind!r}")
    method, url = step.get("method"), step.get("url")
    if not isinstance(method, str) or method.upper() not in _METHODS or not isinstance(url, str) or not url:
        _refuse(file, number, "a request without a known method and a URL")
    if any(_script_texts(step.get("before_scripts"))):
        _refuse(file, number, "a script that runs before the request")
    return SuiteStep(
        number,
        note=str(step.get("note") or f"{method} {url}"),
        method=method.upper(),
        url=url,
        headers=_headers(file, number, step.get("headers") or {}),
        body=_body(step),
        expect=tuple(_assertion(file, number, one) for one in _list(file, number, step, "assertions")),
        variables=_variables(file, number, _list(file, number, step, "variables")),
        scripts=tuple(_script_texts(step.get("scripts"))),
        skipped=bool(step.get("skipped")),
    )


def _list(file: Path, number: int, step: Mapping[str, Any], key: str) -> list[Any]:
    """A member of a step that is a list, or missing."""
    found = step.get(key) or []
    if not isinstance(found, list):
        _refuse(file, number, f"{key} that aren't a list")
    return found


def _refuse(file: Path, number: int, what: str) -> NoReturn:
    raise UsageProblem(f"{file}: step {number} has {what}, which can't be run.", why="Steps are counted from 0.")


def _headers(file: Path, number: int, headers: Any) -> tuple[tuple[str, str], ...]:
    """Name and value; a value is a list of texts, or a text in exports of 2016."""
    if not isinstance(headers, dict):
        _refuse(file, number, "headers that aren't an object")
    pairs = ((name, one) for name, value in headers.items() for one in (value if isinstance(value, list) else [value]))
    return tuple((str(name), str(value)) for name, value in pairs)


def _body(step: Mapping[str, Any]) -> str:
    body = step.get("body") or step.get("data") or ""
    return body if isinstance(body, str) else json.dumps(body)


def _assertion(file: Path, number: int, one: Any) -> tuple[str, Any]:
    if not isinstance(one, dict):
        _refuse(file, number, "an assertion that isn't an object")
    source, comparison, wanted = one.get("source"), one.get("comparison"), one.get("value")
    if not isinstance(source, str) or source not in _SOURCES:
        _refuse(file, number, f"an assertion about {source!r}")
    if not isinstance(comparison, str) or comparison not in _COMPARISONS:
        _refuse(file, number, f"the comparison {comparison!r}")
    wanted = _FIXED.get(comparison, wanted)
    if comparison == "is_less_than":
        try:
            wanted = float(str(wanted)) / (_MILLISECONDS if source == "response_time" else 1)
        except ValueError:
            _refuse(file, number, f"the limit {wanted!r}")
    path = _SOURCES[source] or str(one.get("property") or "$")
    return path, {_COMPARISONS[comparison]: wanted}


def _variables(file: Path, number: int, variables: list[Any]) -> tuple[tuple[str, str], ...]:
    """Names and paths; Okta's CRUD suites contain one meaningless entry without a name."""
    found = []
    for one in variables:
        if isinstance(one, dict) and one.get("name"):
            if one.get("source") != "response_json":
                _refuse(file, number, f"a variable from {one.get('source')!r}")
            found.append((str(one["name"]), str(one.get("property") or "")))
    return tuple(found)


def _script_texts(scripts: Any) -> list[str]:
    found = scripts if isinstance(scripts, list) else [scripts]
    return [text for one in found if one if (text := str(one.get("value") if isinstance(one, dict) else one).strip())]
