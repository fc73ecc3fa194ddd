"""Collections in the database: documents by kind and id, and links between two documents."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Generic, TypeVar

from okta_emulator.core.encoding import decoded, dumped

_T = TypeVar("_T")


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
        """The documents with exactly this name, case ignored, ordered by id."""
        rows = self._db.execute(
            "SELECT body FROM document WHERE kind = ? AND name = ? ORDER BY id", (self._kind, name)
        ).fetchall()
        return [decoded(body) for (body,) in rows]

    def each(self, after: str = "") -> Iterator[tuple[str, _T]]:
        """(id, document) pairs ordered by id, after an id."""
        rows = self._db.execute(
            "SELECT id, body FROM document WHERE kind = ? AND id > ? ORDER BY id", (self._kind, after)
        )
        for document_id, body in rows:
            yield document_id, decoded(body)

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
        rows = self._db.execute(
            "SELECT target, body FROM link WHERE kind = ? AND source = ? AND target > ? ORDER BY target",
            (self._kind, source, after),
        )
        for target, body in rows:
            yield target, decoded(body)

    def to_target(self, target: str) -> Iterator[tuple[str, _T]]:
        """(source, document) pairs of a target, ordered by source."""
        rows = self._db.execute(
            "SELECT source, body FROM link WHERE kind = ? AND target = ? ORDER BY source", (self._kind, target)
        )
        for source, body in rows:
            yield source, decoded(body)
