"""A verify run for CI: JUnit, and annotations and the summary of GitHub Actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

from oktascim.files import write_whole
from oktascim.redact import clean
from oktascim.render.github import GitHub
from oktascim.render.junit import xml_text
from oktascim.render.streams import Output
from oktascim.verify.model import State, StepResult
from oktascim.verify.report import VerifyReport

JUnitCase = tuple[str, float, State, str, str]


def write_verify_junit(file: Path, output: Output, report: VerifyReport, *, strict: bool) -> None:
    """Write a JUnit file: one case per step and per changed attribute.

    Args:
        file: the path.
        output: hides secrets.
        report: what the run found.
        strict: True counts unproven steps as failures; otherwise they are skipped, with the reason.

    Raises:
        OktascimError: the file can't be written.
    """
    cases = [case for result in report.results for case in _cases(result)]
    root = ElementTree.Element("testsuites", name="oktascim verify")
    suite = ElementTree.SubElement(root, "testsuite", name=xml_text(output, report.label), tests=str(len(cases)))
    for name, seconds, state, words, fix in cases:
        case = ElementTree.SubElement(suite, "testcase", classname="verify", name=name, time=f"{seconds:.3f}")
        message = xml_text(output, words)
        if state == "failed" or (strict and state == "unproven"):
            ElementTree.SubElement(case, "failure", message=message).text = xml_text(output, fix or words)
        elif state != "proven":
            ElementTree.SubElement(case, "skipped", message=message)
    ElementTree.indent(root)
    write_whole(file, ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n")


def tell_github_of_verify(environ: Mapping[str, str], output: Output, report: VerifyReport, markdown: str) -> None:
    """Annotations for each failed step, and the report as the summary, if running in GitHub Actions."""
    github = GitHub(environ, output, "verify")
    for one in report.having("failed"):
        github.annotate("error", f"verify {one.step.id}", clean(one.summary))
    github.annotate("notice", "verify", report.sentence)
    github.summarize(markdown)


def _cases(result: StepResult) -> Iterator[JUnitCase]:
    yield result.step.id, result.seconds, result.state, result.summary, result.fix
    for part in result.parts:
        yield f"{result.step.id}.{part.name}", 0.0, part.state, part.words, result.fix
