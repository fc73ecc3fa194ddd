"""The JSON Schema of a spec file, for editors: the models with their descriptions, and examples."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from typing import Any

from oktascim.catalog import load_templates
from oktascim.spec import attributes, models, provisioning

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_EXAMPLES: dict[str, dict[str, list[object]]] = {
    "Spec": {"owner": ["platform-team"]},
    "Integration": {"name": ["acme-crm"], "label": ["Acme CRM"]},
    "Provisioning": {
        "base_url": ["https://acme.example/scim/v2", {"env": "ACME_SCIM_URL"}],
        "to_app": [["create", "update", "deactivate"]],
        "unique_identifier": ["userName"],
        "attributes": [{"custom": {"badge": {"title": "Badge", "type": "string", "external_name": "badge"}}}],
        "mappings": [{"nickName": {"expression": "user.nickName"}}],
    },
    "Credentials": {"token": [{"env": "ACME_SCIM_TOKEN"}, {"keyring": "acme/token"}]},
    "SecretRef": {"env": ["ACME_SCIM_TOKEN"], "keyring": ["acme/token"], "file": ["acme-token.txt"]},
    "Assignments": {"users": [["ada@acme.example"]], "groups": [["Engineering"]], "push_groups": [["Engineering"]]},
    "SamlSignOn": {"acs_url": ["https://acme.example/saml/acs"], "audience": ["https://acme.example"]},
    "SwaSignOn": {"login_url": ["https://acme.example/login"]},
    "ImportSchedule": {"expression": ["0 0 * * *"], "timezone": ["UTC"]},
}
_SOURCE_NOTE = re.compile(r" \(OB-[^)]*\)|INBOUND_PROVISIONING ")
_FROM_ENVIRONMENT = {
    "type": "object",
    "description": "The name of an environment variable that holds the URL.",
    "properties": {"env": {"type": "string", "minLength": 1}},
    "required": ["env"],
    "additionalProperties": False,
}
_URLS = (
    ("Provisioning", "base_url"),
    ("SamlSignOn", "acs_url"),
    ("SamlSignOn", "audience"),
    ("SwaSignOn", "login_url"),
)
"""The members that `oktascim.spec.environment` can fill in."""


def json_schema() -> dict[str, Any]:
    """The schema of a spec file.

    Returns:
        A JSON Schema of draft 2020-12; every key of the format has a description.
    """
    schema = models.Spec.model_json_schema()
    parts = {**schema["$defs"], "Spec": schema}
    for part, key in _URLS:
        text = parts[part]["properties"][key]
        forms = text.pop("anyOf", None) or [{name: text.pop(name) for name in ("type", "minLength") if name in text}]
        text["anyOf"] = [*forms, {"$ref": "#/$defs/FromEnvironment"}]
    schema["$defs"]["FromEnvironment"] = _FROM_ENVIRONMENT
    for part, key, description in _descriptions():
        if key in parts.get(part, {}).get("properties", {}):
            parts[part]["properties"][key]["description"] = description
    for part, examples in _EXAMPLES.items():
        for key, values in examples.items():
            parts[part]["properties"][key]["examples"] = values
    for definition in parts.values():
        if "description" in definition:
            definition["description"] = _SOURCE_NOTE.sub("", definition["description"])
    parts["Integration"]["properties"]["template"]["enum"] = list(load_templates())
    parts["Spec"]["properties"]["integrations"]["minItems"] = 1
    return {"$schema": DIALECT, **schema, "title": "oktascim spec"}


def _descriptions() -> Iterator[tuple[str, str, str]]:
    """The string below each member of each class of the modules: class, member, text."""
    sources = map(inspect.getsource, (attributes, provisioning, models))
    for part in (part for source in sources for part in ast.parse(source).body):
        if not isinstance(part, ast.ClassDef):
            continue
        for member, text in zip(part.body, part.body[1:], strict=False):
            if isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
                match text:
                    case ast.Expr(value=ast.Constant(value=str() as words)):
                        yield part.name, member.target.id, " ".join(words.split())
