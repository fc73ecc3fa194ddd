"""A database file that cannot be used is said in one sentence, before anything is served."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from okta_emulator.core.problem import InvalidSetting
from okta_emulator.http.server import EmulatedOrg
from oktascim.cli.main import run


def _text(file: Path) -> Path:
    file.write_text("This is no database. " * 100)
    return file


def _damaged(file: Path) -> Path:
    with EmulatedOrg(database=file):
        pass
    content = bytearray(file.read_bytes())
    content[4096 : len(content) - 4096] = b"\xa5" * (len(content) - 8192)
    file.write_bytes(content)
    return file


def _foreign(file: Path) -> Path:
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE moz_places (id INTEGER)")
    other.close()
    return file


def _newer(file: Path) -> Path:
    with EmulatedOrg(database=file):
        pass
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA user_version = 2")
    database.close()
    return file


def _folder(file: Path) -> Path:
    file.mkdir()
    return file


def _pipe(file: Path) -> Path:
    os.mkfifo(file)
    return file


def _missing_folder(file: Path) -> Path:
    return file / "org.sqlite"


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (_text, "it isn't an emulator's database"),
        (_damaged, "it is damaged"),
        (_foreign, "it isn't an emulator's database"),
        (_newer, "it is of another version of the emulator"),
        (_folder, "it isn't a file"),
        (_pipe, "it isn't a file"),
        (_missing_folder, "its folder doesn't exist"),
    ],
)
def test_an_unusable_file_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], made: Callable[[Path], Path], why: str
) -> None:
    file = made(tmp_path / "org.sqlite")
    options = ["--port", "0", "--database", str(file), "--token-file", str(tmp_path / "token")]
    assert run(["emulator", "start", *options], environ={}) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert f"as the emulator's database: {why}." in said
    assert "Traceback" not in said


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    file = _foreign(tmp_path / "org.sqlite")
    before = file.read_bytes()
    with pytest.raises(InvalidSetting), EmulatedOrg(database=file):
        pass
    assert file.read_bytes() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, what: str) -> None:
    file = tmp_path / "org.sqlite"
    if what == "file":
        with EmulatedOrg(database=file):
            pass
    place = file if what == "file" else tmp_path
    place.chmod(0o500)
    try:
        with pytest.raises(InvalidSetting, match=r"can't be (written|opened)"), EmulatedOrg(database=file):
            pass
    finally:
        place.chmod(0o700)


def test_a_second_emulator_on_one_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "org.sqlite"
    second = EmulatedOrg(database=file)
    with EmulatedOrg(database=file), pytest.raises(InvalidSetting, match="another emulator is using it"):
        second.start()
    second.stop()
    with EmulatedOrg(database=file):
        pass


def test_an_authenticator_secret_that_is_no_base32_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OKTASCIM_EMULATOR_ADMIN_TOTP_SECRET", "not base32!")
    assert run(["emulator", "start", "--port", "0", "--token-file", str(tmp_path / "token")], environ={}) == 2
    assert "isn't base32" in capsys.readouterr().err
