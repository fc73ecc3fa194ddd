"""A YAML file as plain data, with the line and column of every key and value.

The accepted YAML is a safe, predictable subset of YAML 1.2: one document; `true`, `false`, `null` and plain decimal
integers have their usual meaning, and every other scalar is text (`yes`, `on`, `012`, `1:20`, `1.10`). Duplicate keys,
tags, anchors and aliases are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NoReturn, Protocol

import yaml

from oktascim.files import Unreadable, read_file
from oktascim.nearest import nearest
from oktascim.redact import clean
from oktascim.spec.problem import KeyPath, Position, Problem, SpecError, dotted

SUFFIXES = (".yaml", ".yml")
MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 30
MAX_VALUES = 100_000
MAX_KEY_LENGTH = 1_000
_MOST_NEIGHBOURS = 1_000

_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOT_TEXT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_CONSTANTS: Mapping[str, bool | None] = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    "null": None, "Null": None, "NULL": None, "~": None, "": None,
}  # fmt: skip


class _Mark(Protocol):
    line: int
    column: int


@dataclass(frozen=True)
class Document:
    """The data of one file (dict, tuple, str, int, bool, None) and the position of each part."""

    file: Path
    data: object
    values: Mapping[KeyPath, Position]
    keys: Mapping[KeyPath, Position]
    problems: tuple[Problem, ...] = ()
    """What the file contains that spec files don't allow; the data is read without it."""

    def position(self, path: KeyPath, *, of_key: bool = False) -> Position:
        """The position of the value (or key) at that path; for a missing one, that of the nearest existing parent."""
        places = self.keys if of_key and path in self.keys else self.values
        while path not in places and path:
            path = path[:-1]
        return places.get(path, Position())

    def problem(
        self, path: KeyPath, message: str, *, allowed: tuple[str, ...] = (), at: Position | None = None
    ) -> Problem:
        """A problem with the value at that path, or `at` a position that the caller chooses."""
        place = at or self.position(path)
        return Problem(self.file, place.line, place.column, dotted(path), message, allowed)


def read_document(file: Path) -> Document:
    """Read and parse one file.

    Raises:
        SpecError: it isn't a regular file, can't be read, is too large, isn't UTF-8 or isn't YAML.
    """
    try:
        content = read_file(file, MAX_BYTES)
    except Unreadable as error:
        reason = _missing(file) if error.missing else error.reason
        raise SpecError([Problem(file, None, None, "", reason)]) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig", errors="replace")
        place = _position_in(before, len(before))
        message = "isn't UTF-8 text; save the file as UTF-8"
        raise SpecError([Problem(file, place.line, place.column, "", message)]) from None
    return parse_document(text, file)


def _missing(file: Path) -> str:
    """That a file doesn't exist, and the one in its folder that was probably meant."""
    try:
        names = [one.name for one in islice(file.parent.iterdir(), _MOST_NEIGHBOURS) if one.suffix in SUFFIXES]
    except OSError:
        names = []
    similar = nearest(file.name, names, cutoff=0.8)
    return f"doesn't exist, but {clean(similar[0])} does" if similar else "doesn't exist"


def parse_document(text: str, file: Path) -> Document:
    """Parse one file's text; see `read_document` for what is refused.

    A duplicate key, an anchor, an alias, a tag or a second document doesn't stop the reading. It is added to the
    document's `problems`, so that all problems are found at once.
    """
    if strange := _NOT_TEXT.search(text):
        place = _position_in(text, strange.start())
        message = f"the control character U+{ord(strange[0]):04X} isn't allowed in YAML"
        raise SpecError([Problem(file, place.line, place.column, "", message)])
    composer = _Composer(file, yaml.parse(text, Loader=_LOADER))
    try:
        return composer.document()
    except yaml.YAMLError as error:
        marked = error if isinstance(error, yaml.MarkedYAMLError) else yaml.MarkedYAMLError()
        place = _position_of(marked.problem_mark or marked.context_mark)
        message = f"this isn't valid YAML: {clean(marked.problem or 'it cannot be parsed')}"
        raise SpecError([*composer.problems, Problem(file, place.line, place.column, "", message)]) from None


def _position_in(text: str, offset: int) -> Position:
    lines = text[:offset].split("\n")
    return Position(len(lines), len(lines[-1]) + 1)


class _Composer:
    """Turns the parser's events into data, and records where each part begins."""

    def __init__(self, file: Path, events: Iterator[yaml.Event]) -> None:
        self._file = file
        self._events = events
        self._values: dict[KeyPath, Position] = {}
        self._keys: dict[KeyPath, Position] = {}
        self.problems: list[Problem] = []

    def document(self) -> Document:
        data: object = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._note(event, (), "a spec file holds one document; move this one to its own file")
                    break
                data = self._node(next(self._events), ())
        return Document(self._file, data, self._values, self._keys, tuple(self.problems))

    def _node(self, event: yaml.Event, path: KeyPath) -> object:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._note(event, path, "anchors and aliases aren't allowed in spec files; write the value out")
        if getattr(event, "tag", None):
            self._note(event, path, "tags ('!...') aren't allowed in spec files")
        if len(path) > MAX_DEPTH:
            self._refuse(event, f"is nested more than {MAX_DEPTH} levels deep")
        if len(self._values) == MAX_VALUES:
            self._refuse(event, f"holds more than {MAX_VALUES:,} values; split it into several files")
        self._values[path] = _start(event)
        if isinstance(event, yaml.AliasEvent):
            return None
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        assert isinstance(event, yaml.ScalarEvent)
        return _scalar(event)

    def _mapping(self, path: KeyPath) -> dict[str, object]:
        result: dict[str, object] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._refuse(event, "a key must be plain text", path)
            key = event.value
            if len(key) > MAX_KEY_LENGTH:
                self._refuse(event, f"a key has at most {MAX_KEY_LENGTH:,} characters", path)
            if key in result:
                first = self._keys[*path, key]
                message = f"duplicate key; the first is in line {first.line}, column {first.column}"
                self._note(event, path, message)
                self._node(next(self._events), (*path, key))
                continue
            self._keys[*path, key] = _start(event)
            result[key] = self._node(next(self._events), (*path, key))
        return result

    def _sequence(self, path: KeyPath) -> tuple[object, ...]:
        result: list[object] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            result.append(self._node(event, (*path, len(result))))
        return tuple(result)

    def _note(self, event: yaml.Event, path: KeyPath, message: str) -> None:
        place = _start(event)
        self.problems.append(Problem(self._file, place.line, place.column, dotted(path), message))

    def _refuse(self, event: yaml.Event, message: str, path: KeyPath = ()) -> NoReturn:
        """Stop reading."""
        self._note(event, path, message)
        raise SpecError(self.problems)


def _start(event: yaml.Event) -> Position:
    return _position_of(event.start_mark)


def _position_of(mark: _Mark | None) -> Position:
    return Position(mark.line + 1, mark.column + 1) if mark else Position()


def _scalar(event: yaml.ScalarEvent) -> str | int | bool | None:
    text: str = event.value
    plain = event.implicit[0]
    if plain and text in _CONSTANTS:
        return _CONSTANTS[text]
    if plain and _INTEGER.fullmatch(text):
        return int(text)
    return text
