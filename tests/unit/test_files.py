"""A file is whole or it is as it was."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from oktascim.errors import OktascimError
from oktascim.files import replacing, write_whole


@pytest.mark.parametrize("content", ["Grüße\n", "Grüße\r\n\xa0".encode("iso-8859-1")])
def test_what_is_written_is_what_was_given(tmp_path: Path, content: str | bytes) -> None:
    file = tmp_path / "a.txt"
    write_whole(file, content)
    assert file.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_after_a_failure_the_old_content_stays_and_nothing_lies_about(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("old", encoding="utf-8")
    with pytest.raises(RuntimeError), replacing(file) as stream:
        stream.write("half of the n")
        raise RuntimeError
    assert file.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("place", ["no/such/folder/a.txt", "folder"])
def test_a_place_that_cannot_be_written_is_said_in_words(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inside").touch()
    with pytest.raises(OktascimError, match="Cannot write") as raised:
        write_whole(tmp_path / place, "x")
    assert raised.value.why in {None, "Nothing was left half written."}
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_folder_is_refused_before_the_work_is_done(tmp_path: Path) -> None:
    with pytest.raises(OktascimError, match="Is a directory"), replacing(tmp_path):
        pytest.fail("the work was done in vain")


def test_a_device_is_written_into_and_stays_one() -> None:
    with pytest.raises(OktascimError, match="No space left"):
        write_whole(Path("/dev/full"), "x")
    write_whole(Path("/dev/null"), "x")
    assert Path("/dev/full").is_char_device()
    assert Path("/dev/null").is_char_device()
