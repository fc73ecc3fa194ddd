"""Faults of the broken server: it rejects or misreads a form that Okta sends, though others of the same kind work."""

from __future__ import annotations

import urllib.parse
from typing import Any

from tests.support.broken_server import CORE, ENTERPRISE, MESSAGES, Handler, Refusal, Store

_CAPPED = 20
_DISCOVERY = {
    "/ResourceTypes": {"schema": f"{CORE}User", "schemaExtensions": [{"schema": ENTERPRISE}]},
    "/Schemas": {"id": f"{CORE}User", "attributes": [{"name": "userName"}]},
}


class DialectStore(Store):
    """The store, with faults in what it takes."""

    def create(self, collection: str, body: dict[str, Any]) -> dict[str, Any]:
        if self.has("password-policy") and body.get("password", "!").isalnum():
            raise Refusal(400, "the password has no special character", "invalidValue")
        if self.has("email-without-type-refused") and any("type" not in one for one in body.get("emails", [])):
            raise Refusal(400, "an email needs a type", "invalidValue")
        if self.has("entitlements-refused") and "entitlements" in body:
            raise Refusal(400, "unknown attribute entitlements", "invalidSyntax")
        made = super().create(collection, body)
        if self.has("group-id-with-bulkId") and collection == "Groups":
            del self.resources["Groups"][made["id"]]
            made["id"] = f"bulkId-{made['id']}"
            self.resources["Groups"][made["id"]] = made
        return made

    def replace(self, collection: str, resource_id: str, body: dict[str, Any]) -> dict[str, Any]:
        if self.has("put-without-id-refused") and "id" not in body:
            raise Refusal(400, "id is required", "invalidValue")
        if self.has("many-members-cut-off") and collection == "Groups":
            body = {**body, "members": body.get("members", [])[:100]}
        return super().replace(collection, resource_id, body)

    def patch(self, collection: str, resource_id: str, operations: list[dict[str, Any]]) -> dict[str, Any]:
        if self.has("same-name-refused") and collection == "Groups":
            name = self.find(collection, resource_id)["displayName"]
            if any(one.get("path") is None and one["value"].get("displayName") == name for one in operations):
                raise Refusal(409, "the name is taken", "uniqueness")
        if self.has("only-first-removal"):
            removals = [one for one in operations if one["op"] == "remove"]
            operations = [one for one in operations if one not in removals[1:]]
        return super().patch(collection, resource_id, operations)

    def listing(self, collection: str, query: dict[str, str]) -> dict[str, Any]:
        groups = collection == "Groups" and "filter" not in query
        if groups and self.has("groups-in-pages-of-20"):
            query = {**query, "count": str(min(_CAPPED, int(query.get("count", 100))))}
        page = super().listing(collection, query)
        if groups and self.has("group-counts-as-strings"):
            page |= {key: str(value) for key, value in page.items() if isinstance(value, int)}
        return page

    def _filtered(self, found: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
        if self.has("decoded-twice"):
            text = urllib.parse.unquote_plus(text)
        if self.has("ampersand-ends-filter"):
            text = text.partition("&")[0]
        return super()._filtered(found, text)


class DialectHandler(Handler):
    """HTTP around it."""

    def gate(self) -> None:
        store = self.server.store
        super().gate()
        if store.has("accept-refused") and self.headers.get("Accept") == "application/scim+json":
            raise Refusal(406, "only application/json")
        typed = "Content-Type" in self.headers
        if store.has("get-without-type-refused") and self.command == "GET" and not typed:
            raise Refusal(415, "a content type is required")
        if store.has("delete-with-type-refused") and self.command == "DELETE" and typed:
            raise Refusal(400, "the body isn't JSON", "invalidSyntax")
        if store.has("rate-limit-with-date") and store.repeats > 10:
            raise Refusal(429, "slow down")

    def route(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, dict[str, Any] | None]:
        if path in _DISCOVERY and self.server.store.has("extension-not-in-schemas"):
            self.gate()
            return 200, {"schemas": [f"{MESSAGES}ListResponse"], "Resources": [_DISCOVERY[path]]}
        return super().route(path, query, body)

    def send_response(self, code: int, message: str | None = None) -> None:
        super().send_response(code, message)
        if code == 429 and self.server.store.has("rate-limit-with-date"):
            self.send_header("Retry-After", "Sat, 28 Nov 2026 12:00:00 GMT")

    def write(self, method: str, collection: str, resource_id: str, body: dict[str, Any]) -> tuple[int, Any]:
        store = self.server.store
        old = self.shown(collection, store.find(collection, resource_id)) if method == "PUT" else {}
        status, answer = super().write(method, collection, resource_id, body)
        if method == "POST" and collection == "Users" and store.has("created-without-body"):
            return status, None
        if method == "PUT" and collection == "Users" and store.has("put-shows-old"):
            return status, old
        if method == "PUT" and collection == "Groups" and store.has("group-put-shows-old"):
            return status, old
        return status, answer
