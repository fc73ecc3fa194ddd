"""The emulator for test suites: `with OktaEmulator() as org`, and a real SCIM server to provision to.

Every call to the org waits until the background work that it starts is done, so that a test can inspect the SCIM server
right away. The pytest plugin (`pytest_plugin.py`) provides both as fixtures.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from okta_emulator.calling import SECONDS, CalledOrg
from okta_emulator.core.records import Json
from okta_emulator.core.settings import ConnectionsApi, EmulatorSettings
from okta_emulator.downstream import Downstream
from okta_emulator.org.planting import Planting, plant

if TYPE_CHECKING:
    from okta_emulator.org.seed import Seed

__all__ = ["Downstream", "OktaEmulator"]

_MOST_NAMES = 10
_TO_APP = {
    "create": {"lifecycleCreate": {"status": "ENABLED"}},
    "update": {"profile": {"status": "ENABLED"}, "lifecycleDeactivate": {"status": "ENABLED"}},
}


class OktaEmulator(CalledOrg):
    """An Okta org on loopback for the duration of a `with` block.

    Args:
        mode: "accept" accepts SCIM credentials through the API, which no live org is known to do for template apps
            (OB-053); "org" answers as Okta documents (OB-052).
        seed: people, groups, apps and assignments, the YAML file of them, or a function that creates them; `reset`
            returns to it.
        port: the port on 127.0.0.1; 0 means a free one.
        tls: whether the org serves HTTPS; `authority` is the certificate to trust.
        record: the file that every SCIM exchange is written to: JSON lines, or HAR if its name ends in `.har`.
        environ: variables that the seed can name, in addition to those of the process.
        settings: other settings; the mode replaces their `connections_api`.

    Raises:
        EmulatorProblem: the org can't start, or the seed isn't valid.
    """

    def __init__(
        self,
        mode: ConnectionsApi = "accept",
        *,
        seed: Seed | Path | str | Planting | None = None,
        port: int = 0,
        tls: bool = False,
        record: Path | None = None,
        environ: Mapping[str, str] | None = None,
        settings: EmulatorSettings | None = None,
    ) -> None:
        chosen = replace(settings or EmulatorSettings(fast=True), connections_api=mode)
        super().__init__(chosen, port=port, plant=_planting_of(seed, environ or {}), record=record, tls=tls)

    @property
    def client_env(self) -> dict[str, str]:
        """The variables that Okta's SDKs, terraform and oktascim use to find this org; they include the API token."""
        found = {"OKTA_CLIENT_ORGURL": self.url, "OKTA_CLIENT_TOKEN": self.token}
        if self.authority is None:
            return found | {"OKTA_TESTING_TESTINGDISABLEHTTPSCHECK": "true"}
        return found | {"NODE_EXTRA_CA_CERTS": str(self.authority)}

    def person(self, login: str, **profile: str) -> Json:
        """Create an active user with a password, and any other profile attributes."""
        names = {"firstName": "Test", "lastName": "Person", "email": login, "login": login}
        credentials = {"password": {"value": f"A1-{secrets.token_urlsafe(12)}"}}
        body = {"profile": names | profile, "credentials": credentials}
        made: Json = self.call("POST", "/api/v1/users", body)
        return made

    def scim_app(self, base_url: str, token: str, *, label: str = "App under test", name: str = "scim2testapp") -> Json:
        """Create an app of a SCIM template, connect it, and switch on create, update and deactivate.

        Args:
            base_url: the SCIM base URL.
            token: the credential, as entered in the template's form.
            label: the app's label.
            name: the template's key; the default sends `Bearer` and the token.
        """
        made: Json = self.call("POST", "/api/v1/apps", {"name": name, "label": label, "signOnMode": "AUTO_LOGIN"})
        own = f"/api/v1/apps/{made['id']}"
        profile = {"authScheme": "TOKEN", "token": token}
        self.call("POST", f"{own}/connections/default", {"baseUrl": base_url, "profile": profile}, activate="true")
        self.call("PUT", f"{own}/features/USER_PROVISIONING", _TO_APP)
        return made

    def assign(self, app: Json | str, user: Json | str, **profile: Any) -> Json:
        """Assign a user to an app, with attributes of the app user.

        Args:
            app: the app, or its label or id.
            user: the user, or their login or id.
            profile: attributes of the app user.

        Raises:
            ValueError: the org has no such app or user; the message names those that it has.
        """
        body = {"id": self._user_id(user), "scope": "USER"} | ({"profile": profile} if profile else {})
        assigned: Json = self.call("POST", f"/api/v1/apps/{self._app_id(app)}/users", body)
        return assigned

    def unassign(self, app: Json | str, user: Json | str) -> None:
        """End an assignment.

        Raises:
            ValueError: as in `assign`.
        """
        self.call("DELETE", f"/api/v1/apps/{self._app_id(app)}/users/{self._user_id(user)}")

    def add_service_app(
        self, client_id: str, public_key: Json, scopes: Sequence[str], *, dpop: bool = False, role: str = "SUPER_ADMIN"
    ) -> None:
        """Register an OAuth 2.0 service app, or change it.

        Args:
            client_id: its client ID.
            public_key: its public key as a JWK with a kid.
            scopes: the scopes that it is granted.
            dpop: whether it requires DPoP.
            role: its admin role.
        """
        body = {"client_id": client_id, "jwks": {"keys": [public_key]}, "scopes": [*scopes], "dpop": dpop, "role": role}
        self.call("POST", "/_emulator/service-apps", body)

    def _user_id(self, user: Json | str) -> str:
        if not isinstance(user, str):
            return str(user["id"])
        text = json.dumps(user, ensure_ascii=False)
        for one in self._first("/api/v1/users", search=f"profile.login eq {text} or id eq {text}"):
            return str(one["id"])
        raise _unknown("user", user, [one["profile"]["login"] for one in self._first("/api/v1/users")])

    def _app_id(self, app: Json | str) -> str:
        if not isinstance(app, str):
            return str(app["id"])
        listed = self._first("/api/v1/apps")
        for one in (*listed, *self._first("/api/v1/apps", q=app)):  # the label can be beyond the first page
            if app in (one["id"], one["label"]):
                return str(one["id"])
        raise _unknown("app", app, [one["label"] for one in listed])

    def _first(self, path: str, **query: str) -> list[Json]:
        found: list[Json] = self.request("GET", path, limit=200, **query)
        return found

    def reset(self) -> None:
        """Return to the initial state: the seed, or an empty org; also the clock, switches, faults, service apps."""
        self.call("POST", "/_emulator/reset")

    def snapshot(self, name: str = "default") -> None:
        """Save the org's current data, once its background jobs are done."""
        self.call("POST", "/_emulator/snapshot", {"name": name})

    def restore(self, name: str = "default") -> None:
        """Return to the data of a snapshot; the clock, switches, faults and service apps stay as they are."""
        self.call("POST", "/_emulator/restore", {"name": name})

    def fault(self, action: str, **rule: Any) -> None:
        """Break some calls of the API, as `POST /_emulator/faults` describes."""
        self.call("POST", "/_emulator/faults", {"action": action, **rule})

    def events(self, **query: Any) -> list[Json]:
        """The System Log, oldest first."""
        found: list[Json] = self.call("GET", "/api/v1/logs", **({"limit": 1000} | query))
        return found

    def exchanges(self) -> list[Json]:
        """Every SCIM request that the org sent, with its response."""
        found: list[Json] = self.call("GET", "/_emulator/exchanges")
        return found

    def import_users(self, app: Json | str) -> Json:
        """Import Now: users and groups; returns the counts, and the candidates that await confirmation."""
        found: Json = self.call("POST", "/_emulator/import", {"app": self._app_id(app)})
        return found

    def confirm(self, app: Json | str, external_id: str, user: Json | str | None = None) -> Json:
        """Confirm an imported user, as the matched user or as another one."""
        chosen = {"user_id": self._user_id(user)} if user else {}
        body = {"app": self._app_id(app), "external_id": external_id} | chosen
        confirmed: Json = self.call("POST", "/_emulator/import/confirm", body)
        return confirmed

    def import_schema(self, app: Json | str) -> Json:
        """Import User Schema: adds the attributes that the SCIM server declares and the app's users lack."""
        found: Json = self.call("POST", "/_emulator/import/schema", {"app": self._app_id(app)})
        return found

    def tasks(self) -> list[Json]:
        """What the Tasks page lists: failed operations that await a retry."""
        found: list[Json] = self.call("GET", "/_emulator/tasks")
        return found

    def retry(self, task: str = "all") -> None:
        """Retry a task by its id, or all that can be retried."""
        self.call("POST", "/_emulator/tasks", {"retry": task})
        self.settle()

    def silent_faults(self, wait: float = SECONDS) -> list[str]:
        """Where the data of a SCIM server differs from what Okta expects, and no event reports it; one line each.

        Args:
            wait: how many seconds to wait for background work; the results of later work are missing.
        """
        self.request("GET", "/_emulator/idle", timeout=wait)
        return [str(finding["text"]) for finding in self.call("GET", "/_emulator/findings")]


def _planting_of(seed: Seed | Path | str | Planting | None, environ: Mapping[str, str]) -> Planting | None:
    if seed is None or callable(seed):
        return seed
    if isinstance(seed, str | Path):
        from okta_emulator.org.seed_reading import read_seed

        seed = read_seed(Path(seed))
    return partial(plant, seed=seed, environ={**os.environ, **environ})


def _unknown(kind: str, wanted: str, names: list[str]) -> ValueError:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ValueError(f"The org has no {kind} {wanted!r}. It has: {', '.join(names[:_MOST_NAMES]) or 'none'}{more}.")
