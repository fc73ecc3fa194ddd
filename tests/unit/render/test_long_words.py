"""Words that are longer than a line: outside text is cut, what a person copies isn't."""

from __future__ import annotations

import pytest

from oktascim.render.terminal import fitted


def test_json_without_blanks_never_crosses_the_edge() -> None:
    text = "got: 500 " + '{"a":[1,2,3],' * 40
    lines = fitted(text, 80, indent=5)
    assert max(map(len, lines)) <= 75
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    "word",
    [
        f"https://acme.example/{'path/' * 30}",
        f"'/tmp/{'folder/' * 20}picture.png'.",
        f"{'x' * 90}@acme.example",
    ],
)
def test_what_a_person_copies_stays_whole(word: str) -> None:
    assert word in fitted(f"See {word} for more", 80)


def test_a_word_without_end_is_cut() -> None:
    assert max(map(len, fitted("x" * 5_000, 80))) == 80
