"""Attacks by answers: too large, too long, never ending, of the wrong shape, or made to trick a terminal and CI."""

from __future__ import annotations

import gzip
import io
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from itertools import product
from pathlib import Path

import yaml

from oktascim.cli.main import run
from tests.attack.lab import Lab, answer, in_words, listening
from tests.cli.test_hostile_texts import Terminal, tricks_in
from tests.support.world import SCIM_TOKEN, Result

_MEGABYTE = 1024 * 1024
_MEMORY = 400 * _MEGABYTE
_SECONDS = 30.0
_COMMAND = re.compile(r"^\s*::(?!(?:error|warning) (?:file=[^,:]+,line=\d+,)?title=oktascim )|##\[", re.MULTILINE)


def _stream(handler: BaseHTTPRequestHandler, chunk: bytes, pause: float = 0.0, seconds: float = 20.0) -> None:
    """Chunk after chunk, until the client hangs up or the time is over."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        time.sleep(pause)


def bombs(lab: Lab) -> Iterator[str]:
    """Compression bombs, endless and dripping bodies, endless headers, deep JSON."""
    zeros = gzip.compress(b"[" + b" " * 200 * _MEGABYTE + b"]", 1)
    twice = gzip.compress(gzip.compress(b" " * 200 * _MEGABYTE))
    deep = b"[" * 200_000 + b"]" * 200_000
    answers = (
        lambda one: answer(one, 200, zeros, Content_Encoding="gzip"),
        lambda one: answer(one, 200, twice, Content_Encoding="gzip, gzip"),
        lambda one: answer(one, 500, zeros, Content_Encoding="gzip"),
        lambda one: answer(one, 200, deep),
        lambda one: answer(one, 200, b"[]", Link="<" * 30_000),
        lambda one: answer(one, 200, b"[]", X_Long="x" * 60_000),
        lambda one: _stream(one, b" " * 65536),
        lambda one: _stream(one, b"[" * 65536),
        lambda one: _stream(one, b" ", pause=0.2),
    )
    spec = lab.world.spec(name="bomb.yaml")
    for respond in answers:
        with listening(respond) as server:
            okta = {"OKTA_CLIENT_ORGURL": server.url, "OKTA_CLIENT_TOKEN": "t0ken-t0ken"}
            scim = {"SCIM_BASE_URL": f"{server.url}/scim"}
            for command, environment in (
                (("app", "list"), okta),
                (("logs", "-o", "jsonl"), okta),
                (("connection", "test", "--spec", spec), scim),
            ):
                yield _bounded(lab, (*command, "--timeout", "3"), environment)


def _bounded(lab: Lab, command: tuple[str, ...], environment: dict[str, str]) -> str:
    """Run a command in a process with a cap on its memory and its time."""
    world = lab.world
    environ = {"OKTA_CLIENT_ORGURL": world.org.url, "OKTA_CLIENT_TOKEN": world.token, "SCIM_TOKEN": SCIM_TOKEN}
    environ |= {"HOME": str(world.folder), "PATH": "/usr/bin:/bin", **environment}
    peak = (
        "import resource, sys; from oktascim.cli.main import run; code = run(sys.argv[1:]); "
        "print('peak', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr); sys.exit(code)"
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", peak, *command],
            env=environ, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=_SECONDS, check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (4 * 1024 * _MEGABYTE,) * 2),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"{' '.join(command)} ran past {_SECONDS:g} s"
    memory = int(done.stderr.rpartition("peak ")[2] or 0) * (1 if sys.platform == "darwin" else 1024)
    too_much = f"{memory // _MEGABYTE} MB" if memory > _MEMORY else ""
    return in_words(Result(done.returncode, done.stdout, done.stderr)) or too_much


TRICKS = (
    "\x1b[2J\x1b[8m", "\x1b]0;title\x07", "\x9b5m", "\x7f\x85", "\u202eevil\u2066", "\u200b\ufeff\U000e0041", "\ue000",
    "a\n::error::pwned", "a\r\n  ::add-mask::x", "::stop-commands::x", "##[set-output name=a;]b", "{{7*7}}${7*7}",
    "<script>alert(1)</script>", "'; DROP TABLE apps; --", "=cmd|'/c calc'!A1", "[x](javascript:alert(1))",
)  # fmt: skip


def injections(lab: Lab) -> Iterator[str]:
    """Hostile texts in specs, app labels, logins, group names and the log, shown by every kind of command."""
    world = lab.world
    for number, trick in enumerate(TRICKS):
        world.reset()
        label = f"Evil {number} {trick}"
        profile = {
            "firstName": label,
            "lastName": label,
            "email": "e@acme.example",
            "login": f"evil{number}@acme.example",
        }
        person = world.okta("POST", "/api/v1/users", {"profile": profile})
        world.okta("POST", "/api/v1/groups", {"profile": {"name": label, "description": label}})
        notes = {"notes": {"admin": f"{trick}\noktascim:evil"}}
        app = {"name": "scim2testapp", "label": label, "signOnMode": "AUTO_LOGIN", "settings": notes}
        made = world.okta("POST", "/api/v1/apps", app)
        world.okta("POST", f"/api/v1/apps/{made['id']}/users", {"id": person["id"], "scope": "USER"})
        one = {"name": "evil", "label": label, "template": "scim2-oauth", "sign_on": {"mode": "swa"},
               "assignments": {"users": [f"no {trick}"], "groups": [label]}}  # fmt: skip
        spec = world.spec(yaml.safe_dump({"version": 1, "integrations": [one]}), name="evil.yaml")
        commands = (("app", "list"), ("app", "show", "evil"), ("plan", spec), ("validate", spec), ("export", "evil"),
                    ("apply", spec, "--yes"), ("connection", "show", "--app", "evil"), ("logs", "--app", "evil"),
                    ("logs", "--summary"), ("app", "show", label), ("explain", label),
                    ("template", "show", label))  # fmt: skip
        for command, loud, terminal in product(commands, ((), ("-vv",)), (True, False)):
            yield _shown(lab, (*command, *loud), terminal=terminal)


def _shown(lab: Lab, command: tuple[str, ...], *, terminal: bool) -> str:
    world, make = lab.world, Terminal if terminal else io.StringIO
    environ = {"OKTA_CLIENT_ORGURL": world.org.url, "OKTA_CLIENT_TOKEN": world.token, "SCIM_TOKEN": SCIM_TOKEN,
               "OKTASCIM_CONFIG_DIR": str(world.folder), "TERM": "xterm-256color"}  # fmt: skip
    environ |= {} if terminal else {"GITHUB_ACTIONS": "true", "CI": "true"}
    stdout, stderr = make(), make()
    code = run(command, environ=environ, stdout=stdout, stderr=stderr, stdin=io.StringIO())
    result = Result(code, stdout.getvalue(), stderr.getvalue())
    shown = result.stdout + result.stderr
    found = tricks_in(shown)
    commanded = None if terminal else _COMMAND.search(shown)
    return in_words(result) or (f"{found} in {command}" if found else f"{commanded} in {command}" if commanded else "")
