"""The expressions of profile mappings, which compute an attribute of the app's user from the Okta profile (OB-127)."""

from __future__ import annotations

from typing import Any

from okta_emulator.core.records import Json
from okta_emulator.org.expression import Language, Subject, evaluate, parsed
from okta_emulator.org.expression_values import FUNCTIONS

_MAPPINGS = Language(
    roots=("user", "source", "appuser"),
    signs=frozenset({"==", "!=", "<=", ">=", "<", ">", "&&", "||", "!", "+", "?", ":"}),
    functions=FUNCTIONS,
)


def check_mapping(expression: str) -> None:
    """Reject what isn't an expression of a mapping.

    Raises:
        BadExpression: it isn't valid, or the emulator doesn't evaluate a part of it.
    """
    parsed(_MAPPINGS, expression)


def value_of(expression: str, profile: Json) -> Any:
    """The value of an expression for a profile, which is what `user`, `source` and `appuser` name.

    Raises:
        BadExpression: it isn't valid, or has no value for this profile.
    """
    return evaluate(_MAPPINGS, expression, Subject(profile))
