"""What all steps have in common, and the context they run in."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from oktascim.okta.apps import App
from oktascim.okta.client import Okta
from oktascim.plan.compare import Change
from oktascim.plan.outcomes import Wanted
from oktascim.routes.observer import Observer
from oktascim.routes.route import Established, Route
from oktascim.spec.models import Integration
from oktascim.template import Template


@dataclass
class StepContext:
    """One integration while its steps run: what they need, and what they pass on to later steps.

    Attributes:
        okta: the org.
        integration: what the spec says.
        template: its template.
        routes: the routes to an enabled connection, in order.
        observer: receives the progress of a route.
        app: the app as it was last read; None until it exists.
        unsettled: whether this run created the app and hasn't yet checked that no other run did too.
        unread: whether this run wrote the app since it was last read.
        established: what the provisioning step reached.
        notes: what the user should know besides the steps.
        shared: held while something is changed that several integrations can name, such as a group rule.
    """

    okta: Okta
    integration: Integration
    template: Template
    routes: Sequence[Route]
    observer: Observer = field(default_factory=Observer)
    app: App | None = None
    unsettled: bool = False
    unread: bool = False
    established: Established | None = None
    notes: list[str] = field(default_factory=list)
    shared: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def app_id(self) -> str:
        """The app's id; only steps that follow its creation ask."""
        assert self.app is not None
        return self.app.id


@dataclass(frozen=True)
class Step(ABC):
    """One thing to do for one integration.

    Attributes:
        changes: the fields that it sets, old and new.
        kind: its name in reports.
        after_provisioning: whether it must wait until provisioning is on, because Okta doesn't push users who were
            assigned earlier (OB-094).
    """

    changes: tuple[Change, ...]
    kind: ClassVar[str]
    after_provisioning: ClassVar[bool] = False

    @abstractmethod
    def describe(self) -> str:
        """What it will do, in the imperative."""

    def assigns(self) -> Wanted:
        """The users and groups that it assigns or pushes; none, for most steps."""
        return Wanted()

    @abstractmethod
    async def do(self, context: StepContext) -> None:
        """Send the writes. May be called again after a lost answer, once `verify` has denied the effect."""

    @abstractmethod
    async def verify(self, context: StepContext) -> str:
        """Return the evidence of the effect, from a read made after the last write.

        Raises:
            NotTaken: the read doesn't show it.
            PersonNeeded: a manual step is required.
        """
