"""A verify run in words, as a table, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from oktascim.redact import clean
from oktascim.render.streams import Table
from oktascim.verify.model import Result
from oktascim.verify.report import VerifyReport

STATES = {
    "proven": "ok",
    "failed": "FAILED",
    "unproven": "unproven",
    "not_applicable": "n/a",
    "not_run": "-",
}
_SIDES = {"okta": "Okta", "scim": "SCIM", "log": "log"}
_MARKS = {"agrees": "yes", "disagrees": "NO", "silent": "no event", "not_asked": "not asked"}


def verify_table(report: VerifyReport) -> Table:
    """A line for each step."""
    rows = [[STATES[one.state], one.step.id, *_answers(one), _seconds(one), _words(one)] for one in report.results]
    return Table(("", "step", "Okta", "SCIM", "log", "time", "what was seen"), rows)


def verify_lines(report: VerifyReport) -> Iterator[str]:
    """What failed and what to do, then the verdict, for people."""
    for number, one in enumerate(report.having("failed"), 1):
        yield ""
        yield f"{number}. {one.step.id}: {one.detail}"
        for said in one.sides:
            yield f"   {_SIDES[said.side]}: {said.words}"
        yield from (f"   {part.name}: {part.words}" for part in one.parts if part.state == "failed")
        yield from (f"   fix: {one.fix}" for _ in (0,) if one.fix)
    yield ""
    for left in report.left_behind:
        yield f"Not removed: {left}"
    for kept in report.kept:
        yield f"Kept: {kept}"
    counts = report.counts
    yield (
        f"{counts['proven']} proven, {counts['failed']} failed, {counts['unproven']} unproven, "
        f"{counts['not_applicable']} not applicable, {counts['not_run']} not run. "
        f"Everything made by this run has {report.run_id} in its name."
    )
    if report.untested:
        yield "Mapped, but not tested: " + ", ".join(f"{name} ({reason})" for name, reason in report.untested) + "."
    yield report.sentence


def verify_markdown(report: VerifyReport) -> str:
    """The report as a Markdown page."""
    lines = [f"# {_cell(report.sentence)}", ""]
    lines += [f"{_cell(report.label)} (`{report.app_id}`) in {report.org_url}, run `{report.run_id}`", ""]
    for number, one in enumerate(report.having("failed"), 1):
        lines += [f"## {number}. {one.step.id}: {_cell(one.step.title)}", "", _cell(one.detail), ""]
        lines += [f"- {_SIDES[said.side]}: {_cell(said.words)}" for said in one.sides]
        lines += ["", *([f"Fix: {_cell(one.fix)}", ""] if one.fix else [])]
    lines += ["| | step | Okta | SCIM server | System Log | time |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {STATES[one.state]} | `{one.step.id}` {_cell(one.step.title)} | {_evidence(one)} |"
        for one in report.results
    ]
    attributes = [part for one in report.results for part in one.parts]
    if attributes:
        lines += ["", "| | attribute | place |", "|---|---|---|"]
        lines += [f"| {STATES[part.state]} | {_cell(part.name)} | {_cell(part.words)} |" for part in attributes]
    lines += ["", *(f"Not removed: {_cell(left)}" for left in report.left_behind)]
    return "\n".join(lines).rstrip() + "\n"


def _answers(one: Result) -> list[str]:
    return [_MARKS[said.answer] for said in one.sides] or ["", "", ""]


def _seconds(one: Result) -> str:
    return f"{one.seconds:.1f} s" if one.sides else ""


def _words(one: Result) -> str:
    if one.detail:
        return one.detail
    return next((said.words for said in one.sides if said.side == "scim"), "")


def _evidence(one: Result) -> str:
    if not one.sides:
        return f"{_cell(one.detail)} | | | "
    return " | ".join([*(_cell(f"{_MARKS[said.answer]}: {said.words}") for said in one.sides), _seconds(one)])


def _cell(text: str) -> str:
    return clean(text).replace("|", "\\|").replace("<", "&lt;")
