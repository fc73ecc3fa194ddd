"""Removes secrets and terminal control characters from text.

There are two independent guards. `Masker` knows the secrets of this run by value and removes them from servers' texts
(a SCIM server may echo the token in an error) and from all output. `redact_headers` and `redact_body` work by name,
without knowing the values; tracing uses both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Any

from oktascim.disguise import Layer, base64_around, base64_pieces, contains_any, plain_holds, undone
from oktascim.sieve import Sieve

HIDDEN = "[hidden]"

_SHOWN_HEADERS = frozenset(
    {
        "accept",
        "accept-charset",
        "content-length",
        "content-type",
        "date",
        "link",
        "retry-after",
        "server",
        "user-agent",
        "x-okta-request-id",
        "x-rate-limit-limit",
        "x-rate-limit-remaining",
        "x-rate-limit-reset",
    }
)
_SECRET_KEY = re.compile(
    r"passw|passcode|secret|token|authorization|api_?key|private_?key|assertion|cookie|answer|credential_value",
    re.IGNORECASE,
)
_NOT_SECRET_KEY = re.compile(r"token_?(type|endpoint|url)|revealPassword|passwordChanged", re.IGNORECASE)
ESCAPES = (
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|(?:\x1b[]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90-\x9f\n]{0,4096}(?:\x07|\x1b\\|\x9c)"  # OSC, DCS and others
    r"|\x1b[ -/]*[0-~]"  # all others, and one that isn't complete
)
"""A pattern of terminal escape sequences in 7 and 8 bits (ECMA-48): all of one is removed, not only its control."""
_ESCAPE = re.compile(ESCAPES)
_CONTROL_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_MASK_FROM_LENGTH = 4
_MOST_LAYERS = 3
_SHORTEST_START = 16
_NO_WORD = re.compile(r".{16,}|(?=.*[0-9])(?=.*[^\W\d_]).{6,}", re.DOTALL)

_Sought = dict[str, tuple[str, ...]]
"""What to look for in a text: the start of secrets, with these secrets; or a piece of base64, with none."""


def clean(text: str, *, keep_newlines: bool = False) -> str:
    """Strip what could move the cursor, recolour the screen or reorder the line.

    Args:
        text: any text from a server.
        keep_newlines: True keeps line feeds and tabs; otherwise they become one space.

    Returns:
        The text without escape sequences, and without control, format (bidi, zero-width) and separator characters.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = []
    for character in _ESCAPE.sub("", text):
        if character in "\n\t":
            kept.append(character if keep_newlines else " ")
        elif unicodedata.category(character) not in _CONTROL_CATEGORIES:
            kept.append(character)
    return "".join(kept)


class Masker:
    """The secrets of this run, known by value, so that no output contains one.

    There are two strengths, because a secret must not alter oktascim's own messages. `mask` is for text from outside
    (server responses, traces, log events). It hides every secret of at least four characters, and is applied where such
    text enters. The first half of a long secret is enough, since Okta and many servers cut texts off. `guard` is for
    text of any origin, including our own, and is the last defence on both streams. It hides only secrets that can't be
    a word: at least 16 characters, or at least 6 with letters and digits. A password such as "okta" is masked in a
    server's text, but doesn't change our advice. User names aren't secrets; as a part of Basic credentials they are
    hidden with them. Both look through escapes, nested escapes, invisible characters and base64 (`oktascim.disguise`).
    """

    def __init__(self) -> None:
        self._all: _Sought = {}
        self._guarded: _Sought = {}
        self._sieve: Sieve | None = None

    def add(self, value: str) -> None:
        """Remember a secret."""
        plain = set()
        for form in (value, value.strip(), value.replace(" ", "+")):
            plain.add(form)
            for _ in range(_MOST_LAYERS):  # a value such as a%2Fb, which a server may repeat decoded
                layer = undone(form)
                if layer is None:
                    break
                plain.add(form := layer.text)
        for form in sorted(form for form in plain if len(form) >= _MASK_FROM_LENGTH):
            start = _start_of(form)
            self._all[start] = (*self._all.get(start, ()), form)
            if _NO_WORD.fullmatch(form):
                self._guarded[form] = (form,)
        for text in (value, value.strip()):
            self._all |= dict.fromkeys(base64_pieces(_start_of(text)), ())
            self._guarded |= dict.fromkeys(filter(_NO_WORD.fullmatch, base64_pieces(text)), ())
        self._sieve = None

    def mask(self, text: str) -> str:
        """Replace every known secret in a text from outside with `[hidden]`."""
        return _hidden(text, self._all)

    def guard(self, text: str) -> str:
        """Replace every secret that can't be a word with `[hidden]`, in a text of any origin."""
        return _hidden(text, self._guarded)

    def mask_bytes(self, data: bytes) -> bytes:
        """`mask` for bytes, which need not be text."""
        if not self._all:
            return data
        return self.mask(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def clears(self, data: bytes) -> bool:
        """Whether it is sure that bytes are printable ASCII and line feeds without a secret; fast, and often True."""
        if self._sieve is None:
            self._sieve = Sieve(form.encode(errors="surrogatepass") for form in self._all)
        return self._sieve.clears(data)

    def mask_plain(self, data: bytes) -> bytes:
        """`mask_bytes` for printable ASCII and line feeds (`oktascim.disguise.is_plain`), at half the cost."""
        return self.mask_bytes(data) if plain_holds(data, self._all, _MOST_LAYERS) else data


def _start_of(secret: str) -> str:
    """The part by which `mask` finds a secret, because Okta or a server may have cut off the rest.

    It is the first half, but at least 16 characters; of a URL it is all, because its host isn't secret.
    """
    return secret if "://" in secret else secret[: max(_SHORTEST_START, (len(secret) + 1) // 2)]


def _hidden(text: str, sought: _Sought) -> str:
    """The text with `[hidden]` for each secret, as far as it goes, and for each run of base64 that contains one."""
    if not sought or not contains_any(text, sought, _MOST_LAYERS):
        return text
    kept, done = [], 0
    for start, end in sorted(_places(text, sought)):
        if start >= done:
            kept += [text[done:start], HIDDEN]
        done = max(done, end)
    return "".join([*kept, text[done:]])


def _places(text: str, sought: _Sought) -> Iterator[tuple[int, int]]:
    """The positions (start, end) in a text of what is sought, plain and under each layer of encoding."""
    layers: list[Layer] = []
    while True:
        for part, secrets in sought.items():
            for start, end in _occurrences(text, part, secrets):
                for layer in reversed(layers):
                    start, end = layer.span(start, end)
                yield start, end
        deeper = undone(text) if len(layers) < _MOST_LAYERS else None
        if deeper is None:
            return
        layers.append(deeper)
        text = deeper.text


def _occurrences(text: str, part: str, secrets: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    end = 0
    while (start := text.find(part, end)) >= 0:
        before, end = end, start + len(part)
        if secrets:
            end = start + max(_shared(secret, text[start : start + len(secret)]) for secret in secrets)
        else:
            start, end = base64_around(text, start, end, before)
        yield start, end


def _shared(secret: str, text: str) -> int:
    """How many characters a secret and a text have in common at their start."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(secret, text, strict=False)))


def redact_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Keep only the headers on the allow-list of harmless ones; keys in lower case."""
    return {name.lower(): clean(value) for name, value in headers.items() if name.lower() in _SHOWN_HEADERS}


def redact_body(value: Any) -> Any:
    """Replace every member of a JSON value whose name suggests a secret with `[hidden]`."""
    if isinstance(value, Mapping):
        return {key: _redact_member(str(key), member) for key, member in value.items()}
    if isinstance(value, list):
        return [redact_body(member) for member in value]
    return value


def _redact_member(key: str, member: Any) -> Any:
    if _SECRET_KEY.search(key) and not _NOT_SECRET_KEY.search(key):
        return _hide(member)
    return redact_body(member)


def _hide(value: Any) -> Any:
    """Every text and number in a value, at any depth (Okta has a password in `credentials.password.value`)."""
    if isinstance(value, Mapping):
        return {key: _hide(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_hide(member) for member in value]
    return value if value is None or isinstance(value, bool) else HIDDEN
