"""Which integration owns which app: by the marker, its owner and, if the user allows it, the label. Pure functions.

An app belongs to an integration if its marker is exactly `owner/name`. A marker without an owner is an old one: a file
with an owner claims such an app by the name alone, and the next write adds the owner to the marker. An app with another
owner's marker is never changed, whatever its name and label.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from oktascim.okta.apps import App
from oktascim.spec.models import Integration


@dataclass(frozen=True)
class Claim:
    """What the org has for one integration.

    Attributes:
        own: the apps that belong to it; more than one if several have its marker.
        contested: an app without an owner that several integrations of the run claim by the same name.
        lookalikes: apps with the same label and no marker.
        strangers: apps with the same name whose marker has another owner.
    """

    own: tuple[App, ...] = ()
    contested: tuple[App, ...] = ()
    lookalikes: tuple[App, ...] = ()
    strangers: tuple[App, ...] = ()


def claims(found: Iterable[App], integrations: Sequence[Integration], *, adopt: bool = False) -> dict[str, Claim]:
    """The apps that each integration of a run can claim, by its key.

    Args:
        found: all apps of the org.
        integrations: those of the run.
        adopt: treat a single unmarked app with the same label as the integration's, unless another one claims it too.
    """
    apps = tuple(found)
    marked = _grouped(apps, lambda app: app.marker)
    unmarked = _grouped(apps, lambda app: None if app.marker else app.label)
    named = _grouped(apps, lambda app: app.integration)
    keys = {one.key for one in integrations}
    old = {one.key: () if one.name in keys else marked.get(one.name, ()) for one in integrations if one.owner}
    absent = [one for one in integrations if one.key not in marked]
    by_name = Counter(one.name for one in absent if old.get(one.key))
    by_label = Counter(one.label for one in absent if not old.get(one.key))

    def claim(one: Integration) -> Claim:
        strangers = tuple(app for app in named.get(one.name, ()) if app.owner not in {one.owner, None})
        if one.key in marked:
            return Claim(own=marked[one.key], strangers=strangers)
        if ownerless := old.get(one.key):
            alone = by_name[one.name] == 1
            return Claim(own=ownerless if alone else (), contested=() if alone else ownerless, strangers=strangers)
        lookalikes = unmarked.get(one.label, ())
        adopted = lookalikes if adopt and len(lookalikes) == by_label[one.label] == 1 else ()
        return Claim(own=adopted, lookalikes=lookalikes, strangers=strangers)

    return {one.key: claim(one) for one in integrations}


def orphans(found: Iterable[App], integrations: Sequence[Integration]) -> tuple[App, ...]:
    """Apps that belong to an owner named in the files but that no file describes."""
    owners, keys = {one.owner for one in integrations} - {None}, {one.key for one in integrations}
    return tuple(app for app in found if app.owner in owners and app.marker not in keys)


def _grouped(found: Iterable[App], key: Callable[[App], str | None]) -> dict[str, tuple[App, ...]]:
    groups: dict[str, tuple[App, ...]] = {}
    for app in found:
        name = key(app)
        if name is not None:
            groups[name] = (*groups.get(name, ()), app)
    return groups
