"""The seed of an org, as values: people, groups, apps and assignments.

`seed_reading.py` reads them from a YAML file, and `planting.py` creates what they describe.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

ToApp = Literal["create", "update", "deactivate", "sync_password"]


class _Part(BaseModel):
    """A part of a seed; it accepts no unknown keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class FromEnvironment(_Part):
    """A value that an environment variable holds."""

    env: str = Field(min_length=1)


class Address(_Part):
    """A URL as it is, or in an environment variable."""

    env: str = ""
    url: str = ""


def _as_address(value: Any) -> Any:
    return {"url": value} if isinstance(value, str) else value


class SeedPerson(_Part):
    """A user; other keys are attributes of the Okta profile."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)

    login: str = Field(min_length=1)
    id: str | None = None
    status: Literal["ACTIVE", "STAGED", "SUSPENDED", "DEPROVISIONED"] = "ACTIVE"
    password: str | None = Field(None, repr=False)

    @property
    def profile(self) -> dict[str, Any]:
        """The Okta profile; `email` is the login, and the names come from it, unless they are given."""
        first, _, last = self.login.partition("@")[0].partition(".")
        names = {"firstName": first.capitalize(), "lastName": (last or "Example").capitalize()}
        return {"login": self.login, "email": self.login, **names, **(self.model_extra or {})}


class SeedGroup(_Part):
    """An Okta group."""

    name: str = Field(min_length=1)
    id: str | None = None
    description: str | None = None
    members: tuple[str, ...] = ()


class SeedAttribute(_Part):
    """An attribute of the app's users, as a custom property of their schema."""

    title: str | None = None
    type: Literal["string", "boolean", "integer", "number", "array"] = "string"
    items: Literal["string", "integer", "number"] = "string"
    external_name: str | None = None
    external_namespace: str | None = None
    required: bool = False
    mapping: str | None = None


class SeedProvisioning(_Part):
    """An app's connection to a SCIM server, and what it pushes."""

    base_url: Annotated[Address, BeforeValidator(_as_address)]
    token: FromEnvironment
    to_app: tuple[ToApp, ...] = ("create", "update", "deactivate")
    import_groups: bool = True
    unique_identifier: str = "userName"


class SeedAssignments(_Part):
    """The people and groups assigned to the app, and the groups pushed to it."""

    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    push_groups: tuple[str, ...] = ()


class SeedApp(_Part):
    """An app: a catalog app with its `name`, or else one made with the App Integration Wizard."""

    label: str = Field(min_length=1, max_length=100)
    id: str | None = None
    name: str | None = None
    active: bool = True
    provisioning: SeedProvisioning | None = None
    attributes: Mapping[str, SeedAttribute] = Field(default_factory=dict)
    assignments: SeedAssignments = SeedAssignments()


class Seed(_Part):
    """The initial contents of an org."""

    people: tuple[SeedPerson, ...] = ()
    groups: tuple[SeedGroup, ...] = ()
    apps: tuple[SeedApp, ...] = ()
