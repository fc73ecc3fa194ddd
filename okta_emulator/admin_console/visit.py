"""One request to a page of the console by an administrator who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse

from okta_emulator.admin_console.addresses import APP, INSPECTOR
from okta_emulator.admin_console.behaviour import ConsoleAction
from okta_emulator.admin_console.html import page
from okta_emulator.admin_console.sessions import AdminSession
from okta_emulator.admin_console.site import ConsoleSite
from okta_emulator.core.ids import request_id
from okta_emulator.core.records import App
from okta_emulator.org.events import Cause, WebCall
from okta_emulator.org.provisioning import Provisioning, provisioning_of
from okta_emulator.org.state import Org


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a submitted form; bytes that aren't UTF-8 become replacement characters."""
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))


@dataclass
class Visit:
    """What the handler of a page receives.

    Args:
        site: the console.
        request: the request.
        session: the administrator's session.
        found: the app that the address names, or None.
    """

    site: ConsoleSite
    request: Request
    session: AdminSession
    found: App | None

    @property
    def org(self) -> Org:
        """The org."""
        return self.site.org

    @property
    def unknown_app(self) -> bool:
        """Whether the address names an app that doesn't exist."""
        return "app_id" in self.request.path_params and self.found is None

    @property
    def app(self) -> App:
        """The app."""
        assert self.found is not None
        return self.found

    @property
    def base(self) -> str:
        """The path of the app's page, without a trailing slash."""
        return APP.format(name=self.app["name"], app_id=self.app["id"])

    @property
    def template_name(self) -> str | None:
        """The display name of the app's catalog entry; None for a wizard-made app."""
        entry = self.org.entry_of(self.app)
        return entry.display_name if entry else None

    @cached_property
    def provisioning(self) -> Provisioning:
        """The app's provisioning as saved."""
        return provisioning_of(self.org, self.app["id"])

    @property
    def cause(self) -> Cause:
        """The administrator, for the events of this request."""
        client = self.request.client.host if self.request.client else "127.0.0.1"
        agent = self.request.headers.get("user-agent", "")
        web = WebCall(self.request.url.path, agent, client, self.org.identity["token"])
        return self.org.cause(request_id(), web)

    def text(self, words: str) -> str:
        """A text of the console, or what the behaviour renames it to."""
        return self.site.behaviour.labels.get(words, words)

    def page(self, template: str, title: str, **values: Any) -> HTMLResponse:
        """A whole page inside the console's frame; the template extends `frame.html`."""
        behaviour, org = self.site.behaviour, self.org.settings.subdomain
        return page(
            template,
            title=f"{org} - {title}",
            org=org,
            login=self.site.administrator.login,
            xsrf=self.session.xsrf,
            inspector=INSPECTOR,
            idle=round(behaviour.idle_seconds * 1000),
            warning=round(behaviour.warning_seconds * 1000),
            text=self.text,
            **values,
        )

    def fragment(self, template: str, *, slot: str = "content", **values: Any) -> HTMLResponse:
        """A part of a page, which the console's script puts into a slot."""
        return page(template, slot=slot, text=self.text, base=self.base if self.found else "", **values)

    async def posted(self) -> dict[str, str]:
        """The fields of the submitted form."""
        return await form_of(self.request)

    async def action(self) -> ConsoleAction | None:
        """What this request does, as the behaviour's switches name it."""
        path, query = self.request.url.path, self.request.query_params
        if path.endswith("/verify"):
            return "test"
        if path.endswith("/settings/user-mgmt"):
            if self.request.method == "POST":
                return "to_app" if (await self.posted()).get("section") == "to-app" else "save"
            return "configure" if query.get("edit") else "open_provisioning"
        return "open_app" if self.found and path == self.base else None
