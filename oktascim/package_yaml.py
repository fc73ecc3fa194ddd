"""Reads a YAML file that is part of the package."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_package_yaml(file: Traversable) -> Any:
    """The content of a file, by the fast parser where PyYAML was built with it; both are safe loaders."""
    return yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506
