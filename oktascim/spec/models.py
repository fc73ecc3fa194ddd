"""The content of a spec file as values; `provisioning` is described in `provisioning.py`.

What a file omits is None here and stays unchanged in the org; no default causes a write. Spec files are documented
and written in the order of the members.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PrivateAttr,
    StringConstraints,
)
from pydantic_core import PydanticKnownError

from oktascim.catalog import is_template, load_templates
from oktascim.spec.part import SpecPart, Text
from oktascim.spec.provisioning import Provisioning

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
Label = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]


def _in_catalogue(name: str) -> str:
    if not is_template(name):
        known = ", ".join(f"'{template}'" for template in load_templates())
        raise PydanticKnownError("literal_error", {"expected": known})
    return name


TemplateName = Annotated[str, AfterValidator(_in_catalogue)]


class Visibility(SpecPart):
    """Where users see the app, and whether it signs them in automatically (OB-020, OB-021)."""

    web: bool | None = None
    """Shown on the web dashboard."""
    mobile: bool | None = None
    """Shown in Okta Mobile."""
    auto_login: bool | None = None
    """Signs users in automatically when they open the app's login page."""


class SamlSignOn(SpecPart):
    """SAML 2.0 sign-on."""

    mode: Literal["saml"]
    """Sign-on with SAML 2.0."""
    acs_url: Text | None = None
    """Where Okta posts the assertion."""
    audience: Text | None = None
    """The service provider's entity ID."""


class SwaSignOn(SpecPart):
    """Secure Web Authentication sign-on."""

    mode: Literal["swa"]
    """Sign-on with a password: Okta fills in the app's login form."""
    login_url: Text | None = None
    """The app's login page."""


SignOn = Annotated[SamlSignOn | SwaSignOn, Field(discriminator="mode")]


class GroupRule(SpecPart):
    """A group rule of the org: who matches the expression is put into the groups."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=50)]
    """The rule's name, which identifies it in later runs; at most 50 characters."""
    expression: Text
    """An Okta expression such as user.department == "Sales"."""
    groups: tuple[Text, ...]
    """Names or ids of the groups that it fills; Okta can't change them later."""


class Assignments(SpecPart):
    """Assignments: users by login or id, groups by name or id, and groups to push."""

    users: tuple[Text, ...] | None = None
    """Logins or ids of users to assign."""
    groups: tuple[Text, ...] | None = None
    """Names or ids of groups to assign."""
    push_groups: tuple[Text, ...] | None = None
    """Names or ids of groups that Okta pushes to the app."""
    group_rules: tuple[GroupRule, ...] | None = None
    """Group rules that put people into groups, such as the assigned ones."""


class Integration(SpecPart):
    """One SCIM integration; `name` and the file's owner identify its app in later runs."""

    _owner: str | None = PrivateAttr(default=None)
    name: Name
    """Stable key: a-z, 0-9 and hyphens, at most 64 characters."""
    label: Label
    """The app's label in Okta, at most 100 characters."""
    template: TemplateName
    """One of `oktascim template list`."""
    visibility: Visibility | None = None
    """Where users see the app."""
    sign_on: SignOn
    """How users sign in to the app."""
    provisioning: Provisioning | None = None
    """The SCIM connection; omit it for an app without provisioning."""
    assignments: Assignments | None = None
    """Users and groups to assign, and groups to push."""

    @property
    def owner(self) -> str | None:
        """The `owner` of its file, or None."""
        return self._owner

    @property
    def key(self) -> str:
        """The content of its app's marker: `owner/name`, or only the name if the file has no owner."""
        return f"{self._owner}/{self.name}" if self._owner else self.name

    def owned_by(self, owner: str | None) -> Integration:
        """The same integration with that owner."""
        owned = self.model_copy()
        owned._owner = owner  # noqa: SLF001 - a copy of our own kind
        return owned


def _not_true(version: Any) -> Any:
    """Refuse `true`, which equals 1 in Python and so is one of `Literal[1]`."""
    if isinstance(version, bool):
        raise PydanticKnownError("literal_error", {"expected": "1"})
    return version


def _not_empty(integrations: tuple[Integration, ...]) -> tuple[Integration, ...]:
    if not integrations:
        raise ValueError("must have at least one entry")
    return integrations


class Spec(SpecPart):
    """One spec file."""

    version: Annotated[Literal[1], BeforeValidator(_not_true)]
    """The version of the format."""
    owner: Name | None = None
    """Who maintains these integrations: a-z, 0-9 and hyphens. `apply --prune` deletes only apps of this owner."""
    integrations: Annotated[tuple[Integration, ...], AfterValidator(_not_empty)]
    """The SCIM integrations of this file, at least one."""
