"""Progress without a terminal: lines on stderr, and those of integrations in the text."""

from __future__ import annotations

import io

from oktascim.redact import Masker
from oktascim.render.formats import Format
from oktascim.render.progress import progress_for
from oktascim.render.progress_lines import Lines
from oktascim.render.streams import Output
from oktascim.routes.route import Handoff
from tests.unit.render.test_progress import Screen, a_run


def test_lines_say_why_nothing_happens_and_what_a_person_must_do() -> None:
    stderr = io.StringIO()
    progress = progress_for(Output(Masker(), {}, stdout=io.StringIO(), stderr=stderr, stdin=io.StringIO()))
    assert isinstance(progress, Lines)
    a_run(progress)
    assert stderr.getvalue().splitlines() == [
        "Waiting up to 3 s: rate limit.",
        "acme: open https://page",
        "  1. Click.",
        "  2. Save.",
    ]


def test_a_long_step_is_wrapped_below_its_text() -> None:
    stderr = Screen()  # of 80 columns
    start = "Click 'Test Connector Configuration' and wait for 'Connector configured"
    handoff = Handoff("https://page", (f"{start} successfully'.",))
    Lines(Output(Masker(), {}, stdout=Screen(), stderr=stderr)).handoff("acme", handoff)
    assert stderr.getvalue().splitlines()[1:] == [f"  1. {start}", "     successfully'."]


def test_verbose_lines_say_what_proves_a_step() -> None:
    stderr = io.StringIO()
    output = Output(Masker(), {}, stdout=io.StringIO(), stderr=stderr, stdin=io.StringIO())
    a_run(progress_for(output, verbose=True))
    assert stderr.getvalue().splitlines()[0] == "acme: Create the app: done (read back)"


def test_the_line_of_an_integration_is_part_of_the_text_and_a_note_beside_json(reports) -> None:
    for form, of_stdout, of_stderr in (
        (Format.TEXT, "✓ new  created  2.0 s\n", ""),
        (Format.JSON, "", "✓ new  created  2.0 s\n"),
    ):
        stdout, stderr = io.StringIO(), io.StringIO()
        lines = progress_for(Output(Masker(), {}, stdout=stdout, stderr=stderr, stdin=io.StringIO()), form)
        lines.finished(reports[0], 2.0)
        lines.finished(reports[1], 2.0)  # unchanged
        assert (stdout.getvalue(), stderr.getvalue()) == (of_stdout, of_stderr)


def test_a_file_that_a_route_kept_is_named_without_verbose() -> None:
    stderr = io.StringIO()
    lines = Lines(Output(Masker(), {}, stdout=io.StringIO(), stderr=stderr, stdin=io.StringIO()))
    lines.gave_up("acme", "api", "Not for this app.")
    lines.gave_up("acme", "console", "Screenshot (secrets removed): /tmp/x.png", names_file=True)
    assert stderr.getvalue() == "acme: console: Screenshot (secrets removed): /tmp/x.png\n"
