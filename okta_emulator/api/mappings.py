"""`/api/v1/mappings` and `/api/v1/meta/schemas/apps/{id}/default` (OB-120 to OB-122)."""

from __future__ import annotations

from collections.abc import Iterator

from okta_emulator.api.call import Answer, Call, Endpoint
from okta_emulator.core.body import member, text
from okta_emulator.core.errors import NotFound, ValidationFailed
from okta_emulator.core.records import App, Json, MappingProperty, ProfileMapping
from okta_emulator.org import schema
from okta_emulator.org.events import NewEvent, app_entity
from okta_emulator.org.provisioning import speaks_scim

_SCHEMA_PATH = "/api/v1/meta/schemas/apps/{app_id}/default"


def list_mappings(call: Call) -> Answer:
    """GET the list, filtered by source and target on request; without properties."""
    return call.listing(_matching(call), lambda mapping: _listed(call, mapping), default=20, most=200)


def _matching(call: Call) -> Iterator[tuple[str, ProfileMapping]]:
    wanted = {key: call.asked(f"{key}Id") for key in ("source", "target") if call.asked(f"{key}Id")}
    for mapping_id, mapping in call.org.store.mappings.each(call.after()):
        shown = _listed(call, mapping)
        if all(shown[key]["id"] == value for key, value in wanted.items()):
            yield mapping_id, mapping


def get_mapping(call: Call) -> Answer:
    """GET one mapping with its properties."""
    return Answer(_view(call, _mapping(call)))


def update_mapping(call: Call) -> Answer:
    """POST: set the properties that the body has; null removes one."""
    mapping = _mapping(call)
    app = call.org.store.apps.get(mapping["app_id"])
    assert app is not None
    known = set(_properties(call, app)) if mapping["to_app"] else set(schema.OKTA_ATTRIBUTES)
    properties = dict(mapping["properties"])
    wanted = member(call.body, "properties")
    for name, given in wanted.items():
        if name not in known:
            raise ValidationFailed("updateMapping", causes=(f"Invalid target field {name}",))
        if given is None:
            properties.pop(name, None)
        else:
            properties[name] = _property(member(wanted, name))
    changed: ProfileMapping = {**mapping, "properties": properties}
    call.org.store.mappings.put(mapping["id"], changed, name=app["id"])
    event_type, message = "application.provision.field_mapping_rule.change", "Change field mapping rule"
    call.org.events.write(call.cause, NewEvent(event_type, message, [app_entity(app)]))
    return Answer(_view(call, changed))


def get_schema(call: Call) -> Answer:
    """GET the schema of the app's user."""
    return Answer(_schema_view(call, call.app()))


def update_schema(call: Call) -> Answer:
    """POST: add or change custom properties; null removes one; base properties can't be changed."""
    app = call.app()
    given = member(member(member(call.body, "definitions"), "custom"), "properties")
    custom = (call.org.store.schemas.get(app["id"]) or {}) | given
    call.org.store.schemas.put(app["id"], {name: value for name, value in custom.items() if value is not None})
    return Answer(_schema_view(call, app))


def _property(given: Json) -> MappingProperty:
    return {
        "expression": text(given, "expression") or "",
        "pushStatus": text(given, "pushStatus") or "DONT_PUSH",
    }


def _mapping(call: Call) -> ProfileMapping:
    mapping = call.org.store.mappings.get(call.params["mapping_id"])
    if mapping is None:
        raise NotFound(call.params["mapping_id"], "ProfileMapping")
    return mapping


def _view(call: Call, mapping: ProfileMapping) -> Json:
    listed = _listed(call, mapping)
    links = listed.pop("_links")
    return {**listed, "properties": mapping["properties"], "_links": links}


def _listed(call: Call, mapping: ProfileMapping) -> Json:
    app = call.org.store.apps.get(mapping["app_id"])
    assert app is not None
    org = call.org.identity
    app_end = {
        "id": app["id"],
        "name": app["name"],
        "type": "appuser",
        "_links": {
            "self": {"href": call.url(f"/api/v1/apps/{app['id']}")},
            "schema": {"href": call.url(f"/api/v1/meta/schemas/apps/{app['id']}/default")},
        },
    }
    user_end = {
        "id": org["user_type"],
        "name": "user",
        "type": "user",
        "_links": {
            "self": {"href": call.url(f"/api/v1/meta/types/user/{org['user_type']}")},
            "schema": {"href": call.url(f"/api/v1/meta/schemas/user/{org['user_schema']}")},
        },
    }
    source, target = (user_end, app_end) if mapping["to_app"] else (app_end, user_end)
    own = {"self": {"href": call.url(f"/api/v1/mappings/{mapping['id']}")}}
    return {"id": mapping["id"], "source": source, "target": target, "_links": own}


def _properties(call: Call, app: App) -> Json:
    """Base and custom properties of the app's user."""
    base: Json = schema.base_schema(scim=_has_scim_profile(call, app))["properties"]
    return base | (call.org.store.schemas.get(app["id"]) or {})


def _has_scim_profile(call: Call, app: App) -> bool:
    return app["wizard"] or speaks_scim(call.org, app)


def _schema_view(call: Call, app: App) -> Json:
    own = call.url(f"/api/v1/meta/schemas/apps/{app['id']}/default")
    custom = call.org.store.schemas.get(app["id"]) or {}
    return {
        "id": own,
        "$schema": "http://json-schema.org/draft-04/schema#",
        "name": app["name"],
        "title": f"{app['label']} User",
        "lastUpdated": app["lastUpdated"],
        "created": app["created"],
        "definitions": {
            "base": schema.base_schema(scim=_has_scim_profile(call, app)),
            "custom": {"id": "#custom", "type": "object", "properties": custom, "required": []},
        },
        "type": "object",
        "properties": {
            "profile": {"allOf": [{"$ref": "#/definitions/base"}, {"$ref": "#/definitions/custom"}]},
        },
        "_links": {"self": {"href": own, "method": "GET", "rel": "self"}},
    }


ENDPOINTS = (
    Endpoint("GET", "/api/v1/mappings", list_mappings),
    Endpoint("GET", "/api/v1/mappings/{mapping_id}", get_mapping),
    Endpoint("POST", "/api/v1/mappings/{mapping_id}", update_mapping),
    Endpoint("GET", _SCHEMA_PATH, get_schema),
    Endpoint("POST", _SCHEMA_PATH, update_schema),
)
