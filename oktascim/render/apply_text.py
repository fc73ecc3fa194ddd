"""What apply did, as text: a line for each integration that it changed or couldn't change, and the summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from oktascim.plan.outcomes import MemberOutcome, OutcomeKind, OutcomeState
from oktascim.plan.removal import Removal
from oktascim.plan.report import Report, StepReport
from oktascim.plan.steps.provisioning import Provision
from oktascim.render.layout import Layout, plural

_DONE = {
    "create_app": "created",
    "delete_app": "old app deleted",
    "activate_app": "activated",
    "update_app": "changed",
    "to_okta": "import settings set",
    "attributes": "custom attributes set",
    "group_rules": "group rules set",
    "mappings": "profile mapping set",
}
_STAGES = {"connect": "provisioning enabled", "edit": "connection changed", "to_app": "To App options set"}
_SIGNS = {"done": ("✓", "32"), "pending": ("!", "33"), "interrupted": ("!", "33")}
_FAILED = ("✗", "31")
_ENDED = {"failed": "failed", "pending": "a manual step is required", "interrupted": "interrupted"}


def report_line(report: Report, seconds: float, layout: Layout) -> list[str]:
    """One finished integration: what was done, what wasn't, and how long it took.

    Args:
        report: how it ended.
        seconds: since its first step began.
        layout: the layout to use.
    """
    sign, color = _SIGNS.get(report.status, _FAILED)
    time = f"  {seconds:.1f} s" if report.steps else ""
    return layout.hanging(f"{sign} {report.name}  ", f"{', '.join(_reached(report))}{time}", indent=4, color=color)


def removal_line(removal: Removal, layout: Layout) -> list[str]:
    """One app that no file names and that was deleted or couldn't be; nothing for one that was kept."""
    if removal.status == "skipped":
        return []
    what = f"{removal.app.label} ({removal.app.id}): {'deleted' if removal.status == 'removed' else removal.status}"
    sign, color = ("✓", "32") if removal.status == "removed" else _FAILED
    return layout.hanging(f"{sign} {removal.app.marker}  ", what, indent=4, color=color)


def apply_summary(reports: Sequence[Report], removals: Sequence[Removal] = ()) -> str:
    """What was created, changed, left unchanged and deleted, and how many integrations failed."""
    finished = [report for report in reports if report.status == "done"]
    failed = sum(report.status in {"failed", "blocked"} for report in reports)
    failed += sum(removal.status == "failed" for removal in removals)
    created = sum(report.plan.action == "create" for report in finished)
    deleted = sum(removal.status == "removed" for removal in removals)
    left = {
        "waiting for a manual step": sum(report.status == "pending" for report in reports),
        "interrupted": sum(report.status == "interrupted" for report in reports),
    }
    counted = {
        "created": created,
        "changed": len(finished) - created,
        **({"deleted": deleted} if removals else {}),
        "unchanged": sum(report.status == "unchanged" for report in reports),
        "failed": failed,
        **{words: count for words, count in left.items() if count},
    }
    verdict = "incomplete" if failed or any(left.values()) else "complete"
    return f"Apply {verdict}: {', '.join(f'{count} {words}' for words, count in counted.items())}."


def _reached(report: Report) -> list[str]:
    """The parts of the line, in the order in which things were done."""
    words = [word for step in report.steps if step.status == "done" for word in _what_was_done(step, report.route)]
    words += _counted(report.outcomes) if report.outcomes else _assigned(report.steps)
    broken = [step.step.describe() for step in report.steps if step.status == report.status]
    if broken and report.status in _ENDED:
        words.append(f"{_ENDED[report.status]}: {'; '.join(broken)}")
    elif report.status in _ENDED and not any(one.state == "failed" for one in report.outcomes):
        words.append(_ENDED[report.status])
    return words or [report.status]


def _what_was_done(step: StepReport, route: str | None) -> list[str]:
    if isinstance(step.step, Provision):
        return [f"{_STAGES[step.step.stage]}{f' by {route}' if route else ''}"]
    return [_DONE[step.step.kind]] if step.step.kind in _DONE else []


def _assigned(steps: Sequence[StepReport]) -> list[str]:
    """The users and groups that were assigned and have no outcome."""
    given = [step.step.assigns() for step in steps if step.status == "done"]
    users, groups = (sum(map(len, part)) for part in ([one.users for one in given], [one.groups for one in given]))
    said = [(users, "user", "users"), (groups, "group", "groups")]
    return [f"{plural(count, one, many)} assigned" for count, one, many in said if count]


def _counted(outcomes: Sequence[MemberOutcome]) -> list[str]:
    """`3 users provisioned`, `1 group assigned`, `1 group pushed`; failed and pending ones are counted separately."""
    kinds: tuple[tuple[frozenset[OutcomeKind], str, str, Mapping[OutcomeState, str]], ...] = (
        (frozenset({"user", "member"}), "user", "users", {}),
        (frozenset({"group"}), "group", "groups", {"provisioned": "assigned"}),
        (frozenset({"push_group"}), "group", "groups", {"provisioned": "pushed", "failed": "not pushed"}),
    )
    said = []
    for fitting, one, many, words in kinds:
        counted = Counter(words.get(each.state, each.state) for each in outcomes if each.kind in fitting)
        said += [f"{plural(count, one, many)} {state}" for state, count in counted.items()]
    return said
