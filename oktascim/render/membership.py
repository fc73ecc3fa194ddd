"""Changes of an app's assignments and their outcomes, as a table and as JSON; the shape of the JSON is a contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from oktascim.okta.apps import App
from oktascim.plan.membership import Membership
from oktascim.plan.outcomes import MemberOutcome
from oktascim.render.formats import Table
from oktascim.render.layout import Layout
from oktascim.render.outcomes import outcome_rows
from oktascim.render.results import results_text

_OUTCOME = "outcome"
"""The kind of a row with the outcome of a change."""


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
    rows += [[_OUTCOME, *row] for row in outcome_rows(outcomes)]
    return Table(("kind", "name", "state", "evidence"), rows, key=2)


def membership_text(
    memberships: Sequence[Membership], outcomes: Sequence[MemberOutcome], layout: Layout
) -> Sequence[str] | None:
    """One line per user and group: the outcome if there is one, otherwise the change; None without a terminal."""
    settled = {(one.kind, one.id) for one in outcomes}
    others = [one for one in memberships if one.error or (one.kind, one.target.id) not in settled]
    table = membership_table(others, outcomes)
    rows = [["", *row[1:]] if row[0] == _OUTCOME else row for row in table.rows]
    return results_text(replace(table, rows=rows), layout)
