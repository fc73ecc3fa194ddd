"""The step that creates an app, so that there is one: after a lost answer, and beside other runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from oktascim.errors import NotTaken, OktascimError
from oktascim.okta import apps
from oktascim.okta.apps import App
from oktascim.okta.errors import OktaError, OktaRefusedIdentity
from oktascim.plan.compare import app_changes, creation_body, merged_body
from oktascim.plan.removal import remove
from oktascim.plan.steps.app import evidence_of
from oktascim.plan.steps.base import Step, StepContext
from oktascim.plan.twins import ROUNDS, look_around, must_go, settled, survivor


@dataclass(frozen=True)
class CreateApp(Step):
    """Create the app with its marker; after a lost answer, look for the marker before sending again.

    If another run created it at the same time, one of the two apps is deleted (see `oktascim.plan.twins`).
    """

    kind: ClassVar[str] = "create_app"

    def describe(self) -> str:
        """What it will do."""
        return "Create the app"

    async def do(self, context: StepContext) -> None:
        """Create the app unless that was done, then write what the creation didn't store."""
        for _ in range(ROUNDS):  # repeated only if all runs gave way to each other
            if context.app is None:
                context.app, context.unsettled, context.unread = await _create(context), True, True
            if context.unsettled:
                await _settle(context)
            if context.app is not None:
                break
        if context.app is None or (context.template.kind == "wizard" and context.app.features):
            return  # another run has provisioning on already, and a write would wipe it (OB-029)
        if app_changes(context.integration, context.template, context.app):
            body = merged_body(context.integration, context.template, context.app)
            context.app, context.unread = await apps.replace_app(context.okta, context.app.id, body), True

    async def verify(self, context: StepContext) -> str:
        """Read the app again, unless a list has shown it since its last write; without an id, find it by its marker."""
        if context.unsettled:
            await _settle(context)
        if context.app is None:
            context.app, context.unread = await _find_marked(context), True
        if context.unread:
            context.app, context.unread = await apps.get_app(context.okta, context.app.id), False
        return evidence_of(context, context.app)


async def _key(context: StepContext) -> str | None:
    if context.template.kind == "wizard" or context.template.catalog_key:
        return context.template.catalog_key
    found = await _resolved_key(context)
    if found is None:
        raise OktascimError(
            f"This org's catalogue has no app called '{context.template.display_name}'.",
            why=context.template.catalog_key_evidence,
            fix="Choose another template; `oktascim template list` shows them.",
        )
    return found


async def _create(context: StepContext) -> App:
    key = await _key(context)
    try:
        return await apps.create_app(context.okta, creation_body(context.integration, context.template, key))
    except OktaRefusedIdentity:
        raise
    except OktaError as refusal:
        other = await _other_key(context, refusal)
    return await apps.create_app(context.okta, creation_body(context.integration, context.template, other))


async def _other_key(context: StepContext, refusal: OktaError) -> str:
    """Okta owns the catalogue keys: if ours is refused, look up the app with that display name in the catalogue."""
    try:
        key = None if context.template.kind == "wizard" else await _resolved_key(context)
    except OktaError:
        raise refusal from None
    if key is None or key == context.template.catalog_key:
        raise refusal
    return key


async def _resolved_key(context: StepContext) -> str | None:
    key = await apps.catalog_key(context.okta, context.template.display_name)
    if key and key != context.template.catalog_key:
        known = (
            f"the built-in key {context.template.catalog_key}" if context.template.catalog_key else "no built-in key"
        )
        context.notes.append(
            f"This org's catalogue calls '{context.template.display_name}' {key}; oktascim had {known}."
        )
    return key


async def _find_marked(context: StepContext) -> App:
    """The app whose creation got no response, found in the whole list, because a search index may lag behind.

    Raises:
        NotTaken: the org has no app with the marker, so the app wasn't created.
    """
    key = context.integration.key
    found = [app for app in await apps.every_app(context.okta) if app.marker == key]
    left = await settled(context.okta, found) if len(found) > 1 else found
    if len(left) > 1:
        raise OktascimError(
            f"The response to the creation was lost, and now {len(left)} apps carry the marker oktascim:{key}.",
            why="Which of them this run created can't be told, so it deleted none.",
            fix="Run `oktascim plan` again; it names them.",
        )
    if left:
        return left[0]
    raise NotTaken("The org has no app with this integration's marker.")


async def _settle(context: StepContext) -> None:
    """Make sure that the app just created is the only one; if it must go, delete it and use the other one.

    Afterwards `context.app` is the app that stays, or None if every run gave way.

    Raises:
        OktascimError: the other app is of another kind, so the two runs have different files.
    """
    mine = context.app
    assert mine is not None
    listed, others = await look_around(context.okta, mine, context.integration.key)
    if listed and not app_changes(context.integration, context.template, listed):  # otherwise the app itself is read
        context.app, context.unread = listed, False
    if await must_go(context.okta, mine, others):
        await remove(context.okta, mine.id)
        context.app, context.unread = await survivor(context.okta, others), False
        if context.app:
            context.notes.append(
                f"Another run created the same app at the same time. This run deleted its own ({mine.id}) and "
                f"continued with {context.app.id}."
            )
            if context.template.kind == "catalog" and context.app.name != mine.name:
                raise OktascimError(
                    f"Another run created {context.app.id} as a {context.app.name} app; this run wants a {mine.name}.",
                    fix="Decide which file is right, then run `oktascim plan` with it.",
                )
    context.unsettled = False
