"""Warnings about steps that the user should not overlook: they send passwords elsewhere, or delete values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from oktascim.plan.steps.base import Step
from oktascim.plan.steps.provisioning import TO_APP_FIELD, SetAttributes

_PASSWORDS = "sync_password"


def warnings_of(steps: Iterable[Step], base_url: str) -> Iterator[str]:
    """One or two sentences per step.

    Args:
        steps: the steps of one integration.
        base_url: its SCIM base URL.
    """
    for step in steps:
        for change in step.changes:
            if change.field == TO_APP_FIELD and _PASSWORDS in change.new and _PASSWORDS not in (change.old or ()):
                yield (
                    f"sync_password is switched on: Okta will send a password for each assigned user to {base_url}, "
                    "their Okta password or a random one, as set under To App. Leave it out unless the server needs it."
                )
            if isinstance(step, SetAttributes) and change.new is None:
                yield f"{change.field} is removed, with the value of everyone who has one; prune is true."
