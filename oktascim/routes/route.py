"""What a route answers, and the order in which routes are tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from oktascim.errors import OktascimError, PersonNeeded
from oktascim.http import Ambiguous
from oktascim.routes.observer import Handoff
from oktascim.routes.readback import ReadBack, read_back
from oktascim.routes.task import Stage, Task

RouteName = Literal["api", "console", "handoff"]

_NOT_SEEN = "sent and accepted; no read shows credentials, and the System Log has no word of the change yet"


@dataclass(frozen=True)
class Attempt:
    """What a route did.

    Attributes:
        route: its name.
        said: what it did or why it could not, in words.
        acted: whether it did all that was asked, as far as it can tell; counts only where no read can tell.
        handoff: what is left for a person, where the route is the handoff.
        left: where the next route has to begin, if this one came further than the task's beginning.
        note: what of the wish this route has no place for, or None.
    """

    route: RouteName
    said: str
    handoff: Handoff | None = None
    acted: bool = False
    left: Stage | None = None
    note: str | None = None


class Route(Protocol):
    """One way to an enabled connection. What it claims counts for nothing: the read-back decides."""

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
        proof: the last read.
        route: the one after which the proof held, or None.
        attempts: what each route said.
        evidence: what is known of a change that no read of the app shows.
    """

    proof: ReadBack
    route: RouteName | None
    attempts: tuple[Attempt, ...]
    evidence: str | None = None

    @property
    def note(self) -> str | None:
        """What the route that reached it had no place for."""
        return self.attempts[-1].note if self.route else None

    @property
    def handoff(self) -> Handoff | None:
        """What is left for a person, if anything."""
        return None if self.route else next((a.handoff for a in reversed(self.attempts) if a.handoff), None)


def require(established: Established) -> str:
    """What proves it, in words.

    Raises:
        PersonNeeded: what is left is a person's, with the page and what to do there.
        OktascimError: no route that was tried reached it.
    """
    if established.route:
        read = f"{' and '.join(established.proof.verified_by)} read back as wanted"
        return f"by the {established.route} route; {established.evidence or read}"
    said = "\n".join(f"{attempt.route}: {attempt.said}" for attempt in established.attempts)
    if established.handoff is None:
        raise OktascimError("Provisioning could not be enabled.", why=said, fix="Try --route handoff.")
    todo = (
        f"Open {established.handoff.page}",
        *(f"{number}. {step}" for number, step in enumerate(established.handoff.steps, 1)),
        established.handoff.then,
    )
    raise PersonNeeded("Provisioning waits for a person.", why=said, fix="\n".join(todo))


async def establish(task: Task, routes: Sequence[Route]) -> Established:
    """Try the routes in order until a fresh read shows what was asked.

    A route whose answer was lost is tried once more if the read does not show the effect: to set a connection twice is
    the same as to set it once.

    Args:
        task: what is asked.
        routes: in the order in which they are tried; at least one.

    Returns:
        The proof after the last attempt, the route that reached it, and what each attempt said.
    """
    if task.witness:
        await task.witness.begin()
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
        proof = await read_back(task.okta, task.app.id, task.wanted.to_app)
        missing = task.missing(proof)
        if attempt.acted and missing:
            attempt = replace(attempt, said=f"{attempt.said} But the read after it shows that {missing}.")
        attempts.append(attempt)
        if not missing and task.witness is None:
            return Established(proof, route.name, tuple(attempts))
        if not missing and task.witness and attempt.acted:
            seen = await task.witness.wait()
            proof = replace(proof, verified_by=("System Log",) if seen else ())
            return Established(proof, route.name, tuple(attempts), seen or _NOT_SEEN)
        if waiting:
            task.observer.gave_up(task.name, route.name, attempt.said)
        task = replace(task, stage=attempt.left) if attempt.left else task.left(proof)
    return Established(proof, None, tuple(attempts))
