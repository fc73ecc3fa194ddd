"""Why an integration can't be applied as it is."""

from __future__ import annotations

from dataclasses import dataclass

from oktascim.catalog import load_templates
from oktascim.okta.apps import App
from oktascim.plan.choices import PlanChoices
from oktascim.plan.kind import BY_HAND, NO_API, kind_of
from oktascim.plan.snapshot import Actual
from oktascim.spec.attributes import clashing
from oktascim.spec.models import Integration
from oktascim.template import Template
from oktascim.wording import in_words

NOTE_LIMIT = 4000  # our choice: the maximum length of a note in Okta is unknown (OB-024)


@dataclass(frozen=True)
class Blocker:
    """Why an integration cannot be applied as it is, and what to do about it."""

    what: str
    fix: str


def kind_differs(actual: Actual, template: Template) -> bool:
    """Whether the app was made from another template; Okta generates the name of a wizard-made app."""
    assert actual.app is not None
    if template.kind == "wizard":
        return actual.app.name in {other.catalog_key for other in load_templates().values() if other.catalog_key}
    return actual.app.name not in {template.catalog_key, actual.catalog_key}


def blocker_of(
    one: Integration,
    actual: Actual,
    template: Template,
    unknown: tuple[str, ...],
    replaced: App | None,
    choices: PlanChoices,
) -> Blocker | None:
    """What blocks an integration, or None.

    Args:
        one: the desired state.
        actual: the actual state.
        template: the integration's template.
        unknown: what the spec names and the org doesn't have, as text.
        replaced: the app that would have to be deleted because it is of another kind, or None.
        choices: what the user allows beyond the file.
    """
    if ambiguous := _of_markers(one, actual):
        return ambiguous
    if unknown:
        return Blocker(
            f"The spec can't be assigned: {'; '.join(unknown)}.",
            "Correct the names in the spec, or create the users and groups in Okta.",
        )
    stranger = _stranger(one, actual, template)
    if stranger and one.key not in choices.replace:
        return Blocker(
            f"The app {stranger.label} ({stranger.id}, {stranger.name}) can't be described by a spec. {NO_API}",
            f"Give the integration another label; for that app, {BY_HAND}",
        )
    if actual.app is None and actual.lookalikes:
        return _of_lookalikes(actual.lookalikes, choices)
    if replaced and one.key not in choices.replace:
        return Blocker(
            f"The app {replaced.id} is a {replaced.name}; it cannot be changed in place to {template.name}.",
            f"Recreate it with `--replace {one.key}`: this deletes the app with its assignments, then creates it.",
        )
    if actual.app and actual.app.marker != one.key and len(actual.app.admin_note) + len(one.key) > NOTE_LIMIT:
        return Blocker("The app's admin note is full: there is no room for the marker.", "Shorten the note manually.")
    return _of_attributes(one, actual)


def _of_markers(one: Integration, actual: Actual) -> Blocker | None:
    """What blocks an integration that several apps, or several files, claim."""
    if actual.twins:
        ids = in_words(f"{app.label} ({app.id})" for app in actual.twins)
        return Blocker(
            f"{len(actual.twins)} apps carry the marker oktascim:{one.key}: {ids}.",
            "Delete all but one with `oktascim app delete ID`, or remove the marker from their notes. "
            f"The oldest is {min(actual.twins, key=lambda app: app.age).id}.",
        )
    if actual.contested:
        ids = in_words(app.id for app in actual.contested)
        have = f"The app {ids} has" if len(actual.contested) == 1 else f"The apps {ids} have"
        return Blocker(
            f"{have} the marker oktascim:{one.name} without an owner, and several of these files claim it.",
            "First apply only the file that it belongs to: this adds the owner to the marker.",
        )
    return None


def _of_attributes(one: Integration, actual: Actual) -> Blocker | None:
    """What blocks custom attributes."""
    attributes = one.provisioning.attributes if one.provisioning else None
    taken = [base for _, base in clashing(attributes, actual.schema.base)] if attributes and actual.schema else []
    if taken:
        return Blocker(
            f"Apps of this kind already have {', '.join(taken)}; a custom attribute can't have that name.",
            "Take it out of attributes.custom; mappings can use it as it is.",
        )
    return None


def _stranger(one: Integration, actual: Actual, template: Template) -> App | None:
    """The app that has the integration's label, but not its marker, and that no template describes; or None."""
    alone = actual.lookalikes[0] if actual.app is None and len(actual.lookalikes) == 1 else None
    app = actual.app if actual.app and actual.app.marker != one.key else alone
    known = app is None or app.name in {template.catalog_key, actual.catalog_key} or kind_of(app) is not None
    return None if known else app


def _of_lookalikes(lookalikes: tuple[App, ...], choices: PlanChoices) -> Blocker:
    ids = ", ".join(app.id for app in lookalikes)
    if len(lookalikes) > 1:
        return Blocker(
            f"{len(lookalikes)} apps of this label were created manually ({ids}); which one is meant is not clear.",
            "Rename the others, or choose another label.",
        )
    if choices.adopt:
        return Blocker(
            f"Several integrations have the label of one app created manually ({ids}); can't tell which one owns it.",
            "Take it over with `--only NAME --adopt`, and give the others different labels.",
        )
    return Blocker(
        f"An app of this label was created manually ({ids}); it is not touched.",
        "Take it over with `apply --adopt`, or choose another label.",
    )
