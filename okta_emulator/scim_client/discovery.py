"""Import User Schema: the attributes of users that a SCIM server declares (OB-299)."""

from __future__ import annotations

from typing import Any

from okta_emulator.scim_client import logged_actions
from okta_emulator.scim_client.connection import Connection
from okta_emulator.scim_client.conversation import Conversation, Refused
from okta_emulator.scim_client.lists import Resource
from okta_emulator.scim_client.outcome import DiscoveredAttribute, DiscoveryOutcome
from okta_emulator.scim_client.pool import Http

_CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
_TYPES = {"string": "string", "boolean": "boolean", "integer": "integer", "decimal": "number"}


async def discover_schema(connection: Connection, http: Http) -> DiscoveryOutcome:
    """Read /ResourceTypes and /Schemas, and collect the attributes of users.

    Args:
        connection: the app's connection.
        http: what sends the requests.

    Returns:
        The attributes of the core schema and of the extensions of the resource type User that can be written; parts of
        complex attributes by their paths. None after a failure.
    """
    scim = Conversation(connection, http)
    found: list[DiscoveredAttribute] = []
    outcome = await scim.outcome(_discover(scim, found))
    return DiscoveryOutcome(**vars(outcome), attributes=tuple(found) if outcome.ok else ())


async def _discover(scim: Conversation, found: list[DiscoveredAttribute]) -> None:
    with scim.step(logged_actions.IMPORT_SCHEMA):
        types = (await scim.page("/ResourceTypes", "")).resources
        wanted = _schemas_of_users(types)
        if not wanted:
            raise Refused("No resource type User was returned.", whole=True)  # our wording
        for schema in (await scim.page("/Schemas", "")).resources:
            if schema.get("id") in wanted:
                found.extend(_attributes(schema))


def _schemas_of_users(types: tuple[Resource, ...]) -> list[str]:
    for one in types:
        if one.get("endpoint") == "/Users" or one.get("name") == "User":
            listed = one.get("schemaExtensions")
            extensions = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
            return [str(one.get("schema") or _CORE), *(str(item.get("schema")) for item in extensions)]
    return []


def _attributes(schema: Resource) -> list[DiscoveredAttribute]:
    urn, listed = str(schema["id"]), schema.get("attributes")
    found: list[DiscoveredAttribute] = []
    for attribute in listed if isinstance(listed, list) else []:
        if isinstance(attribute, dict) and attribute.get("mutability") != "readOnly" and attribute.get("name"):
            found.extend(_parts(attribute, urn))
    return found


def _parts(attribute: dict[str, Any], urn: str) -> list[DiscoveredAttribute]:
    """An attribute, or the parts of a complex one that has one value; multi-valued complex ones are omitted."""
    name, many = str(attribute["name"]), attribute.get("multiValued") is True
    kind = _TYPES.get(str(attribute.get("type", "string")))
    if kind is not None:
        title = str(attribute.get("description") or name)
        return [DiscoveredAttribute(name, title, kind, urn, many, attribute.get("required") is True)]
    parts = attribute.get("subAttributes")
    if attribute.get("type") != "complex" or many or not isinstance(parts, list):
        return []
    named = [part | {"name": f"{name}.{part['name']}"} for part in parts if isinstance(part, dict) and part.get("name")]
    return [found for part in named if part.get("mutability") != "readOnly" for found in _parts(part, urn)]
