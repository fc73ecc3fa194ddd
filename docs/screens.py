"""Draws the first screens as an 80-column terminal shows them; part of `make docs`.

`python docs/screens.py --source FOLDER --images docs/images/before` runs the same commands in another checkout; the
"before" pictures were made this way (docs/screens.md).
"""

from __future__ import annotations

import argparse
import fcntl
import io
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from rich.console import Console
from rich.text import Text

from okta_emulator.core.settings import EmulatorSettings
from oktascim.runs.sandbox import SandboxOptions, sandbox

IMAGES = Path(__file__).parent / "images"
COLUMNS = 80
_ROWS = 500
_PROMPT = b": "


@dataclass(frozen=True)
class Screen:
    """One picture: the arguments of a command line, and the answers typed at its prompts."""

    name: str
    words: tuple[str, ...]
    answers: tuple[str, ...] = ()


SCREENS = (
    Screen("plan", ("plan", "integrations.yaml")),
    Screen("apply", ("apply", "integrations.yaml", "--yes")),
    Screen("app-list", ("app", "list")),
    Screen("app-show", ("app", "show", "acme-hr")),
    Screen("logs-explain", ("logs", "--app", "acme-hr", "--failures", "--explain")),
    Screen("doctor", ("doctor",)),
    Screen("help", ("app", "assign", "--help")),
    Screen(
        "init",
        ("init", "acme.yaml"),
        ("1", "Acme CRM", "https://acme.example/scim/v2", "", "", "", "", "ada@acme.example"),
    ),
)
"""In this order: each shows the result of the one before it."""

_INTEGRATION = """\
  - name: {name}
    label: {label}
    template: {template}
    visibility: {{web: {web}, mobile: false, auto_login: false}}
    sign_on: {{mode: swa}}
    provisioning:
      base_url: {{env: {server}}}
      credentials: {{token: {{env: SCIM_TOKEN}}}}
      to_app: [{to_app}]
    assignments: {{users: [{users}]}}
"""


def _spec(*integrations: Mapping[str, str]) -> str:
    usual = {
        "template": "scim2-oauth",
        "web": "true",
        "to_app": "create, update, deactivate",
        "server": "SCIM_BASE_URL",
    }
    return "version: 1\nintegrations:\n" + "".join(_INTEGRATION.format(**usual | dict(one)) for one in integrations)


CRM = {"name": "acme-crm", "label": "Acme CRM", "users": "ada@acme.example, alan@acme.example"}
HR = {"name": "acme-hr", "label": "Acme HR EMEA", "template": "scim2-header", "server": "STRICT_URL", "users": ""}
WIKI = {"name": "wiki", "label": "Wiki", "users": "grace@acme.example"}
BEFORE = _spec({**CRM, "label": "Acme", "to_app": "create, update", "users": "ada@acme.example"}, HR)
"""The org's contents at the start."""
AFTER = _spec({**CRM, "web": "false"}, HR, WIKI)
"""The spec that they use."""


class Strict(BaseHTTPRequestHandler):
    """A SCIM server without users; once its token is revoked it returns 401, so that Okta logs a failure."""

    revoked = False

    def do_GET(self) -> None:
        """Answer with an empty list, or refuse."""
        body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 0, "Resources": []}
        self._answer(200, body)

    def do_POST(self) -> None:
        """Refuse; no user is created before the token is revoked."""
        self._answer(500, {})

    def _answer(self, status: int, body: Any) -> None:
        refusal = {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": "401",
            "detail": "Token revoked",
        }
        content = json.dumps(refusal if Strict.revoked else body).encode()
        self.send_response(401 if Strict.revoked else status)
        self.send_header("Content-Type", "application/scim+json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


def shown(command: Sequence[str], answers: Sequence[str], environ: Mapping[str, str], folder: Path) -> str:
    """What a command writes to an 80-column terminal, which is interactive only if there are answers."""
    terminal, its_side = pty.openpty()
    fcntl.ioctl(its_side, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, COLUMNS, 0, 0))
    stdin: int = its_side if answers else subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=stdin, stdout=its_side, stderr=its_side, env=dict(environ), cwd=folder)
    os.close(its_side)
    said, left = b"", list(answers)
    with os.fdopen(terminal, "rb+", buffering=0) as stream:
        while True:
            if left and said.endswith(_PROMPT):
                stream.write(f"{left.pop(0)}\n".encode())
            try:
                piece = stream.read(65536)
            except OSError:  # the other end was closed
                break
            if not piece:
                break
            said += piece
    process.wait()
    return said.decode().replace("\r\n", "\n").rstrip()


def draw(name: str, text: str, columns: int = COLUMNS, images: Path = IMAGES) -> None:
    """Draw terminal output as an SVG."""
    console = Console(record=True, width=columns, file=io.StringIO(), force_terminal=True)
    for line in Text.from_ansi(text).split("\n", allow_blank=True):
        for piece in line.divide(range(columns, len(line), columns)):  # as a terminal folds a line
            console.print(piece, soft_wrap=True)
    svg = re.sub(r"@font-face \{.*?\}\s*", "", console.export_svg(title="oktascim", unique_id=name), flags=re.DOTALL)
    (images / f"{name}.svg").write_text(re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE), encoding="utf-8")


@contextmanager
def strict_server() -> Iterator[str]:
    """The URL of a `Strict` server, for the duration of the block; its token is valid at first."""
    Strict.revoked = False
    with ThreadingHTTPServer(("127.0.0.1", 0), Strict) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/scim/v2"
        server.shutdown()


def revoke_token(org: httpx.Client) -> None:
    """Make the strict server refuse Okta, then assign a user, so that there is a failure to explain."""
    Strict.revoked = True
    app = next(one for one in org.get("/api/v1/apps?limit=200").json() if one["label"] == HR["label"])
    grace = org.get("/api/v1/users/grace@acme.example").json()["id"]
    org.post(f"/api/v1/apps/{app['id']}/users", json={"id": grace}).raise_for_status()
    org.get("/_emulator/idle?timeout=20").raise_for_status()


def main(source: Path, images: Path) -> None:
    """Draw each screen.

    Args:
        source: the checkout whose program is run.
        images: where to write the pictures.
    """
    images.mkdir(exist_ok=True)
    settings, program = EmulatorSettings(connections_api="accept", fast=True), [sys.executable, "-m", "oktascim"]
    with (
        TemporaryDirectory() as home,
        sandbox(settings, SandboxOptions(scim_server=True, port=8044)) as box,
        strict_server() as strict,
        httpx.Client(base_url=box.org_url, headers={"Authorization": f"SSWS {settings.token}"}, timeout=30) as org,
    ):
        folder, kept = Path(home), {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        own = {"STRICT_URL": strict, "HOME": home, "PYTHONPATH": str(source), "TERM": "xterm-256color"}
        environ = {**kept, **box.environment, **own}
        spec = folder / "integrations.yaml"
        spec.write_text(BEFORE, encoding="utf-8")
        subprocess.run(
            [*program, "apply", spec.name, "--yes"], env=environ, cwd=folder, check=True, capture_output=True
        )
        spec.write_text(AFTER, encoding="utf-8")
        for screen in SCREENS:
            said = shown([*program, *screen.words], screen.answers, environ, folder)
            draw(screen.name, f"$ oktascim {' '.join(screen.words)}\n{said}", images=images)
            if screen.name == "apply":
                revoke_token(org)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=Path(__file__).parents[1])
    parser.add_argument("--images", type=Path, default=IMAGES)
    given = parser.parse_args()
    main(given.source.resolve(), given.images.resolve())
