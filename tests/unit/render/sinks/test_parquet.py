"""The Parquet dataset, read back by another program."""

from __future__ import annotations

import json

import pytest

from oktascim.errors import OktascimError
from oktascim.render.sinks import parquet as module
from oktascim.render.sinks.parquet import dataset
from tests.support.log_events import log_events, make_event

duckdb = pytest.importorskip("duckdb", reason="duckdb reads the dataset in this test")
pytest.importorskip("pyarrow", reason="the extra `parquet` is not installed")


def write(directory, *events):
    with dataset(directory, lambda text: text.replace("s3cr3t", "[hidden]")) as rows:
        rows.page(log_events(*events), ())


def ask(directory, question):
    return duckdb.sql(question.replace("LOG", f"read_parquet('{directory}/**/*.parquet', hive_partitioning=true)"))


def test_duckdb_reads_it_as_it_is(tmp_path):
    failure = {"outcome": {"result": "FAILURE", "reason": "bad s3cr3t"}, "published": "2026-11-21T00:00:00.000Z"}
    write(tmp_path, make_event(1), make_event(2, **failure))
    write(tmp_path, make_event(3))
    assert ask(tmp_path, "select date::text, count(*) from LOG group by 1 order by 1").fetchall() == [
        ("2026-11-20", 2),
        ("2026-11-21", 1),
    ]
    row = ask(
        tmp_path, "select epoch_ms(time), outcome, reason, user, app, app_key, event from LOG where outcome = 'FAILURE'"
    )
    time, outcome, reason, user, app, key, raw = row.fetchall()[0]
    assert time == 1_795_219_200_000
    assert (outcome, reason, user) == ("FAILURE", "bad [hidden]", "ada@acme.example")
    assert (app, key) == ("Acme CRM", "scim2headerauth")
    assert json.loads(raw)["uuid"].endswith("2")


def test_row_groups_are_written_as_they_fill(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_ROWS_A_GROUP", 2)
    write(tmp_path, *(make_event(number) for number in range(5)))
    assert ask(tmp_path, "select count(*), count(distinct uuid) from LOG").fetchall()[0] == (5, 5)


def test_a_run_that_fails_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_ROWS_A_GROUP", 1)
    with pytest.raises(RuntimeError), dataset(tmp_path, str) as rows:
        rows.page(log_events(make_event(1)), ())
        raise RuntimeError("the connection broke")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["write_table", "close"])
def test_a_disk_that_is_full_leaves_no_half_file(tmp_path, monkeypatch, place):
    import pyarrow.parquet

    def full(writer, *_arguments):
        writer.is_open = False
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "_ROWS_A_GROUP", 1)
    monkeypatch.setattr(pyarrow.parquet.ParquetWriter, place, full)
    with pytest.raises(OktascimError, match="No space left"):
        write(tmp_path, make_event(1))
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_was_full_from_the_start_holds_no_empty_file(tmp_path, monkeypatch):
    import pyarrow.parquet

    def full(file, *_arguments, **_options):
        file.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pyarrow.parquet, "ParquetWriter", full)
    with pytest.raises(OktascimError, match="No space left"):
        write(tmp_path, make_event(1))
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told_before_a_page_is_read(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OktascimError, match="Can't write to"), dataset(tmp_path / "file" / "log", str):
        pytest.fail("pages were read in vain")


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(OktascimError, match="Can't write to"):
        write(blocked, make_event(1))


def test_no_events_make_no_files(tmp_path):
    write(tmp_path)
    assert list(tmp_path.iterdir()) == []
