"""HTML made of templates: what is filled in is escaped, unless it is HTML already."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
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
    """A template of the templates folder, filled."""
    return fill(asset(f"{name}.html"), **values)


def joined(parts: Iterable[Html]) -> Html:
    """Several pieces, one after the other."""
    return Html("\n".join(parts))


def document(
    title: str, body: Html, *, style: str = "console", attributes: Html | str = "", scripts: Iterable[str] = ()
) -> Html:
    """A whole page: the head, the body, and at its foot whose page this is not."""
    loaded = joined(fill('<script src="/_emulator/console/assets/{{name}}.js"></script>', name=one) for one in scripts)
    return render("document", title=title, body=body, style=style, attributes=attributes, scripts=loaded)


def message(title: str, text: str, status: int = 200) -> HTMLResponse:
    """A page that says one thing."""
    return answer(document(title, render("message", title=title, text=text)), status)


def rows(values: Iterable[tuple[str, object]]) -> Html:
    """Names, each beside its value."""
    return joined(render("row", name=name, value=value) for name, value in values)


def table(columns: Sequence[str], found: Iterable[Sequence[object]], *, empty: str) -> Html:
    """A table, or what to say where it has no row."""
    lines = [joined(fill("<td>{{value}}</td>", value=value) for value in one) for one in found]
    if not lines:
        return fill('<p class="nothing">{{empty}}</p>', empty=empty)
    heads = joined(fill("<th>{{name}}</th>", name=name) for name in columns)
    return render("table", columns=heads, rows=joined(fill("<tr>{{line}}</tr>", line=line) for line in lines))


def badge(status: str) -> Html:
    """A status, written as the console writes it: Active, not ACTIVE."""
    kind = {"ACTIVE": "on", "PROVISIONED": "on", "ERROR": "error"}.get(status, "off")
    return fill('<span class="status {{kind}}">{{words}}</span>', kind=kind, words=status.capitalize())


def answer(body: Html, status: int = 200, *, slot: str = "content") -> HTMLResponse:
    """A page, or a piece of one; the script puts a piece into the slot that the header names."""
    return HTMLResponse(body, status, {**_HEADERS, "X-Slot": slot})


@cache
def asset(name: str) -> str:
    """A file of the templates folder."""
    return files("okta_emulator.admin_console").joinpath("templates", name).read_text(encoding="utf-8")


def _safe(value: object) -> str:
    return value if isinstance(value, Html) else escape(str(value))
