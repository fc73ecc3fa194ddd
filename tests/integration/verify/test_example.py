"""The example of docs/verify.md is run as it is written there, and says what the page shows."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests.conftest import REPOSITORY
from tests.support.broken_server import TOKEN, broken_server

PAGE = REPOSITORY / "docs" / "verify.md"
EXAMPLE = re.compile(r"<!-- example: ([\w-]+) -->\n```text\n\$ (.*?)\n(.*?)```\n<!-- end -->", re.DOTALL)
SPEC = """\
version: 1
integrations:
  - name: acme-crm
    label: Acme CRM
    template: scim2-oauth
    sign_on: {mode: swa}
    provisioning:
      base_url: BASE_URL
      credentials: {token: {env: ACME_TOKEN}}
      to_app: [create, update, deactivate]
    assignments: {groups: [Engineering]}
"""
_CHANGING = (
    (r"http://127\.0\.0\.1:\d+", "http://127.0.0.1:8044"),
    (r"verify-[0-9a-f]{8}", "verify-1f0c9a3e"),
    (r"0oa\w{17}", "0oa1b2c3d4e5f6g7h8i9"),
    (r"pushed \S+Z", "pushed 2026-11-28T12:00:00Z"),
    (r"\d+\.\d s$", "0.1 s"),
)


def example(command: str, fault: str, folder: Path) -> tuple[int, str]:
    """The exit code and the output of the command, with what differs from run to run replaced."""
    with broken_server(fault) as server:
        (folder / "acme.yaml").write_text(SPEC.replace("BASE_URL", server.base_url), encoding="utf-8")
        words = [
            word
            for one in shlex.split(command)
            for word in ([sys.executable, "-m", one] if one == "oktascim" else [one])
        ]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OKTA", "GITHUB"))}
        environ = {**kept, "ACME_TOKEN": TOKEN, "OKTASCIM_CONFIG_DIR": str(folder), "PYTHONPATH": str(REPOSITORY)}
        done = subprocess.run(
            words, cwd=folder, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
    said = done.stdout
    for pattern, text in _CHANGING:
        said = re.sub(pattern, text, said, flags=re.MULTILINE)
    return done.returncode, said


def said_by_verify(said: str) -> str:
    """What `verify` says; what the emulator says before and after it is its own affair."""
    end = re.search(r"^Through .*$", said, re.MULTILINE)
    assert end, said
    return said[said.index("acme-crm isn't in") : end.end()]


def test_one_line_does_it_all(tmp_path: Path) -> None:
    [(fault, command, shown)] = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))
    code, said = example(command, fault, tmp_path)
    assert code == 5
    assert said_by_verify(said) == shown.strip(), "run `python docs/make_verify.py`"
