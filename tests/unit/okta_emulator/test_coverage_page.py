"""docs/emulator-coverage.md is current and whole, and every operation of Okta's description is on it."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from okta_emulator.api.not_emulated import is_oktas
from tests.conftest import REPOSITORY

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


def test_the_page_is_current(made: Any) -> None:
    assert made.PAGE.read_text(encoding="utf-8") == made.page(), "run `make docs`"


def test_the_data_names_every_resource_and_files_that_exist(made: Any, data: Any) -> None:
    assert set(data["resources"]) == set(made.resources())
    for entry in [*data["resources"].values(), *data["scim"]]:
        assert (REPOSITORY / entry["test"]).is_file(), entry["test"]
    for name, entry in data["resources"].items():
        noted = {*entry.get("partly", {}), *entry.get("grades", {})}
        ours = {re.sub(r"\{[^}]+\}", "{}", one.name) for one in made.operations(made.resources()[name], entry)}
        assert noted <= ours, noted - ours


def test_every_request_of_the_scim_client_is_listed(data: Any) -> None:
    listed = {one["send"].split("/{")[0] for one in data["scim"]}
    sources = (REPOSITORY / "okta_emulator" / "scim_client").glob("*.py")
    found = [match for file in sources for match in SENT.findall(file.read_text(encoding="utf-8"))]
    sent = {f"GET /{page}" if paged else f"{method} /{where}" for method, where, paged, page in found}
    assert {"GET /Schemas", "DELETE /Groups", "POST /Users"} <= sent
    assert sent <= listed


def test_every_operation_of_oktas_description_is_emulated_or_listed(made: Any, ground_truth: Path) -> None:
    document = json.loads((ground_truth / "okta-management-openapi-subset.json").read_text(encoding="utf-8"))
    ours = {
        re.sub(r"\{[^}]+\}", "{}", one.name)
        for module in made.resources().values()
        for one in made.operations(module, {"grade": ""})
    }
    lost = [
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method in methods
        if method != "parameters"
        and f"{method.upper()} {re.sub(r'{[^}]+}', '{}', path)}" not in ours
        and not is_oktas(method.upper(), re.sub(r"\{[^}]+\}", "x", path))
    ]
    assert [one for one in lost if one != "DELETE /api/v1/api-tokens/current"] == []
