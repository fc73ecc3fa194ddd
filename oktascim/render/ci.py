"""Reports for machines that run us: JUnit, GitHub annotations and step summary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

from oktascim.files import write_whole
from oktascim.plan.outcomes import MemberOutcome
from oktascim.plan.removal import Removal
from oktascim.plan.report import Report
from oktascim.redact import clean
from oktascim.render.outcomes import outcome_name, outcome_rows, outcome_summary, outcome_text
from oktascim.render.streams import Output

_WELL = frozenset({"done", "provisioned", "assigned"})
_ANNOTATIONS = 10  # GitHub shows so many of a level for one step
_MARKDOWN = re.compile(r"[\\`*_\[\]<>|~]")
_NO_XML = re.compile("[\ufffe\uffff]")


def write_junit(file: Path, output: Output, reports: Sequence[Report]) -> None:
    """Write a JUnit file: a suite per integration, a case per step, person and group; what is pending is skipped.

    Args:
        file: where to.
        output: knows the secrets that must not be in it.
        reports: what the run did.

    Raises:
        OktascimError: the file cannot be written.
    """
    root = ElementTree.Element("testsuites", name="oktascim apply")
    for report in reports:
        count = (len(report.steps) or 1) + len(report.outcomes)
        suite = ElementTree.SubElement(root, "testsuite", name=report.name, tests=str(count))
        if not report.steps:
            case = ElementTree.SubElement(suite, "testcase", classname=report.name, name=report.status)
            failed = report.error is not None and not report.outcomes  # else the outcomes say who failed
            _mark(case, output, "failed" if failed else "done", str(report.error))
        for step in report.steps:
            case = ElementTree.SubElement(
                suite, "testcase", classname=report.name, name=_xml_text(output, step.step.describe())
            )
            _mark(case, output, step.status, str(step.error) if step.error else "")
        for outcome in report.outcomes:
            name = _xml_text(output, outcome_name(outcome))
            case = ElementTree.SubElement(suite, "testcase", classname=report.name, name=name)
            _mark(case, output, outcome.state, outcome_text(outcome))
    ElementTree.indent(root)
    write_whole(file, ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n")


def tell_github(
    environ: Mapping[str, str],
    output: Output,
    reports: Sequence[Report],
    summary: str,
    removals: Sequence[Removal] = (),
) -> None:
    """Annotations and a Markdown summary where GitHub Actions runs us; nothing elsewhere."""
    if environ.get("GITHUB_ACTIONS") == "true":
        for report in reports:
            if report.error:
                _annotate(output, "warning" if report.status == "pending" else "error", report.name, f"{report.error}")
            for level, outcome in _annotated(report.outcomes):
                _annotate(output, level, f"{report.name}: {outcome_name(outcome)}", outcome_text(outcome))
    file = environ.get("GITHUB_STEP_SUMMARY")
    if file:
        try:
            with Path(file).open("a", encoding="utf-8") as stream:
                stream.write(output.masked(_markdown(reports, summary, removals)))
        except OSError as error:
            output.note(f"The summary for GitHub could not be written to {file}: {error.strerror}.")


def _annotated(outcomes: Sequence[MemberOutcome]) -> Iterator[tuple[str, MemberOutcome]]:
    """Failures as errors and then what is pending as warnings, as many as GitHub shows of each."""
    failed = [one for one in outcomes if one.state == "failed" and one.kind != "group"]
    pending = [one for one in outcomes if one.state == "pending"]
    yield from (("error", one) for one in failed[:_ANNOTATIONS])
    yield from (("warning", one) for one in pending[:_ANNOTATIONS])


def _annotate(output: Output, level: str, title: str, text: str) -> None:
    escaped = output.masked(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    name = output.masked(clean(title)).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    output.note(f"::{level} title=oktascim {name}::{escaped}")


def _markdown(reports: Sequence[Report], summary: str, removals: Sequence[Removal]) -> str:
    lines = [f"### oktascim apply: {summary.removeprefix('Apply ')}", ""]
    lines += ["| integration | state | app | what |", "|---|---|---|---|"]
    for report in reports:
        steps = "; ".join(part for part in (f"{len(report.steps)} steps", outcome_summary(report.outcomes)) if part)
        what = report.error.what if report.error else steps
        lines.append(f"| {report.name} | {report.status} | {_cell(report.app_id or '')} | {_cell(what)} |")
    for one in removals:
        what = f"{one.app.label}: {one.error.what if one.error else 'no file names it'}"
        lines.append(f"| {one.app.marker} | {one.status} | {one.app.id} | {_cell(what)} |")
    rows = [(report.name, *row) for report in reports for row in outcome_rows(report.outcomes)]
    if rows:
        lines += ["", "| integration | who | state | what Okta shows |", "|---|---|---|---|"]
        lines += [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """A text that Markdown shows as it is: no image, link or cell of its own."""
    return _MARKDOWN.sub(r"\\\g<0>", clean(text))


def _xml_text(output: Output, text: str) -> str:
    """Text without what XML 1.0 can't hold, and without secrets."""
    return output.masked(_NO_XML.sub("", clean(text, keep_newlines=True)))


def _mark(case: ElementTree.Element, output: Output, status: str, text: str) -> None:
    words = _xml_text(output, text)
    if status == "failed":
        failure = ElementTree.SubElement(case, "failure", message=words.partition("\n")[0] or "failed")
        failure.text = words
    elif status not in _WELL:
        ElementTree.SubElement(case, "skipped", message=words or status)
