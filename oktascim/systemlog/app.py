"""Finds the app that a person names: by its id, its label, or the name of its integration."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from oktascim.errors import OktascimError, UsageProblem
from oktascim.okta.apps import App, apps_starting_with, every_app, get_app
from oktascim.okta.client import Okta
from oktascim.okta.errors import NotFound

_ID = re.compile(r"0oa[0-9A-Za-z]{5,}")
_NEAR_NAMES = 3


async def find_app(okta: Okta, word: str) -> App:
    """The one app that a word names.

    Args:
        okta: the org.
        word: an id, a label (upper and lower case count only where they decide), or an integration's name.

    Raises:
        OktascimError: there is none; near names are offered.
        UsageProblem: there are several; their ids are listed.
    """
    if _ID.fullmatch(word):
        try:
            return await get_app(okta, word)
        except NotFound:
            pass  # a label may look like an id
    starting = [app async for app in apps_starting_with(okta, word)]
    found = _labelled(starting, word)
    if not found:
        everything = await every_app(okta)
        found = [app for app in everything if app.marker == word] or _labelled(everything, word)
        if not found:
            raise _unknown(everything, word)
    if len(found) > 1:
        ids = ", ".join(f"{app.id} ({app.status})" for app in found)
        raise UsageProblem(
            f"{len(found)} apps are called {word}.", why=ids, fix="Give the id of the one that you mean."
        )
    return found[0]


def _labelled(apps: Iterable[App], word: str) -> list[App]:
    candidates = [app for app in apps if app.label.casefold() == word.casefold()]
    return [app for app in candidates if app.label == word] or candidates


def _unknown(apps: list[App], word: str) -> OktascimError:
    names = {name.casefold(): name for app in apps for name in (app.label, app.marker) if name}
    near = [names[key] for key in difflib.get_close_matches(word.casefold(), names, n=_NEAR_NAMES, cutoff=0.5)]
    return OktascimError(
        f"This org has no app with the id, label or integration name {word}.",
        why=f"Near names: {', '.join(near)}." if near else f"It has {len(apps)} apps, none with a name like it.",
        fix="See `oktascim app list`. For an app that was deleted: --filter 'target.id eq \"<its id>\"' without --app.",
    )
