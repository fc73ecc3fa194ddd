"""The steps on an app that exists: update, activate, delete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from oktascim.errors import NotTaken, OktascimError, PersonNeeded
from oktascim.okta import apps
from oktascim.okta.apps import App
from oktascim.okta.org import app_page
from oktascim.plan.compare import Change, app_changes, merged_body
from oktascim.plan.removal import remove
from oktascim.plan.steps.base import Step, StepContext
from oktascim.spec.models import Integration
from oktascim.template import Template


@dataclass(frozen=True)
class UpdateApp(Step):
    """Change some fields of the app: read, merge, write, read again, compare the features."""

    kind: ClassVar[str] = "update_app"

    def describe(self) -> str:
        """What it will do."""
        return f"Set {', '.join(change.field for change in self.changes)}"

    async def do(self, context: StepContext) -> None:
        """Replace the app with a fresh copy that includes the changes.

        Raises:
            PersonNeeded: the write would wipe the SCIM connection of a wizard-made app (OB-029), including one that is
                saved but off, which no read shows.
        """
        context.app = await apps.get_app(context.okta, context.app_id)
        if could_wipe_provisioning(context.integration, context.template, context.app):
            page = await app_page(context.okta, context.app.name, context.app.id, tab="general")
            raise PersonNeeded(
                f"Changing {', '.join(change.field for change in self.changes)} by API could switch provisioning off.",
                why="A write to a wizard-made app sets its provisioning back to None and clears the connection.",
                fix="\n".join([f"Change it manually at {page}:", *map(_manual_change, self.changes)]),
            )
        await apps.replace_app(
            context.okta, context.app.id, merged_body(context.integration, context.template, context.app)
        )

    async def verify(self, context: StepContext) -> str:
        """Read the app again.

        Raises:
            OktascimError: the write cost the app a provisioning feature.
        """
        assert context.app is not None
        before, context.app = context.app, await apps.get_app(context.okta, context.app.id)
        lost = sorted(before.features - context.app.features)
        if lost:
            raise OktascimError(
                f"PROVISIONING WAS LOST: after the update the app no longer has {', '.join(lost)}.",
                why="Okta dropped them when the app object was written, as it does for wizard-made apps.",
                fix="Run apply again to set up provisioning again, and report this.",
            )
        return evidence_of(context, context.app)


def _manual_change(change: Change) -> str:
    """What to set manually, and to which value."""
    if change.field == "marker":
        return f"add the line oktascim:{change.new} to the application notes for administrators"
    if change.field == "owner":
        return f"in the application notes for administrators, write oktascim:{change.new}/… instead of oktascim:…"
    return f"{change.field}: {change.new}"


def could_wipe_provisioning(integration: Integration, template: Template, app: App) -> bool:
    """Whether a write could wipe the app's SCIM connection: a wizard-made app that has one or is to get one."""
    return template.kind == "wizard" and bool(app.features or integration.provisioning)


@dataclass(frozen=True)
class ActivateApp(Step):
    """Activate an inactive app."""

    kind: ClassVar[str] = "activate_app"

    def describe(self) -> str:
        """What it will do."""
        return "Activate the app"

    async def do(self, context: StepContext) -> None:
        """Activate it."""
        await apps.activate_app(context.okta, context.app_id)

    async def verify(self, context: StepContext) -> str:
        """Read the app's status again."""
        context.app = await apps.get_app(context.okta, context.app_id)
        if context.app.status != "ACTIVE":
            raise NotTaken(f"The app is still {context.app.status} after its activation.")
        return f"GET /api/v1/apps/{context.app.id} returns ACTIVE"


@dataclass(frozen=True)
class DeleteApp(Step):
    """Deactivate and delete an app; no error if it is already gone."""

    app: App
    kind: ClassVar[str] = "delete_app"

    def describe(self) -> str:
        """What it will do."""
        return f"Deactivate and delete {self.app.label} ({self.app.id})"

    async def do(self, context: StepContext) -> None:
        """Remove it."""
        context.app = None
        await remove(context.okta, self.app.id)

    async def verify(self, context: StepContext) -> str:
        """Return the evidence from `remove`, which returns only once the app is gone."""
        return f"GET /api/v1/apps/{self.app.id} returns 404"


def evidence_of(context: StepContext, app: App) -> str:
    """The evidence that a fresh read of the app shows everything wanted.

    Raises:
        NotTaken: it doesn't.
    """
    left = app_changes(context.integration, context.template, app)
    if left:
        raise NotTaken(
            f"Okta didn't keep {', '.join(change.field for change in left)}.",
            why="; ".join(_difference(change) for change in left),
            fix="Set it in the Admin Console, or take it out of the spec.",
        )
    return f"a fresh read of {app.id} shows the marker, the label and {app.sign_on_mode or 'SWA'}"


def _difference(change: Change) -> str:
    return f"{change.field} reads {change.old!r}, not {change.new!r}"
