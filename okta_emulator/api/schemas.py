"""`/api/v1/meta/schemas`: the profile schemas of users, groups and an app's users (OB-122, OB-610, OB-611)."""

from __future__ import annotations

from okta_emulator.api.call import Answer, Call, Endpoint
from okta_emulator.core.errors import NotFound
from okta_emulator.core.records import App, Json, UserType
from okta_emulator.org import okta_schema, schema, user_types
from okta_emulator.org.provisioning import speaks_scim

_PATH = "/api/v1/meta/schemas"
_APP = f"{_PATH}/apps/{{app_id}}/default"
_USER = f"{_PATH}/user/{{schema_id}}"
_GROUP = f"{_PATH}/group/default"
_DRAFT = "http://json-schema.org/draft-04/schema#"


def get_user_schema(call: Call) -> Answer:
    """GET the schema of a user type, by its own id, the type's id or `default`."""
    return Answer(_user_view(call, _user_type(call)))


def update_user_schema(call: Call) -> Answer:
    """POST: add or change custom properties; null removes one."""
    user_type = _user_type(call)
    okta_schema.change_custom(call.org, user_type["id"], call.body)
    return Answer(_user_view(call, user_type))


def get_group_schema(call: Call) -> Answer:
    """GET the schema of groups."""
    return Answer(_group_view(call))


def update_group_schema(call: Call) -> Answer:
    """POST: add or change custom properties; null removes one."""
    okta_schema.change_custom(call.org, okta_schema.GROUP, call.body)
    return Answer(_group_view(call))


def get_app_schema(call: Call) -> Answer:
    """GET the schema of the app's user."""
    return Answer(_app_view(call, call.app()))


def update_app_schema(call: Call) -> Answer:
    """POST: add or change custom properties; null removes one; base properties can't be changed."""
    app = call.app()
    okta_schema.change_custom(call.org, app["id"], call.body)
    return Answer(_app_view(call, app))


def app_properties(call: Call, app: App) -> Json:
    """Base and custom properties of the app's user."""
    base: Json = schema.base_schema(scim=has_scim_profile(call, app))["properties"]
    return base | okta_schema.custom_properties(call.org, app["id"])


def has_scim_profile(call: Call, app: App) -> bool:
    """Whether the app's user has the SCIM attributes."""
    return app["wizard"] or speaks_scim(call.org, app)


def _user_type(call: Call) -> UserType:
    wanted = call.params["schema_id"]
    type_id = f"oty{wanted[3:]}" if wanted.startswith("osc") else wanted
    try:
        return user_types.type_named(call.org, type_id)
    except NotFound:
        raise NotFound(wanted, "UserSchema") from None


def _user_view(call: Call, user_type: UserType) -> Json:
    own = call.url(f"{_PATH}/user/{user_types.schema_id(user_type['id'])}")
    name = "default" if user_type["default"] else user_types.schema_id(user_type["id"])
    return {
        "id": call.url(f"/meta/schemas/user/{name}"),
        "$schema": _DRAFT,
        "name": user_type["name"],
        "title": user_type["displayName"],
        "description": user_type["description"],
        "lastUpdated": user_type["lastUpdated"],
        "created": user_type["created"],
        **_definitions(okta_schema.custom_properties(call.org, user_type["id"]), okta_schema.user_base()),
        "_links": {
            "self": {"rel": "self", "href": own, "method": "GET"},
            "type": {"rel": "type", "href": call.url(f"/api/v1/meta/types/user/{user_type['id']}"), "method": "GET"},
        },
    }


def _group_view(call: Call) -> Json:
    created = call.org.identity["created"]
    return {
        "id": call.url("/meta/schemas/group/default"),
        "$schema": _DRAFT,
        "name": "group",
        "title": "Okta group",
        "description": "Okta group profile template",
        "lastUpdated": created,
        "created": created,
        **_definitions(okta_schema.custom_properties(call.org, okta_schema.GROUP), okta_schema.group_base()),
        "_links": {"self": {"rel": "self", "href": call.url(_GROUP), "method": "GET"}},
    }


def _app_view(call: Call, app: App) -> Json:
    own = call.url(f"{_PATH}/apps/{app['id']}/default")
    custom = okta_schema.custom_properties(call.org, app["id"])
    return {
        "id": own,
        "$schema": _DRAFT,
        "name": app["name"],
        "title": f"{app['label']} User",
        "lastUpdated": app["lastUpdated"],
        "created": app["created"],
        **_definitions(custom, schema.base_schema(scim=has_scim_profile(call, app))),
        "_links": {"self": {"href": own, "method": "GET", "rel": "self"}},
    }


def _definitions(custom: Json, base: Json) -> Json:
    return {
        "definitions": {
            "custom": {"id": "#custom", "type": "object", "properties": custom, "required": []},
            "base": base,
        },
        "type": "object",
        "properties": {"profile": {"allOf": [{"$ref": "#/definitions/custom"}, {"$ref": "#/definitions/base"}]}},
    }


ENDPOINTS = (
    Endpoint("GET", _USER, get_user_schema),
    Endpoint("POST", _USER, update_user_schema),
    Endpoint("GET", _GROUP, get_group_schema),
    Endpoint("POST", _GROUP, update_group_schema),
    Endpoint("GET", _APP, get_app_schema),
    Endpoint("POST", _APP, update_app_schema),
)
