"""The OAuth scopes and the admin role that each command needs, and the refusal of a run whose token lacks some."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from oktascim.errors import IdentityRefused, UsageProblem
from oktascim.nearest import nearest
from oktascim.okta.client import Okta
from oktascim.spec.models import Integration

_FILE = Path(__file__).with_name("scopes.yaml")
_WRITING = ".manage"


@dataclass(frozen=True)
class Need:
    """What one command needs of an access token.

    Attributes:
        command: the command, such as "app assign".
        role: the standard admin role that is enough for it, as Okta's Admin Console calls it.
        scopes: every scope that it can need for these integrations.
    """

    command: str
    role: str
    scopes: frozenset[str]


class MissingScopes(IdentityRefused):
    """The access token lacks scopes that the run needs; nothing has been written."""

    def __init__(self, need: Need, missing: Iterable[str], source: str) -> None:
        names = sorted(missing)
        super().__init__(
            f"The access token can't {need.command}: it lacks {', '.join(names)}.",
            why=f"Okta granted the service app from {source} fewer scopes than this run needs.",
            fix="Grant them (Admin Console, Applications, the app, Okta API Scopes); a super administrator can. If "
            "OKTA_CLIENT_SCOPES or the profile lists scopes, add them there too.",
        )


def commands() -> tuple[str, ...]:
    """The commands that talk to an org."""
    return tuple(_data()["commands"])


def need_of(command: str, integrations: Iterable[Integration] = ()) -> Need:
    """What a command needs, for these integrations where it takes a spec.

    Raises:
        UsageProblem: there is no such command, or it doesn't talk to an org.
    """
    known = _data()["commands"]
    if command not in known:
        guesses = nearest(command, known)
        raise UsageProblem(
            f"No command called {command!r} needs scopes.",
            fix=f"Did you mean {guesses[0]}?" if guesses else f"Commands: {', '.join(known)}.",
        )
    entry = known[command]
    scopes = frozenset(entry["scopes"])
    writes = any(scope.endswith(_WRITING) for scope in scopes)
    added = {scope for one in integrations for part in _parts(one) for scope in _added(part, writes=writes)}
    return Need(command, entry["role"], scopes | added)


def lacking(granted: frozenset[str]) -> dict[str, list[str]]:
    """By scope that was not granted, the commands that need it whatever the spec."""
    missing = {command: need_of(command).scopes - granted for command in commands()}
    return {
        scope: [command for command, scopes in missing.items() if scope in scopes]
        for scope in sorted({scope for scopes in missing.values() for scope in scopes})
    }


async def require(okta: Okta, command: str, integrations: Iterable[Integration]) -> None:
    """See that the access token has every scope that a run needs, before it does anything.

    Okta leaves out scopes that were not granted without an error (OB-209). An API token has no scopes.

    Raises:
        MissingScopes: it doesn't; all that are missing are named.
    """
    granted = await okta.granted_scopes()
    if granted is None:
        return
    need = need_of(command, integrations)
    if missing := need.scopes - granted:
        raise MissingScopes(need, missing, okta.credential_source)


def _parts(integration: Integration) -> Iterator[str]:
    for part in ("users", "groups", "push_groups", "group_rules"):
        if integration.assignments and getattr(integration.assignments, part):
            yield part
    for part in ("attributes", "mappings"):
        if integration.provisioning and getattr(integration.provisioning, part):
            yield part


def _added(part: str, *, writes: bool) -> list[str]:
    scopes = _data()["parts"][part]
    return [*scopes["reads"], *(scopes.get("writes", []) if writes else [])]


@cache
def _data() -> Any:
    return yaml.safe_load(_FILE.read_text(encoding="utf-8"))
