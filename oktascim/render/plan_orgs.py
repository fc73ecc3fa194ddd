"""The plans of several orgs side by side, as `plan` shows them for more than one profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from oktascim.errors import OktascimError
from oktascim.plan.diff import IntegrationPlan
from oktascim.render.formats import Table
from oktascim.render.grid import grid
from oktascim.render.layout import Layout, plural
from oktascim.render.plan import plan_json
from oktascim.render.plan_text import plan_summary, plan_text
from oktascim.render.streams import Output

Plans = Mapping[str, Sequence[IntegrationPlan]]
_ABSENT = "–"


def orgs_json(plans: Plans, orgs: Mapping[str, str], failed: Mapping[str, OktascimError]) -> dict[str, Any]:
    """The JSON: `{"orgs": [{"profile", "org_url", "plan"}], "failed": [{"profile", "error"}]}`.

    Args:
        plans: by profile.
        orgs: the org URL of each profile with a plan.
        failed: by profile, why there is no plan.
    """
    return {
        "orgs": [{"profile": name, "org_url": orgs[name], "plan": plan_json(plans_)} for name, plans_ in plans.items()],
        "failed": [{"profile": name, "error": error.to_json()} for name, error in failed.items()],
    }


def orgs_table(plans: Plans) -> Table:
    """One row per integration, one column per org: what apply would do there."""
    keys = dict.fromkeys(plan.integration.key for plans_ in plans.values() for plan in plans_)
    words = {name: {plan.integration.key: _word(plan) for plan in plans_} for name, plans_ in plans.items()}
    rows = [(key, *(words[name].get(key, _ABSENT) for name in plans)) for key in keys]
    return Table(("integration", *plans), rows, empty="No plans.")


def orgs_text(plans: Plans, orgs: Mapping[str, str], layout: Layout) -> list[str]:
    """The table, and below it the plan of each org with changes.

    Args:
        plans: by profile.
        orgs: the org URL of each profile.
        layout: the layout to use.
    """
    table = orgs_table(plans)
    lines = [] if not plans else grid(table.columns, table.rows, layout)
    for name, plans_ in plans.items():
        head = layout.hanging("", f"{name}  {orgs[name]}")
        changing = any(plan.action != "none" for plan in plans_)
        body = plan_text(plans_, (), layout) if changing else layout.hanging("", plan_summary(plans_))
        lines += ["", *head, "", *body]
    return lines


def show_org_errors(output: Output, errors: Mapping[str, OktascimError]) -> None:
    """Write each error in full to stderr, once, below the profiles that it is about."""
    for text in dict.fromkeys(map(str, errors.values())):
        names = [name for name, error in errors.items() if str(error) == text]
        output.note(f"\n{', '.join(names)}:")
        output.error(errors[names[0]])


def _word(plan: IntegrationPlan) -> str:
    if plan.action == "change":
        return plural(sum(len(step.changes) for step in plan.steps) or len(plan.steps), "change")
    return "no changes" if plan.action == "none" else plan.action
