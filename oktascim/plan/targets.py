"""Looks up the users and groups that a spec or a command line names."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from oktascim.errors import UsageProblem
from oktascim.okta import directory
from oktascim.okta.client import Okta


@dataclass(frozen=True)
class Target:
    """A user or group: its name in the spec or on the command line, its id, and for a group its name in Okta."""

    word: str
    id: str
    name: str = ""


async def find_targets(okta: Okta, users: Sequence[str], groups: Sequence[str]) -> tuple[list[Target], list[Target]]:
    """The users and groups with the given names, logins or ids.

    Raises:
        UsageProblem: a word matches none, or more than one; the message lists all such words.
    """
    found_users = await asyncio.gather(*(directory.find_user(okta, word) for word in users))
    found_groups = await asyncio.gather(*(directory.find_groups(okta, word) for word in groups))
    problems = [no_user(word) for word, user in zip(users, found_users, strict=True) if not user]
    problems += [not_one(word, found) for word, found in zip(groups, found_groups, strict=True) if len(found) != 1]
    if problems:
        raise UsageProblem(
            f"Nothing was changed: {'; '.join(problems)}.",
            fix="Check the spelling: a user is a login or an id, a group is a name or an id.",
        )
    return (
        [Target(word, user["id"]) for word, user in zip(users, found_users, strict=True) if user],
        [
            Target(word, found[0]["id"], found[0]["profile"]["name"])
            for word, found in zip(groups, found_groups, strict=True)
        ],
    )


def no_user(word: str) -> str:
    """The message if no user matches."""
    return f"there is no user {word}"


def not_one(word: str, groups: Sequence[Mapping[str, Any]]) -> str:
    """The message if no group matches, or more than one."""
    if not groups:
        return f"there is no group {word}"
    return f"{len(groups)} groups are called {word}: name one by id ({', '.join(group['id'] for group in groups)})"
