"""`/api/v1/mappings`: profile mappings (OB-120, OB-121)."""

from __future__ import annotations

from collections.abc import Iterator

from okta_emulator.api.call import Answer, Call, Endpoint
from okta_emulator.api.schemas import app_properties
from okta_emulator.core.body import member, text
from okta_emulator.core.errors import NotFound, ValidationFailed
from okta_emulator.core.records import Json, MappingProperty, ProfileMapping
from okta_emulator.org import okta_schema
from okta_emulator.org.events import NewEvent, app_entity
from okta_emulator.org.expression import BadExpression
from okta_emulator.org.mapping_expression import check_mapping


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
    app = call.org.any_app(mapping["app_id"])
    assert app is not None
    known = app_properties(call, app) if mapping["to_app"] else okta_schema.user_properties(call.org)
    properties = dict(mapping["properties"])
    wanted = member(call.body, "properties")
    for name, given in wanted.items():
        if name not in known:
            raise ValidationFailed("updateMapping", causes=(f"Invalid target field {name}",))
        if given is None:
            properties.pop(name, None)
        else:
            properties[name] = _property(name, member(wanted, name))
    changed: ProfileMapping = {**mapping, "properties": properties}
    call.org.store.mappings.put(mapping["id"], changed, name=app["id"])
    event_type, message = "application.provision.field_mapping_rule.change", "Change field mapping rule"
    call.org.events.write(call.cause, NewEvent(event_type, message, [app_entity(app)]))
    return Answer(_view(call, changed))


def _property(name: str, given: Json) -> MappingProperty:
    """A line of the mapping; an expression that the emulator doesn't evaluate is rejected by name (OB-127)."""
    expression = text(given, "expression") or ""
    try:
        check_mapping(expression)
    except BadExpression as error:
        raise ValidationFailed("updateMapping", causes=(f"Invalid expression for {name}: {error}",)) from None
    return {
        "expression": expression,
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
    app = call.org.any_app(mapping["app_id"])
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


ENDPOINTS = (
    Endpoint("GET", "/api/v1/mappings", list_mappings),
    Endpoint("GET", "/api/v1/mappings/{mapping_id}", get_mapping),
    Endpoint("POST", "/api/v1/mappings/{mapping_id}", update_mapping),
)
