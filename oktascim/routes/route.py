"""What a route returns, and how routes are tried in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from oktascim.errors import OktascimError, PersonNeeded
from oktascim.http.unreachable import Ambiguous
from oktascim.okta.client import Okta
from oktascim.routes.observer import Handoff, Observer
from oktascim.routes.readback import ReadBack, read_back
from oktascim.routes.task import Stage, Task
from oktascim.routes.witness import Witness
from oktascim.spec.secrets import ResolvedCredentials
from oktascim.wording import in_words

RouteName = Literal["api", "console", "handoff"]
Secrets = Callable[[], ResolvedCredentials]
"""Fetches the secrets of one integration; a route calls it only when it needs them."""

_NOT_SEEN = "sent and accepted; credentials can't be read back, and the System Log doesn't show the change yet"


@dataclass(frozen=True)
class Attempt:
    """What a route did.

    Attributes:
        route: its name.
        said: what it did, or why it couldn't.
        acted: whether it believes that it did everything; counts only if no read can tell.
        handoff: the manual step, if the route is the handoff.
        left: the stage at which the next route must begin, if this one completed part of the work.
        note: a setting that this route can't apply, or None.
        names_file: whether `said` names a file with evidence, which stays on this machine.
    """

    route: RouteName
    said: str
    handoff: Handoff | None = None
    acted: bool = False
    left: Stage | None = None
    note: str | None = None
    names_file: bool = False


class Route(Protocol):
    """One way to enable the connection of one integration. Only the read-back decides whether it worked."""

    @property
    def name(self) -> RouteName:
        """Its name in `--route` and in reports."""

    async def attempt(self, task: Task) -> Attempt:
        """Try it.

        Raises:
            ScimServerFailed: Okta tested the connection and the SCIM server or its credentials failed.
        """


@dataclass(frozen=True)
class Established:
    """The outcome over all routes that were tried.

    Attributes:
        proof: the last read-back.
        route: the route after which the read-back succeeded, or None.
        attempts: the result of each route.
        evidence: what is known about a change that no read of the app can show.
    """

    proof: ReadBack
    route: RouteName | None
    attempts: tuple[Attempt, ...]
    evidence: str | None = None

    @property
    def note(self) -> str | None:
        """A setting that the successful route couldn't apply."""
        return self.attempts[-1].note if self.route else None

    @property
    def handoff(self) -> Handoff | None:
        """The manual step that remains, if any."""
        return None if self.route else next((a.handoff for a in reversed(self.attempts) if a.handoff), None)


def require_enabled(established: Established) -> str:
    """Describe the evidence that provisioning is enabled.

    Raises:
        PersonNeeded: a manual step remains; the error names the page and the steps.
        OktascimError: every route failed.
    """
    if established.route:
        read = f"{in_words(established.proof.verified_by)} confirmed it"
        return f"by the {established.route} route; {established.evidence or read}"
    said = "\n".join(f"{attempt.route}: {attempt.said}" for attempt in established.attempts)
    if established.handoff is None:
        fix = "Use --route auto: it then tries a browser, and leaves you the step if that fails too."
        raise OktascimError("Could not enable provisioning.", why=said, fix=fix)
    todo = (
        f"Open {established.handoff.page}",
        *(f"{number}. {step}" for number, step in enumerate(established.handoff.steps, 1)),
        established.handoff.then,
    )
    raise PersonNeeded("A manual step is required to enable provisioning.", why=said, fix="\n".join(todo))


async def establish(okta: Okta, task: Task, routes: Sequence[Route], observer: Observer) -> Established:
    """Try the routes in order until a fresh read shows the wanted state.

    If a route's response was lost and the read doesn't show its effect, the route is tried once more: setting a
    connection twice has the same effect as setting it once.

    Args:
        okta: the org.
        task: what is asked of the first route.
        routes: the routes in the order to try them; at least one.
        observer: learns why a route gave up, if another follows.

    Returns:
        The last read-back, the route that succeeded, and the result of each attempt.
    """
    witness = Witness(okta, task.app.id) if task.needs_witness else None
    if witness:
        await witness.begin()
    attempts: list[Attempt] = []
    waiting = list(routes)
    while waiting:
        route = waiting.pop(0)
        try:
            attempt = await route.attempt(task)
        except Ambiguous as lost:
            if not any(earlier.route == route.name for earlier in attempts):
                waiting.insert(0, route)
            attempt = Attempt(route.name, f"{lost.what} {lost.why}")
        proof = await read_back(okta, task.app.id, task.wanted.to_app)
        missing = task.missing(proof)
        if attempt.acted and missing:
            attempt = replace(attempt, said=f"{attempt.said} However, the read-back shows that {missing}.")
        attempts.append(attempt)
        if not missing and witness is None:
            return Established(proof, route.name, tuple(attempts))
        if not missing and witness and attempt.acted:
            seen = await witness.wait()
            proof = replace(proof, verified_by=("System Log",) if seen else ())
            return Established(proof, route.name, tuple(attempts), seen or _NOT_SEEN)
        if waiting:
            observer.gave_up(task.name, route.name, attempt.said, names_file=attempt.names_file)
        task = replace(task, stage=attempt.left) if attempt.left else task.left(proof)
    return Established(proof, None, tuple(attempts))
