"""What `oktascim logs` was asked for: the options as one value, and which of them go together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from oktascim.errors import UsageProblem
from oktascim.systemlog.fields import Event, choose_fields


class LogFormat(StrEnum):
    """The forms of the log."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


_WITH_FIELDS = frozenset({LogFormat.JSON, LogFormat.JSONL, LogFormat.CSV})
_STREAMED = frozenset({LogFormat.TEXT, LogFormat.JSONL, LogFormat.CSV})
_SUMMARISED = frozenset({LogFormat.TEXT, LogFormat.JSON})


@dataclass(frozen=True)
class LogOptions:
    """The options that say how to read and how to show; the conditions on events are elsewhere.

    Attributes:
        since: as typed, or None.
        until: as typed, or None.
        follow: go on for ever.
        limit: how many events at most, or None.
        cursor: the file that keeps where to go on, or None.
        form: what is written.
        fields: as typed, or None.
        wide: nothing is cut.
        explain: failures are explained.
        summary: only what the events add up to.
        html: a page to write instead, or None.
        out: the directory of a dataset, or None.
    """

    since: str | None = None
    until: str | None = None
    follow: bool = False
    limit: int | None = None
    cursor: Path | None = None
    form: LogFormat = LogFormat.TEXT
    fields: str | None = None
    wide: bool = False
    explain: bool = False
    summary: bool = False
    html: Path | None = None
    out: Path | None = None

    @property
    def polling(self) -> bool:
        """Whether there is a later: the query must be one that Okta lets us continue."""
        return self.follow or self.cursor is not None

    @property
    def explained(self) -> bool:
        """Whether failures are explained; the page of --html always does."""
        return self.explain or self.html is not None

    @property
    def streamed(self) -> bool:
        """Whether what has been written of a page stays written, whatever happens later."""
        return self.form in _STREAMED and not self.summary and self.html is None

    def chosen_fields(self) -> Mapping[str, Callable[[Event], Any]] | None:
        """The fields to write, or None for all."""
        return choose_fields(self.fields) if self.fields is not None else None

    def check(self) -> None:
        """Refuse options that contradict each other.

        Raises:
            UsageProblem: two of them do.
        """
        for wrong, what, why in self._contradictions():
            if wrong:
                raise UsageProblem(what, why=why)
        self.chosen_fields()

    def _contradictions(self) -> tuple[tuple[bool, str, str], ...]:
        parquet = self.form is LogFormat.PARQUET
        return (
            (
                self.polling and bool(self.until),
                "--until ends what --follow and --cursor go on with.",
                "Leave one out.",
            ),
            (
                self.cursor is not None and self.limit is not None,
                "--limit cannot be combined with --cursor.",
                "A cursor stands between pages of 1,000 events; stopping inside one would lose the rest of it.",
            ),
            (
                self.follow and not self.streamed,
                "--follow has no end, and this output needs one.",
                "Follow with -o text, jsonl or csv, without --summary and --html.",
            ),
            (parquet and self.out is None, "-o parquet needs --out DIRECTORY.", "The dataset is a directory of files."),
            (not parquet and self.out is not None, "--out goes with -o parquet.", "Other outputs go to stdout."),
            (
                self.fields is not None and (self.form not in _WITH_FIELDS or self.summary or self.html is not None),
                "--fields goes with -o json, jsonl or csv.",
                "The other outputs have fields of their own.",
            ),
            (
                self.summary and (self.form not in _SUMMARISED or self.html is not None),
                "--summary goes with -o text or json.",
                "The page of --html holds a summary of its own.",
            ),
            (self.html is not None and self.form is not LogFormat.TEXT, "--html replaces -o.", "Leave one out."),
        )
