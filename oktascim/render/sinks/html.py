"""The log as one self-contained page: timeline, filter, explanations.

It needs no network and executes no server text.
Events are embedded as JSON in script elements that browsers don't execute; `<`, `>` and `&` are escaped, so that no
text can end the element. The page's own script writes them with textContent, and the Content-Security-Policy allows
only that script, by its hash.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol, TextIO

from oktascim.diagnose.event import Event
from oktascim.files import replacing
from oktascim.logs.fields import FIELDS
from oktascim.okta.log_events import Events
from oktascim.redact import clean

_OWN_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_NO_MARKUP = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})


class Explanation(Protocol):
    """The parts of a finding that the page shows."""

    @property
    def events(self) -> tuple[str, ...]:
        """The uuids of the explained events."""

    def to_json(self) -> dict[str, Any]:
        """The finding as JSON values."""


class HtmlPage:
    """Writes an HTML page event by event, so that only one page of the log is in memory.

    Args:
        stream: the output.
        title: the log's title.
        is_failure: tells which events are failures.
        masked: masks this run's secrets in a text.
    """

    def __init__(
        self,
        stream: TextIO,
        title: str,
        *,
        is_failure: Callable[[Event], bool],
        masked: Callable[[str], str],
    ) -> None:
        self._stream = stream
        self._is_failure = is_failure
        self._masked = masked
        self._findings: dict[str, int] = {}
        self._separator = "\n"
        before, self._between, self._after = _template()
        self._stream.write(before.replace("__TITLE__", self._data(clean(title))))

    def page(self, events: Events, findings: Sequence[Explanation]) -> None:
        """Add events and their explanations."""
        numbers: dict[str, int] = {}
        for finding in findings:
            numbers |= dict.fromkeys(finding.events, self._number(finding))
        for event in events.values:
            row = [_shown(value(event)) for value in FIELDS.values()]
            row += [self._is_failure(event), numbers.get(event["uuid"], -1)]
            self._stream.write(self._separator + self._data(row))
            self._separator = ",\n"

    def finish(self) -> None:
        """Write the end of the page."""
        self._stream.write(self._between + ",\n".join(self._findings) + self._after)

    def _number(self, finding: Explanation) -> int:
        document = {key: value for key, value in finding.to_json().items() if key != "events"}
        return self._findings.setdefault(self._data(document), len(self._findings))

    def _data(self, value: Any) -> str:
        return self._masked(json.dumps(value, ensure_ascii=False, separators=(",", ":"))).translate(_NO_MARKUP)


@contextmanager
def html_page(
    path: Path, title: str, *, is_failure: Callable[[Event], bool], masked: Callable[[str], str]
) -> Iterator[HtmlPage]:
    """Write a page that appears at `path` when it is complete; a failure leaves no file.

    Raises:
        OktascimError: the file can't be written.
    """
    with replacing(path) as stream:
        page = HtmlPage(stream, title, is_failure=is_failure, masked=masked)
        yield page
        page.finish()


def _shown(value: Any) -> Any:
    """A field's value, its texts without characters that could reorder or hide parts of them."""
    return clean(value, keep_newlines=True) if isinstance(value, str) else value


def _template() -> tuple[str, str, str]:
    """The page before the events, between events and findings, and after them."""
    text = files("oktascim.render.sinks").joinpath("log_page.html").read_text(encoding="utf-8")
    script = _OWN_SCRIPT.search(text)
    assert script, "the page contains exactly one script"
    digest = base64.b64encode(hashlib.sha256(script.group(1).encode()).digest()).decode()
    before, _, rest = text.replace("__SCRIPT_HASH__", digest).partition("__EVENTS__")
    between, _, after = rest.partition("__FINDINGS__")
    return before, between, after
