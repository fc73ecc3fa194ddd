"""How a text from outside is quoted: one line, of a web page only the title, nothing that moves the cursor."""

from __future__ import annotations

import pytest

from oktascim.quote import MOST, page_in_words, quoted

PAGE = "<!DOCTYPE html><html lang=en><head><title>\n 500 - \x1b[31mAcme\x1b[0m </title></head><body>stack</body></html>"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  two\n lines ", "two lines"),
        ("\x1b[31mred\x1b[0m \x1b]0;title\x07end", "red end"),
        (PAGE, '[web page "500 - Acme"]'),
        ("<html><body>no title", "[web page]"),
        (f'Invalid JSON: at "{PAGE}"; line: 1', 'Invalid JSON: at "[web page "500 - Acme"]"; line: 1'),
        ("<schemas>xml</schemas>", "<schemas>xml</schemas>"),
        ("<header is no page>", "<header is no page>"),
        ("x" * (MOST + 1), "x" * MOST + "…"),
        ("", ""),
    ],
)
def test_quoted(text: str, said: str) -> None:
    assert quoted(text) == said


def test_a_huge_text_is_not_read_to_its_end() -> None:
    page = f"<html><head><title>{'t' * 10_000_000}"
    assert len(quoted(page)) < MOST
    assert page_in_words(page).startswith('web page "ttt')


@pytest.mark.parametrize(("text", "page"), [(" \n<HTML>", "web page"), ("\ufeff<html>", "web page"), ("[]<html>", "")])
def test_only_a_text_that_begins_as_a_page_is_one(text: str, page: str) -> None:
    assert page_in_words(text) == page
