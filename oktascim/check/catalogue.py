"""The checks and their fixes: read from checks/*.yaml once per process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from oktascim.check.model import Capability, Check, Fix
from oktascim.errors import OktascimError
from oktascim.package_yaml import read_package_yaml


@dataclass(frozen=True)
class Catalogue:
    """All checks in running order, the fixes by name and by status, and the capabilities.

    Attributes:
        capabilities: by name, the worst loss first.
        crash: what comes before the fix of a check whose request ended in a 500.
        lifecycle: the names of those that the verdict lists if they work, in the order of an account's life.
    """

    checks: tuple[Check, ...]
    fixes: Mapping[str, Fix]
    capabilities: Mapping[str, Capability]
    lifecycle: tuple[str, ...]
    by_status: Mapping[int, str]
    crash: str


@cache
def catalogue() -> Catalogue:
    """The checks in the package.

    Raises:
        OktascimError: a file is invalid; the message names the check.
    """
    folder = Path(__file__).with_name("checks")
    files = {item.name: read_package_yaml(item) for item in folder.iterdir()}
    words = files.pop("words.yaml")
    fixes = {name: Fix(**members) for name, members in words["fixes"].items()}
    capabilities = {name: Capability(**members) for name, members in words["capabilities"].items()}
    checks = tuple(
        _check({**files[name].get("defaults", {}), **entry}, name)
        for name in words["order"]
        for entry in files[name]["checks"]
    )
    if repeated := [name for name, times in Counter(check.id for check in checks).items() if times > 1]:
        raise OktascimError(f"These checks are defined twice: {', '.join(repeated)}.")
    for check in checks:
        if unknown := {check.fix, *check.fix_by.values()} - set(fixes):
            raise OktascimError(f"The check {check.id} names fixes that don't exist: {', '.join(sorted(unknown))}.")
        if check.blocks not in capabilities:
            raise OktascimError(f"The check {check.id} blocks {check.blocks}, which isn't a capability.")
    if unknown := set(words["by_status"].values()) - set(fixes):
        raise OktascimError(f"by_status names fixes that don't exist: {', '.join(sorted(unknown))}.")
    return Catalogue(checks, fixes, capabilities, tuple(words["lifecycle"]), words["by_status"], words["crash"])


def _check(entry: dict[str, Any], file: str) -> Check:
    try:
        return Check(**entry)
    except ValidationError as error:
        raise OktascimError(f"The check {entry.get('id')!r} in {file} isn't valid.", why=str(error)) from error
