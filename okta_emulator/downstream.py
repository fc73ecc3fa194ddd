"""A real SCIM server for test suites, which reads what an emulated org has provisioned."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Self

from okta_emulator.core.records import Json
from okta_emulator.scim_server import ScimServer


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
