"""The pytest plugin and the class for test suites: docs/testing.md does what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import REPOSITORY

PAGE = (REPOSITORY / "docs" / "testing.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```python\n# (\w+\.py)\n(.*?)```", PAGE, re.DOTALL))


def test_the_examples_of_the_page_pass(tmp_path: Path) -> None:
    for name, text in BLOCKS.items():
        (tmp_path / name).write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--okta-mode=accept"]
    done = subprocess.run(
        [*command, *BLOCKS], cwd=tmp_path, capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert "3 passed" in done.stdout, done.stdout + done.stderr
    assert len(BLOCKS["test_provisioning.py"].splitlines()) <= 20


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
