"""Reports for machines that run us: JUnit, GitHub annotations and step summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

from oktascim.errors import OktascimError
from oktascim.files import write_whole
from oktascim.plan.removal import Removal
from oktascim.plan.report import Report
from oktascim.redact import clean
from oktascim.render.streams import Output


def write_junit(file: Path, output: Output, reports: Sequence[Report]) -> None:
    """Write a JUnit file: a suite per integration, a case per step; pending steps are skipped with their reason.

    Args:
        file: where to.
        output: knows the secrets that must not be in it.
        reports: what the run did.

    Raises:
        OktascimError: the file cannot be written.
    """
    root = ElementTree.Element("testsuites", name="oktascim apply")
    for report in reports:
        suite = ElementTree.SubElement(root, "testsuite", name=report.name, tests=str(len(report.steps) or 1))
        if not report.steps:
            case = ElementTree.SubElement(suite, "testcase", classname=report.name, name=report.status)
            _mark(case, output, "failed" if report.error else "done", report.error)
        for step in report.steps:
            case = ElementTree.SubElement(suite, "testcase", classname=report.name, name=clean(step.step.describe()))
            _mark(case, output, step.status, step.error)
    ElementTree.indent(root)
    write_whole(file, ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n")


def tell_github(
    environ: Mapping[str, str],
    output: Output,
    reports: Sequence[Report],
    counted: Mapping[str, int],
    removals: Sequence[Removal] = (),
) -> None:
    """Annotations and a Markdown summary where GitHub Actions runs us; nothing elsewhere."""
    if environ.get("GITHUB_ACTIONS") == "true":
        for report in reports:
            if report.error:
                level = "warning" if report.status == "pending" else "error"
                text = output.masked(f"{report.error}").replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
                output.note(f"::{level} title=oktascim {report.name}::{text}")
    summary = environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        try:
            with Path(summary).open("a", encoding="utf-8") as stream:
                stream.write(output.masked(_markdown(reports, counted, removals)))
        except OSError as error:
            output.note(f"The summary for GitHub could not be written to {summary}: {error.strerror}.")


def _markdown(reports: Sequence[Report], counted: Mapping[str, int], removals: Sequence[Removal]) -> str:
    lines = [f"### oktascim: {', '.join(f'{count} {status}' for status, count in counted.items())}", ""]
    lines += ["| integration | state | app | what |", "|---|---|---|---|"]
    for report in reports:
        what = report.error.what if report.error else f"{len(report.steps)} steps"
        lines.append(f"| {report.name} | {report.status} | {report.app_id or ''} | {_cell(what)} |")
    for one in removals:
        what = f"{one.app.label}: {one.error.what if one.error else 'no file names it'}"
        lines.append(f"| {one.app.marker} | {one.status} | {one.app.id} | {_cell(what)} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return clean(text).replace("|", "\\|")


def _mark(case: ElementTree.Element, output: Output, status: str, error: OktascimError | None) -> None:
    words = output.masked(clean(str(error), keep_newlines=True)) if error else ""
    if status == "failed":
        failure = ElementTree.SubElement(case, "failure", message=words.partition("\n")[0] or "failed")
        failure.text = words
    elif status != "done":
        ElementTree.SubElement(case, "skipped", message=words or status)
