"""A diagnosis as text: whole lines in a pipe, wrapped to the width of a terminal."""

from __future__ import annotations

import pytest

from oktascim.diagnose.engine import explain_text
from oktascim.render.findings import finding_lines

(FINDING,) = explain_text("Error authenticating: Unauthorized. Errors reported by remote server: jwt expired")


def test_a_pipe_gets_a_line_for_each_paragraph() -> None:
    lines = list(finding_lines(FINDING))
    assert [line[:6] for line in lines] == ["why   ", "fix   ", "Okta  ", *["or    "] * len(FINDING.alternatives)]
    assert lines[1] == f"fix   {FINDING.fix}"


@pytest.mark.parametrize("columns", [50, 80, 150])
def test_a_terminal_gets_lines_of_its_width(columns: int) -> None:
    lines = list(finding_lines(FINDING, columns))
    assert columns - 20 < max(map(len, lines)) <= columns
    assert "".join(line[6:] + " " for line in lines) == "".join(line[6:] + " " for line in finding_lines(FINDING))
