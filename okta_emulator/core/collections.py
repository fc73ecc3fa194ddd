"""Collections in the database: documents by kind and id, and links between two documents."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from okta_emulator.core.encoding import decoded, dumped

_T = TypeVar("_T")
_PAGE = 250  # rows; a page of a list has at most 200 items


class Documents(Generic[_T]):
    """The documents of one kind, by id; a document can also have a name, whose case is ignored."""

    def __init__(self, db: sqlite3.Connection, kind: str) -> None:
        self._db = db
        self._kind = kind

    def get(self, document_id: str) -> _T | None:
        """The document with this id, or None."""
        row = self._db.execute(
            "SELECT body FROM document WHERE kind = ? AND id = ?", (self._kind, document_id)
        ).fetchone()
        return None if row is None else decoded(row[0])

    def put(self, document_id: str, body: _T, *, name: str | None = None) -> None:
        """Write a document, replacing the one with its id."""
        self._db.execute(
            "INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?)", (self._kind, document_id, name, dumped(body))
        )

    def delete(self, document_id: str) -> None:
        """Delete a document, if it exists."""
        self._db.execute("DELETE FROM document WHERE kind = ? AND id = ?", (self._kind, document_id))

    def named(self, name: str) -> list[_T]:
        """The documents with exactly this name, ignoring case, ordered by id."""
        rows = self._db.execute(
            "SELECT body FROM document WHERE kind = ? AND name = ? ORDER BY id", (self._kind, name)
        ).fetchall()
        return [decoded(body) for (body,) in rows]

    def each(self, after: str = "") -> Iterator[tuple[str, _T]]:
        """(id, document) pairs ordered by id, after an id."""
        asked = "SELECT id, body FROM document WHERE kind = ? AND id > ? ORDER BY id LIMIT ?"
        return _pairs(self._db, asked, (self._kind,), after)

    def count(self) -> int:
        """The number of documents."""
        number: int = self._db.execute("SELECT count(*) FROM document WHERE kind = ?", (self._kind,)).fetchone()[0]
        return number


class Links(Generic[_T]):
    """Links of one kind between a source and a target, each with a document."""

    def __init__(self, db: sqlite3.Connection, kind: str) -> None:
        self._db = db
        self._kind = kind

    def get(self, source: str, target: str) -> _T | None:
        """The document of one link, or None."""
        row = self._db.execute(
            "SELECT body FROM link WHERE kind = ? AND source = ? AND target = ?", (self._kind, source, target)
        ).fetchone()
        return None if row is None else decoded(row[0])

    def put(self, source: str, target: str, body: _T) -> None:
        """Write a link, replacing the one that exists."""
        self._db.execute("INSERT OR REPLACE INTO link VALUES (?, ?, ?, ?)", (self._kind, source, target, dumped(body)))

    def delete(self, source: str, target: str) -> None:
        """Delete a link, if it exists."""
        self._db.execute("DELETE FROM link WHERE kind = ? AND source = ? AND target = ?", (self._kind, source, target))

    def delete_source(self, source: str) -> None:
        """Delete all links of a source."""
        self._db.execute("DELETE FROM link WHERE kind = ? AND source = ?", (self._kind, source))

    def from_source(self, source: str, after: str = "") -> Iterator[tuple[str, _T]]:
        """(target, document) pairs of a source, ordered by target, after a target."""
        asked = "SELECT target, body FROM link WHERE kind = ? AND source = ? AND target > ? ORDER BY target LIMIT ?"
        return _pairs(self._db, asked, (self._kind, source), after)

    def to_target(self, target: str) -> Iterator[tuple[str, _T]]:
        """(source, document) pairs of a target, ordered by source."""
        asked = "SELECT source, body FROM link WHERE kind = ? AND target = ? AND source > ? ORDER BY source LIMIT ?"
        return _pairs(self._db, asked, (self._kind, target), "")


def _pairs(db: sqlite3.Connection, asked: str, values: tuple[str, ...], after: str) -> Iterator[tuple[str, Any]]:
    """(id, value) pairs, read by the page, so that no statement stays open where a reader stops early."""
    while rows := db.execute(asked, (*values, after, _PAGE)).fetchall():
        for after, body in rows:
            yield after, decoded(body)
