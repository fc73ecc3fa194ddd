"""What a command's result can be written as, the result as a table, and the labels of its rows."""

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


_LABELS = {"base_url": "base URL", "sign_on_mode": "sign-on mode"}


def label_of(key: str) -> str:
    """A key of a JSON document as the label of a row."""
    return _LABELS.get(key, key.replace("_", " "))


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
