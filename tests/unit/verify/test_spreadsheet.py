"""Cases are read from a spreadsheet by their ids; a file that is none is refused in words."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable
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


SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'


def changed(plan: Path, part: str, change: Callable[[bytes], bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(plan) as archive, zipfile.ZipFile(content, "w", compression) as other:
        for name in archive.namelist():
            other.writestr(name, change(archive.read(name)) if name == part else archive.read(name))
    return content.getvalue()


def with_sheet(text: str) -> Callable[[Path], bytes]:
    return lambda plan: changed(plan, SHEET, lambda _: text.encode())


def many_sheets(plan: Path) -> bytes:
    one = rb"<sheet [^>]*/>"
    return changed(plan, "xl/workbook.xml", lambda text: re.sub(one, lambda found: found[0] * 60, text, count=1))


def patched(plan: Path, place: int, value: int) -> bytes:
    """The spreadsheet with another byte in the header of each of its parts."""
    data = bytearray(plan.read_bytes())
    for mark, offset in ((b"PK\x03\x04", place), (b"PK\x01\x02", place + 2)):
        for found in re.finditer(re.escape(mark), bytes(data)):
            data[found.start() + offset] = value
    return bytes(data)


def garbled(plan: Path) -> bytes:
    """The spreadsheet with noise in place of the data of its parts."""
    data = bytearray(plan.read_bytes())
    for found in re.finditer(rb"PK\x03\x04", bytes(data)):
        start = found.end() + 26 + data[found.start() + 26] + data[found.start() + 28]
        data[start : start + 30] = b"\x07" * 30
    return bytes(data)


@pytest.mark.parametrize(
    "attack",
    [
        with_sheet(f'{HEAD}<c r="A1" t="s"><v>99999</v></c></row></sheetData></worksheet>'),
        with_sheet('<?xml version="1.0" encoding="zzz"?><worksheet/>'),
        with_sheet(f"{HEAD}{'<c><v>1</v></c>' * 1_100_000}"),
        many_sheets,
        garbled,
        lambda plan: patched(plan, 6, 1),  # encrypted
        lambda plan: patched(plan, 8, 97),  # an unknown compression
        lambda plan: changed(plan, "", bytes, zipfile.ZIP_LZMA),
    ],
)
def test_a_hostile_spreadsheet_is_refused(plan: Path, attack: Callable[[Path], bytes]) -> None:
    plan.write_bytes(attack(plan))
    with pytest.raises(UsageProblem, match=r"isn't an \.xlsx spreadsheet"):
        read_cases(plan)


def test_a_warning_of_the_library_is_not_printed(plan: Path, recwarn: pytest.WarningsRecorder) -> None:
    wrong = b'<sheet name="&#x9b;31m" sheetId="2"/></sheets>'
    plan.write_bytes(changed(plan, "xl/workbook.xml", lambda text: text.replace(b"</sheets>", wrong)))
    warnings.simplefilter("always")
    assert read_cases(plan)
    assert not recwarn.list
