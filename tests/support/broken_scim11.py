"""The server of broken_server.py in SCIM 1.1: other URNs, errors, PATCH, and the discovery that Okta's test reads."""

from __future__ import annotations

from typing import Any

from tests.support.broken_server import Handler, Refusal

CORE_11 = "urn:scim:schemas:core:1.0"
SWITCHES = ("patch", "filter", "changePassword", "sort", "etag", "bulk")
DISCOVERY = {
    "ServiceProviderConfigs": {
        **{name: {"supported": False} for name in SWITCHES},
        "filter": {"supported": True, "maxResults": 100},
        "bulk": {"supported": False, "maxOperations": 1, "maxPayloadSize": 1},
        "authenticationSchemes": [{"type": "oauthbearertoken", "description": "A token"}],
        "schemas": [CORE_11],
    },
    "ResourceTypes": {
        "schemas": [CORE_11],
        "Resources": [{"name": "User", "endpoint": "/Users", "schema": CORE_11}],
    },
    "Schemas": {
        "schemas": [f"{CORE_11}:ListResponse"],
        "Resources": [{"id": CORE_11, "attributes": [{"name": "userName"}]}],
    },
}


class Handler11(Handler):
    """SCIM 1.1 around the same store."""

    def route(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, dict[str, Any] | None]:
        if (name := path.strip("/")) in DISCOVERY:
            self.gate()
            return (200, DISCOVERY[name]) if self.command == "GET" else (405, None)
        status, answer = super().route(path, query, body)
        if answer and "Resources" in answer:
            answer["schemas"] = [CORE_11]
        return status, answer

    def write(self, method: str, collection: str, resource_id: str, body: dict[str, Any]) -> tuple[int, Any]:
        if self.server.store.has("extension-of-group-refused") and any("custom:group" in name for name in body):
            raise Refusal(400, "unknown schema")
        if method != "PATCH":
            return super().write(method, collection, resource_id, body)
        gone = {one["value"] for one in body.get("members", []) if one.get("operation") == "delete"}
        new = [one for one in body.get("members", []) if one["value"] not in gone]
        changes = {key: value for key, value in body.items() if key not in {"schemas", "members"}}
        cleared = body.get("meta", {}).get("attributes", []) if not self.server.store.has("clearing-ignored") else []
        changes = {key: value for key, value in changes.items() if key != "meta"}
        changes |= {"members": []} if "members" in cleared else {}
        operations: list[dict[str, Any]] = [{"op": "replace", "value": changes}]
        operations += [{"op": "remove", "path": f'members[value eq "{one}"]'} for one in gone]
        operations += [{"op": "add", "path": "members", "value": new}]
        return super().write(method, collection, resource_id, {"Operations": operations})

    def error(self, refusal: Refusal) -> dict[str, Any]:
        errors = [{"description": refusal.detail, "code": str(refusal.status)}]
        return {"schemas": [CORE_11], "detail": refusal.detail, "Errors": errors}
