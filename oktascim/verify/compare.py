"""Compares a SCIM server's data with the pushed data: pure functions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from oktascim.check.values import MISSING, value_at
from oktascim.redact import clean
from oktascim.scim.objects import member_ids
from oktascim.verify.pushed import PushedAccount, PushedGroup

_PLACES = {"login": "userName", "firstName": "name.givenName", "lastName": "name.familyName"}
_SHOWN = 60
_NAMED = 3


def account_faults(resource: Mapping[str, Any], account: PushedAccount) -> dict[str, str]:
    """How an account differs from the expected state, as text, by attribute; `active` comes first.

    For an inactive account, only `active` is checked: a server may store the rest in any way.
    """
    faults = {"active": _active_fault(resource, account)} if account.is_claimed("active") else {}
    if account.active:
        faults |= {name: attribute_fault(resource, name, value) for name, value in account.claims.items()}
    return {name: fault for name, fault in faults.items() if fault}


def _active_fault(resource: Mapping[str, Any], account: PushedAccount) -> str:
    active = value_at(resource, "active")
    return "" if active is account.active else f"active is {_quoted(active)}; expected {_quoted(account.active)}"


def kind_of_fault(resource: Mapping[str, Any], account: PushedAccount, faulty: Collection[str]) -> str:
    """The kind of fault, a key of `faults` in lifecycle.yaml; "" for one in what the step has pushed.

    Args:
        resource: the account as the server shows it.
        account: its expected state.
        faulty: the attributes that differ.
    """
    if "active" in faulty and not isinstance(value_at(resource, "active"), bool):
        return "not_boolean"
    if account.fresh & set(faulty):
        return ""
    return "inactive" if "active" in faulty else "collateral"


def first_few(faults: Sequence[str]) -> str:
    """The first few faults, and how many more there are."""
    more = len(faults) - _NAMED
    return "; ".join([*faults[:_NAMED], *([f"and {more} more"] if more > 0 else [])])


def held_by(resource: Mapping[str, Any], account: PushedAccount) -> set[str]:
    """What an account has as pushed; the attributes of an inactive one stay what they were."""
    held = set(account.held) - {"active"}
    if account.active:
        held = {name for name, value in account.pushed.items() if not attribute_fault(resource, name, value)}
    return held | (set() if _active_fault(resource, account) else {"active"})


def attribute_fault(resource: Mapping[str, Any], name: str, value: str) -> str:
    """The fault in one pushed attribute, or "".

    Names have a fixed place in SCIM. The app's schema decides where any other attribute goes, so its value counts
    anywhere.
    """
    if place := _PLACES.get(name):
        seen = value_at(resource, place)
        right = _same(seen, value) if name == "login" else seen == value
        return "" if right else f"{place} is {_quoted(seen)}; expected {_quoted(value)}"
    return "" if path_to(resource, value) else f"{name} {_quoted(value)} isn't in the account"


def path_to(resource: Any, value: str) -> str:
    """The path at which a value is found, or ""."""
    return next((path for path, found in _leaves(resource, "") if _same(found, value)), "")


def group_faults(resource: Mapping[str, Any], group: PushedGroup) -> dict[str, str]:
    """How a group differs from the expected state, as text, by part: `name`, `members`.

    Args:
        resource: the group as the server shows it.
        group: its expected state.
    """
    faults = _group_faults(resource, group)
    return {part: fault for part, fault in faults.items() if fault and (part in group.fresh or part in group.held)}


def held_by_group(resource: Mapping[str, Any], group: PushedGroup) -> set[str]:
    """The parts of a group that are as expected: `name`, `members`."""
    return {part for part, fault in _group_faults(resource, group).items() if not fault}


def members_of(resource: Mapping[str, Any]) -> list[str]:
    """The ids of a group's members, sorted."""
    return sorted(member_ids(value_at(resource, "members")))


def _group_faults(resource: Mapping[str, Any], group: PushedGroup) -> dict[str, str]:
    name, found = value_at(resource, "displayName"), members_of(resource)
    return {
        "name": "" if name == group.name else f"displayName is {_quoted(name)}; expected {_quoted(group.name)}",
        "members": ""
        if found == group.members
        else f"{_members(found)}; expected {_ids(group.members) or 'no members'}",
    }


def _ids(ids: Sequence[str]) -> str:
    return clean(", ".join(ids))


def _members(ids: Sequence[str]) -> str:
    return f"members are {_ids(ids)}" if ids else "there are no members"


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{number}]")
    else:
        yield path, value


def _same(seen: Any, wanted: str) -> bool:
    """Whether two values are equal, ignoring case and the two spellings of a locale."""
    return isinstance(seen, str) and seen.casefold().replace("_", "-") == wanted.casefold().replace("_", "-")


def _quoted(value: Any) -> str:
    if value is MISSING:
        return "missing"
    if isinstance(value, bool):
        return str(value).lower()
    text = clean(str(value))
    return f"“{text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}”" if isinstance(value, str) else text[:_SHOWN]
