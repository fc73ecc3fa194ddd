"""Changes of an app's assignments and their outcomes, as a table and as JSON; the shape of the JSON is a contract."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from oktascim.okta.apps import App
from oktascim.plan.membership import Membership
from oktascim.plan.outcomes import MemberOutcome
from oktascim.render.formats import Table
from oktascim.render.outcomes import outcome_rows

OUTCOME = "outcome"
"""The kind of a row of `membership_table` with the outcome of a change."""


def membership_json(app: App, memberships: Sequence[Membership], outcomes: Sequence[MemberOutcome]) -> dict[str, Any]:
    """The JSON of `app assign`, `app unassign` and `app push-group`."""
    return {
        "app_id": app.id,
        "label": app.label,
        "results": [one.to_json() for one in memberships],
        "outcomes": [one.to_json() for one in outcomes],
    }


def membership_table(memberships: Sequence[Membership], outcomes: Sequence[MemberOutcome]) -> Table:
    """One row per change, then one row for the outcome of each user and group."""
    rows = [
        [
            one.kind.replace("_", " "),
            one.target.word,
            "FAILED" if one.error else "ok",
            one.error.what if one.error else one.evidence or "",
        ]
        for one in memberships
    ]
    rows += [[OUTCOME, *row] for row in outcome_rows(outcomes)]
    return Table(("kind", "name", "state", "evidence"), rows, key=2)
