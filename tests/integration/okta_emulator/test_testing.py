"""The pytest plugin and the class for test suites: docs/testing.md does what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from okta_emulator.pytest_plugin import _port
from okta_emulator.testing import OktaEmulator
from tests.conftest import REPOSITORY

PAGE = (REPOSITORY / "docs" / "testing.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```python\n# (\w+\.py)\n(.*?)```", PAGE, re.DOTALL))


# As a suite may leave it: over the API as its own client, without waiting for what follows.
FRESH = """
import httpx, pytest

@pytest.mark.parametrize("turn", range(3))
def test_both_are_new(turn, scim_server, okta_org, tmp_path_factory, worker_id):
    assert (scim_server.users(), okta_org.call("GET", "/api/v1/apps")) == ([], [])
    app = okta_org.scim_app(scim_server.base_url, scim_server.token)
    ada = okta_org.person("ada@acme.example")
    headers = {"Authorization": f"SSWS {okta_org.token}"}
    url = f"{okta_org.url}/api/v1/apps/{app['id']}/users"
    httpx.post(url, headers=headers, json={"id": ada["id"]}).raise_for_status()
    places = tmp_path_factory.getbasetemp().parent / f"places-{worker_id}"
    with places.open("a") as file:
        print(okta_org.url, scim_server.base_url, file=file)
"""


def test_two_workers_have_orgs_of_their_own_and_the_examples_of_the_page_pass(tmp_path: Path) -> None:
    files = BLOCKS | {"test_fresh.py": FRESH}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n2", "--dist=each"]
    done = subprocess.run(
        [*command, "--okta-mode=accept", f"--basetemp={tmp_path / 'run'}", *files],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
    )
    assert "12 passed" in done.stdout, done.stdout + done.stderr  # each worker runs all
    first, second = ((tmp_path / "run" / f"places-gw{worker}").read_text().split("\n") for worker in (0, 1))
    assert len(first) == len(second) == 4
    assert len(set(first)) == len(set(second)) == 2  # one org and one server for a worker's session
    assert not set(" ".join(first).split()) & set(" ".join(second).split())
    assert len(BLOCKS["test_provisioning.py"].splitlines()) <= 20


@pytest.mark.parametrize(("worker", "port"), [("gw0", 8100), ("gw3", 8103), (None, 8100)])
def test_each_worker_counts_up_from_the_port(monkeypatch: pytest.MonkeyPatch, worker: str | None, port: int) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    if worker:
        monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
    assert (_port(8100), _port(0)) == (port, 0)


def test_the_plugin_loads_nothing_of_the_emulator_before_it_is_asked() -> None:
    script = """
import sys, pytest
before = set(sys.modules)
import okta_emulator.pytest_plugin
loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
print(sorted(loaded), sorted(name for name in sys.modules if name.startswith("okta_emulator")))
"""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.split(" ['okta_emulator'", 1)[1].strip() == ", 'okta_emulator.pytest_plugin']"
    assert not {"starlette", "uvicorn", "httpx", "pydantic", "yaml"} & set(re.findall(r"\w+", said))


def test_the_environment_of_the_sdks_is_set(okta_client_env: dict[str, str], okta_org: object) -> None:
    assert os.environ["OKTA_CLIENT_ORGURL"].startswith("http://127.0.0.1:")
    assert os.environ["OKTA_TESTING_TESTINGDISABLEHTTPSCHECK"] == "true"
    assert {"OKTA_CLIENT_ORGURL", "OKTA_CLIENT_TOKEN"} <= set(okta_client_env)


def test_users_and_apps_go_by_their_names_too(okta_org: OktaEmulator) -> None:
    body = {"name": "scim2testapp", "label": "Acme CRM", "signOnMode": "AUTO_LOGIN"}
    app = okta_org.call("POST", "/api/v1/apps", body)
    ada = okta_org.person("ada/x@acme.example")
    assert okta_org.assign("Acme CRM", "ada/x@acme.example")["id"] == ada["id"]
    okta_org.unassign(app["id"], ada["id"])
    assert okta_org.call("GET", f"/api/v1/apps/{app['id']}/users") == []
    with pytest.raises(ValueError, match=r"^The org has no user 'nobody'\. It has: .*ada/x@acme\.example\.$"):
        okta_org.assign(app, "nobody")
    with pytest.raises(ValueError, match=r"^The org has no app 'Acme'\. It has: Acme CRM\.$"):
        okta_org.assign("Acme", ada)
