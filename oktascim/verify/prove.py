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
    clock, subject = scene.okta.clock, scene.account if step.subject == "user" else scene.group
    start, pause = clock.monotonic(), patience.first
    end, is_over = start + patience.wait, False
    behind_since: float | None = None
    log_over: float | None = None
    said: dict[Side, Said] = {}
    while True:
        if not _settled(said.get("okta")):
            said["okta"] = await OKTA_SIDES[step.okta](scene)
        if not _settled(said.get("scim")):
            said["scim"] = await ask_scim(scene, step)
        may_know = _settled(said["okta"]) or subject.had_erred or clock.monotonic() + pause > end
        if may_know and not _settled(said.get("log")):
            said["log"] = await log.ask(step)
        if all(_settled(said.get(side)) for side in SIDES):
            break
        now = clock.monotonic()
        if not is_over and _only_grace_left(said):
            is_over, behind_since = True, now if _is_behind(said) else None
            grace = patience.grace if behind_since is None else _grace_for_lag(scene.lag, patience, now - start)
            end = min(end, now + grace)
        if _settled(said["okta"]) and _settled(said["scim"]) and not log_over:
            log_over = now + patience.log
        left = min(end, log_over or end) - now
        if left <= 0:
            break
        await clock.sleep(min(pause, left))
        pause = min(pause * 2, patience.longest)
    if behind_since is not None:
        scene.lag.learn(clock.monotonic() - behind_since, shown=said["scim"].answer == "agrees")
    return tuple(_last_word(said.get(side) or Said(side, "silent", "not read")) for side in SIDES)


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


def _grace_for_lag(lag: Lag, patience: Patience, elapsed: float) -> float:
    """Seconds left for a SCIM server that is behind: it may be slow, or show changes late; a lie costs this once."""
    unknown = 0.0 if lag.in_vain else patience.lag
    return max(patience.grace, unknown, lag.seconds * _MARGIN, min(elapsed * _MARGIN, _MOST_GRACE))


def _last_word(said: Said) -> Said:
    """A side that doesn't show the step by the end denies it, except the log, which may merely lack an event."""
    if said.fault == NO_ANSWER:
        return replace(said, answer="not_asked")
    return replace(said, answer="disagrees") if said.answer == "silent" and said.side != "log" else said
