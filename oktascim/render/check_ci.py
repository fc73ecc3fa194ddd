"""A check run for CI: JUnit, and annotations and the summary of GitHub Actions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

from oktascim.check.report import CheckReport
from oktascim.files import write_whole
from oktascim.redact import clean
from oktascim.render.github import GitHub
from oktascim.render.junit import xml_text
from oktascim.render.streams import Output


def write_check_junit(file: Path, output: Output, report: CheckReport, *, strict: bool) -> None:
    """Write a JUnit file: one suite per group of checks, one case per check.

    Args:
        file: the path.
        output: hides secrets.
        report: what the run found.
        strict: True counts failed recommended checks as failures, otherwise they are skipped with their reason.

    Raises:
        OktascimError: the file can't be written.
    """
    root = ElementTree.Element("testsuites", name="oktascim check")
    for group in dict.fromkeys(one.check.group for one in report.verdicts):
        ours = [one for one in report.verdicts if one.check.group == group]
        suite = ElementTree.SubElement(root, "testsuite", name=group, tests=str(len(ours)))
        for one in ours:
            case = ElementTree.SubElement(suite, "testcase", classname=group, name=one.check.id)
            words = xml_text(output, one.detail)
            counts = one.check.requirement == "required" or strict
            if one.passed is False and counts:
                failure = ElementTree.SubElement(case, "failure", message=words)
                failure.text = xml_text(output, one.mending.do) if one.mending else words
            elif not one.passed:
                ElementTree.SubElement(case, "skipped", message=words)
    ElementTree.indent(root)
    write_whole(file, ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n")


def tell_github_of_check(environ: Mapping[str, str], output: Output, report: CheckReport, markdown: str) -> None:
    """Annotations for each failed check, and the report as the summary, if running in GitHub Actions."""
    github = GitHub(environ, output, "check")
    for one in report.failed():
        level = "error" if one.check.requirement == "required" else "warning"
        github.annotate(level, f"check {one.check.id}", clean(one.detail))
    github.annotate("notice", "check", report.sentence)
    github.summarize(markdown)
