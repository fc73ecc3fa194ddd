"""Loads integrations from paths: read, validate, check; finds every problem in every file at once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from oktascim.spec import checks
from oktascim.spec.document import SUFFIXES, Document, parse_document, read_document
from oktascim.spec.environment import fill_in
from oktascim.spec.messages import MOST_PROBLEMS, problems_of
from oktascim.spec.models import GroupRule, Integration, Spec
from oktascim.spec.partial import PartialIntegration, read_partly
from oktascim.spec.problem import KeyPath, Problem, SpecError, in_order


@dataclass(frozen=True)
class LoadedIntegration:
    """An integration and its place in a file."""

    integration: Integration
    document: Document
    index: int

    @property
    def file(self) -> Path:
        """The spec file."""
        return self.document.file

    @property
    def base_dir(self) -> Path:
        """The folder that relative paths in the spec start from."""
        return self.document.file.parent

    def problem(self, path: KeyPath, message: str) -> Problem:
        """A problem in this integration; `path` is below it, e.g. `("assignments", "users", 0)`."""
        return self.document.problem(("integrations", self.index, *path), message)


def load(paths: Sequence[Path], environ: Mapping[str, str] | None = None) -> tuple[LoadedIntegration, ...]:
    """Load spec files.

    Args:
        paths: files, or folders with *.yaml and *.yml files (subfolders aren't searched).
        environ: where `{env: NAME}` instead of a URL is looked up; None checks the files without it.

    Returns:
        The integrations of all files, in the order of the paths and of each file.

    Raises:
        SpecError: with every problem of every file.
    """
    problems: list[Problem] = []
    read: list[_Read] = []
    for file in _files(paths, problems):
        try:
            read.append(_read(read_document(file), environ))
        except SpecError as error:
            read.append(_Read(file, (), error.problems))
    return _valid(read, problems)


def parse(text: str, file: Path) -> tuple[LoadedIntegration, ...]:
    """Load one spec from text; `file` is the name in its problems and the base of its relative paths.

    Raises:
        SpecError: with every problem of the text.
    """
    return _valid([_read(parse_document(text, file), None)])


def warnings(loaded: Sequence[LoadedIntegration]) -> tuple[Problem, ...]:
    """What is allowed but probably a mistake; see `oktascim.spec.checks`."""
    found = [one.problem(*finding) for one in loaded for finding in checks.doubts(one.integration)]
    by_label: dict[str, LoadedIntegration] = {}
    for one in loaded:
        first = by_label.setdefault(one.integration.label, one)
        if first is not one:
            message = f"the integration '{first.integration.name}' has the same label; people can't tell them apart"
            found.append(one.problem(("label",), message))
    return tuple(found)


def _files(paths: Sequence[Path], problems: list[Problem]) -> Iterator[Path]:
    seen: set[str] = set()
    for path in paths:
        try:
            files = _in_folder(path) if path.is_dir() else [path]
        except OSError as error:
            problems.append(Problem(path, None, None, "", f"can't be read: {error.strerror}"))
            continue
        if not files:
            problems.append(Problem(path, None, None, "", "contains no *.yaml or *.yml file"))
        for file in files:
            place = os.path.realpath(file)
            if place not in seen:
                seen.add(place)
                yield file


def _in_folder(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.suffix in SUFFIXES and file.is_file())


@dataclass(frozen=True)
class _Checkable:
    """An integration, whole or in part, and its place."""

    part: PartialIntegration
    place: LoadedIntegration


@dataclass(frozen=True)
class _Read:
    """The content of one file, and what is wrong with its YAML, its environment variables and its shape."""

    file: Path
    checkable: tuple[_Checkable, ...]
    problems: tuple[Problem, ...]


def _read(document: Document, environ: Mapping[str, str] | None) -> _Read:
    if document.data is None and not document.problems:
        empty = Problem(document.file, None, None, "", "is empty")
        return _Read(document.file, (), (empty,))
    data, unset = fill_in(document, environ)
    problems = [*document.problems, *unset]
    try:
        spec = Spec.model_validate_json(json.dumps(data), strict=True)
        parts: list[PartialIntegration | None] = [PartialIntegration(one) for one in spec.integrations]
    except ValidationError as error:
        problems += problems_of(error, document)
        entries = data.get("integrations") if isinstance(data, dict) else None
        parts = list(map(read_partly, entries[:MOST_PROBLEMS])) if isinstance(entries, tuple) else []
    owner = data.get("owner") if isinstance(data, dict) else None
    checkable = [
        _Checkable(part, LoadedIntegration(_owned(part.integration, owner), document, index))
        for index, part in enumerate(parts)
        if part is not None
    ]
    return _Read(document.file, tuple(checkable), tuple(problems))


def _owned(integration: Integration, owner: object) -> Integration:
    """The integration with its file's owner; one that isn't valid is reported elsewhere."""
    return integration.owned_by(owner if isinstance(owner, str) else None)


def _valid(read: Sequence[_Read], problems: Sequence[Problem] = ()) -> tuple[LoadedIntegration, ...]:
    """The integrations of all files.

    Raises:
        SpecError: with every problem found while reading or checking them.
    """
    checkable = [one for file in read for one in file.checkable]
    found = [*problems, *(problem for file in read for problem in file.problems), *_checked(checkable)]
    if found:
        raise SpecError(in_order(found, [file.file for file in read]))
    return tuple(one.place for one in checkable)


def _checked(checkable: Sequence[_Checkable]) -> list[Problem]:
    problems = [
        one.place.problem(path, message)
        for one in checkable
        for path, message in checks.spec_faults(one.part.integration)
        if one.part.tells_of(path)
    ]
    by_key: dict[str, LoadedIntegration] = {}
    for one in checkable:
        if one.part.tells_of(("name",)):
            first = by_key.setdefault(one.place.integration.key, one.place)
            if first is not one.place:
                problems.append(_name_taken(one.place, first))
    return [*problems, *_clashing_rules(checkable)]


def _clashing_rules(checkable: Iterable[_Checkable]) -> Iterator[Problem]:
    """Group rules of one name that integrations define differently: an org has one rule of a name."""
    known: dict[str, tuple[GroupRule, LoadedIntegration, KeyPath]] = {}
    for one in checkable:
        assignments = one.place.integration.assignments
        for index, rule in enumerate((assignments and assignments.group_rules) or ()):
            path: KeyPath = ("assignments", "group_rules", index, "name")
            if not one.part.tells_of(path[:-1]):
                continue
            first, place, there = known.setdefault(rule.name, (rule, one.place, path))
            if place is not one.place and (first.expression, {*first.groups}) != (rule.expression, {*rule.groups}):
                message = (
                    f"'{rule.name}' is defined differently at {_where(place, there)}; an org has one rule of a name"
                )
                yield one.place.problem(path, message)


def _name_taken(one: LoadedIntegration, first: LoadedIntegration) -> Problem:
    message = f"'{one.integration.key}' is already used at {_where(first, ('name',))}; names must be unique"
    return one.problem(("name",), message)


def _where(one: LoadedIntegration, path: KeyPath) -> str:
    there = one.problem(path, "")
    return f"{there.file}:{there.line}:{there.column}"
