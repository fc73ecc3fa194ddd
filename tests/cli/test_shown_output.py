"""The output that the README shows is what a terminal of 80 columns shows for the spec and commands beside it."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from docs import screens
from tests.conftest import REPOSITORY
from tests.support.terminal import shown
from tests.support.world import SCIM_TOKEN, World

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
SERVER = "https://acme.example/scim/v2"
_VARIES = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ|\d+\.\d s")
"""Times."""


def spec() -> str:
    found = re.search(r"```yaml\n(# acme\.yaml\n.*?)```", README, re.DOTALL)
    assert found
    return found[1]


def sessions() -> list[tuple[list[str], list[str]]]:
    """The commands for the program in the README that show their output: words, lines."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = part.splitlines()
            if lines:
                found.append((command.partition(" #")[0].split()[1:], [_VARIES.sub("TIME", line) for line in lines]))
    return found


def test_each_session_of_the_readme_is_what_the_program_shows(
    org: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(screens.HR, "label", "Acme CRM")
    environ = {
        "OKTA_CLIENT_ORGURL": org.org.url, "OKTA_CLIENT_TOKEN": org.token, "ACME_SCIM_TOKEN": SCIM_TOKEN,
        "OKTASCIM_CONFIG_DIR": str(tmp_path),
    }  # fmt: skip
    org.spec(spec().replace(SERVER, org.scim_url), "acme.yaml")
    seen = []
    with screens.strict_server() as strict, httpx.Client(base_url=org.org.url, timeout=30) as okta:
        okta.headers["Authorization"] = f"SSWS {org.token}"
        for words, lines in sessions():
            if words[0] == "logs":
                (app,) = org.apps()
                connection = {"baseUrl": strict, "profile": {"authScheme": "TOKEN", "token": "since revoked"}}
                org.okta("POST", f"/api/v1/apps/{app['id']}/connections/default", connection)
                screens.revoke_token(okta)
            code, said = shown(80, words, environ)
            said = [line.replace(org.scim_url, SERVER) for line in said if not line.startswith("Waiting up to")]
            assert (code, [_VARIES.sub("TIME", line) for line in said]) == (0, lines)
            seen.append(words[0])
    assert seen == ["plan", "apply", "logs"]


def test_a_missing_secret_is_a_warning_of_plan(org: World) -> None:
    done = org.oktascim("plan", org.spec(spec()))
    assert done.code == 0
    assert done.stderr == (
        "Warning: The token of 'acme-crm' is missing. The environment variable ACME_SCIM_TOKEN isn't set.\n"
    )
