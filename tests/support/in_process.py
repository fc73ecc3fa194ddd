"""An org without a server: requests go straight into its ASGI application, as no HTTP client would write them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from okta_emulator.admin_console.administrator import Administrator
from okta_emulator.admin_console.behaviour import Behaviour
from okta_emulator.admin_console.site import ConsoleSite
from okta_emulator.core.settings import EmulatorSettings
from okta_emulator.http.app import EmulatorApp
from okta_emulator.org.state import Org

HOST = b"127.0.0.1:8044"
Headers = list[tuple[bytes, bytes]]


@dataclass(repr=False)
class InProcess:
    """The org, the console's session, and the ids of what it holds, by the names that paths have for them."""

    runner: asyncio.Runner
    app: EmulatorApp
    site: ConsoleSite
    token: str
    ids: dict[str, str] = field(default_factory=dict)
    _kept: bytes = b""

    def keep(self) -> None:
        """Remember what the org holds."""
        self._kept = self.app.org.store.db.serialize()

    def restore(self) -> None:
        """Return to what was kept: its contents, clock and console; background jobs are dropped."""
        self.app.org.jobs.drop()
        self.app.org.clock.rewind()
        self.app.org.store.db.deserialize(self._kept)
        self.site.behave(Behaviour())
        self.app.gate.reset()
        self.site.sessions.clear()
        session = self.site.signed_in("/", self.site.sessions.open(factor=True))
        self.ids["cookie"] = session.headers["set-cookie"].partition(";")[0]
        (admin,) = self.site.sessions.admin.values()
        self.ids["xsrf"] = admin.xsrf

    def send(self, method: str, path: bytes, query: bytes, headers: Headers, body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer; what the application raises is raised here."""
        return self.runner.run(self._sent(method, path, query, headers, body))

    async def _sent(self, method: str, path: bytes, query: bytes, headers: Headers, body: bytes) -> tuple[int, bytes]:
        parts = iter([{"type": "http.request", "body": body, "more_body": False}])
        answer: list[Any] = []

        async def receive() -> Any:
            return next(parts, {"type": "http.disconnect"})

        async def send(message: Any) -> None:
            answer.append(message)

        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": path.decode("utf-8", "replace"), "raw_path": path, "query_string": query, "root_path": "",
            "headers": headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8044), "state": {},
        }  # fmt: skip
        await self.app(scope, receive, send)
        for name, value in answer[0]["headers"]:
            assert not {b"\r", b"\n", b"\0"} & {bytes([byte]) for byte in name + value}
        return answer[0]["status"], b"".join(message.get("body", b"") for message in answer[1:])

    def call(self, method: str, path: str, body: Any = None) -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        status, answer = self.send(method, path.encode(), b"", self.headers(content), content)
        assert status < 300, answer
        return json.loads(answer) if answer else None

    def headers(self, body: bytes) -> Headers:
        own = [(b"host", HOST), (b"authorization", f"SSWS {self.token}".encode())]
        return [*own, (b"content-length", str(len(body)).encode())]


@contextmanager
def in_process() -> Iterator[InProcess]:
    """An org with an app, a custom app, a user and a group, and an administrator who is signed in to its console."""
    chosen = EmulatorSettings(connections_api="accept", fast=True)
    with asyncio.Runner() as runner:
        org = Org(chosen)
        site = ConsoleSite(org, Administrator())
        one = InProcess(runner, EmulatorApp(org, site), site, chosen.token)
        try:
            _furnish(one)
            one.keep()
            one.restore()
            yield one
        finally:
            runner.run(org.close())


def _furnish(world: InProcess) -> None:
    login, sso = "ä#/?@x.io", {"signOn": {"ssoAcsUrl": "https://a.example", "audience": "https://a.example"}}
    app = world.call("POST", "/api/v1/apps", {"name": "scim2testapp", "label": "A", "signOnMode": "SAML_2_0"})
    custom = world.call("POST", "/api/v1/apps", {"label": "C", "signOnMode": "SAML_2_0", "settings": sso})
    profile = {"firstName": "A", "lastName": "L", "login": login, "email": "a@x.io"}
    user = world.call("POST", "/api/v1/users", {"profile": profile})
    group = world.call("POST", "/api/v1/groups", {"profile": {"name": "G"}})
    world.call("POST", f"/api/v1/apps/{app['id']}/users", {"id": user["id"]})
    push = {"sourceGroupId": group["id"], "targetGroupName": "G"}
    pushed = world.call("POST", f"/api/v1/apps/{app['id']}/group-push/mappings", push)
    mapping = world.call("GET", "/api/v1/mappings")[0]
    world.ids |= {"app_id": app["id"], "custom": custom["id"], "name": app["name"], "custom_name": custom["name"]}
    world.ids |= {"user_id": user["id"], "group_id": group["id"], "login": login}
    world.ids |= {"mapping_id": mapping["id"], "pushed": pushed["id"]}
