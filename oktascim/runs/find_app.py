"""Finds an app by its id, its label, or the name of its integration."""

from __future__ import annotations

import re
from collections.abc import Iterable

from oktascim.errors import UsageProblem
from oktascim.nearest import nearest
from oktascim.okta.apps import App, apps_of_org, get_app
from oktascim.okta.client import Okta
from oktascim.okta.errors import NotFound

_APP_ID = re.compile(r"0oa[A-Za-z0-9]{17}")


class NoSuchApp(UsageProblem):
    """No app in this org has this id, label or integration name."""


def is_app_id(word: str) -> bool:
    """Whether a word looks like an app id."""
    return _APP_ID.fullmatch(word) is not None


async def find_app(okta: Okta, word: str) -> App:
    """Find the one app with an id, label or integration name.

    Args:
        okta: the org.
        word: an app id, a label, or the name of an integration: `name`, or `owner/name`.

    Raises:
        NoSuchApp: no app matches; the error suggests similar names.
        UsageProblem: more than one app matches.
    """
    if is_app_id(word):
        try:
            return await get_app(okta, word)
        except NotFound:
            pass
    found = await apps_of_org(okta)
    meant = [app for app in found if word in {app.id, app.marker, app.integration}]
    meant = meant or [app for app in found if app.label == word]
    if len(meant) == 1:
        return meant[0]
    if meant:
        ids = ", ".join(f"{app.id} ({_described(app)})" for app in meant)
        owned = [app.marker for app in meant if app.owner and app.marker]
        fix = f"Use its id, or {' or '.join(dict.fromkeys(owned))}." if owned else "Use its id."
        raise UsageProblem(f"{len(meant)} apps are called {word}: {ids}.", fix=fix)
    near = _near(word, {app.label for app in found} | {app.marker for app in found if app.marker})
    fix = f"Did you mean {' or '.join(near)}?" if near else "`oktascim app list` shows this org's apps."
    raise NoSuchApp(f"This org has no app {word}.", fix=fix)


def _described(app: App) -> str:
    return ", ".join(part for part in (app.marker if app.owner else None, app.status.lower()) if part)


def _near(word: str, names: Iterable[str]) -> list[str]:
    """The names that contain the word, otherwise similar ones; ignoring case."""
    known = sorted(names)
    holding = [name for name in known if word and word.lower() in name.lower()][:3]
    return holding or nearest(word, known, most=3, cutoff=0.5)
