"""Okta's own suites, unchanged, against a good server; and files that are no suite."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.check.conftest import PERSON
from tests.support.broken_server import TOKEN, broken_server

Call = Callable[..., tuple[int, str, str]]
STEP = {
    "step_type": "request",
    "method": "GET",
    "url": "{{SCIMBaseURL}}/Users",
    "headers": {"Authorization": "{{auth}}"},
}


def suite(folder: Path, *steps: Any, **members: Any) -> str:
    file = folder / "suite.json"
    file.write_text(json.dumps({"name": "Ours", "version": "1.0", "steps": list(steps), **members}), encoding="utf-8")
    return str(file)


def run(oktascim: Call, base_url: str, file: str, *options: str, **environ: str) -> tuple[int, dict[str, Any], str]:
    words = ("check", base_url, "--bearer", "env:SCIM_TOKEN", "--suite", file, "--pause", "0", "-o", "json", *options)
    code, stdout, stderr = oktascim(*words, **environ)
    return code, json.loads(stdout) if stdout else {}, stderr


def test_oktas_suite_passes_and_what_it_makes_is_deleted(oktascim: Call, ground_truth: Path) -> None:
    file = str(ground_truth / "Okta-SCIM-20-SPEC-Test.json")
    with broken_server() as server:
        server.store.create("Users", dict(PERSON))
        code, report, stderr = run(oktascim, server.base_url, file)
        assert list(server.store.resources["Users"]) == ["r1"]
    assert code == 0, stderr
    assert report["verdict"] == "Okta SCIM 2.0 SPEC Test: all 12 steps passed."


@pytest.mark.parametrize(
    ("fault", "steps"),
    [
        ("userName-lower-cased", ["suite.10", "suite.12"]),
        ("duplicates-accepted", ["suite.14"]),
        ("counts-as-strings", ["suite.0"]),
        ("unknown-id-200", ["suite.6", "suite.22"]),
        ("open-to-all", ["suite.20"]),
    ],
)
def test_oktas_suite_finds_faults(oktascim: Call, ground_truth: Path, fault: str, steps: list[str]) -> None:
    with broken_server(fault) as server:
        server.store.create("Users", dict(PERSON))
        code, report, _ = run(oktascim, server.base_url, str(ground_truth / "Okta-SCIM-20-SPEC-Test.json"))
    assert code == 5
    assert [one["id"] for one in report["checks"] if one["passed"] is False] == steps


def test_the_old_suite_is_read_as_a_whole(oktascim: Call, ground_truth: Path) -> None:
    """SCIM 1.1 against a 2.0 server: every step is run, and its wrong schemas are told."""
    with broken_server() as server:
        code, report, _ = run(
            oktascim, server.base_url, str(ground_truth / "Okta-SCIM-11-SPEC-Test.json"), "--scim", "1.1"
        )
    assert code == 5
    assert len(report["checks"]) == 16
    assert sum(one["requirement"] == "recommended" for one in report["checks"]) == 7


def test_every_comparison(oktascim: Call, tmp_path: Path) -> None:
    def assertion(comparison: str, path: str, value: Any = None) -> dict[str, Any]:
        return {"source": "response_json", "comparison": comparison, "property": path, "value": value}

    good = [
        {"source": "response_status", "comparison": "equal_number", "value": "200"},
        {"source": "response_time", "comparison": "is_less_than", "value": "60000"},
        assertion("equal", "Resources[0].active", "true"),
        assertion("equal", "totalResults", "1"),
        assertion("equal_number", "totalResults", "1"),
        assertion("not_empty", "Resources"),
        assertion("is_a_number", "startIndex"),
        assertion("has_value", "schemas", "urn:ietf:params:scim:api:messages:2.0:ListResponse"),
        assertion("contains", "Resources[0].userName", "Hopper"),
        assertion("is_less_than", "totalResults", "2"),
    ]
    bad = [
        {"source": "response_status", "comparison": "equal_number", "value": 201},
        {"source": "response_time", "comparison": "is_less_than", "value": "0"},
        assertion("equal", "Resources[0].active", "false"),
        assertion("equal_number", "totalResults", "x"),
        assertion("not_empty", "nothing"),
        assertion("is_a_number", "Resources[0].userName"),
        assertion("has_value", "schemas", "urn"),
        assertion("contains", "Resources[0].userName", "Lovelace"),
        assertion("is_less_than", "totalResults", "1"),
    ]
    steps = [STEP | {"assertions": [one]} for one in (*good, *bad)]
    with broken_server() as server:
        server.store.create("Users", dict(PERSON))
        _, report, stderr = run(oktascim, server.base_url, suite(tmp_path, *steps))
    passed = [one["passed"] for one in report["checks"]]
    assert passed == [True] * len(good) + [False] * len(bad), stderr


def test_variables_pass_from_step_to_step_and_from_the_command_line(oktascim: Call, tmp_path: Path) -> None:
    first = STEP | {
        "variables": [{"name": "id", "source": "response_json", "property": "Resources[0].id"}, {"name": None}]
    }
    second = STEP | {
        "url": "{{SCIMBaseURL}}/Users/{{id}}",
        "assertions": [{"source": "response_json", "comparison": "equal", "property": "id", "value": "{{wanted}}"}],
    }
    third = STEP | {"headers": {"Authorization": "Bearer {{secret}}"}}
    lost = STEP | {"url": "{{SCIMBaseURL}}/Users/{{never_set}}"}
    file = suite(tmp_path, first, {"step_type": "pause", "duration": 5}, second, third, lost, STEP | {"skipped": True})
    options = ("--var", "wanted=r1", "--var", "secret=env:OTHER")
    with broken_server() as server:
        server.store.create("Users", dict(PERSON))
        _, report, _ = run(oktascim, server.base_url, file, *options, OTHER=TOKEN)
    assert [one["passed"] for one in report["checks"]] == [True, True, True, False, None]
    assert report["checks"][0]["detail"] == report["checks"][0]["why"], "a passed step is named"
    assert "never_set" in report["checks"][3]["detail"]
    assert TOKEN not in json.dumps(report)


def test_a_suite_never_writes_to_what_it_did_not_make(oktascim: Call, tmp_path: Path) -> None:
    with broken_server() as server:
        server.store.create("Users", dict(PERSON))
        step = STEP | {"method": "DELETE", "url": "{{SCIMBaseURL}}/Users/r1"}
        code, report, _ = run(oktascim, server.base_url, suite(tmp_path, step))
        assert "r1" in server.store.resources["Users"]
    assert code == 5
    assert "didn't create" in report["checks"][0]["detail"]


def test_an_unknown_script_is_told(oktascim: Call, tmp_path: Path) -> None:
    with broken_server() as server:
        code, report, _ = run(oktascim, server.base_url, suite(tmp_path, STEP | {"scripts": ["assert.ok(magic())"]}))
    assert (code, report["checks"][0]["passed"]) == (5, False)
    assert "script" in report["checks"][0]["detail"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{", "isn't JSON"),
        ("[]", "no list of steps"),
        ('{"steps": []}', "no list of steps"),
        ('{"steps": [1]}', "step 0"),
        (json.dumps({"steps": [STEP, {"step_type": "subtest"}]}), "step 1 has a step of the type 'subtest'"),
        (json.dumps({"steps": [{"step_type": "pause", "duration": 9999}]}), "step 0"),
        (
            json.dumps({"steps": [STEP | {"assertions": [{"source": "response_json", "comparison": "is_magic"}]}]}),
            "step 0 has the comparison 'is_magic'",
        ),
        (json.dumps({"steps": [STEP | {"assertions": [{"source": "moon", "comparison": "equal"}]}]}), "'moon'"),
        (json.dumps({"steps": [STEP | {"before_scripts": ["x()"]}]}), "before the request"),
        ("[" * 100_000, "isn't JSON"),
    ],
)
def test_a_file_that_is_no_suite(oktascim: Call, tmp_path: Path, text: str, word: str) -> None:
    file = tmp_path / "suite.json"
    file.write_text(text, encoding="utf-8")
    code, _, stderr = run(oktascim, "http://127.0.0.1:9/scim", str(file))
    assert code == 2
    assert word in stderr


def test_a_suite_that_is_not_there(oktascim: Call, tmp_path: Path) -> None:
    code, _, stderr = run(oktascim, "http://127.0.0.1:9/scim", str(tmp_path / "none.json"))
    assert code == 2
    assert "can't be read" in stderr
