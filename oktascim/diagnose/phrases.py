"""The patterns of the rules: each is compiled only for a text that contains what every match needs.

One explanation tries a few hundred patterns, and compiling one takes a thousand times as long as searching for a word.
So each pattern is first analysed for the words that every match contains, and the beginnings of the rarest of them are
looked up among all short pieces of the text, which leaves few patterns to try.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache

_TO_THE_END = re.compile(r"(?<!\\)\)[+*](?=\$)")
_GAP = re.compile(r"\.\{0,\d+\}")
_CLOSE = ".{0,20}"
_LIST = re.compile(r"%\{(?P<name>\w+)\}")
_UPPER_CASE = re.compile(r"(?<!\\)[A-Z]")
_TOKEN = re.compile(
    r"(?:(?:\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[.^$])(?:[?*+]|\{[^}]*\})*)+"  # characters of many kinds, or none
    r"|\((?:\?:)?[\w '@/-]+(?:\|[\w '@/-]+)*\)"  # alternatives of texts
    r"|[\w '@/:;,<>=\"-]+|%\{\w+\}"  # a text, a word list
    r"|\(\?<?[!=:]|\{[^}]*\}|.",  # the start of a group, a repetition, and everything else
    re.DOTALL,
)
_GROUP_END = ")"
_LONGEST_PIECE = 6
"""Characters; longer pieces rule out few more phrases, and a text has more of them."""

AnyOf = tuple[str, ...]
"""Plain texts and word lists (`%{name}`); every match contains one of them."""


class Phrases:
    """Alternatives, one of which a text must contain.

    Args:
        patterns: regular expressions over text in lower case; `%{name}` stands for a word list.
        vocabulary: the word lists by name.
    """

    def __init__(self, patterns: Iterable[str], vocabulary: Mapping[str, Phrases]) -> None:
        self._patterns = tuple(patterns)
        self._vocabulary = vocabulary
        self._last: tuple[str | None, bool] = (None, False)

    @cached_property
    def pattern(self) -> str:
        """All alternatives as one regular expression, with the word lists filled in."""
        return "|".join(phrase.pattern for phrase in self._phrases)

    def found_in(self, text: str) -> bool:
        """Whether a lower-case text contains one of them; the last answer is kept, since rules share word lists."""
        last_text, found = self._last
        if last_text is not text:
            pieces = _pieces_of(text).intersection(self.by_piece)
            found = any(phrase.is_in(text) for piece in pieces for phrase in self.by_piece[piece])
            self._last = (text, found)
        return found

    def found_close_in(self, text: str) -> bool:
        """Whether a text contains one of them, with only a word or two in its gaps."""
        return any(phrase.is_in(text) and phrase.compiled_close.search(text) for phrase in self._phrases)

    def check(self) -> None:
        """Compile every alternative.

        Raises:
            KeyError: there is no such word list.
            ValueError: a pattern isn't valid, or can never match, since symptoms are in lower case.
        """
        for phrase in self._phrases:
            if _UPPER_CASE.search(phrase.pattern):
                raise ValueError(f"upper case in {phrase.pattern!r} can never match")
            if "n't" in phrase.pattern:
                raise ValueError(f'n\'t in {phrase.pattern!r} can never match: symptoms have "not"')
            try:
                _ = phrase.compiled
            except re.error as error:
                raise ValueError(f"{phrase.pattern!r}: {error}") from error

    @cached_property
    def by_piece(self) -> Mapping[str, list[Phrase]]:
        """The phrases by the pieces of which a text must contain one; that of a phrase without a word is ""."""
        by_piece: dict[str, list[Phrase]] = {}
        for phrase in self._phrases:
            for piece in phrase.pieces():
                by_piece.setdefault(piece, []).append(phrase)
        return by_piece

    @cached_property
    def _phrases(self) -> tuple[Phrase, ...]:
        return tuple(Phrase(pattern, self._vocabulary) for pattern in self._patterns)


class Phrase:
    """One alternative."""

    def __init__(self, source: str, vocabulary: Mapping[str, Phrases]) -> None:
        self._source = source
        self._vocabulary = vocabulary
        self._needs = needs(source)

    def pieces(self) -> Iterator[str]:
        """The beginnings of its rarest words, those of a word list included; a text with the phrase has one of them."""
        for word in max(self._needs, key=_rarity, default=("",)):
            if word[:1] == "%":
                yield from self._vocabulary[word[2:-1]].by_piece
            else:
                yield word[:_LONGEST_PIECE]

    def is_in(self, text: str) -> bool:
        """Whether a text contains the phrase."""
        for words in self._needs:
            for word in words:
                if word in text or (word[0] == "%" and self._vocabulary[word[2:-1]].found_in(text)):
                    break
            else:
                return False
        return self.compiled.search(text) is not None

    @cached_property
    def pattern(self) -> str:
        """The regular expression with the word lists filled in.

        A group repeated to the end of the text is possessive: if the end isn't reached, the words before it aren't
        tried again in their other readings, of which a text of 30 words could have 2^30.
        """
        filled = _LIST.sub(lambda found: f"(?:{self._vocabulary[found['name']].pattern})", self._source)
        return _TO_THE_END.sub(r"\g<0>+", filled)

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The compiled regular expression; raises re.error if it isn't valid."""
        return re.compile(self.pattern)

    @cached_property
    def compiled_close(self) -> re.Pattern[str]:
        """The same expression with short gaps."""
        return re.compile(_GAP.sub(_CLOSE, self.pattern))


@lru_cache(maxsize=2)
def _pieces_of(text: str) -> frozenset[str]:
    """All short pieces of a text, the empty one included; a symptom has two texts, its words and its request."""
    lengths = range(_LONGEST_PIECE + 1)
    return frozenset([text[start : start + length] for length in lengths for start in range(len(text) or 1)])


def needs(pattern: str) -> list[AnyOf]:
    """What a text must contain for a pattern to match: one of the words of each entry.

    It omits what it doesn't understand, so that at worst a pattern is tried in vain.
    """
    return _needs_of_group(iter(_TOKEN.findall(pattern)))


def _needs_of_group(tokens: Iterator[str]) -> list[AnyOf]:
    """What the rest of a group needs: everything its only alternative needs, or one word for each alternative."""
    needed: list[AnyOf] = []
    alternatives = [needed]
    last, text = 0, ""
    for token in tokens:
        if token == _GROUP_END:
            break
        if token == "|":  # noqa: S105
            needed, last, text = [], 0, ""
            alternatives.append(needed)
        elif token[0] in "?*" or token.startswith(("{0", "{,")):  # what is before it may be missing
            del needed[last:]
            needed += [(text[:-1],)] if text[:-1] else []
            last, text = len(needed), ""
        elif token[0] not in "+{":
            last = len(needed)
            text = "" if token[0] in "\\[.^$(%" else token
            needed += [(text,)] if text else _needs_of_atom(token, tokens)
    if len(alternatives) == 1:
        return needed
    best = [max(needed, key=_rarity, default=()) for needed in alternatives]
    return [tuple(word for words in best for word in words)] if all(best) else []


def _needs_of_atom(token: str, tokens: Iterator[str]) -> list[AnyOf]:
    """What a word list or a group needs; characters of many kinds need nothing."""
    if token[0] == "%":
        return [(token,)] if token[1:] else []
    if token[0] != "(":
        return []
    if token[-1] == ")":
        return [tuple(token[1:-1].removeprefix("?:").split("|"))]
    inner = _needs_of_group(tokens)
    return [] if token[-1] == "!" else inner


def _rarity(words: AnyOf) -> int:
    """How rarely a text contains one of the words, judged by the shortest."""
    return min(map(len, words))
