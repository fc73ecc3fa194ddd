"""Profile mappings: two for each app, created and removed with it (OB-120)."""

from __future__ import annotations

from okta_emulator.core.records import App, MappingProperties, ProfileMapping
from okta_emulator.org import schema
from okta_emulator.org.provisioning import speaks_scim
from okta_emulator.org.state import Org


def create_for(org: Org, app: App) -> None:
    """Create both mappings of a new app; those of catalog apps without SCIM have no properties (our choice)."""
    scim = app["wizard"] or speaks_scim(org, app)
    _create(org, app, to_app=True, properties=schema.default_properties() if scim else {})
    _create(org, app, to_app=False, properties=schema.return_properties() if scim else {})


def delete_for(org: Org, app_id: str) -> None:
    """Delete both mappings of an app."""
    for mapping in org.store.mappings.named(app_id):
        org.store.mappings.delete(mapping["id"])


def to_app(org: Org, app_id: str) -> MappingProperties:
    """The properties of the mapping from the Okta user to the app's user."""
    for mapping in org.store.mappings.named(app_id):
        if mapping["to_app"]:
            return mapping["properties"]
    return {}


def _create(org: Org, app: App, *, to_app: bool, properties: MappingProperties) -> None:
    mapping_id = org.ids.new("prm")
    mapping: ProfileMapping = {"id": mapping_id, "app_id": app["id"], "to_app": to_app, "properties": properties}
    org.store.mappings.put(mapping_id, mapping, name=app["id"])
