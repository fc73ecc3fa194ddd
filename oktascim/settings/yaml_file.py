"""Reads the YAML files of settings; specs have their own loader, which knows lines and columns."""

from __future__ import annotations

from pathlib import Path

from oktascim.errors import UsageProblem
from oktascim.files import SETTINGS_BYTES, Unreadable, read_file


def read_yaml(path: Path) -> object:
    """A YAML file's content; None if the file is missing or empty.

    Raises:
        UsageProblem: it can't be read, is too large or can't be parsed. The message never quotes it, because it may
        hold a token.
    """
    try:
        text = read_file(path, SETTINGS_BYTES).decode()
    except Unreadable as error:
        if error.missing:
            return None
        raise
    except UnicodeDecodeError:
        raise UsageProblem(f"{path} isn't UTF-8 text.") from None
    import yaml  # most runs take their settings from the environment

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise UsageProblem(f"{place} isn't valid YAML.", fix="Correct that line.") from None
    except (ValueError, RecursionError):  # a date such as 2026-99-99, or endlessly nested lists
        raise UsageProblem(f"{path} contains YAML that isn't a valid setting.", fix="Quote unusual values.") from None
