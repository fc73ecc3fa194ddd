"""What the checks that are code make of odd answers."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from oktascim.check.bodies import SCHEMAS
from oktascim.check.procedures import user_schema
from oktascim.check.values import value_at

CORE = SCHEMAS["2.0"]["schema.user"]
USER = {"schema": CORE, "schemaExtensions": [{"schema": "urn:x"}]}
DESCRIBED = [{"id": CORE, "attributes": [{}]}, {"id": "urn:x", "attributes": [{}]}]


@pytest.mark.parametrize(
    ("types", "schemas", "detail"),
    [
        ([USER], DESCRIBED, None),
        ([USER], DESCRIBED[:1], "/Schemas lists no attributes of urn:x."),
        ([USER], [*DESCRIBED[:1], {"id": "urn:x", "attributes": []}], "/Schemas lists no attributes of urn:x."),
        ([{**USER, "schemaExtensions": 7}], DESCRIBED, None),
        (
            [{**USER, "schemaExtensions": [{"schema": {}}]}],
            [{"id": []}, *DESCRIBED],
            "/Schemas lists no attributes of {}.",
        ),
        ([None, "User"], DESCRIBED, f"No resource type has the schema {CORE}."),
        ("none", DESCRIBED, "The status is 200; there are no Resources."),
    ],
)
def test_the_schemas_of_a_user(types: Any, schemas: Any, detail: str | None) -> None:
    async def send(_method: str, target: str) -> Any:
        body = {"Resources": types if target == "/ResourceTypes" else schemas}
        status = SimpleNamespace(status=200)
        return SimpleNamespace(ok=True, exchange=status, status_text="200", at=lambda path: value_at(body, path))

    lab = cast("Any", SimpleNamespace(send=send, variables={"schema.user": CORE}))
    found = asyncio.run(user_schema(lab, {}))
    assert (found.detail if found else None) == detail
