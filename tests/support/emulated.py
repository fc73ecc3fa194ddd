"""An emulated org with a plain HTTP client, for tests of the emulator itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from okta_emulator.core.settings import EmulatorSettings
from okta_emulator.http.server import EmulatedOrg

TO_APP = {
    "create": {"lifecycleCreate": {"status": "ENABLED"}},
    "update": {"profile": {"status": "ENABLED"}, "lifecycleDeactivate": {"status": "ENABLED"}},
}


class Emulated:
    """A running org as its only client sees it."""

    def __init__(self, org: EmulatedOrg) -> None:
        self.org = org
        self.http = httpx.Client(base_url=org.url, headers={"Authorization": f"SSWS {org.token}"}, timeout=30)

    def call(self, method: str, path: str, body: Any = None, *, status: int = 200, **params: Any) -> Any:
        """Send a request that must be answered with that status; gives the JSON of the answer."""
        answer = self.http.request(method, path, json=body, params=params or None)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def error(
        self, method: str, path: str, body: Any = None, *, status: int, **params: Any
    ) -> tuple[str, str, list[str]]:
        """Send a request that must fail so; gives code, summary and causes."""
        answer = self.call(method, path, body, status=status, **params)
        causes = [cause["errorSummary"] for cause in answer.get("errorCauses", [])]
        return answer["errorCode"], answer["errorSummary"], causes

    def app(self, name: str | None = "scim2testapp", label: str = "Acme", mode: str = "SAML_2_0", **more: Any) -> Any:
        named = {"name": name} if name else {}
        return self.call("POST", "/api/v1/apps", {**named, "label": label, "signOnMode": mode, **more})

    def bookmark(self, label: str = "Bookmark") -> Any:
        settings = {"app": {"requestIntegration": False, "url": "https://example.com"}}
        return self.app("bookmark", label, "BOOKMARK", settings=settings)

    def user(self, first: str = "Ada", *, password: str | None = "Correct-horse-1", **query: Any) -> Any:
        login = f"{first.lower()}@acme.example"
        profile = {"firstName": first, "lastName": "Lovelace", "email": login, "login": login}
        credentials = {"credentials": {"password": {"value": password}}} if password else {}
        return self.call("POST", "/api/v1/users", {"profile": profile, **credentials}, **query)

    def group(self, name: str = "Engineering", *members: Any) -> Any:
        group = self.call("POST", "/api/v1/groups", {"profile": {"name": name}})
        for member in members:
            self.call("PUT", f"/api/v1/groups/{group['id']}/users/{member['id']}", status=204)
        return group

    def connect(self, app: Any, base_url: str, token: str, capabilities: Any = TO_APP) -> None:
        """Set and enable the connection of an app, and switch its To App options on (accept mode)."""
        own = f"/api/v1/apps/{app['id']}"
        body = {"baseUrl": base_url, "profile": {"authScheme": "TOKEN", "token": token}}
        self.call("POST", f"{own}/connections/default", body)
        self.call("POST", f"{own}/connections/default/lifecycle/activate", status=204)
        self.call("PUT", f"{own}/features/USER_PROVISIONING", capabilities)

    def assign(self, app: Any, user: Any, **more: Any) -> Any:
        return self.call("POST", f"/api/v1/apps/{app['id']}/users", {"id": user["id"], **more})

    def settle(self) -> None:
        """Wait until the background jobs are done."""
        assert self.call("GET", "/_emulator/idle", timeout=20) == {"idle": True}

    def events(self, **query: Any) -> list[Any]:
        return self.call("GET", "/api/v1/logs", **({"limit": 1000} | query))

    def exchanges(self) -> list[str]:
        """The SCIM requests so far, such as `POST Users 201`: without the server's address, ids and queries."""
        seen = self.call("GET", "/_emulator/exchanges")
        collections = [next(part for part in ("Users", "Groups") if f"/{part}" in one["url"]) for one in seen]
        return [f"{one['method']} {name} {one['status']}" for one, name in zip(seen, collections, strict=True)]

    def fault(self, action: str, **rule: Any) -> None:
        self.call("POST", "/_emulator/faults", {"action": action, **rule})

    def reset(self) -> None:
        self.call("POST", "/_emulator/reset")


@contextmanager
def emulated(**settings: Any) -> Iterator[Emulated]:
    """An org with these settings, for as long as the block lasts."""
    with EmulatedOrg(EmulatorSettings(**settings)) as org:
        running = Emulated(org)
        with running.http:
            yield running
