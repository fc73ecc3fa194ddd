"""What is asked of a route: one app, what is wanted of its provisioning, and where the work begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from oktascim.catalog import Template
from oktascim.okta.apps import App
from oktascim.okta.client import Okta
from oktascim.routes.observer import Observer
from oktascim.routes.readback import ReadBack
from oktascim.routes.witness import Witness
from oktascim.spec.models import Provisioning
from oktascim.spec.secrets import ResolvedCredentials

Stage = Literal["connect", "edit", "consent", "to_app"]
"""Where the work begins: nothing is set up; the connection is on and gets another URL or other credentials; an OAuth 2
connection is saved and lacks a person's consent; only the To App options are left."""


@dataclass(frozen=True)
class Task:
    """Enable this app's provisioning connection, or change it, and set its To App options.

    Attributes:
        okta: the org.
        app: the app as it was last read.
        template: what kind of app it is.
        wanted: base URL, credentials (as references), options.
        stage: where the work begins.
        secrets: fetches the secrets; called by a route at the moment it needs them.
        witness: where no read of the app can show the change (other credentials for a connection that is on already),
            what the System Log has to say of it.
        observer: told of it as it goes.
        name: the integration's name, for the observer.
    """

    okta: Okta
    app: App
    template: Template
    wanted: Provisioning
    stage: Stage
    secrets: Callable[[], ResolvedCredentials]
    witness: Witness | None = None
    observer: Observer = field(default_factory=Observer)
    name: str = ""

    @property
    def connects(self) -> bool:
        """Whether base URL and credentials are to be sent."""
        return self.stage in {"connect", "edit"}

    @property
    def unique_identifier(self) -> str | None:
        """What a wizard-made app's form needs; one that is there already is left alone where nothing is asked for."""
        return self.wanted.unique_identifier or ("userName" if self.stage == "connect" else None)

    def missing(self, proof: ReadBack) -> str:
        """What a fresh read does not show of all that was asked, in words; empty where it shows everything."""
        to_app = self.wanted.to_app
        if proof.status != "ENABLED":
            return f"provisioning is {proof.status}"
        if proof.base_url not in {None, self.wanted.base_url}:
            return f"the base URL is {proof.base_url}"
        if to_app is not None and proof.to_app != frozenset(to_app):
            return f"To App has {', '.join(sorted(proof.to_app)) or 'nothing'}"
        return ""

    def left(self, proof: ReadBack) -> Task:
        """What is still to be done after a fresh read: a connection that was set up does not have to be made again."""
        connected = proof.status == "ENABLED" and proof.base_url in {None, self.wanted.base_url}
        return replace(self, stage="to_app") if connected and self.witness is None else self
