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

PAGE = (REPOSITORY / "docs" / "verify.md").read_text(encoding="utf-8")
_EXAMPLE = re.compile(r"<!-- example: ([\w-]+) -->\n```text\n\$ (.*?)\n(.*?)```\n<!-- end -->", re.DOTALL)
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


def test_one_line_does_it_all(tmp_path: Path) -> None:
    [(fault, command, shown)] = _EXAMPLE.findall(PAGE)
    code, said = example(command, fault, tmp_path)
    assert code == 5
    first, _, rest = shown.strip().partition("\n")
    last = rest.rpartition("\n")[2]
    ours = said[said.index(first) : said.index(last) + len(last)]
    assert ours == shown.strip(), "what the emulator says before and after is its own affair"
