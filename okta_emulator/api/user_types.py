"""`/api/v1/meta/types/user`: user types."""

from __future__ import annotations

from okta_emulator.api.call import NO_CONTENT, Answer, Call, Endpoint
from okta_emulator.core.records import Json, UserType
from okta_emulator.org import user_types

_PATH = "/api/v1/meta/types/user"


def list_types(call: Call) -> Answer:
    """GET the list, which is not paged."""
    return Answer([_view(call, one) for one in user_types.all_types(call.org)])


def create_type(call: Call) -> Answer:
    """POST: add a type; 200 as recorded."""
    return Answer(_view(call, user_types.create(call.org, call.body)))


def get_type(call: Call) -> Answer:
    """GET one type; `default` is the default one."""
    return Answer(_view(call, _type(call)))


def update_type(call: Call) -> Answer:
    """POST: change the settings in the body."""
    return Answer(_view(call, user_types.change(call.org, _type(call), call.body, replace=False)))


def replace_type(call: Call) -> Answer:
    """PUT: replace display name and description."""
    return Answer(_view(call, user_types.change(call.org, _type(call), call.body, replace=True)))


def delete_type(call: Call) -> Answer:
    """DELETE a type."""
    user_types.delete(call.org, _type(call))
    return NO_CONTENT


def _type(call: Call) -> UserType:
    return user_types.type_named(call.org, call.params["type_id"])


def _view(call: Call, user_type: UserType) -> Json:
    schema = call.url(f"/api/v1/meta/schemas/user/{user_types.schema_id(user_type['id'])}")
    return {
        **user_type,
        "_links": {
            "schema": {"rel": "schema", "href": schema, "method": "GET"},
            "self": {"rel": "self", "href": call.url(f"{_PATH}/{user_type['id']}"), "method": "GET"},
        },
    }


ENDPOINTS = (
    Endpoint("GET", _PATH, list_types),
    Endpoint("POST", _PATH, create_type),
    Endpoint("GET", f"{_PATH}/{{type_id}}", get_type),
    Endpoint("POST", f"{_PATH}/{{type_id}}", update_type),
    Endpoint("PUT", f"{_PATH}/{{type_id}}", replace_type),
    Endpoint("DELETE", f"{_PATH}/{{type_id}}", delete_type),
)
