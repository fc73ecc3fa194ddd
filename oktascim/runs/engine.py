"""What the commands that plan and apply share: load, read, plan, and carry out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from oktascim.errors import UsageProblem
from oktascim.okta.client import Okta
from oktascim.plan.choices import PlanChoices
from oktascim.plan.diff import IntegrationPlan, make_plans
from oktascim.plan.execute import Run, carry_out
from oktascim.plan.read import read
from oktascim.plan.report import Report
from oktascim.plan.settling import DEFAULT_WAIT
from oktascim.plan.slots import Slots
from oktascim.plan.snapshot import Snapshot
from oktascim.routes.api import ApiRoute
from oktascim.routes.browser.route import ConsoleBrowser, ConsoleRoute
from oktascim.routes.handoff import HandoffRoute
from oktascim.routes.observer import Observer
from oktascim.routes.route import Route
from oktascim.runs.console_access import console_browser
from oktascim.runs.person import Person, open_page
from oktascim.runs.route_choice import RouteChoice
from oktascim.runs.scopes import require_scopes
from oktascim.runs.secrets import SpecSecrets
from oktascim.runs.session import Session
from oktascim.spec.loader import LoadedIntegration, load, warnings
from oktascim.spec.models import Integration


@dataclass(frozen=True)
class ApplyRequest:
    """The request: integrations, and how to apply them.

    Attributes:
        session: the run of the program.
        loaded: the integrations and the files they came from.
        choices: options of the user that aren't in the files.
        route: how provisioning is enabled.
        parallel: how many integrations are processed in parallel.
        person: what the person at the terminal can do during the run.
        wait: maximum seconds to wait for Okta to provision the assigned users.
    """

    session: Session
    loaded: tuple[LoadedIntegration, ...]
    choices: PlanChoices = field(default_factory=PlanChoices)
    route: RouteChoice = RouteChoice.AUTO
    parallel: int | None = None
    person: Person = field(default_factory=Person)
    wait: float = DEFAULT_WAIT

    async def make_plans(self, okta: Okta) -> tuple[list[IntegrationPlan], Snapshot]:
        """Read the org and compare."""
        integrations = [one.integration for one in self.loaded]
        await require_scopes(okta, "plan", integrations)
        snapshot = await read(okta, integrations, adopt=self.choices.adopt)
        return make_plans(integrations, snapshot, self.choices), snapshot

    async def carry_out(
        self,
        okta: Okta,
        plans: Sequence[IntegrationPlan],
        snapshot: Snapshot,
        observer: Observer,
        finished: Callable[[Report, float], None] = lambda _report, _seconds: None,
    ) -> list[Report]:
        """Carry out the plans; `finished` receives each complete report with its duration in seconds."""
        await require_scopes(okta, "apply", [one.integration for one in plans if one.steps])
        slots = Slots(okta, self.parallel)
        async with self.console_browser(okta) as browser:
            run = Run(
                okta=okta,
                directory=snapshot.directory,
                routes=lambda key: self.routes(okta, key, observer, browser, slots),
                replan=partial(self._replan, okta),
                slots=slots,
                observer=observer,
                wait=self.wait,
                finished=finished,
            )
            return await carry_out(plans, run)

    async def _replan(self, okta: Okta, integration: Integration) -> IntegrationPlan:
        snapshot = await read(okta, [integration])
        return make_plans([integration], snapshot, self.choices)[0]

    @cached_property
    def secrets(self) -> SpecSecrets:
        """The secrets of the integrations."""
        return SpecSecrets(self.session, self.loaded)

    def console_browser(self, okta: Okta) -> ConsoleBrowser:
        """The browser of the `console` route: one for all integrations, closed at the end of its block."""
        return console_browser(self.session, okta, headed=self.person.headed, withheld=self.secrets.variables)

    def routes(
        self, okta: Okta, key: str, observer: Observer, browser: ConsoleBrowser, slots: Slots | None = None
    ) -> Sequence[Route]:
        """The routes to an enabled connection of one integration, in the order in which they are tried.

        Args:
            okta: the org.
            key: the key of the integration, whose secrets the routes may fetch.
            observer: receives the progress.
            browser: the run's browser.
            slots: the integration's slot is released while a manual step is pending.
        """
        secrets = partial(self.secrets.for_okta, key)
        api, console = ApiRoute(okta, secrets), ConsoleRoute(browser, secrets, observer)
        handoff = HandoffRoute(
            okta,
            secrets,
            observer,
            wait_seconds=self.person.wait_seconds,
            opens=self._open_page,
            clipboard=self.person.clipboard,
            without_slot=slots.released if slots else nullcontext,
        )
        routes: dict[RouteChoice, list[Route]] = {
            RouteChoice.AUTO: [api, console, handoff],
            RouteChoice.API: [api],
            RouteChoice.CONSOLE: [console, handoff],
            RouteChoice.HANDOFF: [handoff],
        }
        return routes[self.route]

    def _open_page(self, page: str) -> None:
        if self.person.opens_pages:
            open_page(self.session, page)


def load_selected(
    session: Session, paths: Sequence[Path], only: Sequence[str] | None, *, prune: bool = False
) -> tuple[LoadedIntegration, ...]:
    """Load the files, print warnings, and keep the requested integrations.

    Raises:
        SpecError: a file isn't valid.
        UsageProblem: `--only` names an integration that isn't in any file, or is used with `--prune`; or `--prune` is
        used with a file that has no owner.
    """
    if prune and only:
        raise UsageProblem(
            "--prune and --only can't be used together.",
            why="--only skips integrations in the files, so --prune would delete their apps.",
        )
    loaded = load(paths, session.spec_environ)
    for problem in warnings(loaded):
        session.output.note(f"Warning: {problem}")
    if prune:
        _require_owners(loaded)
    keys = keys_of(loaded, only or ())
    return tuple(one for one in loaded if not only or one.integration.key in keys)


def keys_of(loaded: Sequence[LoadedIntegration], words: Sequence[str]) -> frozenset[str]:
    """The keys of the named integrations, each given as a name or `owner/name`.

    Raises:
        UsageProblem: a name matches no integration, or integrations of several owners.
    """
    keys = [one.integration.key for one in loaded]
    found = set()
    for word in words:
        meant = [one.integration.key for one in loaded if word in {one.integration.key, one.integration.name}]
        if not meant:
            raise UsageProblem(f"No spec file has an integration called {word}.", fix=f"There are: {', '.join(keys)}.")
        if len(meant) > 1:
            raise UsageProblem(f"{len(meant)} integrations are called {word}.", fix=f"Use {' or '.join(meant)}.")
        found.update(meant)
    return frozenset(found)


def _require_owners(loaded: Sequence[LoadedIntegration]) -> None:
    """Refuse to prune if a file has no owner, because the owner decides which apps may be deleted.

    Raises:
        UsageProblem: a file has no owner.
    """
    files = dict.fromkeys(str(one.file) for one in loaded if one.integration.owner is None)
    if files:
        raise UsageProblem(
            f"--prune needs an owner in every file; these have none: {', '.join(files)}.",
            why="--prune deletes an owner's apps that aren't in any file. Without an owner, oktascim "
            "can't tell whose apps to delete.",
            fix="Add a line such as `owner: platform-team` at the top of the file. Then run `oktascim apply` once "
            "without --prune, which writes the owner into each app's marker.",
        )
