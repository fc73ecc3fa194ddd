"""Reads the YAML files of settings; a spec has a loader of its own, with lines and columns."""

from __future__ import annotations

from pathlib import Path

import yaml

from oktascim.errors import UsageProblem
from oktascim.files import SETTINGS_BYTES, Unreadable, read_file


def read_yaml(path: Path) -> object:
    """A YAML file's content, None where the file is missing or empty.

    Raises:
        UsageProblem: it cannot be read, is too large or cannot be parsed. The words never quote it, since it may hold
            a token.
    """
    try:
        return yaml.safe_load(read_file(path, SETTINGS_BYTES).decode())
    except Unreadable as error:
        if error.missing:
            return None
        raise
    except UnicodeDecodeError:
        raise UsageProblem(f"{path} is not UTF-8 text.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise UsageProblem(f"{place} isn't valid YAML.", fix="Correct that line.") from None
    except (ValueError, RecursionError):  # a date such as 2026-99-99; lists in lists without end
        raise UsageProblem(f"{path} contains YAML that isn't a valid setting.", fix="Quote unusual values.") from None
