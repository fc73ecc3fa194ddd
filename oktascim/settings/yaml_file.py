"""Reads the YAML files of settings: those of Okta's SDK as the SDK does, and our own as strictly as specs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from oktascim.errors import UsageProblem
from oktascim.files import SETTINGS_BYTES, Unreadable, read_file

if TYPE_CHECKING:
    from oktascim.spec.document import Document


def read_yaml(path: Path) -> object:
    """The content of an okta.yaml; None if the file is missing or empty.

    Raises:
        UsageProblem: it can't be read, is too large or can't be parsed. The message never quotes it, because it may
        hold a token.
    """
    text = _text(path)
    if text is None:
        return None
    import yaml  # most runs take their settings from the environment

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise _invalid(path, (mark.line + 1, mark.column + 1) if mark else None) from None
    except (ValueError, RecursionError):  # a date such as 2026-99-99, or endlessly nested lists
        raise UsageProblem(f"{path} contains YAML that isn't a valid setting.", fix="Quote unusual values.") from None


def read_own_yaml(path: Path) -> Document | None:
    """One of oktascim's own files as data with positions, in the YAML of specs; None if it is missing or empty.

    Raises:
        UsageProblem: it can't be read, is too large, isn't such YAML or has another version than 1. The message
        quotes no value.
    """
    text = _text(path)
    if not text:
        return None
    from oktascim.spec.document import parse_document
    from oktascim.spec.problem import SpecError

    try:
        document = parse_document(text, path)
    except SpecError as error:
        problem = error.problems[0]
        raise _invalid(path, (problem.line, problem.column)) from None
    if problems := document.problems:
        raise UsageProblem(f"{problems[0]}.", fix="Correct that line.")
    version = document.data.get("version", 1) if isinstance(document.data, dict) else 1
    if type(version) is not int or version != 1:  # in Python, true equals 1
        raise UsageProblem(f"{document.problem(('version',), 'must be 1')}.", fix="Correct that line.")
    return document if document.data is not None else None


def _text(path: Path) -> str | None:
    try:
        return read_file(path, SETTINGS_BYTES).decode()
    except Unreadable as error:
        if error.missing:
            return None
        raise
    except UnicodeDecodeError:
        raise UsageProblem(f"{path} isn't UTF-8 text.") from None


def _invalid(path: Path, place: tuple[int | None, int | None] | None) -> UsageProblem:
    where = f"{path}:{place[0]}:{place[1]}" if place else str(path)
    return UsageProblem(f"{where} isn't valid YAML.", fix="Correct that line.")
