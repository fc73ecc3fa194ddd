"""A verify run as text, as a table, and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from oktascim.render.formats import Table
from oktascim.render.grid import grid
from oktascim.render.layout import Layout
from oktascim.render.markdown import literal
from oktascim.verify.model import StepResult
from oktascim.verify.report import VerifyReport
from oktascim.verify.sheet import Sheet

STEP_STATES = {
    "proven": "ok",
    "failed": "FAILED",
    "unproven": "unproven",
    "not_applicable": "n/a",
    "not_run": "-",
}
OUTCOMES = {
    "passed": "passed",
    "partly": "passed in part",
    "failed": "FAILED",
    "unproven": "not proven",
    "manual": "manual",
    "not_applicable": "n/a",
}
_SIDES = {"okta": "Okta", "scim": "SCIM", "log": "log"}
_MARKS = {"agrees": "yes", "disagrees": "NO", "silent": "no event", "not_asked": "not asked"}


def verify_table(report: VerifyReport) -> Table:
    """One line per step."""
    rows = [
        [STEP_STATES[one.state], one.step.id, *_answers(one), _seconds(one), _summary_of(one)] for one in report.results
    ]
    return Table(("", "step", "Okta", "SCIM", "log", "time", "what was seen"), rows)


def verify_text(report: VerifyReport, layout: Layout) -> list[str]:
    """The same in aligned columns, without the evidence and without the steps that a stopped run didn't reach."""
    reached = [one for one in report.results if not (report.interrupted and one.state == "not_run")]
    rows = [[one.step.id, STEP_STATES[one.state], *_answers(one), _seconds(one)] for one in reached]
    return grid(("step", "", "Okta", "SCIM", "log", "time"), rows, layout)


def verify_lines(report: VerifyReport, layout: Layout) -> list[str]:
    """What failed and what to do, then the verdict, as text.

    Args:
        report: the run.
        layout: the layout to use.
    """
    failures = [line for number, alike in enumerate(_alike(report), 1) for line in _failure(number, alike, layout)]
    return failures + [line for text in ("", *_verdict(report)) for line in layout.hanging("", text)]


def _verdict(report: VerifyReport) -> Iterator[str]:
    """What is left in the org, the counts, what isn't proven and why, and the verdict in a sentence."""
    for left in report.left_behind:
        yield f"Not removed: {left}"
    for kept in report.kept:
        yield f"Kept: {kept}"
    counts = report.counts
    yield (
        f"{counts['proven']} proven, {counts['failed']} failed, {counts['unproven']} unproven, "
        f"{counts['not_applicable']} not applicable, {counts['not_run']} not run. "
        f"Everything created by this run has {report.run_id} in its name."
    )
    for reason, steps in _by_reason(report.having("not_applicable")):
        yield f"Not applicable: {steps}: {reason}"
    for note, steps in _by_reason([one for one in report.having("proven") if one.detail]):
        yield f"Note: {steps}: {note}"
    not_run = [] if report.interrupted else report.having("not_run")
    for reason, steps in _by_reason([*report.having("unproven"), *not_run]):
        yield f"{steps}: {reason}"
    if report.untested:
        yield "Mapped, but not tested: " + ", ".join(f"{name} ({reason})" for name, reason in report.untested) + "."
    if report.sheet:
        counted = ", ".join(f"{count} {OUTCOMES[name]}" for name, count in report.sheet.counts.items())
        yield f"Test plan {report.sheet.name}: {counted}; the sheet is in the report of --markdown and in the JSON."
    yield report.sentence


def _failure(number: int, alike: Sequence[StepResult], layout: Layout) -> list[str]:
    """Steps that failed for the same reason: what each side says, and what to do."""
    one = alike[0]
    rows = [(_SIDES[said.side], said.words) for said in one.sides]
    if lost := [part.name for part in one.parts if part.state == "failed"]:
        rows.append(("not in the account", f"{', '.join(lost)} ({len(lost)} of {len(one.parts)})"))
    if one.fix:
        rows.append(("fix", one.fix))
    lines = ["", *layout.hanging(f"{number}. ", f"{_ids(alike)}: {one.detail}")]
    return lines + [line for head, text in rows for line in layout.hanging(f"   {head}: ", text, indent=5)]


def verify_markdown(report: VerifyReport) -> str:
    """The report as a Markdown page."""
    lines = [f"# {literal(report.sentence)}", ""]
    lines += [f"{literal(report.label)} (`{report.app_id}`) in {report.org_url}, run `{report.run_id}`", ""]
    for number, alike in enumerate(_alike(report), 1):
        one = alike[0]
        lines += [f"## {number}. {_ids(alike)}: {literal(one.step.title)}", "", literal(one.detail), ""]
        lines += [f"- {_SIDES[said.side]}: {literal(said.words)}" for said in one.sides]
        lines += ["", *([f"Fix: {literal(one.fix)}", ""] if one.fix else [])]
    lines += ["| | step | Okta | SCIM server | System Log | time |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {STEP_STATES[one.state]} | `{one.step.id}` {literal(one.step.title)} | {_evidence(one)} |"
        for one in report.results
    ]
    attributes = [part for one in report.results for part in one.parts]
    if attributes:
        lines += ["", "| | attribute | place |", "|---|---|---|"]
        lines += [
            f"| {STEP_STATES[part.state]} | {literal(part.name)} | {literal(part.words)} |" for part in attributes
        ]
    lines += ["", *(f"Not removed: {literal(left)}" for left in report.left_behind)]
    if report.sheet:
        lines += _sheet_markdown(report.sheet)
    return "\n".join(lines).rstrip() + "\n"


def _sheet_markdown(sheet: Sheet) -> list[str]:
    lines = [f"## Test plan: {sheet.name}", "", *([sheet.unlisted, ""] if sheet.unlisted else [])]
    lines += ["| case | outcome | what | evidence | manual test |", "|---|---|---|---|---|"]
    for row in sheet.rows:
        words = (row.case.what, row.evidence, row.left_to_do)
        what, evidence, by_hand = map(literal, words)
        lines.append(f"| {row.case.id} | {OUTCOMES[row.outcome]} | {what} | {evidence} | {by_hand} |")
    return [*lines, "", f"The cases CRUD 1 to {len(sheet.plan.crud)} are the list in {sheet.plan.guide}."]


def _alike(report: VerifyReport) -> list[list[StepResult]]:
    """The failed steps by diagnosis and fix, regardless of the names in them; those about access first."""
    groups: dict[tuple[str, str], list[StepResult]] = {}
    for one in report.having("failed"):
        unnamed = re.sub(rf"\S*{re.escape(report.run_id)}\S*", "", one.detail)
        groups.setdefault((unnamed, one.fix), []).append(one)
    return sorted(groups.values(), key=lambda alike: not any(one.is_about_access for one in alike))


def _ids(results: Sequence[StepResult]) -> str:
    return ", ".join(one.step.id for one in results)


def _by_reason(results: Sequence[StepResult]) -> Iterator[tuple[str, str]]:
    """Each reason once, with the steps that have it."""
    for reason in dict.fromkeys(one.detail for one in results):
        yield reason, _ids([one for one in results if one.detail == reason])


def _answers(one: StepResult) -> list[str]:
    return [_MARKS[said.answer] for said in one.sides] or ["", "", ""]


def _seconds(one: StepResult) -> str:
    return f"{one.seconds:.1f} s" if one.sides else ""


def _summary_of(one: StepResult) -> str:
    if one.detail:
        return one.summary
    return next((said.words for said in one.sides if said.side == "scim"), "")


def _evidence(one: StepResult) -> str:
    if not one.sides:
        return f"{literal(one.detail)} | | | "
    return " | ".join([*(literal(f"{_MARKS[said.answer]}: {said.words}") for said in one.sides), _seconds(one)])
