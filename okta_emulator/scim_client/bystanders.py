"""The few resources that a watchful org reads around a write, because the write must leave them as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

BystanderKind = Literal["active", "inactive", "groups"]
BYSTANDER_KINDS: tuple[BystanderKind, ...] = get_args(BystanderKind)
MOST_LOOKS = 20
"""A server that changes what a write isn't about does so each time; looking at thousands of writes would only cost."""


@dataclass(frozen=True)
class Bystanders:
    """Resources that the org has provisioned, and that the next write must leave as they are.

    Args:
        paths: by kind, an active user, an inactive one or a group: those that the org wrote to last, the latest first.
        looks: how often each form of write was looked at; counted here.
    """

    paths: Mapping[BystanderKind, Sequence[str]] = field(default_factory=dict)
    looks: Counter[str] = field(default_factory=Counter)

    def of(self, path: str, form: str) -> list[str]:
        """One of each kind that a write isn't about; none if writes of this form were looked at often enough.

        Args:
            path: the path of the write.
            form: what the write does, in a word or two.
        """
        others = {kind: [one for one in self.paths.get(kind, ()) if one != path] for kind in BYSTANDER_KINDS}
        found = {kind: paths[0] for kind, paths in others.items() if paths}
        key = f"{form} /{path.split('/')[1]} {'+'.join(found)}"
        self.looks[key] += 1
        return list(found.values()) if self.looks[key] <= MOST_LOOKS else []
