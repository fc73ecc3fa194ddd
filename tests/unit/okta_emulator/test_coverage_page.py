"""docs/emulator-coverage.md is current and whole, and every operation of Okta's description is on it."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from okta_emulator.api.not_emulated import is_oktas
from tests.conftest import REPOSITORY
from tests.support import operations

SENT = re.compile(r'"(GET|POST|PUT|PATCH|DELETE)",\s+(?:resource_path\()?"/?(Users|Groups)"|scim\.(page)\("/(\w+)"')


@pytest.fixture(scope="module")
def made() -> Any:
    """docs/make_coverage.py, loaded as `make docs` runs it."""
    folder = REPOSITORY / "docs"
    sys.path.insert(0, str(folder))
    try:
        spec = importlib.util.spec_from_file_location("make_coverage", folder / "make_coverage.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["make_coverage"] = module
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(folder))
    return module


@pytest.fixture(scope="module")
def data(made: Any) -> Any:
    return yaml.safe_load(made.DATA.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def held(made: Any) -> Any:
    return json.loads(made.TESTS.read_text(encoding="utf-8"))


def test_the_page_is_current(made: Any) -> None:
    assert made.PAGE.read_text(encoding="utf-8") == made.page(), "run `make docs`"


def test_the_data_names_every_resource(made: Any, data: Any) -> None:
    assert set(data["resources"]) == set(made.resources())
    for name, entry in data["resources"].items():
        noted = {*entry.get("partly", {}), *entry.get("grades", {}), *entry.get("refused", {})}
        ours = {re.sub(r"\{[^}]+\}", "{}", one.name) for one in made.operations(made.resources()[name], entry)}
        assert noted <= ours, noted - ours
        for lacking in entry.get("not", {}):
            method, _, path = lacking.partition(" ")
            assert is_oktas(method, re.sub(r"\{[^}]+\}", "x", path)), lacking


def test_every_operation_has_a_test(made: Any, data: Any, held: Any) -> None:
    emulated = {
        one.name
        for name, entry in data["resources"].items()
        for one in made.operations(made.resources()[name], entry)
        if not one.refused
    }
    assert emulated - held["operations"].keys() == set(), "write a test, then run `make docs`"
    assert held["operations"].keys() - emulated == set(), "run `make docs`"


def test_every_request_of_the_scim_client_has_a_row_and_a_test(data: Any, held: Any) -> None:
    assert held["requests"].keys() == data["scim"].keys()
    sources = (REPOSITORY / "okta_emulator" / "scim_client").glob("*.py")
    found = [match for file in sources for match in SENT.findall(file.read_text(encoding="utf-8"))]
    sent = {f"GET /{page}" if paged else f"{method} /{where}" for method, where, paged, page in found}
    assert {"GET /Schemas", "DELETE /Groups", "POST /Users"} <= sent
    assert sent <= {name.partition(" ")[2].split("/{")[0] for name in data["scim"]}


def test_the_tests_that_it_names_exist(data: Any, held: Any) -> None:
    names = {one["test"] for section in held.values() for one in section.values()}
    names |= {test for entry in data["resources"].values() for test in entry.get("refused", {}).values()}
    for name in names:
        file, _, function = name.partition("::")
        text = (REPOSITORY / file).read_text(encoding="utf-8")
        assert f"def {function.partition('[')[0]}(" in text, f"{name} is gone; run `make docs`"


def test_a_test_fails_that_no_longer_does_what_the_page_says() -> None:
    notes = operations._Notes()
    notes.promised["x.py::test_x"] = {("operations", "GET /a"), ("operations", "GET /b")}
    item: Any = SimpleNamespace(nodeid="x.py::test_x", config=SimpleNamespace(stash={operations._NOTES: notes}))
    running: Any = operations.pytest_runtest_call(item)
    next(running)
    notes.now["operations", "GET /a"] = None
    with pytest.raises(pytest.fail.Exception, match="holds GET /b; run `make docs`"):
        running.send(None)


def test_an_operation_is_held_by_a_recording_or_by_the_test_that_does_the_least() -> None:
    notes, first = operations._Notes(), ("operations", "GET /a")
    preparing, other = ("operations", "POST /a"), ("operations", "GET /b")
    notes.tests["t.py::long"] = dict.fromkeys([preparing, other, first])
    notes.tests["t.py::refused"] = dict.fromkeys([first, ("refusals", "POST /a")])
    notes.tests["t.py::short"] = dict.fromkeys([preparing, first])
    notes.tests["test_emulator_recordings.py::n[1]"] = dict.fromkeys([first, preparing])
    notes.tests["test_emulator_recordings.py::n[2]"] = dict.fromkeys([preparing, other])
    found = notes.map()["operations"]
    assert found["GET /a"] == {"test": "t.py::short", "others": 3}
    assert found["GET /b"] == {"test": "test_emulator_recordings.py::n[2]", "others": 1}
    assert found["POST /a"]["test"] == "test_emulator_recordings.py::n[1]"


def test_every_operation_of_oktas_description_is_in_a_table(made: Any, data: Any, ground_truth: Path) -> None:
    document = json.loads((ground_truth / "okta-management-openapi-subset.json").read_text(encoding="utf-8"))
    ours = {
        re.sub(r"\{[^}]+\}", "{}", one.name)
        for name, entry in data["resources"].items()
        for one in made.operations(made.resources()[name], entry)
    } | {"DELETE /api/v1/api-tokens/current"}  # a token_id
    lost = [
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method in methods
        if method != "parameters" and f"{method.upper()} {re.sub(r'{[^}]+}', '{}', path)}" not in ours
    ]
    assert lost == []
