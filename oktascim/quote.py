"""Quotes text from outside in a message: one line of a limited length, with only the title of a web page."""

from __future__ import annotations

import re

from oktascim.redact import clean

MOST = 300
"""How many characters of a text are quoted: Okta's longest known sentences fit."""

_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_END_OF_PAGE = re.compile(r"</html\s*>", re.IGNORECASE)
_TITLE = re.compile(r"<title\b[^<>]{0,200}>([^<]{0,200})", re.IGNORECASE)
_SEARCHED = 64 * 1024  # a page has its title in its head


def quoted(text: str, most: int = MOST) -> str:
    """A text from outside, as a message can quote it.

    Args:
        text: any text; a web page in it becomes `[web page "its title"]`.
        most: how many characters remain; `…` marks a cut.
    """
    page = _PAGE.search(text[:_SEARCHED])
    if page:
        after = _END_OF_PAGE.split(text[page.start() :], maxsplit=1)[1:]
        text = f"{text[: page.start()]}[{page_in_words(text[page.start() :])}]{''.join(after)}"
    line = " ".join(clean(text[:_SEARCHED]).split())
    return line if len(line) <= most else f"{line[:most].rstrip()}…"


def page_in_words(text: str) -> str:
    """A web page, named by its title: `web page "Sign in"`, or `web page`; "" for a text that isn't one."""
    start = text[:_SEARCHED].lstrip("\ufeff \t\r\n")
    if not _PAGE.match(start):
        return ""
    title = _TITLE.search(start)
    words = " ".join(clean(title[1]).split()) if title else ""
    return f'web page "{words}"' if words else "web page"
