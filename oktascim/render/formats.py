"""What a command's result can be written as, and the result as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Format(StrEnum):
    """The formats of a command's result; `text` is the table if a command has no text form."""

    TEXT = "text"
    TABLE = "table"
    JSON = "json"
    YAML = "yaml"

    @property
    def is_document(self) -> bool:
        """Whether it is a format for programs."""
        return self in {Format.JSON, Format.YAML}


@dataclass(frozen=True)
class Table:
    """A result as a table.

    Attributes:
        columns: the headings.
        rows: one text per column.
        empty: what to say if there are no rows.
        key: how many columns with a heading tell one row from the others.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    empty: str = "Nothing to show."
    key: int = 1
