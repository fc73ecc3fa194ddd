"""What the user allows beyond the files."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PlanChoices:
    """What the user allows beyond the files.

    Attributes:
        rotate_credentials: send the credentials again even if the connection is on.
        adopt: manage an app with the same label that was created manually.
        replace: keys of integrations whose app may be deleted and created again.
    """

    rotate_credentials: bool = False
    adopt: bool = False
    replace: frozenset[str] = frozenset()
