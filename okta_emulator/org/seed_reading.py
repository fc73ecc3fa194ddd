"""Reads a seed from YAML; an error names file, line, column and the allowed values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from okta_emulator.core.files import read_text
from okta_emulator.core.marked_yaml import NotYaml, read_yaml
from okta_emulator.core.problem import InvalidSetting
from okta_emulator.org.catalog import catalog
from okta_emulator.org.expression import BadExpression
from okta_emulator.org.mapping_expression import check_mapping
from okta_emulator.org.schema import OKTA_ATTRIBUTES
from okta_emulator.org.seed import (
    Address,
    FromEnvironment,
    Seed,
    SeedApp,
    SeedAssignments,
    SeedAttribute,
    SeedGroup,
    SeedProvisioning,
)

_LARGEST = 4 * 1024 * 1024
_MOST_SHOWN = 20
_PERSON_KEYS = ("id", "status", "password", *OKTA_ATTRIBUTES)
_PREFIXES = {"people": "00u", "groups": "00g", "apps": "0oa"}
_PARTS: dict[tuple[str, ...], type[BaseModel]] = {
    (): Seed,
    ("groups",): SeedGroup,
    ("apps",): SeedApp,
    ("apps", "provisioning"): SeedProvisioning,
    ("apps", "provisioning", "base_url"): Address,
    ("apps", "provisioning", "token"): FromEnvironment,
    ("apps", "assignments"): SeedAssignments,
    ("apps", "attributes"): SeedAttribute,
}

Mistake = tuple[Sequence[str | int], str]


def read_seed(file: Path) -> Seed:
    """Read a seed.

    Args:
        file: a YAML file.

    Raises:
        InvalidSetting: it can't be read, or isn't a seed; each mistake is reported with its position.
    """
    text = read_text(file, "the seed", _LARGEST)
    try:
        document = read_yaml(text)
    except NotYaml as error:
        raise _invalid(file, [f"{file}:{error.line}:{error.column}: {error.problem}"]) from None
    seed, mistakes = _checked(document.value)
    if seed is None or mistakes:
        lines = []
        for path, words in mistakes:
            line, column = document.place_of(path)
            where = ".".join(map(str, path))
            lines.append(f"{file}:{line}:{column}: {where}{': ' if where else ''}{words}")
        raise _invalid(file, lines)
    return seed


def _invalid(file: Path, lines: list[str]) -> InvalidSetting:
    rest = len(lines) - _MOST_SHOWN
    shown = lines[:_MOST_SHOWN] + ([f"and {rest} more"] if rest > 0 else [])
    return InvalidSetting(f"The seed {file} isn't valid.", why="\n".join(shown))


def _checked(value: Any) -> tuple[Seed | None, list[Mistake]]:
    """The seed and its mistakes; if there are no mistakes, the seed is set."""
    try:
        seed = Seed.model_validate_json(json.dumps({} if value is None else value, default=str))
    except ValidationError as error:
        return None, [(_path(detail), _message(detail)) for detail in error.errors(include_url=False)]
    return seed, list(_mistakes(seed))


def _path(detail: ErrorDetails) -> tuple[str | int, ...]:
    return tuple(detail["loc"])


def _message(detail: ErrorDetails) -> str:
    """The text of an error of the model; for an unknown key it lists the known ones."""
    if detail["type"] == "extra_forbidden":
        names = tuple(str(part) for part in detail["loc"][:-1] if isinstance(part, str))
        part = _PARTS.get(names) or _PARTS.get(names[:-1]) or Seed
        return f"unknown key; allowed: {', '.join(part.model_fields)}"
    if detail["type"] == "missing":
        return "missing"
    if detail["type"] == "model_type":
        return "must be a mapping of keys and values"
    return detail["msg"].removeprefix("Input ")


def _mistakes(seed: Seed) -> Iterator[Mistake]:
    """Mistakes across values: duplicate names and ids, references without a target, unknown names."""
    yield from _twice("people", "login", [person.login.casefold() for person in seed.people])
    yield from _twice("groups", "name", [group.name.casefold() for group in seed.groups])
    yield from _twice("apps", "label", [app.label.casefold() for app in seed.apps])
    for kind, entries in (("people", seed.people), ("groups", seed.groups), ("apps", seed.apps)):
        ids = [entry.id for entry in entries]
        yield from _twice(kind, "id", ids)
        for number, pinned in enumerate(ids):
            if pinned is not None and not (pinned.startswith(_PREFIXES[kind]) and pinned.isalnum()):
                yield (kind, number, "id"), f"must start with {_PREFIXES[kind]} and contain only letters and digits"
    for number, person in enumerate(seed.people):
        for name, value in (person.model_extra or {}).items():
            if name not in OKTA_ATTRIBUTES:
                yield ("people", number, name), f"unknown key; allowed: {', '.join(_PERSON_KEYS)}"
            elif not isinstance(value, str):
                yield ("people", number, name), "must be text"
    logins = {person.login.casefold() for person in seed.people}
    groups = {group.name.casefold() for group in seed.groups} | {"everyone"}
    for number, group in enumerate(seed.groups):
        yield from _unknown(("groups", number, "members"), group.members, logins, "people")
    for number, app in enumerate(seed.apps):
        yield from _app_mistakes(("apps", number), app, logins, groups)


def _app_mistakes(path: tuple[str | int, ...], app: SeedApp, logins: set[str], groups: set[str]) -> Iterator[Mistake]:
    entries = catalog({})
    if app.name is not None and app.name not in entries:
        yield (*path, "name"), f"not in the catalog; allowed: {', '.join(sorted(entries))}"
    elif app.name is not None and app.provisioning is not None and not entries[app.name].scim:
        scim = ", ".join(sorted(name for name, entry in entries.items() if entry.scim))
        yield (*path, "provisioning"), f"{app.name} has no SCIM provisioning; these have: {scim}"
    if app.provisioning is not None and bool(app.provisioning.base_url.env) == bool(app.provisioning.base_url.url):
        yield (*path, "provisioning", "base_url"), "must be a URL, or {env: NAME}"
    for name, attribute in app.attributes.items():
        try:
            check_mapping(attribute.mapping or "null")
        except BadExpression as error:
            yield (*path, "attributes", name, "mapping"), str(error)
    yield from _unknown((*path, "assignments", "users"), app.assignments.users, logins, "people")
    yield from _unknown((*path, "assignments", "groups"), app.assignments.groups, groups, "groups")
    yield from _unknown((*path, "assignments", "push_groups"), app.assignments.push_groups, groups, "groups")


def _twice(kind: str, key: str, values: Sequence[str | None]) -> Iterator[Mistake]:
    seen = set()
    for number, value in enumerate(values):
        if value is not None and value in seen:
            yield (kind, number, key), f"'{value}' occurs more than once"
        seen.add(value)


def _unknown(path: tuple[str | int, ...], names: Sequence[str], known: set[str], where: str) -> Iterator[Mistake]:
    for number, name in enumerate(names):
        if name.casefold() not in known:
            yield (*path, number), f"'{name}' isn't one of the seed's {where}"
