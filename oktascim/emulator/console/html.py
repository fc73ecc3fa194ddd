"""HTML made of templates: what is filled in is escaped, unless it is HTML already."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from html import escape
from importlib.resources import files

from starlette.responses import HTMLResponse

_SLOT = re.compile(r"\{\{(\w+)\}\}")
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
}


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def fill(template: str, /, **values: object) -> Html:
    """A template with its `{{slots}}` filled.

    Raises:
        KeyError: a slot has no value.
    """
    return Html(_SLOT.sub(lambda slot: _safe(values[slot[1]]), template))


def render(name: str, /, **values: object) -> Html:
    """A template of the assets folder, filled."""
    return fill(asset(f"{name}.html"), **values)


def joined(parts: Iterable[Html]) -> Html:
    """Several pieces, one after the other."""
    return Html("\n".join(parts))


def answer(body: Html, status: int = 200, *, slot: str = "content") -> HTMLResponse:
    """A page, or a piece of one; the script puts a piece into the slot that the header names."""
    return HTMLResponse(body, status, {**_HEADERS, "X-Slot": slot})


@cache
def asset(name: str) -> str:
    """A file of the assets folder."""
    return files("oktascim.emulator.console").joinpath("assets", name).read_text(encoding="utf-8")


def _safe(value: object) -> str:
    return value if isinstance(value, Html) else escape(str(value))
