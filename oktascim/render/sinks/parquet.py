"""The log as a date-partitioned Parquet dataset, as DuckDB, Spark and Athena read it.

    DIR/date=2026-11-01/part-<run>.parquet

The date is the UTC day of `published`. Each run adds its own files and never touches those of others, so several
machines can write to one directory. A run's files appear together when it is complete.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oktascim.diagnose.event import Event
from oktascim.errors import OktascimError, UsageProblem
from oktascim.logs.fields import FIELDS, member_at
from oktascim.okta.log_events import Events

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_ROWS_A_GROUP = 10_000

_COLUMNS: Mapping[str, Callable[[Event], Any]] = {
    **FIELDS,
    "legacy_type": lambda event: event.get("legacyEventType"),
    "actor_id": lambda event: member_at(event, "actor.id"),
    "actor_type": lambda event: member_at(event, "actor.type"),
    "app_key": lambda event: member_at(event, "debugContext.debugData.appname"),
}


class Dataset:
    """Writes rows, holding at most one row group per day in memory.

    Args:
        directory: the root of the dataset; created if missing.
        masked: masks this run's secrets in a text.
    """

    def __init__(self, directory: Path, masked: Callable[[str], str]) -> None:
        self._directory = directory
        self._masked = masked
        self._run = uuid.uuid4().hex
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._begun: set[str] = set()

    def page(self, events: Events, _findings: Sequence[object] = ()) -> None:
        """Add events; explanations aren't part of the dataset."""
        harmless = Events(self._masked(events.lines.decode()).encode(), events.request_id)
        for raw, event in zip(harmless.raws, harmless.values, strict=True):
            row = _row(raw.decode(), event)
            day = f"{row['time']:%Y-%m-%d}"
            rows = self._rows.setdefault(day, [])
            rows.append(row)
            if len(rows) >= _ROWS_A_GROUP:
                self._write(day)

    def finish(self) -> list[Path]:
        """Write the remaining rows and give the files their names.

        Returns:
            The files of this run.
        """
        for day in list(self._rows):
            self._write(day)
        finished = []
        for day, writer in self._writers.items():
            writer.close()
            finished.append(self._unfinished(day).replace(self._path(day)))
        self._writers.clear()
        return finished

    def abandon(self) -> None:
        """Delete the files of an unfinished run."""
        for writer in self._writers.values():
            with suppress(OSError):  # a full disk has no room for the footer either
                writer.close()
        for day in self._begun:
            self._unfinished(day).unlink(missing_ok=True)
            with suppress(OSError):  # it holds files of other runs, or of this one if it finished
                self._path(day).parent.rmdir()

    def _write(self, day: str) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        rows = self._rows.pop(day)
        if day not in self._writers:
            self._path(day).parent.mkdir(parents=True, exist_ok=True)
            self._begun.add(day)
            self._writers[day] = pq.ParquetWriter(self._unfinished(day), _schema(pa), compression="zstd")
        self._writers[day].write_table(pa.Table.from_pylist(rows, schema=_schema(pa)))

    def _path(self, day: str) -> Path:
        return self._directory / f"date={day}" / f"part-{self._run}.parquet"

    def _unfinished(self, day: str) -> Path:
        return self._path(day).with_name(f".part-{self._run}.parquet.unfinished")


@contextmanager
def dataset(directory: Path, masked: Callable[[str], str]) -> Iterator[Dataset]:
    """Write to a dataset; a failure leaves no file of this run in it.

    Raises:
        UsageProblem: pyarrow isn't installed.
        OktascimError: the files can't be written.
    """
    try:
        import pyarrow  # noqa: F401 (asked for before the first request is made)
    except ImportError:
        raise UsageProblem(
            "Parquet needs pyarrow, which isn't installed.", fix="Install it with `pip install 'oktascim[parquet]'`."
        ) from None
    writing = Dataset(directory, masked)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        yield writing
        writing.finish()
    except OSError as error:
        raise OktascimError(f"Can't write to {directory}: {error.strerror or error}.") from error
    finally:
        writing.abandon()


def _row(text: str, event: Event) -> dict[str, Any]:
    columns = {name: value(event) for name, value in _COLUMNS.items()}
    return {**columns, "time": datetime.fromisoformat(event["published"]).astimezone(UTC), "event": text}


def _schema(pa: Any) -> pa.Schema:
    texts = [(name, pa.string()) for name in (*_COLUMNS, "event") if name != "time"]
    return pa.schema([("time", pa.timestamp("ms", tz="UTC")), *texts])
