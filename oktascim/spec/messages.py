"""pydantic's findings in our words, with their line and column."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from oktascim.nearest import nearest
from oktascim.redact import clean
from oktascim.spec.document import Document
from oktascim.spec.models import Spec
from oktascim.spec.problem import KeyPath, Problem, alternatives
from oktascim.spec.provisioning import SecretRef

_LITERAL_IN_PLACE_OF_REFERENCE = (
    "secrets aren't allowed in a spec; use a reference: {env: NAME}, {keyring: NAME}, or {file: PATH} / "
    "{command: 'COMMAND LINE'}"
)
_NAME_RULE = "use a-z, 0-9 and hyphens, at most 64 characters, with a letter or digit at both ends"
_UNION_TAGS = frozenset({"saml", "swa", "reference", "text", "number"})
_SHOWN_CHARACTERS = 60
MOST_PROBLEMS = 1_000

_Context = dict[str, Any]


def problems_of(error: ValidationError, document: Document) -> list[Problem]:
    """One problem for each of pydantic's errors, without secret values.

    In a file with more than `MOST_PROBLEMS`, the last one counts the rest.
    """
    details = error.errors(include_url=False, include_input=False)
    found = [_problem(detail, document) for detail in details[:MOST_PROBLEMS]]
    if rest := details[MOST_PROBLEMS:]:
        found.append(document.problem((), f"has {len(rest):,} more problems"))
    return found


def not_allowed(value: str, allowed: Iterable[str]) -> str:
    """`'smal' isn't allowed; use saml or swa`; for a long list, the nearest word comes first."""
    words = tuple(allowed)
    near = nearest(value, words) if len(words) > 2 else []
    hint = f"did you mean {near[0]}? " if near else ""
    return f"'{_shown(value)}' isn't allowed; {hint}{'U' if hint else 'u'}se {alternatives(words)}"


def _problem(detail: ErrorDetails, document: Document) -> Problem:
    location = tuple(detail["loc"])
    path = without_tags(location, document.data)
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind == "extra_forbidden":
        allowed = tuple(_keys_at(location[:-1]))
        place = document.position(path, of_key=True)
        shown = path[:-1] if "credentials" in path else path  # `token: {s3cret}` makes a key of a secret
        return document.problem(shown, _unknown_key(str(path[-1]), allowed), allowed=allowed, at=place)
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        return _sign_on_mode(path, document)
    if kind == "missing":
        return document.problem(path, _missing(str(path[-1])))
    value = _value_at(path, document.data)
    message = _WORDS[kind](value, context) if kind in _WORDS else detail["msg"].replace("Input should be", "must be")
    return document.problem(path, message, allowed=_allowed(kind, context))


_EXAMPLES = {
    "version": "version: 1",
    "template": "template: scim2-oauth",
    "sign_on": "sign_on: {mode: swa}",
    "base_url": "base_url: https://acme.example/scim/v2",
    "credentials": "credentials: {token: {env: ACME_SCIM_TOKEN}}",
    "type": "type: string",
}
"""Required keys whose value isn't plain from their name, each as a line that is allowed."""


def _missing(key: str) -> str:
    return f"is missing; for example: {_EXAMPLES[key]}" if key in _EXAMPLES else "is missing"


_ELSEWHERE = {
    "push_rules": "Okta's API has no rules for group push; add them in the Admin Console, on the app's Push Groups "
    "tab, or list the groups in push_groups",
}
"""Keys that people look for and a spec doesn't have."""


def _unknown_key(key: str, allowed: tuple[str, ...]) -> str:
    if key in _ELSEWHERE:
        return _ELSEWHERE[key]
    near = nearest(key, allowed)
    hint = f"did you mean {near[0]}? " if near else ""
    return f"there is no such key; {hint}{'A' if hint else 'a'}llowed: {', '.join(allowed)}"


def _sign_on_mode(path: KeyPath, document: Document) -> Problem:
    mode = _value_at((*path, "mode"), document.data)
    allowed = ("saml", "swa")
    if mode is None:
        return document.problem((*path, "mode"), f"is missing; use {alternatives(allowed)}", allowed=allowed)
    return document.problem((*path, "mode"), not_allowed(str(mode), allowed), allowed=allowed)


def without_tags(location: KeyPath, data: object) -> KeyPath:
    """The location without the steps that pydantic adds for union branches."""
    path: list[str | int] = []
    for step in location:
        here = _value_at(tuple(path), data)
        if step in _UNION_TAGS and not (isinstance(here, dict) and step in here):
            continue
        path.append(step)
    return tuple(path)


def _value_at(path: KeyPath, data: object) -> object:
    for step in path:
        is_entry = isinstance(data, tuple | list) and isinstance(step, int) and step < len(data)
        if not is_entry and not (isinstance(data, dict) and step in data):
            return None
        data = data[step]  # type: ignore[index]
    return data


def _keys_at(location: KeyPath) -> Iterator[str]:
    """The keys of the model at a pydantic location, in their documented order."""
    models: list[type[BaseModel]] = [Spec]
    for step in location:
        if any(step in model.model_fields for model in models):
            fields = (model.model_fields[step] for model in models if isinstance(step, str))
            models = [inner for field in fields for inner in _models_in(field.annotation)]
        elif step in {"saml", "swa"}:
            models = [model for model in models if step in typing.get_args(model.model_fields["mode"].annotation)]
    for model in models:
        yield from model.model_fields


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from _models_in(argument)


def _kind_of(value: object) -> str:
    names = {bool: "true or false", int: "a number", str: "text", dict: "a mapping", tuple: "a list"}
    return "empty" if value is None else names[type(value)]


def _shown(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)  # as YAML has it
    return clean(text[: 2 * _SHOWN_CHARACTERS])[:_SHOWN_CHARACTERS]


def _allowed(kind: str, context: _Context) -> tuple[str, ...]:
    if kind == "literal_error":
        return tuple(word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", "))
    if kind == "bool_type":
        return ("true", "false")
    return tuple(SecretRef.model_fields) if context.get("class_name") == "SecretRef" else ()


def _must_be(kind: str) -> Callable[[object, _Context], str]:
    return lambda value, _context: f"must be {kind}, but is {_kind_of(value)}"


def _not_one_of(value: object, allowed: tuple[str, ...]) -> str:
    if value is None:
        return f"is empty; use {alternatives(allowed)}"
    if _shown(value) in allowed:
        return f"must be a number, but is {_kind_of(value)}; write {_shown(value)} without quotes"
    return not_allowed(_shown(value), allowed)


def _mapping(value: object, context: _Context) -> str:
    if context.get("class_name") == "SecretRef" and value is not None:
        return _LITERAL_IN_PLACE_OF_REFERENCE
    return _must_be("a mapping (key: value)")(value, context)


_WORDS: dict[str, Callable[[object, _Context], str]] = {
    "literal_error": lambda value, context: _not_one_of(value, _allowed("literal_error", context)),
    "model_type": _mapping,
    "dict_type": _must_be("a mapping (key: value)"),
    "tuple_type": _must_be("a list"),
    "bool_type": _must_be("true or false"),
    "int_type": _must_be("a whole number"),
    "greater_than_equal": lambda value, context: f"must be at least {context['ge']}, but is {_shown(value)}",
    "string_type": lambda value, _context: (
        f"must be text, but is {_kind_of(value)}{'' if value is None else '; put it in quotes'}"
    ),
    "string_too_short": lambda _value, _context: "must not be empty",
    "string_too_long": lambda value, context: (
        f"is {len(str(value).strip())} characters long; Okta accepts at most {context['max_length']}"
    ),
    "string_pattern_mismatch": lambda value, _context: f"'{_shown(value)}' isn't allowed; {_NAME_RULE}",
    "value_error": lambda _value, context: str(context["error"]),
}
