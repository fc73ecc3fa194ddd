"""`oktascim emulator start`: what it prints works when it is pasted, and holds no token."""

from __future__ import annotations

import json
import os
import re
import shlex
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from oktascim.cli.main import run
from tests.support.broken_server import TOKEN as BROKEN_TOKEN
from tests.support.broken_server import broken_server
from tests.support.pages import block

TOKEN = "00emulated-token-of-this-test"
OKTASCIM = f'oktascim() {{ {shlex.quote(sys.executable)} -m oktascim "$@"; }}'


@contextmanager
def started(folder: Path, *options: str, lines: int = 6, **environ: str) -> Iterator[tuple[str, list[str]]]:
    """The URL of a running org, and the first lines that its start says; the folder is the home."""
    command = [sys.executable, "-m", "oktascim", "emulator", "start", "--port", "0", *options]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=plain(folder, **environ)) as process:
        assert process.stdout
        assert process.stderr
        url = process.stdout.readline().removeprefix("ready ").strip()
        yield url, [process.stderr.readline().rstrip("\n") for _ in range(lines)]
        process.terminate()


def plain(folder: Path, **environ: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("OKTA_", "OKTASCIM_"))}
    return kept | {"HOME": str(folder), "OKTASCIM_CONFIG_DIR": str(folder)} | environ


def pasted(commands: list[str], folder: Path, **environ: str) -> str:
    done = subprocess.run(
        ["sh", "-c", "\n".join([OKTASCIM, *commands])],
        capture_output=True,
        text=True,
        check=False,
        env=plain(folder, **environ),
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("options", "environ"),
    [((), {}), (("--token-file", "my token"), {}), ((), {"OKTA_CLIENT_TOKEN": TOKEN})],
    ids=["home", "file", "environment"],
)
def test_what_is_printed_works_when_it_is_pasted(tmp_path, monkeypatch, options, environ):
    monkeypatch.chdir(tmp_path)
    with started(tmp_path, *options, **environ) as (_url, said):
        settings, exchanges, admin = (line.strip() for line in said if line.startswith("  "))
        kept = [file.read_text().strip() for file in tmp_path.iterdir() if "token" in file.name]
        assert not any(token in "".join(said) for token in (TOKEN, *kept))
        monkeypatch.chdir("/")
        for command, words in ((exchanges, "SCIM exchanges"), (admin, "Applications")):
            page = pasted([settings, command], tmp_path, **environ).strip()
            with httpx.Client(follow_redirects=True) as browser:
                assert words in browser.get(page).text


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ([], ("emulator console", "--admin", "localhost:PORT")),
        (["run"], ("OKTASCIM_CONSOLE_USERNAME", "Admin Console")),
        (["start"], ("Admin Console", "OKTASCIM_EMULATOR_ADMIN_PASSWORD")),
    ],
)
def test_help_says_where_the_pages_are(words, shown, capsys):
    assert run(["emulator", *words, "--help"], environ={}) == 0
    text = capsys.readouterr().out
    assert all(one in text for one in shown)


def test_start_can_run_a_scim_server_that_accepts_the_token_of_the_org(tmp_path):
    with started(tmp_path, "--scim-server", lines=8) as (url, said):
        org, scim = (line.strip() for line in said if line.startswith("  export "))
        ask = (
            f"{sys.executable} -c 'import os, httpx; print(httpx.get("
            'os.environ["SCIM_BASE_URL"] + "/Users", headers={"Authorization": "Bearer " + os.environ["SCIM_TOKEN"]}'
            ').json()["totalResults"])\''
        )
        assert pasted([org, scim, ask], tmp_path).strip() == "0"
        assert (tmp_path / ".oktascim-emulator-token").read_text().strip() not in "".join(said)
        shown = "\n".join([f"ready {url}", *said]).replace(url, "http://127.0.0.1:8044")
        shown = re.sub(r"(SCIM_BASE_URL=http://127.0.0.1):\d+", r"\1:8045", shown.replace(str(tmp_path), "/home/ada"))
        assert shown.splitlines() == block("docs/emulator").splitlines()[1:]


ASSIGN = """
import os, sys, httpx
okta = httpx.Client(base_url=os.environ["OKTA_CLIENT_ORGURL"],
                    headers={"Authorization": "SSWS " + os.environ["OKTA_CLIENT_TOKEN"]})
def call(method, path, body=None):
    return okta.request(method, path, json=body).raise_for_status()
app = call("POST", "/api/v1/apps", {"name": "scim2testapp", "label": "A", "signOnMode": "SAML_2_0"}).json()["id"]
own = "/api/v1/apps/" + app
profile = {"authScheme": "TOKEN", "token": sys.argv[2]}
call("POST", own + "/connections/default", {"baseUrl": sys.argv[1], "profile": profile})
call("POST", own + "/connections/default/lifecycle/activate")
on = {"status": "ENABLED"}
changes = {"create": {"lifecycleCreate": on}, "update": {"lifecycleDeactivate": on}}
call("PUT", own + "/features/USER_PROVISIONING", changes)
people = [person["id"] for person in call("GET", "/api/v1/users?q=a").json()[:2]]
for person in people:
    call("POST", own + "/users", {"id": person})
call("GET", "/_emulator/idle?timeout=20")
for person in people:
    call("DELETE", own + "/users/" + person)
call("GET", "/_emulator/idle?timeout=20")
sys.exit(7)
"""


@pytest.mark.parametrize(
    ("fault", "says"), [("", ""), ("pathless-patch-ignored", block("docs/emulator", 1))], ids=["good", "broken"]
)
def test_the_end_of_a_run_tells_of_silent_faults_as_the_page_shows(fault, says, capfd):
    with broken_server(*([fault] if fault else [])) as server:
        command = [sys.executable, "-c", ASSIGN, server.base_url, BROKEN_TOKEN]
        code = run(["emulator", "run", "--connections-api", "accept", "--", *command], environ=dict(os.environ))
    err = capfd.readouterr().err
    assert code == 7
    assert says in err
    assert ("silent fault" in err) == bool(fault)


def test_a_program_gets_one_line_of_json_and_a_bad_seed_ends_the_start(tmp_path, capsys):
    command = [sys.executable, "-m", "oktascim", "emulator", "start", "--port", "0", "--tls", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=plain(tmp_path)) as process:
        assert process.stdout
        line = json.loads(process.stdout.readline())
        token = Path(line["token_file"]).read_text().strip()
        trusted = ssl.create_default_context(cafile=line["ca_file"])
        headers = {"Authorization": f"SSWS {token}"}
        found = httpx.get(f"{line['org_url']}/_emulator/health", headers=headers, verify=trusted).json()
        process.terminate()
    assert (found["status"], line["pid"]) == ("ok", process.pid)
    file = tmp_path / "seed.yaml"
    file.write_text("people:\n- {login: a@b.c, colour: red}\n")
    assert run(["emulator", "run", "--seed", str(file), "--", "true"], environ={}) == 2
    assert "seed.yaml:2:18: people.0.colour: unknown key; allowed: id, status" in capsys.readouterr().err
