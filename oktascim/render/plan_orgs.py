"""The plans of several orgs side by side, as `plan` shows them for more than one profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from oktascim.plan.diff import IntegrationPlan
from oktascim.render.grid import grid
from oktascim.render.layout import Layout, plural
from oktascim.render.plan import plan_json
from oktascim.render.plan_text import plan_summary, plan_text
from oktascim.render.streams import Table

Plans = Mapping[str, Sequence[IntegrationPlan]]
_ABSENT = "–"


def orgs_json(plans: Plans, orgs: Mapping[str, str]) -> dict[str, Any]:
    """The plans' JSON: `{"orgs": [{"profile", "org_url", "plan"}]}`."""
    return {
        "orgs": [{"profile": name, "org_url": orgs[name], "plan": plan_json(plans_)} for name, plans_ in plans.items()]
    }


def orgs_table(plans: Plans) -> Table:
    """One row per integration, one column per org: what apply would do there."""
    keys = dict.fromkeys(plan.integration.key for plans_ in plans.values() for plan in plans_)
    words = {name: {plan.integration.key: _word(plan) for plan in plans_} for name, plans_ in plans.items()}
    return Table(("integration", *plans), [(key, *(words[name].get(key, _ABSENT) for name in plans)) for key in keys])


def orgs_text(plans: Plans, orgs: Mapping[str, str], layout: Layout) -> list[str]:
    """The table, and below it the plan of each org with changes.

    Args:
        plans: by profile.
        orgs: the org URL of each profile.
        layout: the layout to use.
    """
    table = orgs_table(plans)
    lines = grid(table.columns, table.rows, layout)
    for name, plans_ in plans.items():
        head = layout.hanging("", f"{name}  {orgs[name]}")
        changing = any(plan.action != "none" for plan in plans_)
        body = plan_text(plans_, (), layout) if changing else layout.hanging("", plan_summary(plans_))
        lines += ["", *head, "", *body]
    return lines


def _word(plan: IntegrationPlan) -> str:
    if plan.action == "change":
        return plural(sum(len(step.changes) for step in plan.steps) or len(plan.steps), "change")
    return "no changes" if plan.action == "none" else plan.action
