"""Custom attributes of the app's users on the wire: each at its external name, under its external namespace.

Sources: OB-123 (external name and namespace), OB-126 (no external name, not sent), OB-275 (the URN in `schemas`),
OB-296 (roles and entitlements). A path such as `emails.^[type=='home'].value` selects an element of an array.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from okta_emulator.scim_client.connection import CustomAttribute
from okta_emulator.scim_client.dialect import Dialect
from okta_emulator.scim_client.lists import Resource

ACCESS = ("roles", "entitlements")
_CORES = ("", "urn:ietf:params:scim:schemas:core:2.0:User", "urn:scim:schemas:core:1.0")
_SEGMENT = re.compile(r"\^\[[^\]]*\]|[^.]+")
_SELECTOR = re.compile(r"\^\[(\w+)==(?:'([^']*)'|(true|false))\]")


def with_custom(body: Resource, attributes: Iterable[CustomAttribute], dialect: Dialect, shape: str) -> Resource:
    """A user's attributes, including the custom ones.

    Args:
        body: the other attributes; it isn't changed.
        attributes: the custom ones that have a value.
        dialect: the SCIM version.
        shape: how text in roles and entitlements is sent; the switch `access_values`.
    """
    placed = {key: _copied(value) for key, value in body.items()}
    for attribute in attributes:
        segments = _SEGMENT.findall(attribute.path)
        core = attribute.namespace in (*_CORES, dialect.user_schema)
        value = attribute.value
        if core and attribute.path in ACCESS:
            value = _access(value, shape)
        target = placed if core else placed.setdefault(attribute.namespace, {})
        _place(target, segments, value)
    return placed


def _place(target: Resource, segments: list[str], value: Any) -> None:
    name, *rest = segments
    if not rest:
        target[name] = value
        return
    selector = _SELECTOR.fullmatch(rest[0])
    if selector is None:
        inner = target.get(name)
        target[name] = inner = inner if isinstance(inner, dict) else {}
        _place(inner, rest, value)
        return
    key, wanted = selector[1], selector[2] if selector[3] is None else selector[3] == "true"
    elements = target.get(name)
    target[name] = elements = elements if isinstance(elements, list) else []
    element = next((one for one in elements if isinstance(one, dict) and one.get(key) == wanted), None)
    if element is None:
        elements.append(element := {key: wanted})
    _place(element, rest[1:] or ["value"], value)


def _access(value: Any, shape: str) -> list[Any]:
    """Roles or entitlements: text becomes an object with value, display and primary, or as the switch says (OB-296)."""
    items = value if isinstance(value, list) else [value]
    if shape == "text":
        return items
    full = shape == "object"
    return [
        one if isinstance(one, dict) else {"value": one} | ({"display": one, "primary": number == 0} if full else {})
        for number, one in enumerate(items)
    ]


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(one) for key, one in value.items()}
    return [_copied(one) for one in value] if isinstance(value, list) else value
