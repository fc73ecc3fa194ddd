"""Profile mappings."""

from __future__ import annotations

from typing import TypedDict


class MappingProperty(TypedDict):
    """How one attribute is filled, and whether its changes are pushed."""

    expression: str
    pushStatus: str


MappingProperties = dict[str, MappingProperty]


class ProfileMapping(TypedDict):
    """A profile mapping between the Okta user and the user of an app."""

    id: str
    app_id: str
    to_app: bool
    properties: MappingProperties
