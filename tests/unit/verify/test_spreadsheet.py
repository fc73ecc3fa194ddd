"""Cases are read from a spreadsheet by their ids; a file that is none is refused in words."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from openpyxl import Workbook

from oktascim.errors import UsageProblem
from oktascim.verify.spreadsheet import read_cases


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    book = Workbook()
    book.active.append(["ID", "Title", "Steps"])
    book.active.append(["C9293", "Reactivate  a\nuser", "1. Activate. 2. Assign."])
    book.active.append([7, None, "C9301", "manual", "Push a password"])
    book.create_sheet("Setup").append(["C1", "AC12345", "see C9999", "C21902", "A foreign redirect URI"])
    book.save(tmp_path / "plan.xlsx")
    return tmp_path / "plan.xlsx"


def test_ids_and_titles_come_from_any_column_and_sheet(plan: Path) -> None:
    assert read_cases(plan) == {
        "C9293": "Reactivate a user",
        "C9301": "Push a password",
        "C21902": "see C9999",
    }


def packed(**files: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "isn't an .xlsx spreadsheet"),
        (b"id,title\nC9293,x", "isn't an .xlsx spreadsheet"),
        (packed(a="b"), "isn't an .xlsx spreadsheet"),
        (packed(**{"[Content_Types].xml": "<"}), "isn't an .xlsx spreadsheet"),
        (packed(a="x" * 60_000_000), "isn't an .xlsx spreadsheet"),
    ],
)
def test_a_file_that_is_no_spreadsheet(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "plan.xlsx").write_bytes(content)
    with pytest.raises(UsageProblem, match=told):
        read_cases(tmp_path / "plan.xlsx")


def test_broken_parts_are_no_traceback(plan: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(plan) as archive:
        parts = {one.filename: archive.read(one) for one in archive.infolist()}
    for broken in parts:
        other = tmp_path / "broken.xlsx"
        with zipfile.ZipFile(other, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, b"<broken" if name == broken else content)
        with suppress(UsageProblem):  # any other error would be a traceback
            assert read_cases(other)
    with pytest.raises(UsageProblem):
        read_cases(tmp_path / "none.xlsx")
