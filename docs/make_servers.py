"""Writes docs/servers.md: what `oktascim check` finds in servers written by others. Part of `make docs`."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from pydantic import SecretStr

sys.path.insert(0, str(Path(__file__).parents[1]))

from oktascim.check.run import CheckChoices, Means, ServerUnderTest, check_server
from oktascim.check.verdict import CheckReport
from tests.support.scim_servers import NODE, SERVERS

PAGE = Path(__file__).parent / "servers.md"
HEAD = """# Servers by others

Made by `make docs`: `oktascim check` against SCIM servers that other people wrote, each set up as its documentation
says, with storage in memory. A failure may belong to the server, or to the few lines around it in `tests/support`.

The servers for Node need `npm ci --prefix tests/support/node`. scimmy-routers runs on Express 4 here. On Express 5,
which it accepts too, `startIndex` and `count` have no effect: there `request.query` can't be changed.
"""


def run(name: str) -> CheckReport:
    """Check one server."""
    with SERVERS[name]() as server:
        target = ServerUnderTest(server.base_url, "2.0", SecretStr(f"Bearer {server.token}"))
        return asyncio.run(check_server(target, CheckChoices(), Means()))


def version_of(name: str) -> str:
    """The version that is installed here."""
    package = NODE / "node_modules" / name / "package.json"
    if package.is_file():
        return str(json.loads(package.read_text(encoding="utf-8"))["version"])
    return metadata.version(name)


def section(name: str, report: CheckReport) -> Iterator[str]:
    """One server: the verdict, and what fails."""
    counts = report.counts
    yield f"\n## {name} {version_of(name)}\n"
    yield f"{report.sentence}\n"
    yield f"{counts['passed']} passed, {counts['failed']} failed, {counts['advised']} recommended.\n"
    failed = report.failed()
    if failed:
        yield "| check | | what was seen |\n|---|---|---|"
    for one in failed:
        detail = (
            re.sub(report.run_id, "check-…", one.detail, flags=re.IGNORECASE).replace("|", "\\|").replace("<", "&lt;")
        )
        yield f"| `{one.check.id}` | {one.check.requirement} | {detail} |"


if __name__ == "__main__":
    lines = [line for name in SERVERS for line in section(name, run(name))]
    PAGE.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
