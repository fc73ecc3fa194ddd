"""`oktascim explain`: from a pasted error message, or from exported events, to category, cause and fix."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from oktascim.cli.context import OutputOption, session_of
from oktascim.diagnose.engine import explain_events, explain_text
from oktascim.diagnose.finding import Finding
from oktascim.errors import OktascimError, UsageProblem
from oktascim.render.findings import finding_lines
from oktascim.render.streams import Format, Output, Table

STDIN = "-"


def explain(
    context: typer.Context,
    text: Annotated[str | None, typer.Argument(help="The message as Okta shows it; - reads standard input.")] = None,
    events: Annotated[
        str | None,
        typer.Option(help="A file of events, as `logs -o json` or `-o jsonl` writes it; - is standard input."),
    ] = None,
    form: OutputOption = Format.TABLE,
) -> None:
    """Say what a provisioning failure means: category, cause, fix, and what Okta does next.

    Examples: `oktascim explain "Error authenticating: Unauthorized"`,
    `oktascim logs --app acme-crm --failures -o jsonl | oktascim explain --events -`
    """
    if (text is None) == (events is None):
        raise UsageProblem("Give a text, - for standard input, or --events FILE.", fix='oktascim explain "Error …"')
    if events is not None:
        findings = explain_events(read_events(_content(events)))
    else:
        findings = explain_text(_content(STDIN) if text == STDIN else text or "")
    _show(session_of(context).output, findings, form)


def read_events(content: str) -> Iterator[dict[str, Any]]:
    """The events of an export.

    Args:
        content: a JSON array, an object with `events`, or one JSON object a line.

    Raises:
        UsageProblem: it is none of these; the line is named.
    """
    for value in _values(content):
        if not isinstance(value, dict):
            raise UsageProblem("This is not an export of events.", why=f"Instead of an event it holds {value!r:.60}.")
        if "finding" not in value:  # an explanation between the events of `logs -o jsonl --explain`
            yield value


def _values(content: str) -> Iterable[Any]:
    try:
        document = json.loads(content)
    except ValueError:
        return _lines(content)
    if isinstance(document, dict):
        document = document.get("events", [document])
    return document if isinstance(document, list) else [document]


def _lines(content: str) -> Iterator[Any]:
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield json.loads(line)
        except ValueError as error:
            raise UsageProblem(
                f"Line {number} of the events is not JSON: {error}.",
                fix="Export them with `oktascim logs -o jsonl`.",
            ) from None


def _content(source: str) -> str:
    try:
        if source == STDIN:
            return sys.stdin.read()
        return Path(source).read_text(encoding="utf-8")
    except OSError as error:
        raise OktascimError(f"Cannot read {source}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageProblem(f"{source} is not a text in UTF-8.") from error


def _show(output: Output, findings: tuple[Finding, ...], form: Format) -> None:
    if form is not Format.TABLE:
        output.show({"findings": [finding.to_json() for finding in findings]}, form, Table((), ()))
        return
    if not findings:
        output.note("There is no failure in it.")
    for number, finding in enumerate(findings):
        if number:
            output.data("")
        if finding.events:
            output.data(f"{len(finding.events):,} event{'' if len(finding.events) == 1 else 's'}")
        for line in finding_lines(finding):
            output.data(line)
