"""The log as a date-partitioned Parquet dataset, which DuckDB, Spark and Athena read as it is.

    DIR/date=2026-11-01/part-<run>.parquet

The date is the UTC day of `published`. Every run adds files of its own and never touches another's, so that several
machines can write into one directory. A run's files appear together when it is complete.
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
from oktascim.logs.fields import FIELDS, value_at
from oktascim.okta.log_events import Events

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_ROWS_A_GROUP = 10_000

_COLUMNS: Mapping[str, Callable[[Event], Any]] = {
    **FIELDS,
    "legacy_type": lambda event: event.get("legacyEventType"),
    "actor_id": lambda event: value_at(event, "actor.id"),
    "actor_type": lambda event: value_at(event, "actor.type"),
    "app_key": lambda event: value_at(event, "debugContext.debugData.appname"),
}


class Dataset:
    """Writes rows, at most one row group of each day in memory.

    Args:
        directory: the root of the dataset; made where it is missing.
        masked: removes the secrets of this run from a text.
    """

    def __init__(self, directory: Path, masked: Callable[[str], str]) -> None:
        self._directory = directory
        self._masked = masked
        self._run = uuid.uuid4().hex
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._begun: set[str] = set()

    def page(self, events: Events, _findings: Sequence[object] = ()) -> None:
        """Add events; explanations are not part of the dataset."""
        harmless = Events(self._masked(events.lines.decode()).encode(), events.request_id)
        for raw, event in zip(harmless.raws, harmless.values, strict=True):
            row = _row(raw.decode(), event)
            day = f"{row['time']:%Y-%m-%d}"
            rows = self._rows.setdefault(day, [])
            rows.append(row)
            if len(rows) >= _ROWS_A_GROUP:
                self._write(day)

    def finish(self) -> list[Path]:
        """Write what is left and give the files their names.

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
        """Delete what this run wrote, where it did not finish."""
        for writer in self._writers.values():
            with suppress(OSError):  # a full disk is full for the footer, too
                writer.close()
        for day in self._begun:
            self._unfinished(day).unlink(missing_ok=True)
            with suppress(OSError):  # other runs, and this one where it finished, have files in it
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
    """Write into a dataset; after a failure no file of this run is left in it.

    Raises:
        UsageProblem: pyarrow is not installed.
        OktascimError: the files cannot be written.
    """
    try:
        import pyarrow  # noqa: F401 (asked for before the first request is made)
    except ImportError:
        raise UsageProblem(
            "Parquet needs pyarrow, which is not installed.", fix="Install it with `pip install 'oktascim[parquet]'`."
        ) from None
    writing = Dataset(directory, masked)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        yield writing
        writing.finish()
    except OSError as error:
        raise OktascimError(f"Cannot write into {directory}: {error.strerror or error}.") from error
    finally:
        writing.abandon()


def _row(text: str, event: Event) -> dict[str, Any]:
    columns = {name: value(event) for name, value in _COLUMNS.items()}
    return {**columns, "time": datetime.fromisoformat(event["published"]).astimezone(UTC), "event": text}


def _schema(pa: Any) -> pa.Schema:
    texts = [(name, pa.string()) for name in (*_COLUMNS, "event") if name != "time"]
    return pa.schema([("time", pa.timestamp("ms", tz="UTC")), *texts])
