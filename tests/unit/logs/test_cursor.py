"""The file that keeps where to go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from oktascim.errors import OktascimError, UsageProblem
from oktascim.logs.cursor import Cursor


def test_a_cursor_keeps_the_link(tmp_path):
    cursor = Cursor(tmp_path / "crm.cursor", "https://acme.okta.com", "x pr")
    assert cursor.load() is None
    cursor.save("https://acme.okta.com/api/v1/logs?after=1")
    cursor.save("https://acme.okta.com/api/v1/logs?after=2")
    assert cursor.load() == "https://acme.okta.com/api/v1/logs?after=2"
    assert [path.name for path in tmp_path.iterdir()] == ["crm.cursor"]


@pytest.mark.parametrize(("org", "expression"), [("https://other.okta.com", "x pr"), ("https://acme.okta.com", "y pr")])
def test_a_cursor_of_another_query_is_refused(tmp_path, org, expression):
    Cursor(tmp_path / "c", "https://acme.okta.com", "x pr").save("https://acme.okta.com/next")
    with pytest.raises(UsageProblem, match="belongs to another"):
        Cursor(tmp_path / "c", org, expression).load()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"next": 1}', "not json"])
def test_a_file_that_is_no_cursor_is_refused_and_kept(tmp_path, content):
    path = tmp_path / "notes.txt"
    path.write_text(content)
    with pytest.raises(UsageProblem, match="isn't an oktascim cursor"):
        Cursor(path, "https://acme.okta.com", "").load()
    assert path.read_text() == content


def test_a_cursor_that_cannot_be_written_says_so(tmp_path):
    cursor = Cursor(tmp_path / "missing" / "c", "https://acme.okta.com", "")
    with pytest.raises(OktascimError, match="Can't write"):
        cursor.save("https://acme.okta.com/next")


def test_a_device_without_an_end_is_no_cursor_file():
    with pytest.raises(UsageProblem, match="is a device, not a regular file"):
        Cursor(Path("/dev/zero"), "https://acme.okta.com", "").load()
