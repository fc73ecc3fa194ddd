"""What integrations name: users, groups and group rules; pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from oktascim.plan.outcomes import Wanted
from oktascim.plan.snapshot import Directory
from oktascim.spec.models import Assignments, GroupRule, Integration

_NOBODY = Assignments()


def users_of(one: Integration) -> tuple[str, ...]:
    """The users that it assigns, as the spec names them."""
    return (one.assignments or _NOBODY).users or ()


def groups_of(one: Integration) -> tuple[str, ...]:
    """The groups that it assigns."""
    return (one.assignments or _NOBODY).groups or ()


def pushed_groups_of(one: Integration) -> tuple[str, ...]:
    """The groups that Okta is to push to the app."""
    return (one.assignments or _NOBODY).push_groups or ()


def rules_of(one: Integration) -> tuple[GroupRule, ...]:
    """Its group rules."""
    return (one.assignments or _NOBODY).group_rules or ()


def every_group_of(one: Integration) -> tuple[str, ...]:
    """The groups that it assigns or pushes, or that its rules fill."""
    return (*groups_of(one), *pushed_groups_of(one), *(word for rule in rules_of(one) for word in rule.groups))


def every_name(integrations: Iterable[Integration], of: Callable[[Integration], Iterable[str]]) -> tuple[str, ...]:
    """Every name once, in the order of the files."""
    return tuple(dict.fromkeys(word for one in integrations for word in of(one)))


def wanted_of(one: Integration, found: Directory) -> Wanted:
    """The users and groups that an integration assigns and pushes, by Okta's ids."""
    return Wanted(
        users={found.users[word]: word for word in users_of(one) if word in found.users},
        groups={found.groups[word]: word for word in groups_of(one) if word in found.groups},
        pushed={found.groups[word]: word for word in pushed_groups_of(one) if word in found.groups},
    )
