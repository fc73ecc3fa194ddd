"""Queries the three sides about a step until they agree, one finally denies it, or the time is up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from oktascim.verify.log_side import LogSide
from oktascim.verify.model import SIDES, LifecycleStep, Said, Side
from oktascim.verify.okta_side import OKTA_SIDES
from oktascim.verify.scene import Lag, Scene
from oktascim.verify.scim_side import NO_ANSWER, ask_scim

_MARGIN, _MOST_GRACE = 2, 30.0


@dataclass(frozen=True)
class Patience:
    """How long and how often to query the sides.

    Attributes:
        wait: seconds for Okta to do its work, per step.
        first, longest: seconds between two queries; the pause doubles from the first to the longest.
        grace: seconds left for the other sides once one has given its final answer.
        lag: seconds left for the SCIM server instead, the first time that it doesn't show what Okta reports.
        log: seconds left for the System Log once the other sides have settled.
    """

    wait: float = 90.0
    first: float = 1.0
    longest: float = 10.0
    grace: float = 15.0
    lag: float = 0.0
    log: float = 3600.0


FAST = Patience(first=0.25, longest=2.0, grace=2.0)
"""For quick runs with rate limit to spare."""

EMULATED = Patience(first=0.02, longest=0.25, grace=0.25, lag=2.5, log=5.0)
"""For an emulated org, which reacts immediately."""


async def prove(scene: Scene, log: LogSide, step: LifecycleStep, patience: Patience) -> tuple[Said, ...]:
    """What the three sides say about a step, Okta first.

    A side that agrees isn't queried again. Okta's rate limit is tight (OB-150), so the log is read only once the app
    user or push mapping has changed, or may still show an old error.
    """
    clock, pause = scene.okta.clock, patience.first
    subject = scene.subject(step)
    deadline = _Deadline(scene.lag, patience, clock.monotonic())
    said: dict[Side, Said] = {}
    while True:
        if not _settled(said.get("okta")):
            said["okta"] = await OKTA_SIDES[step.okta](scene)
        if not _settled(said.get("scim")):
            said["scim"] = await ask_scim(scene, step)
        is_late = deadline.left(clock.monotonic()) < pause
        if not _settled(said.get("log")) and (_settled(said["okta"]) or subject.had_erred or is_late):
            said["log"] = await log.ask(step)
        if all(_settled(said.get(side)) for side in SIDES):
            break
        deadline.move(said, clock.monotonic())
        left = deadline.left(clock.monotonic())
        if left <= 0:
            break
        await clock.sleep(min(pause, left))
        pause = min(pause * 2, patience.longest)
    deadline.learn(said["scim"], clock.monotonic())
    return tuple(_last_word(said.get(side) or Said(side, "silent", "not read")) for side in SIDES)


class _Deadline:
    """When to stop querying the sides: the sooner, the more of them have given their last answer.

    Args:
        lag: how far the SCIM server is behind.
        patience: how long to wait.
        start: the time at which the step began.
    """

    def __init__(self, lag: Lag, patience: Patience, start: float) -> None:
        self._lag, self._patience, self._start = lag, patience, start
        self._end = start + patience.wait
        self._is_moved = self._is_for_log = False
        self._behind_since: float | None = None

    def left(self, now: float) -> float:
        """Seconds left."""
        return self._end - now

    def move(self, said: Mapping[Side, Said], now: float) -> None:
        """Bring it forward, once for each reason."""
        if not self._is_moved and _only_grace_left(said):
            self._is_moved, self._behind_since = True, now if _is_behind(said) else None
            self._shorten(now, self._patience.grace if self._behind_since is None else self._grace_for_lag(now))
        if not self._is_for_log and _settled(said["okta"]) and _settled(said["scim"]):
            self._is_for_log = True
            self._shorten(now, self._patience.log)

    def learn(self, scim: Said, now: float) -> None:
        """Record how long the SCIM server took."""
        if self._behind_since is not None:
            self._lag.learn(now - self._behind_since, shown=scim.answer == "agrees")

    def _shorten(self, now: float, seconds: float) -> None:
        self._end = min(self._end, now + seconds)

    def _grace_for_lag(self, now: float) -> float:
        """Seconds left for a SCIM server that is behind: it may be slow or late; a lie costs this once."""
        unknown = 0.0 if self._lag.in_vain else self._patience.lag
        slow = min((now - self._start) * _MARGIN, _MOST_GRACE)
        return max(self._patience.grace, unknown, self._lag.seconds * _MARGIN, slow)


def _settled(said: Said | None) -> bool:
    """Whether waiting can't change a side's answer."""
    return said is not None and (said.final or said.answer in {"agrees", "not_asked"})


def _only_grace_left(said: Mapping[Side, Said]) -> bool:
    """Whether Okta has finished the step, so that the remaining sides must show it soon."""
    done = {side for side in ("okta", "log") if side in said and said[side].answer == "agrees"}
    return len(done) == 2 or any(one.final for one in said.values())


def _is_behind(said: Mapping[Side, Said]) -> bool:
    """Whether the SCIM server is the only side that doesn't show the step."""
    others = {said[side].answer for side in ("okta", "log") if side in said}
    return others == {"agrees"} and not _settled(said.get("scim"))


def _last_word(said: Said) -> Said:
    """A side that doesn't show the step by the end denies it, except the log, which may merely lack an event."""
    if said.fault == NO_ANSWER:
        return replace(said, answer="not_asked")
    return replace(said, answer="disagrees") if said.answer == "silent" and said.side != "log" else said
