"""An emulated org that its own process calls: each call waits for the background work that it starts."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

from okta_emulator.core.problem import EmulatorProblem
from okta_emulator.http.server import EmulatedOrg

if TYPE_CHECKING:
    import httpx

SECONDS = 30.0
"""How long a call waits for background work."""


class CalledOrg(EmulatedOrg):
    """An org with a client of its API; the arguments are those of `EmulatedOrg`."""

    _client: httpx.Client | None = None

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
        answer = self.request(method, path, body, **query)
        if not path.startswith("/_emulator/"):
            self.settle()
        return answer

    def settle(self) -> None:
        """Wait until the background work is done.

        Raises:
            EmulatorProblem: it takes more than 30 seconds.
        """
        if not self.request("GET", "/_emulator/idle", timeout=SECONDS)["idle"]:
            raise EmulatorProblem(f"The emulated org is still busy after {SECONDS:.0f} seconds.")

    def request(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Send a request as `call` does, without waiting for background work.

        Raises:
            EmulatorProblem: the org isn't running, or the status wasn't 2xx.
        """
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
        return httpx.Client(base_url=self.url, headers=headers, timeout=SECONDS + 5, verify=trusted, trust_env=False)
