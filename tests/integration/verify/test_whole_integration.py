"""The lines of docs/emulator.md that verify a whole integration; custom attributes reach the SCIM server."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPOSITORY

_PAGE = (REPOSITORY / "docs" / "emulator.md").read_text(encoding="utf-8")
_SECTION = _PAGE.partition("## A whole integration in one line")[2].partition("## ")[0]
LINES = re.findall(r"^\$ (.*)$", _SECTION.replace("\\\n", ""), re.MULTILINE)


@pytest.mark.parametrize("line", LINES, ids=["seed", "spec"])
def test_it_verifies_and_sends_the_custom_attributes(line: str, tmp_path: Path) -> None:
    recording = tmp_path / "exchanges.jsonl"
    program = f"{shlex.quote(sys.executable)} -m oktascim"
    command = line.replace("oktascim emulator run", f"oktascim emulator run --record {recording}").replace(
        "oktascim ", f"{program} "
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OKTA", "SCIM", "GITHUB"))}
    environ = kept | {"OKTASCIM_CONFIG_DIR": str(tmp_path)}
    done = subprocess.run(
        ["sh", "-c", command], cwd=REPOSITORY, env=environ, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "18 proven, 0 failed" in done.stderr
    exchanges = [json.loads(one) for one in recording.read_text(encoding="utf-8").splitlines()]
    sent = [bodies_of(one) for one in exchanges if one["method"] in ("POST", "PUT") and "/Users" in one["url"]]
    names = [(asked["name"], stored["name"]) for asked, stored in sent]
    assert all(asked["formatted"] == f"{asked['familyName']}, {asked['givenName']}" for asked, _ in names)
    assert all(asked["formatted"] == stored["formatted"] for asked, stored in names)
    roles = [(asked["roles"], stored["roles"]) for asked, stored in sent if "roles" in asked]
    assert roles
    assert all(asked == stored for asked, stored in roles)


def bodies_of(exchange: dict[str, Any]) -> tuple[Any, Any]:
    return json.loads(exchange["request_body"]), json.loads(exchange["response_body"])
