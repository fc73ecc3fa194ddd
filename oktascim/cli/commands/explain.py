"""`oktascim explain`: category, cause and fix for a pasted error message or exported events."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from oktascim.cli.options import OutputOption, session_of
from oktascim.diagnose.engine import explain_events, explain_text
from oktascim.diagnose.event import Event, reports_failure
from oktascim.diagnose.finding import Finding
from oktascim.errors import UsageProblem
from oktascim.files import EVENTS_BYTES, STDIN, read_bounded, read_file, standard_input
from oktascim.logs.addressing import addressed, facts_of
from oktascim.logs.exported import decoded, holds_events, read_events
from oktascim.render.findings import finding_lines
from oktascim.render.formats import Format, Table
from oktascim.render.layout import plural
from oktascim.render.streams import Output


def explain(
    context: typer.Context,
    text: Annotated[str | None, typer.Argument(help="The message as Okta shows it; - reads standard input.")] = None,
    events: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Events: JSON, JSON lines or CSV of `logs`, the Admin Console's Download CSV, a hook's payload; "
            "- is standard input.",
        ),
    ] = None,
    form: OutputOption = Format.TABLE,
) -> None:
    """Explain a provisioning failure: category, cause, fix, and what Okta does next.

    Examples: `oktascim explain "Error authenticating: Unauthorized"`,
    `oktascim logs --app acme-crm --failures -o jsonl | oktascim explain --events -`
    """
    if (text is None) == (events is None):
        raise UsageProblem(
            "Nothing to explain." if text is None else "A message and --events can't be used together.",
            fix='One of these:\noktascim explain "Error authenticating: …"\noktascim explain -  # from standard input\n'
            "oktascim explain --events FILE",
        )
    output = session_of(context).output
    if events is not None:
        _show(output, _of_events(read_events(_content(events, output))), form)
        return
    message = _content(STDIN, output) if text == STDIN else text or ""
    if not message.strip():
        raise UsageProblem("The message to explain is empty.", fix="Paste the whole message as Okta shows it.")
    _show(output, _explained(message), form)


def _explained(message: str) -> tuple[Finding, ...]:
    """Explain a text, which may be copied events, even incomplete ones."""
    if holds_events(message):
        try:
            return _of_events(read_events(message))
        except UsageProblem:  # cut off, or with words around it
            pass
    return explain_text(message)


def _of_events(events: Iterable[Event]) -> tuple[Finding, ...]:
    """Explain events, with their app and users filled into the commands; of an export, only these facts are kept."""
    facts: dict[str, dict[str, str]] = {}

    def noted() -> Iterator[Event]:
        for event in events:
            if reports_failure(event):
                facts[str(event.get("uuid"))] = facts_of(event)
            yield event

    found = explain_events(noted())
    return tuple(addressed(one, (facts[uuid] for uuid in one.events if uuid in facts)) for one in found)


def _content(source: str, output: Output) -> str:
    try:
        return decoded(_standard_input(output) if source == STDIN else read_file(Path(source), EVENTS_BYTES))
    except UnicodeDecodeError as error:
        name = "Standard input" if source == STDIN else source
        raise UsageProblem(f"{name} isn't UTF-8 or UTF-16 text.") from error


def _standard_input(output: Output) -> bytes:
    stream = standard_input()
    if sys.stdin.isatty():
        output.note("Paste it here and end with Ctrl-D on its own line.")
    return read_bounded(stream.read, EVENTS_BYTES, "Standard input")


def _show(output: Output, findings: tuple[Finding, ...], form: Format) -> None:
    if form.is_document:
        output.show({"findings": [finding.to_json() for finding in findings]}, form, Table((), ()))
        return
    if not findings:
        output.note("No failures found.")
    for number, finding in enumerate(findings):
        if number:
            output.data("")
        if finding.events:
            output.data(plural(len(finding.events), "event"))
        for line in finding_lines(finding, output.stdout.columns, color=output.stdout.color):
            output.data_painted(line)
