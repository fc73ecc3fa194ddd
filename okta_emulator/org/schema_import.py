"""Import User Schema: the attributes that the SCIM server declares are added to the app's users (OB-299)."""

from __future__ import annotations

from okta_emulator.core.errors import ConnectorTestFailed, ValidationFailed
from okta_emulator.core.records import App, Json
from okta_emulator.org import schema
from okta_emulator.org.deliveries import deliver
from okta_emulator.org.events import Cause, app_entity
from okta_emulator.org.provisioning import delivers, provisioning_of
from okta_emulator.org.provisioning_changes import require_connection
from okta_emulator.org.state import Org
from okta_emulator.scim_client.discovery import discover_schema
from okta_emulator.scim_client.outcome import DiscoveredAttribute, DiscoveryOutcome

_OKTAS_OWN = ("userName", "externalId", "active", "password", "groups")


async def run(org: Org, cause: Cause, app: App) -> Json:
    """Read the server's schemas, and add the attributes that the app's users lack; they aren't mapped.

    Args:
        org: the org.
        cause: who starts it.
        app: an app with provisioning.

    Returns:
        {"added": names, "known": how many existed before}.

    Raises:
        ValidationFailed: the app has no provisioning, or its connection was changed meanwhile.
        ConnectorTestFailed: the server didn't return its schemas.
        NotFound: the app was deleted meanwhile.
    """
    if not delivers(org, app):
        raise ValidationFailed("import", causes=("Provisioning is not enabled for the app instance.",))
    provisioning = provisioning_of(org, app["id"])
    outcome = await deliver(org, cause, app, discover_schema, {"AppInstance": app_entity(app)}, provisioning)
    require_connection(org, app, provisioning)
    if not outcome.ok or not isinstance(outcome, DiscoveryOutcome):
        raise ConnectorTestFailed(causes=(outcome.error or "null",))
    custom = org.store.schemas.get(app["id"]) or {}
    base = schema.base_schema(scim=True)["properties"].values()
    present = {(one.get("externalName"), one.get("externalNamespace")) for one in (*base, *custom.values())}
    added: Json = {}
    for attribute in outcome.attributes:
        if (attribute.path, attribute.urn) not in present and attribute.path not in _OKTAS_OWN:
            added[_free_name(attribute, custom | added)] = _property(attribute)
    with org.store.transaction():
        org.store.schemas.put(app["id"], custom | added)
    return {"added": list(added), "known": len(outcome.attributes) - len(added)}


def _free_name(attribute: DiscoveredAttribute, taken: Json) -> str:
    """The attribute's own name, with a number added if another schema already has it (our choice)."""
    name = attribute.path.replace(".", "_")
    number, free = 2, name
    while free in taken:
        free, number = f"{name}{number}", number + 1
    return free


def _property(attribute: DiscoveredAttribute) -> Json:
    kind: Json = {"type": "array", "items": {"type": attribute.kind}} if attribute.many else {"type": attribute.kind}
    return {
        "title": attribute.title,
        **kind,
        "externalName": attribute.path,
        "externalNamespace": attribute.urn,
        "required": attribute.required,
        "scope": "NONE",
        "master": {"type": "PROFILE_MASTER"},
    }
