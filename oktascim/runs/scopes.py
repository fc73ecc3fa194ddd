"""The OAuth scopes and the admin role that each command needs, and the error for a run whose token lacks some."""

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
    """The scopes and role that one command needs.

    Attributes:
        command: the command, such as "app assign".
        role: the standard admin role that is sufficient for it, as named in Okta's Admin Console.
        scopes: every scope that it may need for these integrations.
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
    """The commands that call an org."""
    return tuple(_data()["commands"])


def need_of(command: str, integrations: Iterable[Integration] = ()) -> Need:
    """What a command needs; if it accepts a spec, for these integrations.

    Raises:
        UsageProblem: there is no such command, or it doesn't call an org.
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
    """For each scope that wasn't granted, the commands that always need it."""
    missing = {command: need_of(command).scopes - granted for command in commands()}
    return {
        scope: [command for command, scopes in missing.items() if scope in scopes]
        for scope in sorted({scope for scopes in missing.values() for scope in scopes})
    }


async def require_scopes(okta: Okta, command: str, integrations: Iterable[Integration]) -> None:
    """Check, before a run does anything, that the access token has every scope that the run needs.

    Okta omits scopes that weren't granted, without an error (OB-209). An API token has no scopes.

    Raises:
        MissingScopes: it doesn't; the error names every missing scope.
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
