"""Wordings that no message, help text, docstring, comment, rule or page should have, each with the better one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BETTER = {
    r"\banew\b": "again, or: recreate it",
    r"\bcannot be had\b": "could not read, or: is unavailable",
    r"\band its fellows\b": "and the related variables",
    r"(?<!here) (?:is|are) no (?:template|cursor|emulated|profile name|program|capability|error)\b": "isn't a …",
    r"\bnobody (?:is (?:here|there)|to ask)\b": "no interactive terminal",
    r"\bstands here twice\b": "duplicate key",
    r"\bexclude each other\b": "can't be used together",
    r"\bgoes with\b": "can only be used with",
    r"\bthe API has no place\b": "the API can't set …",
    r"\bhas no word of\b": "doesn't show",
    r"\bwaits for a person\b": "a manual step is required",
    r"\bwhat (?:became|has become|becomes|came) of\b": "the outcome of",
    r"\bthat came of\b": "resulting",
    r"\btold of (?:every|each)\b": "receives every",
    r"\bwhere time comes from\b": "the clock",
    r"\bwish to end\b": "request to stop",
    r"\bthe org says\b": "what the org returns",
    r"\bby others\b": "third-party",
    r"\bin (?:its|their) own right\b": "directly",
    r"\bin place of\b": "instead of",
    r"\bthe elder\b": "the older",
    r"\bfor ever\b": "forever, or: until interrupted",
    r"\b(?:how to |or )?mend\b": "fix",
    r"\bhand(?:ed)? it on\b": "before sharing it",
    r"\bwhose it is\b": "can't tell which one owns it",
    r"\bshould not happen\b": "internal error (please report it)",
    r"\bone (?:line|row|module|file) an? \w": "one … per …",
    r"\b\d[\d,]* a request\b": "… per request",
    r"\w\(s\)(?![?)])": "plural(count, noun)",
    r"\b(?:answers|returned|returns) \d{3}, (?:an?|the)\b": "a colon; quote the YAML scalar",
    r"\bactive, true\b": '"active: true"; quote the YAML scalar',
    r"\banswer(?:s|ed) (?:[1-5]\d\d\b|[2-5]xx\b|\{status\})": "returns 200",
    r"\b(?:server|Okta|org) refuse[sd] (?!to\b)": "rejects; only a person or oktascim refuses to do something",
    r"\b[Uu]nassign(?:ed)?(?: the user)? and assign(?:ed)? again\b": "unassign and reassign",
    r"\b(?:[Ss]omebody|[Nn]obody) (?:is|has|had|can|else|was|signed|asked)\b": "someone, no one, or: no user",
    r"\b[Ll]et the server\b": "make the server …",
    r"\bby hand\b": "manually",
    r"\bdata differ\b": "data differs",
    r"\bspeaks? https\b": "serves HTTPS",
    r"\bblanks or\b": "spaces",
}
PLACES = {
    "oktascim": ("*.py", "*.yaml"),
    "okta_emulator": ("*.py", "*.html"),
    "docs": ("*.md", "*.py"),
    "templates": ("*.yaml",),
    "examples": ("*",),
    ".": ("README.md", "CHANGELOG.md", "SECURITY.md", "action.yml"),
}
_BREAK = r"""(?:\s|"\s*f?"|\#)+"""


def across_lines(pattern: str) -> re.Pattern[str]:
    """The pattern, whose spaces also match the line breaks of docstrings, comments and concatenated strings."""
    return re.compile(pattern.replace(" ", _BREAK))


PATTERNS = {across_lines(pattern): better for pattern, better in BETTER.items()}


def files(place: str) -> Iterator[Path]:
    """The files of one part of the repository whose texts people read."""
    folder = ROOT / place
    for name in PLACES[place]:
        yield from folder.glob(name) if place == "." else folder.rglob(name)


@pytest.mark.parametrize("place", PLACES)
def test_no_worst_wording(place: str) -> None:
    found = [
        f"{file.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]!r}; better: {better}"
        for file in sorted(set(files(place)))
        if file.is_file() and file.suffix != ".pyc"
        for text in [file.read_text(encoding="utf-8")]
        for pattern, better in PATTERNS.items()
        for match in pattern.finditer(text)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        "Make it anew with --replace",
        "the System Log has no word of\n    the change yet",
        '"told of "\n        "every wait"',
        "# what came of\n# the assignment",
        "lists every app, 200 a request",
        "3 problem(s)",
        "the server answers 409, an account exists",
        "the SCIM server answered 401",
        "Okta refused the token",
        "Unassign the user and assign again",
        "change it by hand",
    ],
)
def test_the_patterns_match(text: str) -> None:
    assert any(pattern.search(text) for pattern in PATTERNS)
