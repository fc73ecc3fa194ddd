"""What does not talk to anybody must not load the means to do so."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

HEAVY = {
    "httpx", "keyring", "okta", "okta_emulator", "oktascim.okta", "playwright", "pydantic", "pyarrow", "rich",
    "starlette", "uvicorn", "yaml",
}  # fmt: skip


def loaded_by(*arguments: str) -> set[str]:
    """The modules and packages that a run of the program imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "oktascim", *arguments], capture_output=True, text=True, check=True
    )
    assert done.stdout, "the command said nothing"
    return imported(done.stderr)


def imported(notes: str) -> set[str]:
    """The names in what Python writes with -X importtime."""
    return {line.rpartition("|")[2].strip() for line in notes.splitlines() if line.startswith("import time:")}


def test_version_loads_nothing_heavy() -> None:
    loaded = loaded_by("--version")
    assert "oktascim.cli.main" in loaded
    assert loaded & HEAVY == set()


def test_help_loads_nothing_heavy() -> None:
    assert loaded_by("--help") & HEAVY == set()


def test_a_help_topic_loads_nothing_heavy() -> None:
    assert loaded_by("help", "exit-codes") & HEAVY == set()


def test_an_offline_command_loads_no_network() -> None:
    loaded = loaded_by("template", "list")
    assert loaded & {"httpx", "keyring", "okta", "oktascim.okta", "okta_emulator"} == set()


def test_validate_and_explain_load_only_what_they_need() -> None:
    far = ("oktascim.routes", "oktascim.plan", "oktascim.okta", "oktascim.http", "httpx", "asyncio", "playwright")
    validate = loaded_by("validate", "examples/quickstart.yaml")
    assert [module for module in validate if module.startswith((*far, "oktascim.diagnose"))] == []
    explain = loaded_by("explain", "Error authenticating: null")
    specs = ("oktascim.spec", "oktascim.catalog", "oktascim.template")
    assert [module for module in explain if module.startswith((*far, *specs))] == []


@pytest.mark.parametrize("command", [("logs", "-o", "jsonl"), ("app", "list")])
def test_a_first_request_needs_no_spec_no_validator_and_nothing_that_draws(command: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        org = {
            "OKTA_CLIENT_ORGURL": f"http://127.0.0.1:{listener.getsockname()[1]}",
            "OKTA_CLIENT_TOKEN": "a-token-of-nobody",
        }
        with subprocess.Popen(
            [sys.executable, "-X", "importtime", "-m", "oktascim", *command],
            env=os.environ | org,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            connection, _ = listener.accept()
            with connection:
                assert connection.recv(65536).startswith(b"GET /api/v1/")
                process.terminate()
            loaded = imported(process.communicate()[1])
    assert "httpx" in loaded
    unneeded = {"oktascim.catalog", "oktascim.template", "oktascim.spec"}
    assert loaded & (unneeded | {"click", "keyring", "pydantic", "pygments", "rich"}) == set()
