"""The forms in which servers and stacks repeat a secret."""

from __future__ import annotations

import base64
import html
import json
import re
import textwrap
from collections.abc import Callable
from urllib.parse import quote, quote_plus

from oktascim.render.markdown import literal

TOKEN = "00aB/c+d=e&f~g-h_i.jKLMN%op"


def percent(text: str, *, keep: str = "", upper: bool = True) -> str:
    form = quote(text, safe=keep)
    return form if upper else re.sub("%..", lambda found: found[0].lower(), form)


def json_escaped(text: str, *, upper: bool, everything: bool = False) -> str:
    code = "\\u{:04X}" if upper else "\\u{:04x}"
    units = (text[place : place + 1] for place in range(len(text)))
    return "".join(code.format(ord(unit)) if everything or not unit.isalnum() else unit for unit in units)


def entities(text: str, kind: str) -> str:
    code = {"decimal": "&#{};", "hex": "&#x{:x};", "HEX": "&#X{:04X};"}[kind]
    return "".join(character if character.isalnum() else code.format(ord(character)) for character in text)


def named_entities(text: str) -> str:
    return html.escape(text).replace("/", "&sol;").replace("+", "&plus;").replace("=", "&equals;")


def encoded(text: str, *, url_safe: bool = False) -> str:
    return (base64.urlsafe_b64encode if url_safe else base64.b64encode)(text.encode()).decode()


FORMS: dict[str, Callable[[str], str]] = {
    "bare": str,
    "percent": percent,
    "percent, lower case": lambda text: percent(text, upper=False),
    "percent, slash kept": lambda text: percent(text, keep="/"),
    "percent, slash kept, lower case": lambda text: percent(text, keep="/", upper=False),
    "percent, everything": lambda text: "".join(f"%{octet:02x}" for octet in text.encode()),
    "form": quote_plus,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON, slash escaped": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "JSON, \\u002B": lambda text: json_escaped(text, upper=True),
    "JSON, \\u002b": lambda text: json_escaped(text, upper=False),
    "JSON, everything": lambda text: json_escaped(text, upper=False, everything=True),
    "Markdown": literal,
    "HTML, named": named_entities,
    "HTML, decimal": lambda text: entities(text, "decimal"),
    "HTML, hex": lambda text: entities(text, "hex"),
    "HTML, HEX": lambda text: entities(text, "HEX"),
    "base64": encoded,
    "base64, URL-safe": lambda text: encoded(text, url_safe=True),
    "base64, Bearer": lambda text: encoded(f"Bearer {text}"),
    "base64, SSWS": lambda text: encoded(f"SSWS {text}"),
    "base64, Authorization": lambda text: encoded(f"Authorization: SSWS {text}\r\n"),
    "base64, user and password": lambda text: encoded(f"okta:{text}"),
    "base64, Basic": lambda text: encoded(f"Basic {encoded(f'okta:{text}')}"),
    "base64, broken into lines": lambda text: "\r\n".join(textwrap.wrap(encoded(f"Bearer {text}"), 16)),
}
INSERTED = {
    "nothing": "", "zero width space": "\u200b", "soft hyphen": "\xad", "escape": "\x1b", "tag": "\U000e0041",
    "byte order mark": "\ufeff", "variation selector": "\ufe0f", "joiner": "\u034f", "C1": "\x9b",
}  # fmt: skip


def disguise(secret: str, form: str, inserted: str = "nothing") -> str:
    """The secret in one of `FORMS`, with one of `INSERTED` in its middle."""
    disguised = FORMS[form](secret)
    middle = len(disguised) // 2
    return disguised[:middle] + INSERTED[inserted] + disguised[middle:]
