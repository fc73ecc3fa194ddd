"""The steps for provisioning: the connection with its To App options, To Okta, profile mappings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from oktascim.errors import NotTaken, OktascimError, PersonNeeded
from oktascim.okta import connections, mappings, schemas
from oktascim.okta.errors import OktaError
from oktascim.okta.org import app_page
from oktascim.plan.attributes import attribute_changes, attribute_properties
from oktascim.plan.settings import import_capabilities, import_changes, mapping_changes, mapping_properties
from oktascim.plan.steps.base import Step, StepContext
from oktascim.routes.route import establish, require_enabled
from oktascim.routes.task import Stage, Task
from oktascim.spec.attributes import AppAttributes

CREDENTIALS_FIELD = "provisioning.credentials"
TO_APP_FIELD = "provisioning.to_app"
_WORDS: Mapping[Stage, str] = {
    "connect": "Enable provisioning",
    "edit": "Change the provisioning connection",
    "to_app": "Set the To App options",
}


@dataclass(frozen=True)
class Provision(Step):
    """Enable or change the connection, or only set the To App options, by whichever route this org allows."""

    stage: Stage
    kind: ClassVar[str] = "provisioning"

    def describe(self) -> str:
        """What it will do."""
        return _WORDS[self.stage]

    async def do(self, context: StepContext) -> None:
        """Try the routes in order; each is followed by a fresh read."""
        assert context.app is not None
        wanted = context.integration.provisioning
        assert wanted is not None
        fields = {change.field for change in self.changes}
        if self.stage == "edit" and TO_APP_FIELD not in fields:  # they match the spec and needn't be read again
            wanted = wanted.model_copy(update={"to_app": None})
        task = Task(
            context.app,
            context.template,
            wanted,
            self.stage,
            context.integration.key,
            needs_witness=CREDENTIALS_FIELD in fields,
        )
        context.established = await establish(context.okta, task, context.routes, context.observer)
        if context.established.note:
            context.notes.append(context.established.note)

    async def verify(self, context: StepContext) -> str:
        """Return the evidence; `establish` made the reads after each route."""
        assert context.established is not None
        return require_enabled(context.established)


@dataclass(frozen=True)
class SetToOkta(Step):
    """Set the import settings through the features API."""

    kind: ClassVar[str] = "to_okta"
    after_provisioning: ClassVar[bool] = True

    def describe(self) -> str:
        """What it will do."""
        return f"Set {', '.join(change.field for change in self.changes)}"

    async def do(self, context: StepContext) -> None:
        """Send only what differs.

        Raises:
            PersonNeeded: the features API doesn't manage this app.
        """
        assert context.integration.provisioning is not None
        assert context.integration.provisioning.to_okta is not None
        body = import_capabilities(context.integration.provisioning.to_okta)
        try:
            await connections.put_feature(context.okta, context.app_id, connections.INBOUND_PROVISIONING, body)
        except OktaError as error:
            if not connections.refuses_features(error):
                raise
            raise await self._for_a_person(context, error) from error

    async def verify(self, context: StepContext) -> str:
        """Read the feature again."""
        assert context.integration.provisioning is not None
        assert context.integration.provisioning.to_okta is not None
        feature = await connections.get_feature(context.okta, context.app_id, connections.INBOUND_PROVISIONING)
        left = import_changes(context.integration.provisioning.to_okta, (feature or {}).get("capabilities"))
        if left:
            raise NotTaken(f"Okta didn't keep {', '.join(change.field for change in left)}.")
        return "features/INBOUND_PROVISIONING reads back as wanted"

    async def _for_a_person(self, context: StepContext, error: OktaError) -> PersonNeeded:
        assert context.app is not None
        page = await app_page(context.okta, context.app.name, context.app.id)
        settings = "\n".join(f"{change.field}: {change.new}" for change in self.changes)
        return PersonNeeded(
            "This org's features API does not take import settings for this app.",
            why=error.why,
            fix=f"Set them manually at {page} under 'To Okta':\n{settings}",
        )


@dataclass(frozen=True)
class SetAttributes(Step):
    """Add, change and remove custom attributes of the app's user."""

    kind: ClassVar[str] = "attributes"

    def describe(self) -> str:
        """What it will do."""
        removed = [one.field for one in self.changes if one.new is None]
        set_ = dict.fromkeys(_attribute_of(one.field) for one in self.changes if one.new is not None)
        said = (("Set", tuple(set_)), ("remove", tuple(map(_attribute_of, removed))))
        words = " and ".join(f"{verb} the custom attributes {', '.join(names)}" for verb, names in said if names)
        return words[0].upper() + words[1:]

    async def do(self, context: StepContext) -> None:
        """Read the schema again, and send the attributes that differ."""
        wanted = self._wanted(context)
        seen = await schemas.get_app_user_schema(context.okta, context.app_id)
        properties = attribute_properties(wanted, seen)
        if properties:
            await schemas.change_custom_attributes(context.okta, context.app_id, properties)

    async def verify(self, context: StepContext) -> str:
        """Read the schema again."""
        seen = await schemas.get_app_user_schema(context.okta, context.app_id)
        left = attribute_changes(self._wanted(context), seen)
        if left:
            raise NotTaken(
                f"Okta didn't keep {', '.join(change.field for change in left)}.",
                why="; ".join(f"{change.field} reads {change.old!r}, not {change.new!r}" for change in left),
                fix="Set it in the Profile Editor, or take it out of the spec.",
            )
        return f"GET /api/v1/meta/schemas/apps/{context.app_id}/default reads back as wanted"

    def _wanted(self, context: StepContext) -> AppAttributes:
        assert context.integration.provisioning is not None
        assert context.integration.provisioning.attributes is not None
        return context.integration.provisioning.attributes


def _attribute_of(field: str) -> str:
    return field.split(".")[1]


@dataclass(frozen=True)
class SetMappings(Step):
    """Set some lines of the profile mapping from Okta's user to the app's user."""

    kind: ClassVar[str] = "mappings"
    after_provisioning: ClassVar[bool] = True

    def describe(self) -> str:
        """What it will do."""
        return f"Map {', '.join(change.field.removeprefix('mappings.') for change in self.changes)}"

    async def do(self, context: StepContext) -> None:
        """Send the wanted lines."""
        mapping = await self._mapping(context)
        assert context.integration.provisioning is not None
        await mappings.set_mapping(context.okta, mapping["id"], mapping_properties(context.integration.provisioning))

    async def verify(self, context: StepContext) -> str:
        """Read the mapping again."""
        assert context.integration.provisioning is not None
        mapping = await self._mapping(context)
        left = mapping_changes(context.integration.provisioning, mapping)
        if left:
            raise NotTaken(f"Okta didn't keep {', '.join(change.field for change in left)}.")
        return f"GET /api/v1/mappings/{mapping['id']} reads back as wanted"

    async def _mapping(self, context: StepContext) -> Mapping[str, Any]:
        mapping = await mappings.get_mapping_to_app(context.okta, context.app_id)
        if mapping is None:
            raise OktascimError(
                "This app has no profile mapping yet.", fix="Open the app once in the Profile Editor, then apply again."
            )
        return mapping
