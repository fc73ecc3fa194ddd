"""One request to a page of the console, by an administrator who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.requests import Request

from okta_emulator.admin_console.behaviour import Action
from okta_emulator.admin_console.sessions import AdminSession
from okta_emulator.core.ids import request_id
from okta_emulator.core.store import Record
from okta_emulator.org.events import Cause, WebCall
from okta_emulator.org.provisioning import Provisioning, provisioning_of
from okta_emulator.org.state import Org

if TYPE_CHECKING:
    from okta_emulator.admin_console.site import ConsoleSite


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form that was sent; bytes that are no UTF-8 become replacement characters."""
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))


@dataclass
class Visit:
    """What a page gets.

    Args:
        site: the console.
        request: the request.
        session: of the administrator.
        found: the app that the address names, or None.
    """

    site: ConsoleSite
    request: Request
    session: AdminSession
    found: Record | None

    @property
    def org(self) -> Org:
        """The org."""
        return self.site.org

    @property
    def unknown_app(self) -> bool:
        """Whether the address names an app that is not there."""
        return "app_id" in self.request.path_params and self.found is None

    @property
    def app(self) -> Record:
        """The app."""
        assert self.found is not None
        return self.found

    @property
    def base(self) -> str:
        """The path of the app's page, without a slash at its end."""
        return f"/admin/app/{self.app['name']}/instance/{self.app['id']}"

    @property
    def template_name(self) -> str | None:
        """The name of the app's template in the catalogue; None for a wizard-made app."""
        entry = self.org.entry_of(self.app)
        return entry.display_name if entry else None

    @cached_property
    def provisioning(self) -> Provisioning:
        """The app's provisioning as saved."""
        return provisioning_of(self.org, self.app["id"])

    @property
    def cause(self) -> Cause:
        """The administrator at work, for the log."""
        client = self.request.client.host if self.request.client else "127.0.0.1"
        agent = self.request.headers.get("user-agent", "")
        web = WebCall(self.request.url.path, agent, client, self.org.identity["token"])
        return self.org.cause(request_id(), web)

    def text(self, words: str) -> str:
        """A text of the console, or what it has been renamed to."""
        return self.site.behaviour.labels.get(words, words)

    async def posted(self) -> dict[str, str]:
        """The fields of the form that was sent."""
        return await form_of(self.request)

    async def action(self) -> Action | None:
        """What this request does, in the words of the behaviour's switches."""
        path, query = self.request.url.path, self.request.query_params
        if path.endswith("/verify"):
            return "test"
        if path.endswith("/settings/user-mgmt"):
            if self.request.method == "POST":
                return "to_app" if (await self.posted()).get("section") == "to-app" else "save"
            return "configure" if query.get("edit") else "open_provisioning"
        return "open_app" if self.found and path == self.base else None
