"""Composes Okta's error texts: reason phrase, the server's text, and the parse error of a body that isn't JSON.

Sources: OB-254, OB-330 to OB-333.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any

from okta_emulator.core.encoding import finite, is_shallow
from okta_emulator.scim_client.client import NO_ANSWER, Reply
from okta_emulator.scim_client.dialect import Dialect
from okta_emulator.scim_client.reading import encodable

NOT_TESTED = (
    "The connector configuration could not be tested. Make sure that the URL, Authentication Parameters are correct "
    "and that there is an implementation available at the URL provided."
)
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_CONSTANT = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|(NaN|Infinity)')
"""A text, or a constant outside of texts; possessive, because a text can be as long as a response."""
_QUOTED_SOURCE = 500
_ESCAPE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")  # colours and the like, which no web page shows
_TOO_DEEP = "Invalid JSON: nested too deeply"


class NotJson(Exception):
    """A body that isn't JSON; the message is the parse error as Okta shows it."""


def parse_json(text: str) -> Any:
    """The JSON value of a body, with `?` for each escaped half of a character.

    Raises:
        NotJson: with Okta's text.
    """

    def constant(_name: str) -> None:
        """Refuse NaN and Infinity, which Python reads though they aren't JSON."""
        place = next(match.start() for match in _CONSTANT.finditer(text) if match[1])
        raise json.JSONDecodeError("not JSON", text, place)

    try:
        value = json.loads(text, parse_constant=constant, parse_float=finite)
        value = json.loads(encodable(json.dumps(value, ensure_ascii=False))) if "\\u" in text else value
    except json.JSONDecodeError as error:
        raise NotJson(_parse_error(text, error)) from None
    except RecursionError:
        raise NotJson(_TOO_DEEP) from None
    except ValueError:
        raise NotJson("Invalid JSON: a number is too large") from None
    if not is_shallow(value):
        raise NotJson(_TOO_DEEP)
    return value


def detail_of(reply: Reply, dialect: Dialect) -> str:
    """The DETAIL of Okta's error grammar for a reply without a 2xx.

    Args:
        reply: the reply.
        dialect: how the server's SCIM version writes errors.

    Returns:
        `Reason Phrase. Errors reported by remote server: the server's text`; the bare phrase if the server sent no
        text; `null` or the network's error without a response.
    """
    if reply.status is None:
        return reply.exchange.error or NO_ANSWER
    phrase = phrase_of(reply)
    remote = _remote_text(reply.text or "", dialect)
    return f"{phrase}. Errors reported by remote server: {remote}" if remote else phrase


def phrase_of(reply: Reply) -> str:
    """The reason phrase of a reply with a status: the server's own, else the standard one (OB-254)."""
    assert reply.status is not None
    return reply.phrase or reason_phrase(reply.status)


def reason_phrase(status: int) -> str:
    """The standard phrase of an HTTP status, such as "Bad Gateway"; the number, if it has none (our choice)."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return str(status)


def _remote_text(text: str, dialect: Dialect) -> str | None:
    if not text.strip():
        return None
    try:
        return dialect.error_text(parse_json(text))
    except NotJson as error:
        return str(error)


def _parse_error(text: str, error: json.JSONDecodeError) -> str:
    """The parser's error as Okta shows it (OB-333).

    A word gives "Unrecognized token", any other character "Unexpected character": both are recorded for a body
    that starts with them. The same texts for an error further inside, and the text for a body that ends too early, are
    our choice. The place has the form of OB-334.
    """
    if error.pos >= len(text):
        return f"Invalid JSON: Unexpected end-of-input at {_place(text, error.lineno, error.colno)}"
    if word := _WORD.match(text, error.pos):
        token = word.group()
        return (
            f"Invalid JSON: Unrecognized token '{token}': was expecting (JSON String, Number, Array, Object or token "
            f"'null', 'true' or 'false') at {_place(text, error.lineno, error.colno + len(token))}"
        )
    char = text[error.pos]
    return (
        f"Invalid JSON: Unexpected character ('{char}' (code {ord(char)})): expected a valid value (number, String, "
        f"array, object, 'true', 'false' or 'null') at {_place(text, error.lineno, error.colno + 1)}"
    )


def _place(text: str, line: int, column: int) -> str:
    """Where the parser stopped, with the start of the body in one line of printable characters."""
    start = _ESCAPE.sub("", text[:_QUOTED_SOURCE])
    printable = "".join(char if char.isprintable() else " " for char in start)
    source = " ".join(printable.split())
    return f'[Source: (String)"{source}"; line: {line}, column: {column}]'
