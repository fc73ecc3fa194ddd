"""`oktascim explain`: texts and exported events."""

from __future__ import annotations

import io
import json

import pytest

from oktascim.cli.main import run

TEXT = "Error authenticating: Unauthorized. Errors reported by remote server: Invalid token"
EVENT = {
    "uuid": "uuid-1",
    "eventType": "application.provision.user.push",
    "outcome": {"result": "FAILURE", "reason": "Conflict. Errors reported by remote server: User already exists"},
}


def explain(*words, stdin="", monkeypatch=None):
    stdout, stderr = io.StringIO(), io.StringIO()
    if monkeypatch:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
    code = run(["explain", *words], environ={}, stdout=stdout, stderr=stderr, stdin=io.StringIO())
    return code, stdout.getvalue(), stderr.getvalue()


def categories(out):
    return [finding["category"] for finding in json.loads(out)["findings"]]


def test_a_text_for_people():
    code, out, _ = explain(TEXT)
    assert code == 0
    assert out.startswith("why   ")
    assert "auth.invalid_credentials" in out
    assert "\nfix   " in out
    assert "\nOkta  " in out


def test_a_text_as_json():
    code, out, _ = explain(TEXT, "-o", "json")
    (finding,) = json.loads(out)["findings"]
    assert code == 0
    assert {"category", "confidence", "cause", "fix", "rule", "sources", "alternatives", "events"} <= set(finding)


def test_an_event_that_was_cut_off_is_explained_all_the_same():
    cut = json.dumps(EVENT | {"outcome": {"result": "FAILURE", "reason": "Conflict. Errors reported by remote"}})[:-9]
    code, out, _ = explain(cut, "-o", "json")
    assert (code, categories(out)) == (0, ["user.conflict"])


def test_a_text_from_standard_input(monkeypatch):
    _, out, _ = explain("-", "-o", "json", stdin=TEXT, monkeypatch=monkeypatch)
    assert categories(out) == ["auth.invalid_credentials"]


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([EVENT]),
        json.dumps({"events": [EVENT], "findings": []}),
        json.dumps(EVENT),
        json.dumps(EVENT) + "\n\n" + json.dumps({"finding": {}}) + "\n" + json.dumps(EVENT) + "\n",
    ],
)
def test_every_form_of_export(tmp_path, content):
    path = tmp_path / "events"
    path.write_text(content)
    code, out, _ = explain("--events", str(path), "-o", "json")
    assert code == 0
    assert categories(out) == ["user.conflict"]
    assert set(json.loads(out)["findings"][0]["events"]) == {"uuid-1"}


def test_events_from_standard_input(monkeypatch):
    code, out, _ = explain("--events", "-", stdin=json.dumps([EVENT]), monkeypatch=monkeypatch)
    assert code == 0
    assert out.startswith("1 event\n")


def test_no_failure_is_no_error(tmp_path):
    path = tmp_path / "events"
    path.write_text("[]")
    assert explain("--events", str(path)) == (0, "", "No failures found.\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{}\nnot json", "Line 2"),
        ("[1]", "isn't an export"),
        ('"text"', "isn't an export"),
        ("\xff", "neither JSON nor CSV"),
    ],
)
def test_what_is_no_export_is_refused(tmp_path, content, message):
    path = tmp_path / "events"
    path.write_text(content)
    code, _, err = explain("--events", str(path))
    assert code == 2
    assert message in err


def test_a_binary_file_is_refused(tmp_path):
    path = tmp_path / "events"
    path.write_bytes(b"\xff\xfe\x00")
    code, _, err = explain("--events", str(path))
    assert code == 2
    assert "UTF-8" in err


def test_a_file_that_is_not_there(tmp_path):
    code, _, err = explain("--events", str(tmp_path / "missing"))
    assert code == 2
    assert "can't be read: No such file" in err


@pytest.mark.parametrize(
    ("words", "message"), [((), "Nothing to explain"), ((TEXT, "--events", "x"), "can't be used together")]
)
def test_one_source_is_needed(words, message):
    code, _, err = explain(*words)
    assert code == 2
    assert message in err
    assert "--events FILE" in err


@pytest.mark.parametrize("text", ["", "  \n"])
def test_a_text_without_words_is_refused(text):
    code, _, err = explain(text)
    assert code == 2
    assert "empty" in err


def test_a_pasted_event_is_explained_as_an_event(monkeypatch):
    _, out, _ = explain("-", "-o", "json", stdin=json.dumps(EVENT, indent=2), monkeypatch=monkeypatch)
    assert categories(out) == ["user.conflict"]
    assert json.loads(out)["findings"][0]["events"] == ["uuid-1"]


def test_standard_input_that_is_closed(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    code, _, err = explain("-")
    assert code == 2
    assert "Standard input is closed" in err


def test_a_person_at_the_terminal_is_told_how_to_end(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stdin", Terminal(TEXT))
    code, out, err = explain("-")
    assert code == 0
    assert "Ctrl-D" in err
    assert "auth.invalid_credentials" in out
