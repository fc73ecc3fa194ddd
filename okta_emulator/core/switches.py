"""Switches for the SCIM client's behaviour where Okta's is reported, contradictory or unknown.

Each has a statement in docs/okta-behaviour; the defaults are the most likely answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args, get_type_hints

from okta_emulator.core.problem import InvalidSetting


@dataclass(frozen=True)
class Switches:
    """The switches of one org.

    Args:
        failed_reprovision: what happens to an existing account if its reactivation succeeds, the next profile push
        fails and the user is then unassigned: "orphan" sends no deactivation, "deactivate" does (OB-294).
    """

    failed_reprovision: Literal["orphan", "deactivate"] = "orphan"


def switched(switches: Switches, wanted: Mapping[str, Any]) -> Switches:
    """The switches with some of them set.

    Args:
        switches: the current ones.
        wanted: value by name.

    Raises:
        InvalidSetting: an unknown switch, or a value that it doesn't have.
    """
    allowed = _allowed()
    for name, value in wanted.items():
        if name not in allowed:
            raise InvalidSetting(f"There is no switch {name}.", fix=f"Use one of: {', '.join(allowed)}.")
        if value not in allowed[name]:
            raise InvalidSetting(
                f"The switch {name} can't be '{value}'.", fix=f"Use one of: {', '.join(allowed[name])}."
            )
    return replace(switches, **wanted)


def switches_from(pairs: Iterable[str]) -> Switches:
    """The switches that `NAME=VALUE` texts set; the others have their defaults.

    Raises:
        InvalidSetting: as in `switched`, or a text without `=`.
    """
    wanted = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise InvalidSetting(f"'{pair}' sets no switch.", fix="Write NAME=VALUE.")
        wanted[name.strip()] = value.strip()
    return switched(Switches(), wanted)


def _allowed() -> dict[str, tuple[str, ...]]:
    """The values of each switch, by its name."""
    hints = get_type_hints(Switches)
    return {field.name: get_args(hints[field.name]) for field in fields(Switches)}
