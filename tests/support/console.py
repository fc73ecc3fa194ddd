"""The console route against an emulated org, one attempt at a time, with waits that cost no time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from okta_emulator.admin_console.behaviour import Behaviour
from okta_emulator.http.server import EmulatedOrg
from oktascim.catalog import find_template
from oktascim.http.clock import Clock
from oktascim.okta.access import ApiToken
from oktascim.okta.apps import App, get_app
from oktascim.okta.client import Okta
from oktascim.routes.browser.access import ConsoleAccess
from oktascim.routes.browser.authn import ConsoleAccount
from oktascim.routes.browser.route import ConsoleBrowser, ConsoleRoute
from oktascim.routes.browser.screen import PATIENCE, Screen
from oktascim.routes.browser.totp import Codes, decode_secret
from oktascim.routes.route import Attempt
from oktascim.routes.task import Task
from oktascim.secret_text import SecretStr
from oktascim.spec.provisioning import Provisioning
from oktascim.spec.secrets import ResolvedCredentials

SCIM_TOKEN = "scim-secret-4711"
_LONG = 2.0
_HASTE = 5.0  # looks come so much more often than an administrator's browser needs; no wait ends sooner
_FUTILE_LOOKS = 3
_GIVEN_UP = object()


def give_up_at(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    """End a wait for what never comes once the page that lacks it is there, as its words show."""
    until = Screen.until

    async def impatient(screen: Screen, look: Any, patience: float = PATIENCE) -> Any:
        futile = count()

        async def hopeful() -> Any:
            found = await look()
            if found is None and words in await screen.text() and next(futile) >= _FUTILE_LOOKS:
                return _GIVEN_UP
            return found

        found = await until(screen, hopeful, patience)
        return None if found is _GIVEN_UP else found

    monkeypatch.setattr(Screen, "until", impatient)


@dataclass
class Stage:
    """An org, a SCIM server's address, and an administrator in front of a browser.

    Attributes:
        org: the emulated org.
        base_url: of the SCIM server.
        folder: where pictures go.
        run: runs what uses the browser.
    """

    org: EmulatedOrg
    base_url: str
    folder: Path
    password: str | None = None
    totp_secret: str | None = None
    access: ConsoleAccess | None = None
    environ: dict[str, str] = field(default_factory=dict)
    run: Callable[[Coroutine[Any, Any, Any]], Any] = asyncio.run

    def behave(self, **values: Any) -> None:
        self.org.console.behave(Behaviour(**{"paint_seconds": 0.05, **values}))

    @property
    def clock(self) -> Clock:
        """Long waits move the org's clock instead, and short ones end early: what asked for them looks again."""

        async def sleep(seconds: float) -> None:
            if seconds > _LONG:
                self.org.console.org.clock.advance(seconds)
            else:
                await asyncio.sleep(seconds / _HASTE)

        return Clock(now=self.org.console.now, monotonic=time.monotonic, sleep=sleep)

    def account(self) -> ConsoleAccount:
        administrator = self.org.administrator
        secret = administrator.totp_secret if self.totp_secret is None else self.totp_secret
        codes = Codes(decode_secret(SecretStr(secret)), self.clock) if secret else None
        return ConsoleAccount(administrator.login, SecretStr(self.password or administrator.password), codes)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"SSWS {self.org.token}"}
        answer = httpx.request(method, f"{self.org.url}{path}", json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def app(self, template: str = "scim2-oauth") -> str:
        """The id of a new app."""
        kind = find_template(template)
        key = {"name": kind.catalog_key} if kind.catalog_key else {}
        swa = {"signOn": {"loginUrl": "https://acme.example/login"}}
        settings = {} if kind.catalog_key else {"settings": swa}
        body = {**key, "label": "Acme", "signOnMode": "AUTO_LOGIN", **settings}
        found: str = self.call("POST", "/api/v1/apps", body)["id"]
        return found

    def features(self, app_id: str) -> list[str]:
        found: list[str] = self.call("GET", f"/api/v1/apps/{app_id}")["features"]
        return found

    def attempt(self, app_id: str, template: str = "scim2-oauth", **wanted: Any) -> Attempt:
        """One attempt of the route; raises what it raises."""
        return self.attempts(app_id, template, **wanted)[0]

    def attempts(
        self, app_id: str, template: str = "scim2-oauth", *, times: int = 1, token: str = SCIM_TOKEN, **wanted: Any
    ) -> list[Attempt]:
        """Attempts of one route, one after the other."""

        async def work() -> list[Attempt]:
            access = self.access or ConsoleAccess(self.account())
            environ = {"OKTASCIM_CONSOLE_EVIDENCE": str(self.folder), **self.environ}
            async with (
                Okta(self.org.url, ApiToken(SecretStr(self.org.token)), clock=self.clock) as okta,
                ConsoleBrowser(okta, lambda _org, _clock: access, environ) as browser,
            ):
                task, secrets = self._asked(await get_app(okta, app_id), template, token, wanted)
                route = ConsoleRoute(browser, lambda: secrets)
                return [await route.attempt(task) for _ in range(times)]

        return self.run(work())

    def _asked(
        self, app: App, template: str, token: str, wanted: Mapping[str, Any]
    ) -> tuple[Task, ResolvedCredentials]:
        kind = find_template(template)
        wizard = kind.kind == "wizard"
        mode = {"mode": "header"} if wizard else {}
        credentials = wanted.get("credentials") or {"token": {"env": "TOKEN"}, **mode}
        actions = {"supported_actions": ["push_new_users"]} if wizard else {}
        common = {"base_url": self.base_url, "to_app": ["create"], **actions}
        values: dict[str, Any] = {**common, **wanted, "credentials": credentials}
        authentication = kind.authentication(credentials.get("mode"), credentials)
        known = {"token": token, "username": "okta", "password": token, "client_secret": token}
        secrets = {name: SecretStr(known.get(name) or credentials[name]) for name in authentication.fields}
        task = Task(app, kind, Provisioning.model_validate(values), "connect", "acme")
        return task, ResolvedCredentials(secrets, authentication)
