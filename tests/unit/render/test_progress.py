"""Progress on a terminal: a bar on stderr."""

from __future__ import annotations

import io
import re

import pytest

from oktascim.redact import Masker
from oktascim.render.progress import WHOLE_RUN, Bars, progress_for
from oktascim.render.streams import Output
from oktascim.routes.route import Handoff

HANDOFF = Handoff("https://page", ("Click.", "Save."))


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def a_run(progress) -> None:
    with progress:
        progress.planned("acme", 2)
        progress.began("acme", "Create the app")
        progress.ended("acme", "Create the app", "read back")
        progress.waits("rate limit", 3.2)
        progress.handoff("acme", HANDOFF)
        progress.failed("acme", "Enable provisioning", "s3cret\x1b[2J no")


def test_a_note_goes_above_the_bar_and_the_bar_leaves_nothing_behind() -> None:
    stderr = Screen()
    output = Output(Masker(), {}, stdout=Screen(), stderr=stderr, stdin=Screen())
    with Bars(output) as bars:
        bars.planned("acme", 2)
        bars.began("acme", "Create the app")
        output.note("> GET /api/v1/apps 200")
        assert stderr.getvalue().rindex("Applying") > stderr.getvalue().index("> GET /api/v1/apps 200")
    assert output.drawn is None
    output.note("Interrupted.")
    assert stderr.getvalue().endswith("\x1b[2KInterrupted.\n")  # the bar's line is erased before it


def test_bars_keep_to_stderr_and_hide_secrets() -> None:
    stdout, stderr = Screen(), Screen()
    masker = Masker()
    masker.add("s3cret")
    progress = progress_for(Output(masker, {}, stdout=stdout, stderr=stderr, stdin=Screen()))
    assert isinstance(progress, Bars)
    a_run(progress)
    assert stdout.getvalue() == ""
    assert "open https://page" in stderr.getvalue()
    assert "rate limit" in stderr.getvalue()
    assert "0:03" in stderr.getvalue()
    assert "s3cret" not in stderr.getvalue()


@pytest.mark.parametrize("steps", [0, 1])
def test_an_integration_without_steps_has_no_bar(steps: int) -> None:
    stderr = Screen()
    with Bars(Output(Masker(), {}, stdout=Screen(), stderr=stderr, stdin=Screen())) as bars:
        bars.planned("acme", steps)
        bars.began("acme", "Create the app")
    assert ("Create the app" in stderr.getvalue()) == bool(steps)


def test_a_wait_before_the_first_bar_is_a_line_that_erases_no_question() -> None:
    stderr = Screen()
    with Bars(Output(Masker(), {}, stdout=Screen(), stderr=stderr, stdin=Screen())) as bars:
        bars.waits("rate limit", 3)
        assert stderr.getvalue() == "Waiting up to 3 s: rate limit.\n"
        bars.planned("acme", 1)
        bars.waits("rate limit", 3)
    assert "0:03" in stderr.getvalue()


def test_each_row_of_the_bar_is_one_line_with_room_for_ctrl_c_and_the_estimate_counts_the_wait() -> None:
    stderr = Screen()
    with Bars(Output(Masker(), {}, stdout=Screen(), stderr=stderr, stdin=Screen())) as bars:
        bars.expects(14)
        bars.planned("acme-crm", 2)
        bars.began("acme-crm", "Assign ada.lovelace@acme.example to Acme Customer Relations EMEA")
        bars.waits("rate limit of /api/v1/apps, 10 calls a minute", 59)
        begun = stderr.tell()
        bars._bars.refresh()
        rows = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stderr.getvalue()[begun:]).replace("\r", "").splitlines()
    applying, waiting = (row.rstrip() for row in rows)
    assert max(len(applying), len(waiting)) <= 80 - len("^C")  # its echo behind a full line would begin another one
    assert re.search(r"0/14, about (58|59) s left acme-crm: Assign", applying)
    assert re.search(r"0:5[89] rate limit of /api/v1/apps, 10 calls a minute$", waiting)


def test_a_run_with_one_subject_says_its_verb_and_the_step_only() -> None:
    stderr = Screen()
    with Bars(Output(Masker(), {}, stdout=Screen(), stderr=stderr, stdin=Screen()), verb="Verifying") as bars:
        bars.planned(WHOLE_RUN, 18)
        bars.began(WHOLE_RUN, "Change each mapped attribute")
    assert "0/18 Change each mapped attribute" in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stderr.getvalue())


def test_a_step_that_moves_on_ends_its_wait() -> None:
    stderr = Screen()
    with Bars(Output(Masker(), {}, stdout=Screen(), stderr=stderr, stdin=Screen())) as bars:
        bars.planned("acme", 2)
        bars.began("acme", "Test the credentials")
        bars.waits("Okta's test of the SCIM server", 55)
        bars.began("acme", "Save the connection")
        begun = stderr.tell()
        bars._bars.refresh()
        shown = stderr.getvalue()[begun:]
    assert "Save the connection" in shown
    assert "Okta's test" not in shown
    assert "left" not in shown
