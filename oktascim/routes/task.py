"""What is asked of a route: one app, its wanted provisioning, and the stage to begin at; a pure value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from oktascim.okta.apps import App
from oktascim.routes.readback import ReadBack
from oktascim.spec.provisioning import Provisioning
from oktascim.template import Template

Stage = Literal["connect", "edit", "consent", "to_app"]
"""The stage to begin at: nothing is set up; the connection is enabled and its URL or credentials change; an OAuth 2
connection is saved but lacks consent; only the To App options remain."""


@dataclass(frozen=True)
class Task:
    """Enable this app's provisioning connection, or change it, and set its To App options.

    Attributes:
        app: the app as last read.
        template: the app's template.
        wanted: the base URL, credentials (as references) and options.
        stage: the stage to begin at.
        name: the integration's name, which the progress shows.
        needs_witness: whether no read of the app can show the change (new credentials for a connection that is already
            enabled), so that the System Log must.
    """

    app: App
    template: Template
    wanted: Provisioning
    stage: Stage
    name: str
    needs_witness: bool = False

    @property
    def connects(self) -> bool:
        """Whether the base URL and credentials must be sent."""
        return self.stage in {"connect", "edit"}

    @property
    def unique_identifier(self) -> str | None:
        """The unique identifier for a custom app's form; None leaves an existing one unchanged."""
        return self.wanted.unique_identifier or ("userName" if self.stage == "connect" else None)

    def missing(self, proof: ReadBack) -> str:
        """Describe the first difference between a fresh read and the wanted state; empty if there is none."""
        to_app = self.wanted.to_app
        if proof.status != "ENABLED":
            return f"provisioning is {proof.status}"
        if proof.base_url not in {None, self.wanted.base_url}:
            return f"the base URL is {proof.base_url}"
        if to_app is not None and proof.to_app != frozenset(to_app):
            return f"To App has {', '.join(sorted(proof.to_app)) or 'nothing'}"
        return ""

    def left(self, proof: ReadBack) -> Task:
        """The remaining work after a fresh read; a connection that is already enabled isn't set up again."""
        connected = proof.status == "ENABLED" and proof.base_url in {None, self.wanted.base_url}
        return replace(self, stage="to_app") if connected and not self.needs_witness else self
