"""How to read and show the log, as one value, and which of its parts can be combined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from oktascim.diagnose.event import Event
from oktascim.errors import UsageProblem
from oktascim.logs.fields import choose_fields


class LogFormat(StrEnum):
    """The forms of the log."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


_WITH_FIELDS = frozenset({LogFormat.JSON, LogFormat.JSONL, LogFormat.CSV})
_STREAMED = frozenset({LogFormat.TEXT, LogFormat.JSONL, LogFormat.CSV})
_UNEXPLAINED = frozenset({LogFormat.CSV, LogFormat.PARQUET})
_SUMMARISED = frozenset({LogFormat.TEXT, LogFormat.JSON})


@dataclass(frozen=True)
class LogOptions:
    """How to read and how to show the log; which events, `logs.query.Conditions` says.

    Attributes:
        since: as typed, or None.
        until: as typed, or None.
        follow: continue until interrupted.
        limit: how many events at most, the oldest first, or None.
        last: how many of the newest events, or None.
        cursor: the file that stores where to continue, or None.
        form: what is written.
        fields: as typed, or None.
        wide: text has type, transaction, IP address and uuid too.
        explain: failures are explained.
        summary: show only totals.
        html: a page to write instead, or None.
        out: the folder of a dataset, or None.
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
    last: int | None = None

    @property
    def most(self) -> int | None:
        """How many events at most, or None."""
        return self.limit if self.last is None else self.last

    @property
    def polling(self) -> bool:
        """Whether the run continues later: Okta must allow the query to be continued."""
        return self.follow or self.cursor is not None

    @property
    def explained(self) -> bool:
        """Whether failures are explained; the --html page always explains them."""
        return self.explain or self.html is not None

    @property
    def streamed(self) -> bool:
        """Whether the written part of a page remains if a later part fails."""
        return self.form in _STREAMED and not self.summary and self.html is None

    def chosen_fields(self) -> Mapping[str, Callable[[Event], Any]] | None:
        """The fields to write, or None for all."""
        return choose_fields(self.fields) if self.fields is not None else None

    def check(self) -> None:
        """Refuse options that contradict each other.

        Raises:
            UsageProblem: two of them do.
        """
        for wrong, what, fix in self._contradictions():
            if wrong:
                raise UsageProblem(what, fix=fix)
        self.chosen_fields()

    def note_on_explain(self) -> str | None:
        """A note about an option that has no effect on this output, or None."""
        if self.explain and self.form in _UNEXPLAINED:
            return f"-o {self.form} doesn't include explanations; use --summary, --html or `oktascim explain --events`."
        return None

    def _contradictions(self) -> tuple[tuple[bool, str, str], ...]:
        parquet = self.form is LogFormat.PARQUET
        return (
            (
                self.polling and bool(self.until),
                f"--until ends what {'--follow' if self.follow else '--cursor'} continues.",
                "Remove one of the two.",
            ),
            (
                self.cursor is not None and self.limit is not None,
                "--limit can't be used with --cursor: the rest of a page of 1,000 events would be lost.",
                "Remove one of the two.",
            ),
            (
                self.last is not None and (self.polling or self.limit is not None),
                "--last reads backwards from the newest event; --limit, --follow and --cursor read forwards.",
                "Remove one of the two.",
            ),
            (
                self.follow and not self.streamed,
                "--follow never ends, but this output needs an end.",
                "Follow with -o text, jsonl or csv, without --summary and --html.",
            ),
            (
                parquet and self.out is None,
                "-o parquet needs --out: the dataset is a folder of files.",
                "Add --out FOLDER.",
            ),
            (
                not parquet and self.out is not None,
                "--out can only be used with -o parquet; other formats go to stdout.",
                "Add -o parquet, or use > FILE instead of --out.",
            ),
            (
                self.fields is not None and (self.form not in _WITH_FIELDS or self.summary or self.html is not None),
                "--fields can only be used with -o json, jsonl or csv; other formats have fixed fields.",
                "Add -o csv, -o json or -o jsonl.",
            ),
            (
                self.summary and (self.form not in _SUMMARISED or self.html is not None),
                "--summary can only be used with -o text or json; the --html page has its own summary.",
                "Remove --summary, or use -o text or json.",
            ),
            (self.html is not None and self.form is not LogFormat.TEXT, "--html replaces -o.", "Remove one of them."),
        )
