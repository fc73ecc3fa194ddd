"""Two apps with one marker: how runs that created the same app in parallel agree on the one that stays.

Okta has no create-if-absent, so each run looks once after its own creation. The older app (by created, then id) stays;
a run deletes only the app that it created. Okta gives `created` in whole seconds (OB-019), so in one second the id
decides, and a run whose app is the older one only by id can't know whether the other run has looked already: it waits a
moment for the other app to disappear, and gives way if it stays. Whether Okta's list shows an app immediately is
unknown; the next plan reports twins that no run noticed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime

from oktascim.okta import apps
from oktascim.okta.apps import App
from oktascim.okta.client import Okta
from oktascim.okta.errors import NotFound

ROUNDS = 3
"""How often runs that yielded to each other start again at most, the first time included (our choice)."""
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
_ANNOUNCED = 2.0  # seconds: a wait that a user would notice
_FRESH = 300.0  # seconds: the maximum age of a twin that another run may be about to delete


async def look_around(okta: Okta, mine: App, key: str) -> tuple[App | None, tuple[App, ...]]:
    """The app just created, as a list shows it, and the other apps with its marker, oldest first.

    Costs one request on the bucket of `/api/v1/apps`: the larger one of `/api/v1/apps/{id}` (OB-151) works only for
    known ids. It searches by label, because the whole list would cost a request per 200 apps after every creation;
    parallel runs apply the same file, so the labels agree. If the response lacks the new app itself, the search isn't
    reliable, and the whole list is read. A twin counts only once it can be read by its id.
    """
    seen = await apps.apps_labelled(okta, mine.label)
    if all(app.id != mine.id for app in seen):
        seen = await apps.every_app(okta)
    others = await _alive(okta, (app for app in seen if app.marker == key and app.id != mine.id))
    return next((app for app in seen if app.id == mine.id), None), others


async def must_go(okta: Okta, mine: App, others: Sequence[App]) -> bool:
    """Whether the app that this run created has to give way to another one."""
    if any(app.age < mine.age for app in others):
        return True
    tied = [app for app in others if app.age[0] == mine.age[0]]
    return bool(await _dwindled(okta, tied, 0, _TIE_PATIENCE))


async def survivor(okta: Okta, others: Sequence[App]) -> App | None:
    """The app that stays, for a run that has deleted its own; None if the other runs did the same."""
    left = await _dwindled(okta, await _alive(okta, others), 1, _PATIENCE)
    return left[0] if left else None


async def settled(okta: Okta, twins: Sequence[App]) -> tuple[App, ...]:
    """The twins that are left once other runs have had time to delete theirs; oldest first.

    Costs a request per twin and look, on the larger bucket, and only if the youngest is at most a few minutes old.
    """
    if not any(_is_fresh(app, okta.clock.now()) for app in twins):
        return tuple(twins)
    return await _dwindled(okta, twins, 1, _PATIENCE)


async def _dwindled(okta: Okta, twins: Sequence[App], wanted: int, patience: Iterable[float]) -> tuple[App, ...]:
    """Look repeatedly until at most this many are left, or the time is up."""
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
