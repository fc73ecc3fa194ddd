"""One emulated org and one SCIM server for all tests of commands; each test finds the org as new."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from oktascim.cli.main import run
from tests.support.world import Result, World

if TYPE_CHECKING:
    from okta_emulator.http.server import EmulatedOrg


@pytest.fixture
def org(org_of: Callable[..., EmulatedOrg], shared_scim_url: str, tmp_path: Path) -> World:
    """An org that takes SCIM credentials by API, with Ada, Grace and Alan, who are Engineering."""
    emulated = org_of(connections_api="accept")
    return World(emulated, emulated.token, shared_scim_url, tmp_path)


class Terminal(io.StringIO):
    """A stream at which a person sits."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def at_terminal() -> Callable[..., Result]:
    """Runs a command for a person who answers line by line."""

    def call(arguments: Sequence[str], answers: Sequence[str], **environ: str) -> Result:
        stdout, stderr = io.StringIO(), Terminal()
        stdin = Terminal("".join(f"{answer}\n" for answer in answers))
        environ = {"TERM": "dumb", **environ}
        code = run(arguments, environ=environ, stdout=stdout, stderr=stderr, stdin=stdin)
        return Result(code, stdout.getvalue(), stderr.getvalue())

    return call
