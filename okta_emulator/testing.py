"""The emulator for test suites: `with OktaEmulator() as org`, and a real SCIM server to provision to.

Every call to the org waits until the background work that it starts is done, so that a test can inspect the SCIM server
right away. The pytest plugin (`pytest_plugin.py`) provides both as fixtures.
"""

from __future__ import annotations

import secrets
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from okta_emulator.core.problem import EmulatorProblem
from okta_emulator.core.records import Json
from okta_emulator.core.settings import ConnectionsApi, EmulatorSettings
from okta_emulator.http.server import EmulatedOrg
from okta_emulator.org.seed import Seed
from okta_emulator.scim_server import ScimServer

if TYPE_CHECKING:
    import httpx

_SECONDS = 30.0
_TO_APP = {
    "create": {"lifecycleCreate": {"status": "ENABLED"}},
    "update": {"profile": {"status": "ENABLED"}, "lifecycleDeactivate": {"status": "ENABLED"}},
}


class OktaEmulator(EmulatedOrg):
    """An Okta org on loopback for the duration of a `with` block.

    Args:
        mode: "accept" accepts SCIM credentials through the API, which no live org is known to do for template apps
            (OB-053); "org" answers as Okta documents (OB-052).
        seed: people, groups, apps and assignments, or the YAML file of them; `reset` returns to it.
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
        seed: Seed | Path | str | None = None,
        port: int = 0,
        tls: bool = False,
        record: Path | None = None,
        environ: Mapping[str, str] | None = None,
        settings: EmulatorSettings | None = None,
    ) -> None:
        chosen = replace(settings or EmulatorSettings(fast=True), connections_api=mode)
        super().__init__(chosen, port=port, seed=_seed_of(seed), environ=environ, record=record, tls=tls)
        self._client: httpx.Client | None = None

    @property
    def client_env(self) -> dict[str, str]:
        """The variables that Okta's SDKs, terraform and oktascim use to find this org; they include the API token."""
        found = {"OKTA_CLIENT_ORGURL": self.url, "OKTA_CLIENT_TOKEN": self.token}
        if self.authority is None:
            return found | {"OKTA_TESTING_TESTINGDISABLEHTTPSCHECK": "true"}
        return found | {"NODE_EXTRA_CA_CERTS": str(self.authority)}

    def stop(self) -> None:
        """Stop the org."""
        if self._client is not None:
            self._client.close()
        super().stop()

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Send a request to the org's API as its administrator.

        Args:
            method: the HTTP method.
            path: the path, such as `/api/v1/apps`.
            body: the JSON body.
            query: the query.

        Returns:
            The JSON of the response, or None.

        Raises:
            EmulatorProblem: the status wasn't 2xx; the message contains Okta's error.
        """
        answer = self._request(method, path, body, **query)
        if not path.startswith("/_emulator/"):
            self.settle()
        return answer

    def settle(self) -> None:
        """Wait until the background work is done.

        Raises:
            EmulatorProblem: it takes more than 30 seconds.
        """
        if not self._request("GET", "/_emulator/idle", timeout=_SECONDS)["idle"]:
            raise EmulatorProblem(f"The emulated org is still busy after {_SECONDS:.0f} seconds.")

    def _request(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        if not self.is_running:
            raise EmulatorProblem("The emulated org isn't running.", fix="Use it in a `with` block.")
        if self._client is None:
            self._client = self._new_client()
        answer = self._client.request(method, path, json=body, params=query or None)
        if not answer.is_success:
            raise EmulatorProblem(f"{method} {path} returned {answer.status_code}.", why=answer.text)
        return answer.json() if answer.content else None

    def _new_client(self) -> httpx.Client:
        """A client that trusts only the org's own authority; httpx is loaded here to keep the start fast."""
        import httpx

        trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self.authority is not None:
            trusted.load_verify_locations(self.authority)
        headers = {"Authorization": f"SSWS {self.token}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=_SECONDS + 5, verify=trusted, trust_env=False)

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

    def assign(self, app: Json, user: Json, **profile: Any) -> Json:
        """Assign a user to an app, with attributes of the app user."""
        body = {"id": user["id"], "scope": "USER"} | ({"profile": profile} if profile else {})
        assigned: Json = self.call("POST", f"/api/v1/apps/{app['id']}/users", body)
        return assigned

    def unassign(self, app: Json, user: Json) -> None:
        """End an assignment."""
        self.call("DELETE", f"/api/v1/apps/{app['id']}/users/{user['id']}")

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

    def reset(self) -> None:
        """Return to the initial state: the seed, or an empty org."""
        self.call("POST", "/_emulator/reset")

    def snapshot(self, name: str = "default") -> None:
        """Save the org's current state."""
        self.call("POST", "/_emulator/snapshot", {"name": name})

    def restore(self, name: str = "default") -> None:
        """Return to a snapshot."""
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

    def import_users(self, app: Json) -> Json:
        """Import Now: users and groups; returns the counts, and the candidates that await confirmation."""
        found: Json = self.call("POST", "/_emulator/import", {"app": app["id"]})
        return found

    def confirm(self, app: Json, external_id: str, user: Json | None = None) -> Json:
        """Confirm an imported user, as the matched user or as another one."""
        body = {"app": app["id"], "external_id": external_id} | ({"user_id": user["id"]} if user else {})
        confirmed: Json = self.call("POST", "/_emulator/import/confirm", body)
        return confirmed

    def import_schema(self, app: Json) -> Json:
        """Import User Schema: adds the attributes that the SCIM server declares and the app's users lack."""
        found: Json = self.call("POST", "/_emulator/import/schema", {"app": app["id"]})
        return found

    def tasks(self) -> list[Json]:
        """What the Tasks page lists: failed operations that await a retry."""
        found: list[Json] = self.call("GET", "/_emulator/tasks")
        return found

    def retry(self, task: str = "all") -> None:
        """Retry a task by its id, or all that can be retried."""
        self.call("POST", "/_emulator/tasks", {"retry": task})
        self.settle()

    def silent_faults(self, wait: float = _SECONDS) -> list[str]:
        """Where a SCIM server returned 2xx but its data differs from the request, one line each.

        Args:
            wait: how many seconds to wait for background work; the results of later work are missing.
        """
        self._request("GET", "/_emulator/idle", timeout=wait)
        return [str(finding["text"]) for finding in self.call("GET", "/_emulator/findings")]


def _seed_of(seed: Seed | Path | str | None) -> Seed | None:
    if not isinstance(seed, str | Path):
        return seed
    from okta_emulator.org.seed_reading import read_seed

    return read_seed(Path(seed))


class Downstream:
    """A real SCIM 2.0 server (scim2-server, by other authors) with its own token.

    Attributes:
        base_url: its SCIM base URL.
        token: the bearer token that it accepts.
    """

    def __init__(self) -> None:
        import httpx

        self.token = secrets.token_urlsafe(24)
        self._server = ScimServer(self.token)
        self._client = httpx.Client(headers={"Authorization": f"Bearer {self.token}"}, trust_env=False)

    @property
    def base_url(self) -> str:
        """The SCIM base URL."""
        return self._server.base_url

    @property
    def env(self) -> Mapping[str, str]:
        """SCIM_BASE_URL and SCIM_TOKEN, as `emulator run --scim-server` sets them."""
        return {"SCIM_BASE_URL": self.base_url, "SCIM_TOKEN": self.token}

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.close()
        self._server.stop()

    def users(self) -> list[Json]:
        """Every user."""
        return self._all("Users")

    def groups(self) -> list[Json]:
        """Every group."""
        return self._all("Groups")

    def user(self, user_name: str) -> Json | None:
        """The user with this userName, or None."""
        return next((user for user in self.users() if user["userName"] == user_name), None)

    def clear(self) -> None:
        """Delete every user and group."""
        for collection in ("Groups", "Users"):
            for resource in self._all(collection):
                self._client.delete(f"{self.base_url}/{collection}/{resource['id']}").raise_for_status()

    def _all(self, collection: str) -> list[Json]:
        found: list[Json] = []
        while True:
            query = {"startIndex": len(found) + 1, "count": 100}
            page = self._client.get(f"{self.base_url}/{collection}", params=query).raise_for_status().json()
            found += page.get("Resources", [])
            if len(found) >= page["totalResults"] or not page.get("Resources"):
                return found
