"""Writes docs/emulator-coverage.md from the emulator's endpoints, its list of missing operations, and a data file.

`make docs` runs it. The endpoints come from the code; how well their behaviour is known comes from
`emulator_coverage.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from okta_behaviour import read_statements

from okta_emulator.api import not_emulated
from okta_emulator.api.call import Endpoint
from okta_emulator.http.app import MODULES

HERE = Path(__file__).parent
PAGE = HERE / "emulator-coverage.md"
DATA = HERE / "emulator_coverage.yaml"
EMULATED, PARTLY = "emulated", "partly"

_HEAD = """\
# What the emulator covers of Okta

Made by `make docs` from the emulator's code and `docs/emulator_coverage.yaml`; do not edit.

An operation is *emulated*, emulated *partly* (the note says what is missing), or *not*: then it answers 501 with
E0000060 and the header `x-emulator: not-emulated`. Its grade is that of the best evidence for its answers
([grades](okta-behaviour/README.md#grades)).

`tests/contract/test_org_contract.py` runs the same tests against the emulator and, with `OKTASCIM_CONTRACT=live`,
against the org that `OKTA_CLIENT_ORGURL` and `OKTA_CLIENT_TOKEN` name; there it deletes what it creates.
"""


@dataclass(frozen=True)
class Operation:
    """One operation of the Management API that the emulator has.

    Attributes:
        name: method and path.
        what: what it does, from its handler's docstring.
        state: "emulated" or "partly".
        grade: how well its answers are known.
        note: what is missing, if it is emulated partly.
    """

    name: str
    what: str
    state: str
    grade: str
    note: str


def operations(module: Any, entry: Mapping[str, Any]) -> list[Operation]:
    """The operations of a module of okta_emulator/api.

    Args:
        module: the module.
        entry: the data about it; the keys of `partly` and `grades` are method and path, with `{}` for every parameter.
    """
    return [_operation(endpoint, entry) for endpoint in module.ENDPOINTS]


def _operation(endpoint: Endpoint, entry: Mapping[str, Any]) -> Operation:
    name = f"{endpoint.method} {endpoint.path}"
    key = re.sub(r"\{[^}]+\}", "{}", name)
    note = entry.get("partly", {}).get(key, "")
    grade = entry.get("grades", {}).get(key, entry["grade"])
    words = (endpoint.handler.__doc__ or "").split("\n")[0]
    return Operation(name, words, PARTLY if note else EMULATED, grade, note)


def page() -> str:
    """The page as text."""
    return "\n".join(_lines(yaml.safe_load(DATA.read_text(encoding="utf-8")))) + "\n"


def resources() -> dict[str, Any]:
    """The modules that emulate Okta's operations, by the name that the data uses."""
    modules = {module.__name__.rpartition(".")[2]: module for module in MODULES}
    return {name: module for name, module in modules.items() if module is not not_emulated}


def _lines(data: Mapping[str, Any]) -> Iterator[str]:
    sections = {name: (entry, operations(resources()[name], entry)) for name, entry in data["resources"].items()}
    yield _HEAD
    yield from _numbers(data, [operation for _, found in sections.values() for operation in found])
    yield from ("", "## The Management API")
    for entry, found in sections.values():
        yield from ("", f"### {entry['title']}", "")
        yield f"Tested by [{entry['test'].rpartition('/')[2]}](../{entry['test']}). Data: {entry['data']}."
        yield from ("", "| operation | | | what it does |", "|---|---|---|---|")
        yield from (f"| `{one.name}` | {one.state} | {one.grade} | {_told(one)} |" for one in found)
    yield from ("", "## Not emulated", "", "`*` is one part of a path, `/**` everything below it.", "")
    yield from (f"- `{line}`" for line in not_emulated.LINES.split("\n") if line)
    yield from _scim(data["scim"])
    yield from _sdk(data["sdk"])


def _numbers(data: Mapping[str, Any], found: list[Operation]) -> Iterator[str]:
    partly = sum(operation.state == PARTLY for operation in found)
    sdk = data["sdk"]
    yield "| | |"
    yield "|---|---:|"
    yield f"| operations emulated | {len(found) - partly} |"
    yield f"| operations emulated partly | {partly} |"
    yield f"| tests of okta-sdk-python {sdk['version']} in scope that pass | {sdk['passed']} of {sdk['in_scope']} |"


def _told(operation: Operation) -> str:
    return f"{operation.what} *{operation.note}*" if operation.note else operation.what


def _scim(requests: list[Mapping[str, str]]) -> Iterator[str]:
    known = {statement.id: statement for statement in read_statements()}
    yield from ("", "## The outbound SCIM client", "", "| request | when | | statement |", "|---|---|---|---|")
    for one in requests:
        statement = known[one["statement"]]
        link = f"[{statement.id}](okta-behaviour/{statement.page}#{statement.id.lower()})"
        yield f"| `{one['send']}` | {one['when']} ([test](../{one['test']})) | {statement.grade} | {link} |"


def _sdk(sdk: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", "## Okta's Python SDK's own tests", "")
    yield f"The integration tests of okta-sdk-python {sdk['version']} for {sdk['files']}."
    yield f"Run live against an empty org, with its `MOCK_TESTS=false`, {sdk['passed']} of {sdk['in_scope']} pass;"
    yield f"{sdk['before']} did before. The rest:"
    yield from ("", "| tests | why they don't pass |", "|---|---|")
    yield from (f"| {one['test']} | {one['why']} |" for one in sdk["rest"])


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
