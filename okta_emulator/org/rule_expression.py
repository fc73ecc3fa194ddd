"""The conditions of group rules, over a user's profile and groups (OB-620)."""

from __future__ import annotations

from okta_emulator.org.expression import BadExpression, Language, Subject, evaluate, parsed
from okta_emulator.org.expression_values import FUNCTIONS

_RULES = Language(
    roots=("user",),
    signs=frozenset({"==", "!=", "&&", "||", "!"}),
    functions={
        name: FUNCTIONS[name]
        for name in (
            *("String.len", "String.startsWith", "String.stringContains", "String.toLowerCase", "String.toUpperCase"),
            *("Arrays.contains", "Arrays.isEmpty"),
        )
    },
    memberships={
        "isMemberOfGroup": lambda group, ids: group[0] in ids,
        "isMemberOfAnyGroup": lambda group, ids: group[0] in ids,
        "isMemberOfGroupName": lambda group, names: group[1] in names,
        "isMemberOfGroupNameStartsWith": lambda group, names: group[1].startswith(names),
        "isMemberOfGroupNameContains": lambda group, names: any(name in group[1] for name in names),
    },
)


def check_condition(condition: str) -> None:
    """Reject what isn't a condition of a group rule.

    Raises:
        BadExpression: it isn't valid, or the emulator doesn't evaluate a part of it.
    """
    parsed(_RULES, condition)


def matches(condition: str, person: Subject) -> bool:
    """Whether a user meets a condition; one that has no value for this user isn't met."""
    try:
        return evaluate(_RULES, condition, person) is True
    except BadExpression:
        return False
