"""The input of a run: what to verify, how, and what the caller provides."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from oktascim.check.run import ServerUnderTest
from oktascim.check.sent import Sent
from oktascim.errors import UsageProblem
from oktascim.http.clock import Stop
from oktascim.okta.apps import App
from oktascim.okta.client import Okta
from oktascim.routes.readback import ReadBack
from oktascim.verify.model import LifecycleStep, StepResult, lifecycle
from oktascim.verify.prove import Patience

_ATTRIBUTE = "user.update."


@dataclass(frozen=True)
class IntegrationUnderTest:
    """The integration to verify.

    Attributes:
        app: a fresh read of the app.
        kind: `catalog` or `wizard`.
        proof: what is switched on.
        target: how we reach the SCIM server, or None.
        mute: why it can't be queried, if it can't.
        check: the command that checks the SCIM server alone.
    """

    app: App
    kind: str
    proof: ReadBack
    target: ServerUnderTest | None
    mute: str = ""
    check: str = "oktascim check URL"


@dataclass(frozen=True)
class VerifyChoices:
    """How to verify.

    Attributes:
        user: the login of an existing user; None creates one.
        keep: True leaves everything in place.
        patience: how long to wait for the sides.
        limit: maximum seconds for one exchange with the SCIM server.
        domain: the domain of the created login.
        skip: ids of steps, the first parts of ids, or attributes as user.update.NAME.
    """

    user: str | None = None
    keep: bool = False
    patience: Patience = field(default_factory=Patience)
    limit: float = 60.0
    domain: str = "example.com"
    skip: tuple[str, ...] = ()

    @property
    def skipped_attributes(self) -> frozenset[str]:
        """The Okta attributes that aren't changed."""
        return frozenset(word.removeprefix(_ATTRIBUTE) for word in self.skip if word.startswith(_ATTRIBUTE))

    def require_known(self) -> None:
        """Reject a value of --skip that matches no step and no attribute. Raises UsageProblem."""
        for word in self.skip:
            is_attribute = word.removeprefix(_ATTRIBUTE) in lifecycle().values and word.startswith(_ATTRIBUTE)
            if not is_attribute and not any(step.is_about(word) for step in lifecycle().steps):
                steps = ", ".join(step.id for step in lifecycle().steps)
                raise UsageProblem(f"No step is called {word}.", fix=f"Use one of: {steps}; or user.update.NAME.")


@dataclass(frozen=True)
class VerifyMeans:
    """What the caller of a run provides.

    Attributes:
        fresh: a new client of the org, for the clean-up after Ctrl-C.
        stop: the request to stop.
        began: receives each step as it begins.
        watch: receives every result, but not those of steps that a stopped run no longer reaches.
        watch_exchange: receives every exchange with the SCIM server.
        warn: receives what a person should know before the first step.
    """

    fresh: Callable[[], AbstractAsyncContextManager[Okta]]
    stop: Stop = field(default_factory=Stop)
    began: Callable[[LifecycleStep], None] = lambda _step: None
    watch: Callable[[StepResult], None] = lambda _result: None
    watch_exchange: Callable[[Sent], None] = lambda _sent: None
    warn: Callable[[str], None] = lambda _text: None
