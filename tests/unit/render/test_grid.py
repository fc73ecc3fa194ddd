"""Tables on a terminal: a state is told by its colour, too."""

from oktascim.render.gate import painted
from oktascim.render.grid import grid
from oktascim.render.layout import Layout


def test_only_a_mark_has_a_colour_and_columns_stay_aligned() -> None:
    rows = [("ok", "dns", "ok"), ("FAILED", "status", "FAILED"), ("info", "id", "none")]
    head, *lines = grid(("", "check", "what was seen"), rows, Layout(80))
    assert head == painted("        check   what was seen", "1")
    assert lines == [
        f"{painted('ok', '32')}      dns     ok",
        f"{painted('FAILED', '31')}  status  FAILED",
        "info    id      none",
    ]


def test_a_mark_behind_the_key_stands_in_the_heading_of_a_block() -> None:
    lines = grid(("step", "", "Okta", "log"), [("user.deactivate", "ok", "yes", "no event")], Layout(24))
    assert lines == [painted("user.deactivate  ok", "1"), "  Okta  yes", "  log   no event"]
