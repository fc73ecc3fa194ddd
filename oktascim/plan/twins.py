"""Two apps with one marker: how runs that created the same app side by side agree on the one that stays.

Okta has no create-if-absent, so each run looks once after its own creation. The elder app (created, then id) stays; a
run deletes only the app that it made itself. Okta gives `created` in whole seconds (OB-019), so in one
second the id decides, and a run whose app is the older one only by id cannot know whether the other run has looked
already: it waits a moment for the other app to go, and gives way where it stays. Whether Okta's list shows an app at
once is unknown; twins that nobody saw are named by the next plan.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime

from oktascim.okta import apps
from oktascim.okta.apps import App
from oktascim.okta.client import Okta
from oktascim.okta.errors import NotFound

_PATIENCE = (
    0.2,
    0.5,
    1.0,
    2.0,
    4.0,
    8.0,
    15.0,
)  # seconds between looks; the other run may wait for its rate limit
_TIE_PATIENCE = _PATIENCE[:4]
_ANNOUNCED = 2.0  # seconds: a wait that a person would notice
_FRESH = 300.0  # seconds: how young a twin is that another run may be about to delete


async def look_around(okta: Okta, mine: App, key: str) -> tuple[App | None, tuple[App, ...]]:
    """The app that was just created as a list shows it, and the other apps with its marker, the older first.

    Costs one request on the bucket of `/api/v1/apps`: the roomy one of `/api/v1/apps/{id}` (OB-151)
    answers for known ids alone. The look is by label, since the whole list costs a request per 200 apps after every
    creation; side by side the same file is applied, so labels agree. An answer without the new app itself shows that
    the look is of no use, and the whole list is read. A twin is believed only once its own address answers.
    """
    seen = await apps.apps_labelled(okta, mine.label)
    if all(app.id != mine.id for app in seen):
        seen = await apps.every_app(okta)
    others = await _alive(okta, (app for app in seen if app.marker == key and app.id != mine.id))
    return next((app for app in seen if app.id == mine.id), None), others


async def must_go(okta: Okta, mine: App, others: Sequence[App]) -> bool:
    """Whether the app that this run created has to make room for another one."""
    if any(app.age < mine.age for app in others):
        return True
    tied = [app for app in others if app.age[0] == mine.age[0]]
    return bool(await _dwindled(okta, tied, 0, _TIE_PATIENCE))


async def survivor(okta: Okta, others: Sequence[App]) -> App | None:
    """The app that stays, for a run that has deleted its own; None where the other runs have done the same."""
    left = await _dwindled(okta, await _alive(okta, others), 1, _PATIENCE)
    return left[0] if left else None


async def settled(okta: Okta, twins: Sequence[App]) -> tuple[App, ...]:
    """The twins that are left once other runs had time to delete the ones they made; the older first.

    Costs a request per twin and look, on the roomy bucket, and only where the youngest is a few minutes old at most.
    """
    if not any(_is_fresh(app, okta.clock.now()) for app in twins):
        return tuple(twins)
    return await _dwindled(okta, twins, 1, _PATIENCE)


async def _dwindled(okta: Okta, twins: Sequence[App], wanted: int, patience: Iterable[float]) -> tuple[App, ...]:
    """Look again and again until no more than so many are left, or patience ends."""
    left = tuple(twins)
    for seconds in patience:
        if len(left) <= wanted:
            break
        if seconds >= _ANNOUNCED:
            okta.announce("another run is creating the same app", seconds)
        await okta.clock.sleep(seconds)
        left = await _alive(okta, left)
    return left


async def _alive(okta: Okta, twins: Iterable[App]) -> tuple[App, ...]:
    async def unless_gone(app: App) -> App | None:
        try:
            fresh = await apps.get_app(okta, app.id)
        except NotFound:
            return None
        return fresh if fresh.marker == app.marker else None

    seen = await asyncio.gather(*map(unless_gone, twins))
    return tuple(sorted((app for app in seen if app), key=lambda app: app.age))


def _is_fresh(app: App, now: float) -> bool:
    try:
        created = datetime.fromisoformat(app.age[0]).timestamp()
    except ValueError:
        return False
    return abs(now - created) < _FRESH
