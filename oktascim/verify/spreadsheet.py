"""Reads the cases of Okta's manual test plan from its spreadsheet, wherever a row has an id such as C9293."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import ParseError

from oktascim.errors import OktascimError, UsageProblem
from oktascim.files import read_file

_CASE_ID = re.compile(r"C\d{3,6}")
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, ParseError),
    *(LookupError, ValueError, TypeError, AttributeError, EOFError, OSError, RuntimeError, ArithmeticError),
)
"""What zipfile and openpyxl raise for a broken file, or for one that they don't read."""
_FIX = "Use Okta's test plan, okta-scim-test-plan-v2.xlsx, as downloaded."
_MOST_BYTES = 5_000_000
_MOST_UNPACKED = 15_000_000  # openpyxl needs up to thirty times as much memory
_MOST_SHEETS = 50
_MOST_ROWS = 5_000
_MOST_COLUMNS = 50
_LONGEST_TITLE = 200
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def read_cases(file: Path) -> dict[str, str]:
    """The titles of a spreadsheet's cases, by id, in the order of the file.

    A title is the first text in the row of an id that has more than one word.

    Args:
        file: an .xlsx file.

    Raises:
        UsageProblem: it can't be read, isn't an .xlsx file, or has no case ids.
        OktascimError: the extra `oin` is not installed.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl's quote the file, straight to the terminal
            found = dict(_cases(read_file(file, _MOST_BYTES)))
    except ImportError as error:
        raise OktascimError(
            "Reading a spreadsheet needs the extra oin.", why=f"{error}", fix="pip install 'oktascim[oin]'"
        ) from None
    except _BROKEN as error:
        raise UsageProblem(f"{file} isn't an .xlsx spreadsheet.", why=f"{error}", fix=_FIX) from error
    if not found:
        raise UsageProblem(f"{file} has no case ids such as C9293.", fix=_FIX)
    return found


def _cases(content: bytes) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(one.file_size for one in packed.infolist()) > _MOST_UNPACKED:
            raise ValueError(f"It unpacks to more than {_MOST_UNPACKED // 1_000_000} MB.")
        if any(one.compress_type not in _COMPRESSIONS for one in packed.infolist()):
            raise ValueError("It is compressed in another way than spreadsheets are.")
    from openpyxl import load_workbook

    sheets = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets
    if len(sheets) > _MOST_SHEETS:
        raise ValueError(f"It has more than {_MOST_SHEETS} sheets.")
    for sheet in sheets:
        for row in sheet.iter_rows(max_row=_MOST_ROWS, max_col=_MOST_COLUMNS, values_only=True):
            texts = [" ".join(cell.split()) for cell in row if isinstance(cell, str)]
            title = next((text[:_LONGEST_TITLE] for text in texts if " " in text), "")
            yield from ((text, title) for text in texts if _CASE_ID.fullmatch(text))
