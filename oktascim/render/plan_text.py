"""A plan as text: one block per integration that changes, one line per field, old → new; nothing is cropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from oktascim.okta.apps import App
from oktascim.plan.compare import Change
from oktascim.plan.diff import IntegrationPlan, has_changes
from oktascim.plan.outcomes import failed_ones
from oktascim.plan.steps.app import DeleteApp
from oktascim.plan.steps.base import Step
from oktascim.render.culprits import culprit_notes
from oktascim.render.gate import painted
from oktascim.render.layout import Layout, plural
from oktascim.render.outcomes import outcome_rows
from oktascim.render.plan import plan_troubles, step_state

_SIGN = {"create": "+", "change": "~", "blocked": "!"}
_COLOR = {"+": "32", "~": "33", "-": "31", "!": "31"}
_INDENT = 4


def plan_text(plans: Sequence[IntegrationPlan], orphans: Sequence[App], layout: Layout) -> list[str]:
    """The whole plan; the last line is the summary.

    Args:
        plans: from `diff.plan`; those without changes are only counted.
        orphans: the apps that `--prune` deletes.
        layout: the layout to use.

    Returns:
        Lines, painted with `gate.COLORS`.
    """
    blocks = [_block(plan, layout) for plan in plans if plan.action != "none"]
    blocks += [_orphan(app, layout) for app in orphans]
    lines = [line for block in blocks for line in (*block, "")]
    return [*lines, *layout.hanging("", plan_summary(plans, orphans)), *_console_note(plans, layout)]


def plan_summary(plans: Sequence[IntegrationPlan], orphans: Sequence[App] = ()) -> str:
    """The plan in one line: how many integrations it would create, change and delete, and how many match."""
    actions = Counter(plan.action for plan in plans)
    deletions = len(orphans) + sum(isinstance(step, DeleteApp) for plan in plans for step in plan.steps)
    if plans and not has_changes(plans, orphans):
        verb = "matches" if len(plans) == 1 else "match"
        return f"No changes. {plural(len(plans), 'integration')} {verb} the org."
    blocked = f", {actions['blocked']} blocked" if actions["blocked"] else ""
    return (
        f"Plan: {actions['create']} to create, {actions['change']} to change, {deletions} to delete, "
        f"{actions['none']} unchanged{blocked}."
    )


def plan_warnings(plan: IntegrationPlan) -> Iterator[str]:
    """What the user should not overlook, and who is already in ERROR, which apply can't clear."""
    yield from plan.warnings
    for who, _, said in outcome_rows(failed_ones(plan.outcomes)):
        yield f"{who}: {said}"


def plan_notes(plan: IntegrationPlan) -> tuple[str, ...]:
    """Notes besides the changes: who made them in Okta, notes on the plan, and who is in ERROR."""
    return (*culprit_notes(plan.culprits), *plan.notes, *plan_troubles(plan))


def _block(plan: IntegrationPlan, layout: Layout) -> list[str]:
    one, sign = plan.integration, _SIGN[plan.action]
    place = f"  {plan.app.id}" if plan.app else ""
    lines = _heading(sign, one.key, f'"{one.label}"  {plan.template.name}{place}', layout)
    if plan.problem:
        for text in (plan.problem.what, plan.problem.fix):
            lines += layout.hanging(" " * _INDENT, text)
        return lines
    changes = [change for step in plan.steps for change in step.changes]
    width = max((len(change.field) for change in changes), default=0)
    for step in plan.steps:
        lines += _step_lines(plan, step, width, layout)
    return lines


def _step_lines(plan: IntegrationPlan, step: Step, width: int, layout: Layout) -> Iterator[str]:
    if not step.changes:
        yield from _line("-" if isinstance(step, DeleteApp) else "+", step.describe(), layout)
    for change in step.changes:
        yield from _field(change, width, layout)
    state = step_state(plan, step)
    if state == "pending":
        yield from _line("!", f"{step.describe()}: {_MANUAL[step.kind]}", layout)
    elif state == "waiting":
        yield from _line("!", f"{step.describe()}: after provisioning is enabled", layout)


_MANUAL = {
    "provisioning": "in the Admin Console, by a browser (--route console) or manually",
    "update_app": "manually in the Admin Console; a write by API could switch provisioning off",
}


def _field(change: Change, width: int, layout: Layout) -> list[str]:
    """`~ label  Acme → Acme CRM`, wrapped below the value, or below the field if there is little room."""
    is_removed = change.new is None and change.field.startswith("attributes.")
    sign = "-" if is_removed else "~" if change.old not in (None, [], "") or change.field == "owner" else "+"
    old = f"{_value(change.old) or 'none'} → " if sign != "+" else ""
    head = f"{'':{_INDENT}}{sign} {change.field:{width}}  "
    return layout.labelled(head, f"{old}{_value(change.new) or 'none'}", below=2 * _INDENT, color=_COLOR[sign])


def _line(sign: str, text: str, layout: Layout) -> list[str]:
    return layout.hanging(f"{'':{_INDENT}}{sign} ", text, color=_COLOR[sign])


def _orphan(app: App, layout: Layout) -> list[str]:
    heading = _heading("-", app.marker or app.id, f'"{app.label}"  {app.id}', layout)
    return heading + _line("-", "Deactivate and delete: no file has its integration", layout)


def _heading(sign: str, name: str, rest: str, layout: Layout) -> list[str]:
    """The first line of a block, with the name highlighted."""
    first, *others = layout.hanging(f"{sign} {name}  ", rest, indent=_INDENT)
    start = layout.guard(f"{sign} {name}")
    return [painted(sign, _COLOR[sign]) + painted(start[len(sign) :], "1") + first[len(start) :], *others]


def _console_note(plans: Sequence[IntegrationPlan], layout: Layout) -> list[str]:
    waiting = [plan for plan in plans if any(step_state(plan, step) == "pending" for step in plan.steps)]
    if not waiting:
        return []
    names = ", ".join(plan.integration.key for plan in waiting)
    return layout.hanging("", f"A step in the Admin Console is needed for {names}.")


def _value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{key} {one}" for key, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
