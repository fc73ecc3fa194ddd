"""The program against an emulated org and a real SCIM server, over real sockets, in this process."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from oktascim.cli.main import run

SCIM_TOKEN = "scim-secret-4711"

SPEC = """\
version: 1
integrations:
  - name: acme-crm
    label: Acme CRM
    template: scim2-oauth
    visibility: {web: true, mobile: false, auto_login: false}
    sign_on: {mode: swa}
    provisioning:
      base_url: {env: SCIM_BASE_URL}
      credentials: {token: {env: SCIM_TOKEN}}
      to_app: [create, update, deactivate]
    assignments: {users: [ada@acme.example], groups: [Engineering], push_groups: [Engineering]}
"""


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)


@dataclass(frozen=True)
class World:
    """An org, a SCIM server, and the program pointed at both."""

    org: Any
    token: str
    scim_url: str
    folder: Path

    def oktascim(self, *arguments: str, **environment: str) -> Result:
        stdout, stderr = io.StringIO(), io.StringIO()
        environ = {
            "OKTA_CLIENT_ORGURL": self.org.url,
            "OKTA_CLIENT_TOKEN": self.token,
            "SCIM_BASE_URL": self.scim_url,
            "SCIM_TOKEN": SCIM_TOKEN,
            "OKTASCIM_CONFIG_DIR": str(self.folder),
            "OKTASCIM_CONSOLE_EVIDENCE": str(self.folder),
            **environment,
        }
        code = run(arguments, environ=environ, stdout=stdout, stderr=stderr, stdin=io.StringIO())
        return Result(code, stdout.getvalue(), stderr.getvalue())

    def spec(self, text: str = SPEC, name: str = "spec.yaml") -> str:
        file = self.folder / name
        file.write_text(text, encoding="utf-8")
        return str(file)

    def okta(self, method: str, path: str, body: Any = None) -> Any:
        """A call behind the program's back, as a person in the console would cause it."""
        answer = httpx.request(
            method, f"{self.org.url}{path}", json=body, headers={"Authorization": f"SSWS {self.token}"}, timeout=30
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def requests(self) -> list[dict[str, Any]]:
        seen = self.okta("GET", "/_emulator/requests")
        return seen["requests"] if isinstance(seen, dict) else seen

    def writes_since(self, count: int) -> list[str]:
        later = self.requests()[count:]
        return [f"{one['method']} {one['path']}" for one in later if one["method"] != "GET"]

    def reset(self) -> None:
        """The org as it was at the start."""
        self.okta("POST", "/_emulator/reset")

    def settled(self) -> None:
        """Wait until the org's background jobs are done."""
        assert self.okta("GET", "/_emulator/idle?timeout=30")["idle"]

    def scim_users(self) -> dict[str, Any]:
        answer = httpx.get(f"{self.scim_url}/Users", headers={"Authorization": f"Bearer {SCIM_TOKEN}"})
        return {user["userName"]: user for user in answer.json().get("Resources", [])}

    def scim_groups(self) -> dict[str, Any]:
        answer = httpx.get(f"{self.scim_url}/Groups", headers={"Authorization": f"Bearer {SCIM_TOKEN}"})
        return {group["displayName"]: group for group in answer.json().get("Resources", [])}

    def apps(self) -> list[dict[str, Any]]:
        return self.okta("GET", "/api/v1/apps?limit=200")
