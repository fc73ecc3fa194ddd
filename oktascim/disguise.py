"""Finds a text in encoded forms: undoes encodings step by step, and maps positions back.

Servers, proxies and log pipelines percent-encode, JSON-escape and HTML-escape the text they repeat, and our own reports
escape it for Markdown. Each has its own variants, may nest them, and may insert invisible characters. Undoing all of
them is simpler than listing every variant, and takes time linear in the length of the text. Base64 can't be undone in
place, because it depends on the preceding text. Instead, this module computes the parts that the base64 of any text
around a value must contain.
"""

from __future__ import annotations

import base64
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from string import ascii_letters, digits
from typing import NamedTuple

from oktascim.lazy_pattern import LazyPattern
from oktascim.sieve import MARKS, PLAIN

INVISIBLE = (
    "\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff"
)
"""Members of a character class: control, format, private and separator characters, fillers, variation selectors."""

_UNSEEN = LazyPattern(f"[{INVISIBLE}]")
_ASCII_CONTROLS = "\x00-\x1f\x7f"
_WITHOUT_CONTROLS = dict.fromkeys((*range(0x20), 0x7F))
_MARKS = MARKS.decode()


def _token(invisible: str) -> LazyPattern:
    """An escape, or invisible characters; starts with a character class, which speeds up the search."""
    return LazyPattern(
        rf"[{invisible}%\\&](?:"
        rf"(?<![%\\&])[{invisible}]*"
        r"|(?<=%)[0-9A-Fa-f]{2}(?:%[0-9A-Fa-f]{2})*"
        r"|(?<=\\)(?:u[Dd][89ABab][0-9A-Fa-f]{2}\\u[Dd][C-Fc-f][0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}"
        r"""|[\\/"'bfnrt`*_\[\]<>|~&%=+.,:;!?#$@^(){}-])"""
        r"|(?<=&)(?:\#[0-9]{1,8}|\#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    )


_TOKEN = _token(INVISIBLE)
_ASCII_TOKEN = _token(_ASCII_CONTROLS)  # ASCII text is searched six times as fast for it
_CONTROL_ESCAPES = frozenset("bfnrt")
_LINE_FEEDS = re.compile(rb"\n\n+")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]*={0,2}")
_BASE64_LETTERS = f"{ascii_letters}{digits}+/_-"
_SHORTEST_PIECE = 8
_MOST_TAILS = 128
"""Characters of three nested escapes after their first one, as in `&CounterClockwiseContourIntegral;`, and more."""
_TO_URL_SAFE = str.maketrans("+/", "-_")


class Layer(NamedTuple):
    """A text with one layer of encoding undone.

    Attributes:
        text: the decoded text.
        starts: the start of each of its pieces, ascending.
        sources: the origin of each piece: start, end, and whether it was copied unchanged.
    """

    text: str
    starts: list[int]
    sources: list[tuple[int, int, bool]]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The positions in the previous text of the characters from start to end (exclusive)."""
        first, last = bisect_right(self.starts, start) - 1, bisect_right(self.starts, end - 1) - 1
        begin, _, copied = self.sources[first]
        offset = start - self.starts[first] if copied else 0
        begin_of_last, end_of_last, copied = self.sources[last]
        return begin + offset, begin_of_last + end - self.starts[last] if copied else end_of_last


def contains_any(text: str, forms: Iterable[str], layers: int) -> bool:
    """Whether a text contains any of the forms, plain or under layers of encoding; fast if it has none."""
    known: dict[str, str] = {}

    def meaning(found: re.Match[str]) -> str:
        token = found[0]
        if token not in known:
            known[token] = _UNSEEN.sub("", "".join(piece for piece, _, _ in _meant(token)))
        return known[token]

    for _ in range(layers):
        is_ascii = text.isascii()
        if is_ascii and not any(mark in text for mark in _MARKS):  # such as a page of the System Log
            seen = text.translate(_WITHOUT_CONTROLS)
            return any(form in seen or (not form.isprintable() and form in text) for form in forms)
        if any(form in text for form in forms):
            return True
        deeper = (_ASCII_TOKEN if is_ascii else _TOKEN).sub(meaning, text)
        if deeper == text:
            return False
        text = deeper
    return any(form in text for form in forms)


def is_plain(data: bytes) -> bool:
    """Whether it is only printable ASCII and line feeds; five times as fast as a regular expression."""
    return not data.translate(None, PLAIN)


def plain_holds(data: bytes, forms: Collection[str], layers: int) -> bool:
    """`contains_any` for what `is_plain`; a page of the System Log has few escapes, and is decoded only around them."""
    seen = data.replace(b"\n", b"")
    if any(form.encode(errors="surrogatepass") in (data if "\n" in form else seen) for form in forms):
        return True
    near = _near_marks(_LINE_FEEDS.sub(b"\n", data), max(map(len, forms), default=0))
    return bool(near) and contains_any(near.decode(), forms, layers)


def _near_marks(data: bytes, longest: int) -> bytes:
    """The parts of a text in which a form of at most that length can stand with an escape in it.

    Line feeds are kept, since without them two characters could become an escape; none follows another.
    """
    parts: list[bytes] = []
    before, after = 2 * longest, 2 * (longest + _MOST_TAILS)  # with a line feed at every character
    end = 0
    for place in sorted(place for mark in MARKS for place in _places(data, mark)):
        start = max(end, place - before)
        if start > end:
            parts.append(b" ")  # keeps the parts apart
        end = place + after
        parts.append(data[start:end])
    return b"".join(parts)


def _places(data: bytes, byte: int) -> Iterator[int]:
    place = data.find(byte)
    while place >= 0:
        yield place
        place = data.find(byte, place + 1)


def undone(text: str) -> Layer | None:
    """The text with every escape undone once and invisible characters removed; None if nothing changes."""
    parts: list[str] = []
    starts: list[int] = []
    sources: list[tuple[int, int, bool]] = []
    length = done = 0

    def keep(piece: str, start: int, end: int, *, copied: bool) -> None:
        nonlocal length
        if piece:
            parts.append(piece)
            starts.append(length)
            sources.append((start, end, copied))
            length += len(piece)

    changed = False
    for token in _TOKEN.finditer(text):
        changed = True
        keep(text[done : token.start()], done, token.start(), copied=True)
        for piece, start, end in _meant(token[0]):
            keep(_UNSEEN.sub("", piece), token.start() + start, token.start() + end, copied=False)
        done = token.end()
    if not changed:
        return None
    keep(text[done:], done, len(text), copied=True)
    return Layer("".join(parts), starts, sources)


def _meant(token: str) -> Iterator[tuple[str, int, int]]:
    """The decoded pieces of a token, each with its position in the token."""
    if token[0] == "%":
        place = 0
        for character in bytes.fromhex(token.replace("%", "")).decode("utf-8", "surrogateescape"):
            width = 3 * len(character.encode("utf-8", "surrogateescape"))
            yield character, place, place + width
            place += width
    elif token[0] == "\\":
        yield _unescaped(token), 0, len(token)
    elif token[0] == "&":
        yield _entity(token), 0, len(token)


def _unescaped(token: str) -> str:
    kind = token[1]
    if kind in "ux":
        number = token.replace("\\u", "").replace("\\x", "")
        if len(number) == len("d83dde00"):
            return bytes.fromhex(number).decode("utf-16-be")
        return chr(int(number, 16))
    return "" if kind in _CONTROL_ESCAPES else kind


def _entity(token: str) -> str:
    name = token[1:]
    if not name.startswith("#"):
        from html.entities import html5  # 2,231 names that most runs never look up

        return html5.get(name, token)
    number = int(name[2:-1], 16) if name[1] in "xX" else int(name[1:-1])
    return chr(number) if number <= 0x10FFFF else token


def base64_pieces(value: str) -> set[str]:
    """The parts that base64 of any text around a value must contain, for each of three alignments and two alphabets.

    The characters at both ends also depend on the neighbours and are omitted; `base64_around` finds them.
    """
    data = value.encode("utf-8", "surrogatepass")
    pieces = set()
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + data).decode().rstrip("=")
        whole = (before + len(data)) // 3 * 4
        piece = encoded[(0, 2, 3)[before] : whole if (before + len(data)) % 3 else len(encoded)]
        if len(piece) >= _SHORTEST_PIECE:
            pieces |= {piece, piece.translate(_TO_URL_SAFE)}
    return pieces


def base64_around(text: str, start: int, end: int, not_before: int) -> tuple[int, int]:
    """The whole run of base64 around a piece, but not before a given position."""
    run = _BASE64.match(text, end)
    before = text[not_before:start]
    return start - len(before) + len(before.rstrip(_BASE64_LETTERS)), run.end() if run else end
