"""Checks as much as possible of an integration with a wrong shape, so that one run finds all problems.

Wrong parts are omitted, or replaced by stand-ins if they are required. The other checks then run as usual, and their
findings about the replaced parts are dropped.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from oktascim.spec.environment import UNSET
from oktascim.spec.messages import without_tags
from oktascim.spec.models import Integration
from oktascim.spec.problem import KeyPath

_STAND_INS: Mapping[KeyPath, Any] = {
    ("name",): "stand-in",
    ("label",): "stand-in",
    ("sign_on",): {"mode": "saml"},
    ("provisioning", "base_url"): UNSET,
    ("provisioning", "credentials"): {},
}
_MOST_ROUNDS = 5
"""Omitting a part can make its parent incomplete, at most once per nesting level."""


@dataclass(frozen=True)
class PartialIntegration:
    """An integration without its wrong parts.

    Attributes:
        integration: the rest, with stand-ins.
        wrong: the paths that were omitted or replaced; empty if none were.
    """

    integration: Integration
    wrong: frozenset[KeyPath] = frozenset()

    def tells_of(self, path: KeyPath) -> bool:
        """Whether the value at a path comes from the file."""
        return not any(path[: len(one)] == one or one[: len(path)] == path for one in self.wrong)


def read_partly(data: object) -> PartialIntegration | None:
    """Read the checkable part of one integration.

    Args:
        data: the integration as in the file.

    Returns:
        The readable part; None if it isn't a mapping or its template isn't known.
    """
    wrong: set[KeyPath] = set()
    rest: Any = json.loads(json.dumps(data))
    for _ in range(_MOST_ROUNDS):
        try:
            return PartialIntegration(Integration.model_validate_json(json.dumps(rest), strict=True), frozenset(wrong))
        except ValidationError as error:
            details = error.errors(include_url=False, include_input=False)
        for place in {_place(detail, rest) for detail in details}:
            if not place or place == ("template",):
                return None
            wrong.add(place)
            _take_out(rest, place)
    return None


def _place(detail: ErrorDetails, data: object) -> KeyPath:
    """The part to omit for one of pydantic's errors: the value, its list, or the parent left incomplete without it."""
    path = without_tags(tuple(detail["loc"]), data)
    if detail["type"] == "missing" and path not in _STAND_INS and path != ("template",):
        path = path[:-1]
    first_index = next((number for number, step in enumerate(path) if isinstance(step, int)), len(path))
    return path[:first_index]


def _take_out(data: Any, path: KeyPath) -> None:
    *above, key = path
    for step in above:
        data = data.get(step) if isinstance(data, dict) else None
    if not isinstance(data, dict):
        return
    if path in _STAND_INS:
        data[key] = copy.deepcopy(_STAND_INS[path])
    else:
        data.pop(key, None)
