"""Which steps of `oktascim verify` get a line of their own while the run goes on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from oktascim.cli.commands import verify
from oktascim.render.layout import Layout
from oktascim.verify.model import State, StepResult, lifecycle


@pytest.mark.parametrize(
    ("state", "interactive", "verbosity", "said"),
    [
        ("proven", True, 0, 0),
        ("failed", True, 0, 1),
        ("unproven", True, 0, 1),
        ("not_run", True, 1, 0),
        ("proven", True, 1, 1),
        ("failed", False, 0, 0),
        ("proven", False, 1, 1),
    ],
)
def test_a_line_is_shown_for_trouble_or_on_request(state: State, interactive: bool, verbosity: int, said: int) -> None:
    """The table at the end has them all."""
    lines = list[str]()
    output = SimpleNamespace(interactive=interactive, note_layout=Layout(), note_painted=lines.extend)
    session = cast("Any", SimpleNamespace(output=output, verbosity=verbosity))
    verify._note(session, StepResult(lifecycle().steps[0], state, seconds=1.0))
    assert len(lines) == said
