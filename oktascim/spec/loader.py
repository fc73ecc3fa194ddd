"""From paths to integrations: read, validate, check; every problem of every file is found in one go."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from oktascim.spec import checks
from oktascim.spec.document import Document, parse_document, read_document
from oktascim.spec.environment import fill_in
from oktascim.spec.messages import problems_of
from oktascim.spec.models import Integration, Spec
from oktascim.spec.problem import KeyPath, Problem, SpecError

_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class LoadedIntegration:
    """An integration and the place in a file that it came from."""

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
        paths: files, or folders whose *.yaml and *.yml files (not those of sub-folders) are meant.
        environ: where `{env: NAME}` in place of a URL is looked up; None checks the files without it.

    Returns:
        The integrations of all files in the order of the paths and of the files.

    Raises:
        SpecError: with every problem of every file.
    """
    problems: list[Problem] = []
    loaded: list[LoadedIntegration] = []
    for file in _files(paths, problems):
        try:
            loaded += _integrations(read_document(file), environ)
        except SpecError as error:
            problems += error.problems
    problems += _checked(loaded)
    if problems:
        raise SpecError(problems)
    return tuple(loaded)


def parse(text: str, file: Path) -> tuple[LoadedIntegration, ...]:
    """Load one spec from text; `file` is the name for its problems and the base of its relative paths.

    Raises:
        SpecError: with every problem of the text.
    """
    loaded = _integrations(parse_document(text, file), None)
    if problems := _checked(loaded):
        raise SpecError(problems)
    return loaded


def warnings(loaded: Sequence[LoadedIntegration]) -> tuple[Problem, ...]:
    """What is allowed but probably not meant; see `oktascim.spec.checks`."""
    found = [one.problem(*finding) for one in loaded for finding in checks.doubts(one.integration)]
    by_label: dict[str, LoadedIntegration] = {}
    for one in loaded:
        first = by_label.setdefault(one.integration.label, one)
        if first is not one:
            message = f"the integration '{first.integration.name}' has this label too; people cannot tell them apart"
            found.append(one.problem(("label",), message))
    return tuple(found)


def _files(paths: Sequence[Path], problems: list[Problem]) -> Iterator[Path]:
    seen: set[str] = set()
    for path in paths:
        try:
            files = _in_folder(path) if path.is_dir() else [path]
        except OSError as error:
            problems.append(Problem(path, 1, 1, "", f"cannot be read: {error.strerror}"))
            continue
        if not files:
            problems.append(Problem(path, 1, 1, "", "this folder holds no *.yaml or *.yml file"))
        for file in files:
            place = os.path.realpath(file)
            if place not in seen:
                seen.add(place)
                yield file


def _in_folder(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.suffix in _SUFFIXES and file.is_file())


def _integrations(document: Document, environ: Mapping[str, str] | None) -> tuple[LoadedIntegration, ...]:
    if document.data is None:
        raise SpecError([document.problem((), "the file is empty; 'oktascim init' writes a first spec")])
    data, unset = fill_in(document, environ)
    if unset:
        raise SpecError(unset)
    try:
        spec = Spec.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        raise SpecError(problems_of(error, document)) from None
    owned = (one.owned_by(spec.owner) for one in spec.integrations)
    return tuple(LoadedIntegration(one, document, index) for index, one in enumerate(owned))


def _checked(loaded: Sequence[LoadedIntegration]) -> list[Problem]:
    problems = [one.problem(*finding) for one in loaded for finding in checks.faults(one.integration)]
    by_key: dict[str, LoadedIntegration] = {}
    for one in loaded:
        first = by_key.setdefault(one.integration.key, one)
        if first is not one:
            problems.append(_name_taken(one, first))
    return problems


def _name_taken(one: LoadedIntegration, first: LoadedIntegration) -> Problem:
    there = first.problem(("name",), "")
    where = f"{there.file}:{there.line}:{there.column}"
    message = f"'{one.integration.key}' is taken by {where}; a name stands for one app"
    return one.problem(("name",), message)
