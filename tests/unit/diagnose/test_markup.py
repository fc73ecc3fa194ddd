"""Web pages in place of SCIM: only what a reader would see of them is judged."""

from __future__ import annotations

import pytest

from oktascim.diagnose.markup import visible_text, without_blocks
from oktascim.diagnose.message import parse_message

PAGE = "<html><head><title>Error</title><style>{}</style></head><body><pre>Cannot PATCH /Users/42</pre></body></html>"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("no markup", "no markup"),
        ("a <script>if (denied) {}</script>b", "a b"),
        ("a <STYLE type='x'>p {}</STYLE> b<!-- c --> d", "a  b d"),
        ("a <script>cut off", "a "),
        ("1 < 2", "1 < 2"),
        ("a <!--> b", "a  b"),
        ("İİİİ <script>x</script> a <SCRIPT>y</SCRIPT> b", "İİİİ  a  b"),
    ],
)
def test_what_nobody_reads_is_left_out(text: str, left: str) -> None:
    assert without_blocks(text) == left


def test_the_words_of_a_page_are_its_title_and_its_body() -> None:
    assert visible_text("<title>Error</title><pre>Cannot PATCH /a</pre") == "Error Cannot PATCH /a /pre"


def test_a_long_style_does_not_push_the_words_beyond_the_limit() -> None:
    parsed = parse_message("Not Found. Errors reported by remote server: " + PAGE.format("p { color: red } " * 500))
    assert (parsed.status, parsed.body, parsed.detail) == (404, "html", "Error Cannot PATCH /Users/42")
