"""Reads the YAML files of settings; a spec has a loader of its own, with lines and columns."""

from __future__ import annotations

from pathlib import Path

import yaml

from oktascim.errors import UsageProblem


def read_yaml(path: Path) -> object:
    """A YAML file's content, None where the file is missing or empty.

    Raises:
        UsageProblem: it cannot be read or parsed. The words never quote it, since it may hold a token.
    """
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageProblem(f"Cannot read {path}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageProblem(f"{path} is not UTF-8 text.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise UsageProblem(f"{place} is not YAML.", fix="Correct that line.") from None
