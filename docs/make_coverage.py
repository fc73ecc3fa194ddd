"""Writes docs/emulator-coverage.md from the emulator's endpoints, a data file, and what its tests do.

`make docs` runs it. The endpoints come from the code; which test holds an operation is measured by running the tests
(`tests/support/operations.py`) and kept in `emulator_tests.json`; how well an operation's behaviour is known comes from
`emulator_coverage.yaml`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from okta_behaviour import Statement, read_statements

from okta_emulator.api import not_emulated
from okta_emulator.api.call import Endpoint
from okta_emulator.http.app import MODULES

HERE = Path(__file__).parent
PAGE = HERE / "emulator-coverage.md"
DATA = HERE / "emulator_coverage.yaml"
TESTS = HERE / "emulator_tests.json"
EMULATED, PARTLY, NOT = "emulated", "partly", "not"

_CONTRACT, _EMULATOR = "tests/contract", "tests/integration/okta_emulator"
_MEASURED = (
    *(f"{_CONTRACT}/test_{name}.py" for name in ("emulator_recordings", "emulator_openapi", "org_contract")),
    *(f"{_EMULATOR}/test_{name}.py" for name in ("apps", "directory", "import", "logs", "org_and_oauth")),
    *(f"{_EMULATOR}/test_{name}.py" for name in ("provisioning", "switches", "tasks")),
    f"{_EMULATOR}/scim_client/test_scim2_server.py",
    "tests/unit/okta_emulator/scim_client",
)
_NOT_EMULATED = f"{_EMULATOR}/test_links.py::test_what_only_okta_has_is_not_emulated"
_BY_REQUEST = "the request"

_HEAD = """\
# What the emulator covers of Okta

Made by `make docs` from the emulator's code, `docs/emulator_coverage.yaml`, and a run of its tests; do not edit.

An operation is *emulated*, emulated *partly* (the note says what is missing), or *not*: then it returns 501 with
E0000060 and the header `x-emulator: not-emulated`. Its grade is that of the best evidence for its answers
([grades](okta-behaviour/README.md#grades)). The test is one that performs it successfully: one of the recordings if
there is one, or else the test that does the least besides. It fails once it no longer does. "+ 12" means that 12 more
tests perform it.

`tests/contract/test_org_contract.py` runs the same tests against the emulator and, with `OKTASCIM_CONTRACT=live`,
against the org that `OKTA_CLIENT_ORGURL` and `OKTA_CLIENT_TOKEN` name; there it deletes what it creates.
"""


@dataclass(frozen=True)
class Operation:
    """One operation of the Management API.

    Attributes:
        name: method and path.
        what: what it does, from its handler's docstring.
        state: "emulated", "partly" or "not".
        grade: how well its answers are known.
        note: what is missing, unless it is emulated.
        data: how the data that it shows gets in.
        refused: the test that it is refused, if it always is.
    """

    name: str
    what: str
    state: str
    grade: str
    note: str
    data: str
    refused: str | None = None


def operations(module: Any, entry: Mapping[str, Any]) -> list[Operation]:
    """The operations of a module of okta_emulator/api, and those of its resource that only Okta has.

    Args:
        module: the module.
        entry: the data about it; the keys of `partly` and `grades` are method and path, with `{}` for every parameter.
    """
    lacking = [
        Operation(name, "", NOT, "documented", note, "", _NOT_EMULATED) for name, note in entry.get("not", {}).items()
    ]
    return [*(_operation(endpoint, entry) for endpoint in module.ENDPOINTS), *lacking]


def _operation(endpoint: Endpoint, entry: Mapping[str, Any]) -> Operation:
    name = f"{endpoint.method} {endpoint.path}"
    key = re.sub(r"\{[^}]+\}", "{}", name)
    note = entry.get("partly", {}).get(key, "")
    grade = entry.get("grades", {}).get(key, entry["grade"])
    words = (endpoint.handler.__doc__ or "").split("\n")[0]
    data = entry["data"] if endpoint.method == "GET" else _BY_REQUEST
    refused = entry.get("refused", {}).get(key)
    return Operation(name, words, PARTLY if note else EMULATED, grade, note, data, refused)


def measure() -> None:
    """Run the tests and note which of them holds which operation.

    Raises:
        subprocess.CalledProcessError: a test fails.
    """
    command = [sys.executable, "-m", "pytest", "--quiet", "--no-header", "-r", "", f"--note-operations={TESTS}"]
    subprocess.run([*command, *_MEASURED], check=True, cwd=HERE.parent)


def page() -> str:
    """The page as text."""
    data = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return "\n".join(_lines(data, json.loads(TESTS.read_text(encoding="utf-8")))) + "\n"


def resources() -> dict[str, Any]:
    """The modules that emulate Okta's operations, by the name that the data uses."""
    modules = {module.__name__.rpartition(".")[2]: module for module in MODULES}
    return {name: module for name, module in modules.items() if module is not not_emulated}


def _lines(data: Mapping[str, Any], tests: Mapping[str, Any]) -> Iterator[str]:
    sections = {name: (entry, operations(resources()[name], entry)) for name, entry in data["resources"].items()}
    yield _HEAD
    yield from _numbers(data, [operation for _, found in sections.values() for operation in found])
    yield from ("", "## The Management API")
    for entry, found in sections.values():
        yield from ("", f"### {entry['title']}", "")
        yield from ("| operation | state | grade | test | data | what it does |", "|---|---|---|---|---|---|")
        yield from (_row(one, tests["operations"]) for one in found)
    yield from ("", "## Not emulated", "", "`*` is one part of a path, `/**` everything below it.", "")
    yield from (f"- `{line}`" for line in not_emulated.LINES.split("\n") if line)
    yield from _scim(data["scim"], tests["requests"])
    yield from _sdk(data["sdk"])


def _numbers(data: Mapping[str, Any], found: list[Operation]) -> Iterator[str]:
    states = [operation.state for operation in found]
    sdk = data["sdk"]
    yield "| | |"
    yield "|---|---:|"
    yield f"| operations emulated | {states.count(EMULATED)} |"
    yield f"| operations emulated partly | {states.count(PARTLY)} |"
    yield f"| requests of the outbound SCIM client | {len(data['scim'])} |"
    yield f"| tests of okta-sdk-python {sdk['version']} in scope that pass | {sdk['passed']} of {sdk['in_scope']} |"


def _row(one: Operation, tests: Mapping[str, Any]) -> str:
    held = {"test": one.refused, "others": 0} if one.refused else tests[one.name]
    told = " ".join(part for part in (one.what, one.note and f"*{one.note}*") if part)
    return f"| `{one.name}` | {one.state} | {one.grade} | {_test(held)} | {one.data} | {told} |"


def _test(held: Mapping[str, Any]) -> str:
    """A link to a test, by the name of its function, and how many others do the same."""
    file, _, name = held["test"].partition("::")
    others = f" + {held['others']}" if held["others"] else ""
    return f"[{name.partition('[')[0].removeprefix('test_')}](../{file}){others}"


def _scim(requests: Mapping[str, Mapping[str, Any]], tests: Mapping[str, Any]) -> Iterator[str]:
    known = {statement.id: statement for statement in read_statements()}
    yield from ("", "## The outbound SCIM client", "")
    yield "The action is that of `okta_emulator/scim_client/logged_actions.py`, which decides the System Log event."
    yield from ("", "| request | action | when | statements | test |", "|---|---|---|---|---|")
    for name, one in requests.items():
        action, _, request = name.partition(" ")
        graded = ", ".join(_graded(known[statement]) for statement in one["statements"])
        yield f"| `{request}` | {action} | {one['when']} | {graded} | {_test(tests[name])} |"


def _graded(statement: Statement) -> str:
    return f"[{statement.id}](okta-behaviour/{statement.page}#{statement.id.lower()}) {statement.grade}"


def _sdk(sdk: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", "## Okta's Python SDK's own tests", "")
    yield f"The integration tests of okta-sdk-python {sdk['version']} for {sdk['files']}."
    yield f"Run live against an empty org, with its `MOCK_TESTS=false`, {sdk['passed']} of {sdk['in_scope']} pass;"
    yield f"{sdk['before']} did before. The rest:"
    yield from ("", "| tests | why they don't pass |", "|---|---|")
    yield from (f"| {one['test']} | {one['why']} |" for one in sdk["rest"])


def main() -> None:
    """Measure, if the recordings are there, and write the page."""
    truth = HERE.parent / os.environ.get("OKTASCIM_GROUND_TRUTH", "../shared/data")
    if truth.is_dir():
        measure()
    else:
        print(f"{TESTS.name} stays as it is: OKTASCIM_GROUND_TRUTH names no folder of recordings", file=sys.stderr)
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
