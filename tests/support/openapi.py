"""Okta's OpenAPI description as a judge of requests and answers.

The description needs help to be used: its properties become nullable, since Okta's answers are
full of nulls; the schema of an app is chosen by its signOnMode; and the fixed lists of app names are dropped. Members
that it requires and that recorded answers do not have are not required here.
"""

from __future__ import annotations

import re
from typing import Any

import httpx
import jsonschema_rs

# Statuses that recordings show and the description does not (OB-110).
_RECORDED_STATUSES = {
    ("POST", "/api/v1/apps/{appId}/group-push/mappings", 200): 201,
    ("DELETE", "/api/v1/apps/{appId}/group-push/mappings/{mappingId}", 200): 204,
}
_APP_SCHEMAS = {
    "SAML_2_0": "SamlApplication",
    "OPENID_CONNECT": "OpenIdConnectApplication",
    "AUTO_LOGIN": "AutoLoginApplication",
    "BROWSER_PLUGIN": "BrowserPluginApplication",
    "BOOKMARK": "BookmarkApplication",
    "BASIC_AUTH": "BasicAuthApplication",
    "SECURE_PASSWORD_STORE": "SecurePasswordStoreApplication",
}
_NOT_REQUIRED = (
    "SamlApplicationSettingsSignOn",
    "SwaApplicationSettingsApplication",
    "ProfileMappingRequest",  # recorded with `properties` alone
    "ProvisioningConnectionResponse",  # recorded without `profile` before any set-up
)


class Description:
    """Okta's description as a judge of answers."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self.operations = {
            (method.upper(), path): operation
            for path, operations in document["paths"].items()
            for method, operation in operations.items()
            if method != "parameters"
        }
        self._components = {"schemas": _nullable(document["components"]["schemas"])}
        for name in _APP_SCHEMAS.values():
            _drop_enums_of_name(self._components["schemas"][name])
        for name in _NOT_REQUIRED:
            self._components["schemas"][name].pop("required", None)
        self._validators: dict[str, Any] = {}
        self.judged: set[str] = set()

    def judge(self, answer: httpx.Response) -> None:
        """Fail if an answer is not described, or not as described."""
        request, path = answer.request, answer.request.url.path
        template = self._template(request.method, path)
        if template is None:
            return
        self.judged.add(f"{request.method} {template}")
        if answer.status_code >= 400:
            self._check("Error", answer.json(), f"{request.method} {path}")
            return
        status = _RECORDED_STATUSES.get((request.method, template, answer.status_code), answer.status_code)
        responses = self.operations[request.method, template]["responses"]
        assert str(status) in responses, f"{request.method} {path} returned {answer.status_code}"
        schema = responses[str(status)].get("content", {}).get("application/json", {}).get("schema")
        if schema is not None and answer.content:
            self._check_schema(schema, answer.json(), f"{request.method} {path}")

    def judge_request(self, method: str, path: str, query: dict[str, str], body: Any) -> str:
        """Fail if a request is not described, or its query or body is not as described; the operation's name."""
        template = self._template(method, path)
        assert template is not None, f"{method} {path} is not described"
        operation = self.operations[method, template]
        where = f"{method} {path}"
        known = {self._resolved(one)["name"] for one in operation.get("parameters", [])}
        assert set(query) <= known, f"{where} has undescribed parameters {set(query) - known}"
        content = self._resolved(operation.get("requestBody", {})).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        if body is None:
            assert not self._resolved(operation.get("requestBody", {})).get("required"), f"{where} lacks its body"
        else:
            assert schema is not None, f"{where} takes no body"
            self._check_schema(schema, body, where)
        return f"{method} {template}"

    def _resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        """The part itself, or what its reference stands for."""
        reference = part.get("$ref")
        if reference is None:
            return part
        _, kind, name = reference.removeprefix("#/").split("/")
        found: dict[str, Any] = self._document["components"][kind][name]
        return found

    def _template(self, method: str, path: str) -> str | None:
        found = [
            template
            for known, template in self.operations
            if known == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
        ]
        return min(found, key=lambda template: template.count("{")) if found else None

    def _check_schema(self, schema: dict[str, Any], value: Any, where: str) -> None:
        if schema.get("type") == "array":
            assert isinstance(value, list), where
            for item in value:
                self._check_schema(schema["items"], item, where)
            return
        name = schema.get("$ref", "").rpartition("/")[2]
        if name == "Application":
            name = _APP_SCHEMAS[value["signOnMode"]] if value["signOnMode"] else "Application"
        if name:
            self._check(name, value, where)

    def _check(self, name: str, value: Any, where: str) -> None:
        if name not in self._validators:
            schema = {"allOf": [{"$ref": f"#/components/schemas/{name}"}], "components": self._components}
            self._validators[name] = jsonschema_rs.Draft4Validator(schema)
        errors = [
            f"{'.'.join(map(str, error.instance_path))}: {error.message}"
            for error in self._validators[name].iter_errors(value)
        ]
        assert not errors, f"{where} is no {name}: {errors}"


def _nullable(schema: Any) -> Any:
    """The same schema, but null is always allowed and the discriminators are gone."""
    if isinstance(schema, list):
        return [_nullable(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {key: _nullable(value) for key, value in schema.items() if key not in ("discriminator", "example")}
    if isinstance(changed.get("type"), str):
        changed["type"] = [changed["type"], "null"]
    if isinstance(changed.get("enum"), list):
        changed["enum"] = [*changed["enum"], None]
    return changed


def _drop_enums_of_name(schema: Any) -> None:
    for part in [schema, *schema.get("allOf", [])]:
        part.get("properties", {}).get("name", {}).pop("enum", None)
