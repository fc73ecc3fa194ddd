"""What the commands that plan and apply have in common: load, read, plan, and the means to carry out."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
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
from oktascim.plan.settling import DEFAULT_WAIT
from oktascim.routes.api import ApiRoute
from oktascim.routes.browser.route import ConsoleRoute
from oktascim.routes.handoff import HandoffRoute
from oktascim.routes.route import Handoff, Route
from oktascim.runs.console_access import console_route
from oktascim.runs.person import Person, open_page
from oktascim.runs.session import Session
from oktascim.settings.org import OrgSettings
from oktascim.settings.secret_store import SecretStoreUnavailable
from oktascim.spec.loader import LoadedIntegration, load, warnings
from oktascim.spec.models import Integration
from oktascim.spec.secrets import ResolvedCredentials, SecretSources, place_of, references, resolve_credentials

PathsArgument = Annotated[list[Path], typer.Argument(help="Spec files, or folders of them.", show_default=False)]
OnlyOption = Annotated[
    list[str] | None, typer.Option("--only", metavar="NAME", help="Only this integration (NAME or OWNER/NAME).")
]


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
WaitOption = Annotated[
    int,
    typer.Option(
        "--wait",
        min=0,
        metavar="SECONDS",
        help="Wait at most this long for Okta to provision those assigned, where provisioning is on; 0 looks once.",
    ),
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
        wait: seconds to wait at most for Okta to provision those who are assigned.
    """

    session: Session
    loaded: tuple[LoadedIntegration, ...]
    choices: Choices = field(default_factory=Choices)
    route: RouteChoice = RouteChoice.AUTO
    parallel: int | None = None
    person: Person = field(default_factory=Person)
    wait: float = DEFAULT_WAIT

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
                routes=lambda key: self.routes(key, progress, console, places),
                resolve=lambda integration: self.resolve_for_okta(integration.key),
                replan=lambda integration: self._replan(okta, integration),
                places=places,
                progress=progress,
                wait=self.wait,
            )
            return await apply(plans, workshop)

    async def _replan(self, okta: Okta, integration: Integration) -> IntegrationPlan:
        snapshot = await read(okta, [integration])
        return plan([integration], snapshot, self.choices)[0]

    def check_secrets(self, plans: Iterable[IntegrationPlan]) -> None:
        """Resolve every secret that the plans will need, so that a missing one stops the run before any write.

        Raises:
            UsageProblem: a secret cannot be had.
            ForeignOrg: the org is one that no secret of the specs may be sent to.
        """
        for one in plans:
            if any(step.kind == "provisioning" for step in one.steps):
                self.resolve_for_okta(one.integration.key)

    def resolve_for_okta(self, key: str) -> ResolvedCredentials:
        """The secrets of one integration's connection, to be sent to the org.

        Raises:
            UsageProblem: a secret cannot be had.
            ForeignOrg: a file of the current folder names the org.
        """
        one = next(one for one in self.loaded if one.integration.key == key)
        places = " and the ".join(place_of(reference) for reference in references(one.integration))
        self._org.require_own_choice(f"the secret of '{key}'", f"the {places}")
        return self.resolve(key)

    @cached_property
    def _org(self) -> OrgSettings:
        return self.session.org()

    def resolve(self, key: str) -> ResolvedCredentials:
        """The secrets of one integration's connection.

        Raises:
            UsageProblem: a secret cannot be had.
        """
        one = next(one for one in self.loaded if one.integration.key == key)
        store = self.session.secret_store
        sources = SecretSources(self.session.environ, one.base_dir, store.get, self.session.masker, self._variables)
        try:
            return resolve_credentials(one.integration, find_template(one.integration.template), sources)
        except SecretStoreUnavailable as error:
            raise error.advising("Use {env: NAME}, {file: PATH} or {command: …} in the spec instead.") from None

    @cached_property
    def _variables(self) -> frozenset[str]:
        """The environment variables in which the specs have secrets."""
        named = (reference.env for one in self.loaded for reference in references(one.integration))
        return frozenset(name for name in named if name)

    def console(self) -> ConsoleRoute:
        """The `console` route of this run: one browser for all integrations, closed at the end of its block."""
        return console_route(self.session, headed=self.person.headed, withheld=self._variables)

    def routes(
        self, key: str, progress: Progress, console: ConsoleRoute, places: Places | None = None
    ) -> Sequence[Route]:
        """The routes to an enabled connection, in the order in which they are tried.

        Args:
            key: the integration's key.
            progress: told of a step that is handed over.
            console: the run's browser.
            places: one of them is lent to others while a person is waited for.
        """
        handoff = HandoffRoute(
            self.person.wait_seconds,
            show=lambda left: self._hand_over(key, left, progress),
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

    def _hand_over(self, key: str, left: Handoff, progress: Progress) -> None:
        progress.handoff(key, left)
        if self.person.opens_pages:
            open_page(self.session, left.page)


def load_selected(
    session: Session, paths: Sequence[Path], only: Sequence[str] | None, *, prune: bool = False
) -> tuple[LoadedIntegration, ...]:
    """Load the files, say what looks doubtful, and keep the integrations that were asked for.

    Raises:
        SpecError: a file is not valid.
        UsageProblem: `--only` names an integration that no file has, or is given beside `--prune`; or `--prune` is
            given for a file without an owner.
    """
    if prune and only:
        raise UsageProblem("--prune and --only exclude each other.", why="--only hides what the files name.")
    loaded = load(paths, session.environ)
    for problem in warnings(loaded):
        session.output.note(f"Warning: {problem}")
    if prune:
        _require_owners(loaded)
    keys = keys_of(loaded, only or ())
    return tuple(one for one in loaded if not only or one.integration.key in keys)


def keys_of(loaded: Sequence[LoadedIntegration], words: Sequence[str]) -> frozenset[str]:
    """The keys of the integrations that words mean, each a name or `owner/name`.

    Raises:
        UsageProblem: a word means no integration, or those of several owners.
    """
    keys = [one.integration.key for one in loaded]
    found = set()
    for word in words:
        meant = [one.integration.key for one in loaded if word in {one.integration.key, one.integration.name}]
        if not meant:
            raise UsageProblem(f"No file has an integration called {word}.", fix=f"There are: {', '.join(keys)}.")
        if len(meant) > 1:
            raise UsageProblem(f"{len(meant)} integrations are called {word}.", fix=f"Use {' or '.join(meant)}.")
        found.update(meant)
    return frozenset(found)


def _require_owners(loaded: Sequence[LoadedIntegration]) -> None:
    """Refuse to prune for files that do not say whose apps may be deleted.

    Raises:
        UsageProblem: a file has no owner.
    """
    files = dict.fromkeys(str(one.file) for one in loaded if one.integration.owner is None)
    if files:
        raise UsageProblem(
            f"--prune needs an owner in every file; there is none in {', '.join(files)}.",
            why="--prune deletes the apps of an owner that no file names any more. Without an owner, they could be "
            "anyone's.",
            fix="Add a line such as `owner: platform-team` at the top of the file, and run `oktascim apply` without "
            "--prune once: it puts the owner into the marker of each app.",
        )


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
