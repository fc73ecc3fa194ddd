"""Finds the app that a word means: an id, a label, or the name of an integration."""

from __future__ import annotations

import difflib
import re

from oktascim.errors import UsageProblem
from oktascim.okta.apps import App, every_app, get_app
from oktascim.okta.client import Okta
from oktascim.okta.errors import NotFound

_APP_ID = re.compile(r"0oa[A-Za-z0-9]{17}")


async def find_app(okta: Okta, word: str) -> App:
    """The one app that a word means.

    Args:
        okta: the org.
        word: an app id, a label, or the `name` of an integration (its marker).

    Raises:
        UsageProblem: no app, or more than one, is meant; near names are offered.
    """
    if _APP_ID.fullmatch(word):
        try:
            return await get_app(okta, word)
        except NotFound:
            pass
    found = await every_app(okta)
    meant = [app for app in found if word in {app.id, app.marker}] or [app for app in found if app.label == word]
    if len(meant) == 1:
        return meant[0]
    if meant:
        ids = ", ".join(f"{app.id} ({app.status.lower()})" for app in meant)
        raise UsageProblem(f"{len(meant)} apps are called {word}: {ids}.", fix="Name one by its id.")
    names = {app.label for app in found} | {app.marker for app in found if app.marker}
    near = difflib.get_close_matches(word, sorted(names), n=3, cutoff=0.5)
    fix = f"Did you mean {' or '.join(near)}?" if near else "`oktascim app list` shows the apps of this org."
    raise UsageProblem(f"This org has no app {word}.", fix=fix)
