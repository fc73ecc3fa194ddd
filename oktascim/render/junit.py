"""The report of apply as JUnit XML, for CI systems that show test results."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from oktascim.files import write_whole
from oktascim.plan.report import Report
from oktascim.redact import clean
from oktascim.render.outcomes import outcome_name, outcome_text
from oktascim.render.streams import Output

_WELL = frozenset({"done", "provisioned", "assigned"})
_NO_XML = re.compile("[\ufffe\uffff]")


def write_junit(file: Path, output: Output, reports: Sequence[Report]) -> None:
    """Write a JUnit file: a suite per integration, a case per step, user and group; pending ones are skipped.

    Args:
        file: the path.
        output: hides secrets.
        reports: what the run did.

    Raises:
        OktascimError: the file can't be written.
    """
    root = ElementTree.Element("testsuites", name="oktascim apply")
    for report in reports:
        count = (len(report.steps) or 1) + len(report.outcomes)
        suite = ElementTree.SubElement(root, "testsuite", name=report.name, tests=str(count))
        if not report.steps:
            case = ElementTree.SubElement(suite, "testcase", classname=report.name, name=report.status)
            failed = report.error is not None and not report.outcomes  # otherwise the outcomes show who failed
            _mark(case, output, "failed" if failed else "done", str(report.error))
        for step in report.steps:
            case = ElementTree.SubElement(
                suite, "testcase", classname=report.name, name=xml_text(output, step.step.describe())
            )
            _mark(case, output, step.status, str(step.error) if step.error else "")
        for outcome in report.outcomes:
            name = xml_text(output, outcome_name(outcome))
            case = ElementTree.SubElement(suite, "testcase", classname=report.name, name=name)
            _mark(case, output, outcome.state, outcome_text(outcome))
    ElementTree.indent(root)
    write_whole(file, ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n")


def xml_text(output: Output, text: str) -> str:
    """Text without secrets and without characters that XML 1.0 doesn't allow."""
    return output.masked(_NO_XML.sub("", clean(text, keep_newlines=True)))


def _mark(case: ElementTree.Element, output: Output, status: str, text: str) -> None:
    words = xml_text(output, text)
    if status == "failed":
        failure = ElementTree.SubElement(case, "failure", message=words.partition("\n")[0] or "failed")
        failure.text = words
    elif status not in _WELL:
        ElementTree.SubElement(case, "skipped", message=words or status.replace("_", " "))
