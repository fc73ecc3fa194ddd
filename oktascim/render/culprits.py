"""The users who changed an app in Okta, as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from oktascim.plan.culprits import Culprit

_VERBS = {
    "application.lifecycle.deactivate": "deactivated the app",
    "application.provision.field_mapping_rule.change": "changed the profile mapping",
}


def culprit_notes(culprits: Iterable[Culprit]) -> Iterator[str]:
    """One sentence per change: who, when, and the old and new values, as the System Log has them."""
    for one in culprits:
        values = ", ".join(f"{name} {_value(before)} → {_value(after)}" for name, before, after in one.values)
        what = "; ".join(part for part in (values, one.said) if part)
        verb = _VERBS.get(one.event_type, "changed the app")
        when = f"{one.at[:10]} {one.at[11:16]} UTC"
        yield f"{one.who} {verb} in Okta on {when}{f': {what}' if what else ''}."


def _value(value: Any) -> str:
    if value is None:
        return "none"
    return ("yes" if value else "no") if isinstance(value, bool) else repr(value)
