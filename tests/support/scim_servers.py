"""SCIM servers by others, each started on loopback; docs/servers.md and the tests run `check` against them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

TESTS = Path(__file__).parents[1]
DJANGO = TESTS / "integration" / "okta_emulator" / "scim_client"
NODE = TESTS / "support" / "node"


class Running(NamedTuple):
    """Where a server is, and its bearer token."""

    base_url: str
    token: str


class Missing(Exception):
    """A server can't be started here; the text says why."""


@contextmanager
def scim2_server() -> Iterator[Running]:
    """scim2-server, in Python."""
    from okta_emulator.scim_server import ScimServer

    with ScimServer("sentinel-token-1") as server:
        yield Running(server.base_url, "sentinel-token-1")


@contextmanager
def django_scim2() -> Iterator[Running]:
    """django-scim2, a library for Django; users only have what Django's user model has."""
    with TemporaryDirectory() as folder:
        settings = {"DJANGO_SETTINGS_MODULE": "difficult.settings", "DIFFICULT_DATABASE": f"{folder}/scim.sqlite"}
        with _child([sys.executable, "-m", "difficult.serve"], DJANGO, settings) as port:
            yield Running(f"http://127.0.0.1:{port}/scim/v2", "difficult-token-1")


@contextmanager
def node_server(script: str) -> Iterator[Running]:
    """A server for Node, from tests/support/node."""
    node = shutil.which("node")
    if node is None:
        raise Missing("node is not installed")
    if not (NODE / "node_modules").is_dir():
        raise Missing("the packages are not installed: npm ci --prefix tests/support/node")
    with _child([node, script], NODE, {"SCIM_TOKEN": "sentinel-token-2"}) as port:
        yield Running(f"http://127.0.0.1:{port}/scim/v2", "sentinel-token-2")


@contextmanager
def _child(command: list[str], folder: Path, environ: Mapping[str, str]) -> Iterator[str]:
    """A child that says its port and ends with its standard input."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            port = process.stdout.readline().strip()
            if not port:
                raise Missing(f"{command[-1]} did not start")
            yield port
        finally:
            process.stdin.close()


SERVERS: Mapping[str, Callable[[], AbstractContextManager[Running]]] = {
    "scim2-server": scim2_server,
    "django-scim2": django_scim2,
    "scimmy-routers": lambda: node_server("scimmy.mjs"),
    "@better-auth/scim": lambda: node_server("better-auth.mjs"),
}
