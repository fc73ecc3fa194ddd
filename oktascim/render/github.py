"""Output for GitHub Actions: annotations at the line of the spec, and a summary of the step in Markdown.

Elsewhere it writes nothing: annotations need `GITHUB_ACTIONS=true`, the summary a file in `GITHUB_STEP_SUMMARY`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from oktascim.errors import OktascimError
from oktascim.okta.apps import App
from oktascim.plan.diff import IntegrationPlan
from oktascim.plan.outcomes import MemberOutcome
from oktascim.plan.removal import Removal
from oktascim.plan.report import Report
from oktascim.redact import clean
from oktascim.render.layout import Layout, plural
from oktascim.render.markdown import literal
from oktascim.render.outcomes import outcome_name, outcome_rows, outcome_summary, outcome_text
from oktascim.render.plan_text import plan_notes, plan_summary, plan_text, plan_warnings
from oktascim.render.streams import Output
from oktascim.spec.loader import LoadedIntegration
from oktascim.spec.problem import Problem, SpecError

_ANNOTATIONS = 10  # GitHub's maximum per level and step
_PAINT = re.compile("\x1b\\[[0-9;]*m")
_INDENTED_SIGN = re.compile(r"^(\s+)([-+~!]) ", re.MULTILINE)

Loaded = TypeVar("Loaded", bound=Sequence[LoadedIntegration])


class GitHub:
    """The annotations and the summary of one command.

    Args:
        environ: the environment variables.
        output: hides secrets; annotations are notes on stderr.
        command: the command's name.
    """

    def __init__(self, environ: Mapping[str, str], output: Output, command: str) -> None:
        self.annotates = environ.get("GITHUB_ACTIONS") == "true"
        self._summary_file = environ.get("GITHUB_STEP_SUMMARY")
        self._workspace = environ.get("GITHUB_WORKSPACE")
        self._output = output
        self._command = command
        self._places: dict[str, Problem] = {}
        self._told = False

    def loaded(self, loaded: Loaded) -> Loaded:
        """Remember where in the files the integrations are, and return them."""
        self._places = {one.integration.key: one.problem((), "") for one in loaded}
        return loaded

    def planned(
        self, plans: Sequence[IntegrationPlan], orphans: Sequence[App], missing: Mapping[str, str] | None = None
    ) -> None:
        """Write a plan.

        Args:
            plans: from `diff.plan`.
            orphans: the apps that `--prune` deletes.
            missing: the secrets that apply would lack, as text, by integration.
        """
        missing = missing or {}
        for plan in plans:
            key = plan.integration.key
            if plan.problem:
                self.annotate("error", key, f"{plan.problem.what}\n{plan.problem.fix}", self._places.get(key))
            for warning in (*plan_warnings(plan), *([missing[key]] if key in missing else [])):
                self.annotate("warning", key, warning, self._places.get(key))
        beside = [f"- {literal(f'{plan.integration.key}: {note}')}" for plan in plans for note in plan_notes(plan)]
        beside += [f"- {literal(words)}" for words in missing.values()]
        text = "\n".join(plan_text(plans, orphans, Layout(None, lambda text: self._output.masked(clean(text)))))
        self._summarize(plan_summary(plans, orphans), [*_diff(text), *(["", *beside] if beside else [])])

    def applied(self, reports: Sequence[Report], summary: str, removals: Sequence[Removal] = ()) -> None:
        """Write what apply did.

        Args:
            reports: one per integration.
            summary: the line that counts them.
            removals: the apps that it deleted or couldn't delete.
        """
        for report in reports:
            place = self._places.get(report.name)
            if report.error:
                self.annotate(
                    "warning" if report.status == "pending" else "error", report.name, str(report.error), place
                )
            for level, outcome in _annotated(report.outcomes):
                self.annotate(level, f"{report.name}: {outcome_name(outcome)}", outcome_text(outcome), place)
        self._summarize(summary, _report_lines(reports, removals))

    def stopped(self, error: OktascimError) -> None:
        """Write what ended the command early, unless it was already written."""
        if self._told:
            return
        for problem in error.problems if isinstance(error, SpecError) else ():
            self.annotate("error", problem.path or "spec", problem.message, problem)
        if not isinstance(error, SpecError):
            self.annotate("error", self._command, error.what)
        details = [f"- {literal(line)}" for text in (error.why, error.fix) if text for line in text.splitlines()]
        self._summarize(f"stopped. {error.what}", details)

    def annotate(self, level: str, title: str, text: str, place: Problem | None = None) -> None:
        """Write an annotation.

        Args:
            level: `error`, `warning` or `notice`.
            title: what it is about.
            text: its text.
            place: the file and line that it refers to, or None.
        """
        if not self.annotates:
            return
        escaped = self._output.masked(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        where = f"file={_property(self._relative(place.file))},line={place.line}," if place else ""
        name = _property(self._output.masked(clean(title)))
        self._output.command(f"::{level} {where}title=oktascim {name}::{escaped}")

    def _relative(self, file: Path) -> str:
        """The file's path from the root of the repository, as GitHub expects it."""
        if self._workspace and file.resolve().is_relative_to(self._workspace):
            return os.path.relpath(file.resolve(), self._workspace)
        return str(file)

    def _summarize(self, headline: str, lines: Sequence[str]) -> None:
        self._told = True
        self.summarize("\n".join([f"### oktascim {self._command}", "", literal(headline), "", *lines, ""]))

    def summarize(self, markdown: str) -> None:
        """Add Markdown to the summary of the job."""
        if not self._summary_file:
            return
        try:
            with Path(self._summary_file).open("a", encoding="utf-8") as stream:
                stream.write(self._output.masked(markdown) + "\n")
        except OSError as error:
            self._output.note(f"Can't write the step summary to {self._summary_file}: {error.strerror}.")


@contextmanager
def on_github(environ: Mapping[str, str], output: Output, command: str) -> Iterator[GitHub]:
    """GitHub's output for one command, even if the command stops early."""
    github = GitHub(environ, output, command)
    try:
        yield github
    except OktascimError as error:
        github.stopped(error)
        raise


def _annotated(outcomes: Sequence[MemberOutcome]) -> Iterator[tuple[str, MemberOutcome]]:
    """Failures as errors, then pending items as warnings, as many of each as GitHub shows."""
    failed = [one for one in outcomes if one.state == "failed" and one.kind != "group"]
    pending = [one for one in outcomes if one.state == "pending"]
    yield from (("error", one) for one in failed[:_ANNOTATIONS])
    yield from (("warning", one) for one in pending[:_ANNOTATIONS])


def _diff(text: str) -> list[str]:
    """A plan as a diff block: GitHub colours a line by its first character; no label can end the block."""
    signed = _INDENTED_SIGN.sub(lambda found: f"{found[2].replace('~', '!')}{found[1]} ", _PAINT.sub("", text))
    fence = "```"
    while fence in signed:
        fence += "`"
    return [f"{fence}diff", signed, fence]


def _report_lines(reports: Sequence[Report], removals: Sequence[Removal]) -> list[str]:
    lines = ["| integration | state | app | what |", "|---|---|---|---|"]
    for report in reports:
        parts = (plural(len(report.steps), "step"), outcome_summary(report.outcomes))
        steps = "; ".join(part for part in parts if part)
        what = report.error.what if report.error else steps
        lines.append(f"| {report.name} | {report.status} | {literal(report.app_id or '')} | {literal(what)} |")
    for one in removals:
        reason = one.evidence if one.status == "skipped" else "no file names it"
        what = f"{one.app.label}: {one.error.what if one.error else reason}"
        lines.append(f"| {one.app.marker} | {one.status} | {one.app.id} | {literal(what)} |")
    rows = [(report.name, *row) for report in reports for row in outcome_rows(report.outcomes)]
    if rows:
        lines += ["", "| integration | who | state | what Okta shows |", "|---|---|---|---|"]
        lines += [f"| {' | '.join(map(literal, row))} |" for row in rows]
    return lines


def _property(text: str) -> str:
    """A property of an annotation, escaped as GitHub's toolkit does it."""
    return text.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
