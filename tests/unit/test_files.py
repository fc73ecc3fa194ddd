"""A file is whole or it is as it was; what is read is regular, bounded and, for a secret, private."""

from __future__ import annotations

import io
import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from oktascim.errors import OktascimError
from oktascim.files import (
    Unreadable,
    read_bounded,
    read_file,
    replacing,
    require_private,
    require_writable,
    write_whole,
)


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
    with pytest.raises(OktascimError, match="Can't write"):
        write_whole(tmp_path / place, "x")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("no/folder/a.txt", "there is no folder "),
        ("folder", "it's a folder."),
        ("file/a.txt", "isn't a folder."),
    ],
)
def test_a_place_for_a_result_is_looked_at_before_the_work(tmp_path: Path, place: str, what: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(OktascimError, match=what):
        require_writable(tmp_path / place)


@pytest.mark.parametrize("place", ["file", "new", "/dev/stdout"])
def test_files_devices_and_new_names_can_hold_a_result(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    before = list(tmp_path.iterdir())
    require_writable(tmp_path / place)
    assert list(tmp_path.iterdir()) == before


def test_a_folder_is_refused_before_the_work_is_done(tmp_path: Path) -> None:
    with pytest.raises(OktascimError, match="Is a directory"), replacing(tmp_path):
        pytest.fail("the work was done in vain")


def test_a_device_is_written_into_and_stays_one() -> None:
    with pytest.raises(OktascimError, match="No space left"):
        write_whole(Path("/dev/full"), "x")
    write_whole(Path("/dev/null"), "x")
    assert Path("/dev/full").is_char_device()
    assert Path("/dev/null").is_char_device()


def test_a_regular_file_up_to_the_limit_is_read_also_through_a_link(tmp_path: Path) -> None:
    file, link = tmp_path / "a", tmp_path / "b"
    file.write_bytes(b"x" * 1024)
    link.symlink_to(file)
    assert read_file(link, 1024) == b"x" * 1024


def test_a_file_over_the_limit_is_refused_with_the_limit(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"x" * 1025)
    with pytest.raises(Unreadable, match="is larger than 1 KB"):
        read_file(file, 1024)


def _pipe(place: Path) -> None:
    os.mkfifo(place)


def _socket(place: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(place))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (Path.mkdir, "is a folder, not a regular file"),
        (_pipe, "is a pipe, not a regular file"),  # nobody writes: opening it must not wait
        (_socket, "can't be read: No such device"),
        (lambda place: place.symlink_to("/dev/zero"), "is a device, not a regular file"),
        (lambda place: place.symlink_to("/dev/tty"), "a regular file|can't be read"),
        (lambda place: place.symlink_to(place), "can't be read: Too many levels"),
        (lambda place: None, "can't be read: No such file"),
    ],
)
def test_what_is_no_regular_file_is_refused(tmp_path: Path, make: Callable[[Path], object], reason: str) -> None:
    make(tmp_path / "a")
    with pytest.raises(Unreadable, match=reason) as raised:
        read_file(tmp_path / "a", 1024)
    assert raised.value.missing == ("No such file" in reason)


@pytest.mark.parametrize("name", ["a\0b", "a" * 5000])
def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Unreadable, match="can't be read"):
        read_file(tmp_path / name, 1024)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o620, 0o604, 0o602])
def test_a_secret_that_others_can_read_or_change_is_refused_with_the_command(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "my token"
    file.write_bytes(b"x")
    file.chmod(mode)
    with pytest.raises(Unreadable) as raised:
        require_private(file)
    assert raised.value.fix == f"chmod 600 '{file}'"
    file.chmod(0o600)
    require_private(file)


def test_a_secret_on_a_read_only_file_system_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "token"
    file.write_bytes(b"x")
    file.chmod(0o444)
    with pytest.raises(Unreadable):
        require_private(file)
    monkeypatch.setattr(os, "statvfs", lambda _path: os.statvfs_result((0,) * 8 + (os.ST_RDONLY, 0)))
    assert require_private(file) is None


def test_a_stream_without_end_is_read_no_further_than_the_limit() -> None:
    stream = io.BytesIO(b"x" * 100_000)
    with pytest.raises(Unreadable, match="Standard input is larger than 1 KB"):
        read_bounded(stream.read, 1024, "Standard input")
    assert stream.tell() == 1025
