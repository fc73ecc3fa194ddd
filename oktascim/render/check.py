"""A check run as text, as a table, and as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from oktascim.check.catalogue import catalogue
from oktascim.check.report import OIN_NOTE, CheckReport, Remedy
from oktascim.check.verdict import Verdict
from oktascim.quote import quoted
from oktascim.redact import clean
from oktascim.render.formats import Table
from oktascim.render.gate import painted
from oktascim.render.grid import MARK_COLORS
from oktascim.render.layout import Layout
from oktascim.render.markdown import literal

_STATES = {True: "ok", None: "-"}
_QUOTED_LINES, _QUOTED_IN_PIPE = 3, 1_000  # of a request or a response: lines, characters (our choice)
_NOT_RUN_SHOWN = 3
"""How many checks that were not run for the same reason get a line each on a terminal (our choice)."""
_MOST_LEFT = 10
"""How many resources that the server didn't delete get a line each (our choice)."""


def check_table(report: CheckReport, *, whole: bool = True) -> Table:
    """One line per check.

    Args:
        report: the run.
        whole: also a line for each check that was not run; otherwise those with the same reason share one.
    """
    reasons = Counter(one.detail for one in report.verdicts if one.passed is None)
    shared = set() if whole else {reason for reason, number in reasons.items() if number > _NOT_RUN_SHOWN}
    rows = [
        [state(one), one.check.group, one.check.id, one.detail] for one in report.verdicts if one.detail not in shared
    ]
    rows += [[_STATES[None], "", f"{reasons[reason]} checks", reason] for reason in reasons if reason in shared]
    return Table(("", "group", "check", "what was seen"), rows, key=2)


def check_text(report: CheckReport, layout: Layout) -> list[str]:
    """The same by group, those that were not run for the same reason in one line.

    Args:
        report: the run.
        layout: the layout to use.
    """
    rows = check_table(report, whole=False).rows
    width = max((len(name) for _, _, name, _ in rows), default=0)
    lines: list[str] = []
    for group in dict.fromkeys(group for _, group, _, _ in rows):
        lines += ["", painted(group or "not run", "1")]
        for mark, _, name, detail in [row for row in rows if row[1] == group]:
            lines += layout.labelled(f"  {mark:6}  {name:{width}}  ", detail, below=12, color=MARK_COLORS.get(mark, ""))
    return lines[1:]


def state(verdict: Verdict) -> str:
    """ok, FAILED (required), advice (recommended and failed), or - (not run)."""
    if verdict.passed is False:
        return "FAILED" if verdict.check.requirement == "required" else "advice"
    return _STATES[verdict.passed]


def check_lines(report: CheckReport, layout: Layout) -> list[str]:
    """The fix list and the verdict, for people.

    Args:
        report: the run.
        layout: the layout to use.
    """
    words = {"passed": "passed", "failed": "failed", "advised": "recommended failed", "not_run": "not run"}
    counted = ", ".join(f"{report.counts[name]} {word}" for name, word in words.items())
    wrote = any(sent.exchange.method == "POST" for sent in report.exchanges)
    has_rfc = any(one.check.group == "rfc" for one in report.verdicts)
    apart = ", apart from what the RFC testers create," if has_rfc else ""
    created = f" Everything created by this run{apart} has {report.run_id} in its name." if wrote else ""
    last = report.stopped or ("" if report.failed("required") else OIN_NOTE)
    verdict = [
        "",
        f"{counted}.{created}",
        *_left_behind(report),
        report.sentence,
        *([last] if last else []),
    ]
    fixes = [line for number, one in enumerate(report.remedies, 1) for line in _remedy_lines(number, one, layout)]
    return fixes + [line for text in verdict for line in layout.hanging("", text)]


def _left_behind(report: CheckReport) -> Iterator[str]:
    """What the server didn't delete; the JSON lists all of it."""
    for made in report.left_behind[:_MOST_LEFT]:
        yield f"Not deleted by the server: {made.collection}/{made.id or '?'} {made.name}"
    if (more := len(report.left_behind) - _MOST_LEFT) > 0:
        yield f"Not deleted by the server: {more} more; delete what has {report.run_id} in its name."


def _blocked(remedy: Remedy) -> str:
    name = remedy.first.check.blocks
    return " ".join(catalogue().capabilities[name].can) or name


def _relation(remedy: Remedy) -> str:
    return "blocks" if remedy.required else "recommended, to"


def _remedy_lines(number: int, remedy: Remedy, layout: Layout) -> list[str]:
    first = remedy.first
    rows = [(_relation(remedy), _blocked(remedy))]
    rows.append(("why", f"{first.check.why} ({first.check.source})"))
    for shown in first.excerpts():
        most = _QUOTED_LINES * layout.columns if layout.columns else _QUOTED_IN_PIPE
        rows.append(("sent", f"{clean(shown['request'])} {quoted(shown['request_body'], most)}".rstrip()))
        rows.append(("got", f"{shown['status'] or 'no response:'} {quoted(shown['response_body'], most)}"))
    rows.append(("fix", f"{remedy.fix.do} ({remedy.fix.source})"))
    rows.append(("turns green", ", ".join(one.check.id for one in remedy.verdicts)))
    lines = ["", *layout.hanging(f"{number}. ", first.detail)]
    return lines + [line for head, text in rows for line in layout.hanging(f"   {head}: ", text, indent=5)]


def check_markdown(report: CheckReport) -> str:
    """The report as a Markdown page."""
    lines = [f"# {literal(report.sentence)}", ""]
    lines += [f"`oktascim check {report.base_url}`, SCIM {report.scim_version}, run `{report.run_id}`", ""]
    for number, remedy in enumerate(report.remedies, 1):
        lines += _remedy_markdown(number, remedy)
    lines += ["| | check | what was seen |", "|---|---|---|"]
    lines += [f"| {state(one)} | `{one.check.id}` | {literal(one.detail)} |" for one in report.verdicts]
    lines += ["", OIN_NOTE, ""]
    return "\n".join(lines)


def _remedy_markdown(number: int, remedy: Remedy) -> list[str]:
    words: dict[str, Any] = remedy.to_json()
    blocked = f"{_relation(remedy).capitalize()}: {_blocked(remedy)}."
    lines = [f"## {number}. {literal(words['what'])}", "", f"{blocked} {literal(words['why'])}", ""]
    for shown in words["exchanges"]:
        text = f"{shown['request']}\n{shown['request_body']}\n\n{shown['status']}\n{shown['response_body']}"
        lines += ["```text", clean(text, keep_newlines=True).replace("```", "'''"), "```", ""]
    green = ", ".join(f"`{name}`" for name in words["turns_green"])
    return [*lines, f"Fix: {literal(words['how'])} ({words['source']})", "", f"Turns green: {green}", ""]
