"""What the commands that plan and apply have in common: load, read, plan, and the means to carry out."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from oktascim.catalog import find_template
from oktascim.errors import UsageProblem
from oktascim.http import Stop
from oktascim.okta.client import Okta
from oktascim.plan.diff import Choices, IntegrationPlan, plan
from oktascim.plan.execute import Places, Workshop, apply
from oktascim.plan.progress import Progress
from oktascim.plan.read import Snapshot, read
from oktascim.plan.report import Report
from oktascim.routes.api import ApiRoute
from oktascim.routes.browser.route import ConsoleRoute
from oktascim.routes.handoff import HandoffRoute
from oktascim.routes.route import Handoff, Route
from oktascim.runs.console_access import console_route
from oktascim.runs.person import Person, open_page
from oktascim.runs.session import Session
from oktascim.spec.loader import LoadedIntegration, load, warnings
from oktascim.spec.secrets import ResolvedCredentials, SecretSources, resolve_credentials

PathsArgument = Annotated[list[Path], typer.Argument(help="Spec files, or folders of them.", show_default=False)]
OnlyOption = Annotated[list[str] | None, typer.Option("--only", metavar="NAME", help="Only this integration.")]


class RouteChoice(StrEnum):
    """How the provisioning connection is reached."""

    AUTO = "auto"
    API = "api"
    CONSOLE = "console"
    HANDOFF = "handoff"


RouteOption = Annotated[
    RouteChoice, typer.Option("--route", help="How provisioning is enabled; auto tries what this org allows.")
]
ParallelOption = Annotated[
    int | None,
    typer.Option("--parallel", min=1, max=64, help="Integrations on their way at once; by the rate limits otherwise."),
]


@dataclass(frozen=True)
class Job:
    """A set of integrations, from the files to the reports.

    Attributes:
        session: the run of the program.
        loaded: the integrations and the files they came from.
        choices: what the user allows beyond the files.
        route: how provisioning is enabled.
        parallel: how many integrations are on their way at once.
        person: how far a person takes part.
    """

    session: Session
    loaded: tuple[LoadedIntegration, ...]
    choices: Choices = field(default_factory=Choices)
    route: RouteChoice = RouteChoice.AUTO
    parallel: int | None = None
    person: Person = field(default_factory=Person)

    async def plan(self, okta: Okta) -> tuple[list[IntegrationPlan], Snapshot]:
        """Read the org and compare."""
        integrations = [one.integration for one in self.loaded]
        snapshot = await read(okta, integrations, adopt=self.choices.adopt)
        return plan(integrations, snapshot, self.choices), snapshot

    async def apply(
        self, okta: Okta, plans: Sequence[IntegrationPlan], snapshot: Snapshot, progress: Progress
    ) -> list[Report]:
        """Carry the plans out."""
        places = Places(okta, self.parallel)
        async with self.console() as console:
            workshop = Workshop(
                okta=okta,
                directory=snapshot.directory,
                routes=lambda name: self.routes(name, progress, console, places),
                resolve=lambda integration: self.resolve(integration.name),
                places=places,
                progress=progress,
            )
            return await apply(plans, workshop)

    def check_secrets(self, plans: Iterable[IntegrationPlan]) -> None:
        """Resolve every secret that the plans will need, so that a missing one stops the run before any write.

        Raises:
            UsageProblem: a secret cannot be had.
        """
        for one in plans:
            if any(step.kind == "provisioning" for step in one.steps):
                self.resolve(one.integration.name)

    def resolve(self, name: str) -> ResolvedCredentials:
        """The secrets of one integration's connection.

        Raises:
            UsageProblem: a secret cannot be had.
        """
        one = next(one for one in self.loaded if one.integration.name == name)
        store = self.session.secret_store
        sources = SecretSources(self.session.environ, one.base_dir, store.get, self.session.masker)
        return resolve_credentials(one.integration, find_template(one.integration.template), sources)

    def console(self) -> ConsoleRoute:
        """The `console` route of this run: one browser for all integrations, closed at the end of its block."""
        return console_route(self.session, headed=self.person.headed)

    def routes(
        self, name: str, progress: Progress, console: ConsoleRoute, places: Places | None = None
    ) -> Sequence[Route]:
        """The routes to an enabled connection, in the order in which they are tried.

        Args:
            name: the integration's name.
            progress: told of a step that is handed over.
            console: the run's browser.
            places: one of them is lent to others while a person is waited for.
        """
        handoff = HandoffRoute(
            self.person.wait_seconds,
            show=lambda left: self._hand_over(name, left, progress),
            clipboard=self.person.clipboard,
            aside=places.lent if places else nullcontext,
        )
        routes: dict[RouteChoice, list[Route]] = {
            RouteChoice.AUTO: [ApiRoute(), console, handoff],
            RouteChoice.API: [ApiRoute()],
            RouteChoice.CONSOLE: [console, handoff],
            RouteChoice.HANDOFF: [handoff],
        }
        return routes[self.route]

    def _hand_over(self, name: str, left: Handoff, progress: Progress) -> None:
        progress.handoff(name, left)
        if self.person.opens_pages:
            open_page(self.session, left.page)


def load_selected(
    session: Session, paths: Sequence[Path], only: Sequence[str] | None, *, prune: bool = False
) -> tuple[LoadedIntegration, ...]:
    """Load the files, say what looks doubtful, and keep the integrations that were asked for.

    Raises:
        SpecError: a file is not valid.
        UsageProblem: `--only` names an integration that no file has, or is given beside `--prune`.
    """
    if prune and only:
        raise UsageProblem("--prune and --only exclude each other.", why="--only hides what the files name.")
    loaded = load(paths, session.environ)
    for problem in warnings(loaded):
        session.output.note(f"Warning: {problem}")
    names = [one.integration.name for one in loaded]
    for name in only or ():
        if name not in names:
            raise UsageProblem(f"No file has an integration called {name}.", fix=f"There are: {', '.join(names)}.")
    return tuple(one for one in loaded if not only or one.integration.name in only)


@asynccontextmanager
async def stoppable(session: Session, announce: Callable[[str, float], None]) -> AsyncIterator[Okta]:
    """The org's API, with Ctrl-C and SIGTERM turned into a wish to end: what is in flight is finished."""
    stop = Stop()
    loop = asyncio.get_running_loop()
    handled = () if sys.platform == "win32" else (signal.SIGINT, signal.SIGTERM)  # there Ctrl-C ends the run at once
    for number in handled:
        loop.add_signal_handler(number, stop.ask)
    try:
        async with session.okta(announce, stop) as okta:
            yield okta
    finally:
        for number in handled:
            loop.remove_signal_handler(number)
