"""Tells fast and surely that a page is plain and contains none of some texts, which is true of almost every page.

It deletes all characters but a few rare ones, from the page and from the texts alike. If a text is in the page, what
remains of the text is in what remains of the page: a hundredth of it, which is searched in no time. Where that is
found, or where the page has escapes, the sieve says nothing, and the page has to be searched in full.
"""

from __future__ import annotations

from collections.abc import Iterable

PLAIN = bytes((0x0A, *range(0x20, 0x7F)))
"""Printable ASCII and line feeds."""

MARKS = b"%\\&"
"""The characters that escapes start with."""

_FREQUENT = b"\"ealnt:di,urspco0ym4571{}2bvfg. hI36xH/9V8ECSPNTA-UBOLqkG@_D[]jMFJZzWRKwQX?Y'()"
"""The characters of a page of the System Log, the most frequent first; only the speed depends on it."""
_RAREST = PLAIN.translate(None, _FREQUENT + MARKS + b"\n") + _FREQUENT[::-1].translate(None, MARKS)
_REMAINING = 6
"""How much of each text remains at least, if it has so much: less would be found in too many pages."""


class Sieve:
    """A sieve for some texts; an empty one only tells whether a page is plain.

    Args:
        texts: in any encoding; line feeds in a page don't hide them.
    """

    def __init__(self, texts: Iterable[bytes]) -> None:
        texts = frozenset(texts)
        self._kept = _kept_for(texts)
        self._deleted = PLAIN.translate(None, self._kept + MARKS if texts else b"")
        self._remains = frozenset(_only(text, self._kept) for text in texts)

    def clears(self, page: bytes) -> bool:
        """Whether it is sure that the page is plain, and that none of the texts is in it, as it is or in escapes."""
        rest = page.translate(None, self._deleted)
        return not rest.translate(None, self._kept) and not any(one in rest for one in self._remains)


def _kept_for(texts: Iterable[bytes]) -> bytes:
    """The rarest characters of which each text has enough."""
    kept = bytearray()
    missing = dict.fromkeys(texts, _REMAINING)
    for one in _RAREST:
        found = {text: text.count(one) for text in missing}
        if any(found.values()):
            kept.append(one)
            missing = {text: count - found[text] for text, count in missing.items() if count > found[text]}
    return bytes(kept)


def _only(text: bytes, kept: bytes) -> bytes:
    return bytes(one for one in text if one in kept)
