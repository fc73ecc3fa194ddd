"""The content of a spec file as values.

What a file omits is None here and stays unchanged in the org; no default causes a write. Spec files are documented
and written in the order of the members.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    PrivateAttr,
    StringConstraints,
    Tag,
    model_validator,
)
from pydantic_core import PydanticKnownError

from oktascim.catalog import is_template, load_templates
from oktascim.spec.attributes import AppAttribute, AppAttributes
from oktascim.spec.part import SpecPart, Text

__all__ = ["AppAttribute", "AppAttributes", "SpecPart", "Text"]

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]
Label = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]


def _in_catalogue(name: str) -> str:
    if not is_template(name):
        known = ", ".join(f"'{template}'" for template in load_templates())
        raise PydanticKnownError("literal_error", {"expected": known})
    return name


TemplateName = Annotated[str, AfterValidator(_in_catalogue)]
ToAppOption = Literal["create", "update", "deactivate", "sync_password"]
SupportedAction = Literal[
    "import_new_users_and_profile_updates",
    "push_new_users",
    "push_profile_updates",
    "push_groups",
    "import_groups",
]


class SecretRef(SpecPart):
    """Where a secret is stored: exactly one of the four. The secret itself is never in a spec."""

    env: Text | None = None
    """The name of an environment variable."""
    keyring: Text | None = None
    """The name of an entry in the OS keyring."""
    file: Text | None = None
    """A file that holds only the secret; relative to the spec file."""
    command: Text | None = None
    """A command line that prints only the secret; run without a shell."""

    @model_validator(mode="after")
    def _exactly_one(self) -> SecretRef:
        if sum(place is not None for place in (self.env, self.keyring, self.file, self.command)) != 1:
            raise ValueError("name exactly one of env, keyring, file, command")
        return self


def _reference_or_text(value: Any) -> str:
    return "reference" if isinstance(value, Mapping | SecretRef) else "text"


Identifier = Annotated[
    Annotated[SecretRef, Tag("reference")] | Annotated[Text, Tag("text")], Discriminator(_reference_or_text)
]
"""A user name or client ID: written in the file, or stored like a secret."""


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


class Credentials(SpecPart):
    """The SCIM server's credentials; the template decides which members apply."""

    mode: Literal["basic", "header", "oauth2"] | None = None
    """custom-* only: the authentication mode; derived from the other members if omitted."""
    username: Identifier | None = None
    """Basic: the user name."""
    password: SecretRef | None = None
    """Basic: where the password is stored."""
    token: SecretRef | None = None
    """Header: where the token is stored."""
    client_id: Identifier | None = None
    """OAuth 2: the client ID."""
    client_secret: SecretRef | None = None
    """OAuth 2: where the client secret is stored."""
    token_endpoint: Text | None = None
    """OAuth 2: where Okta gets access tokens."""
    authorization_endpoint: Text | None = None
    """OAuth 2: where an administrator gives consent."""


SECRET_MEMBERS = ("password", "token", "client_secret")
"""The credentials that are never in a spec; each authentication mode has one of them."""


class ImportSchedule(SpecPart):
    """When Okta imports from the app automatically."""

    expression: Text
    """A cron expression."""
    timezone: Text = "UTC"
    """An IANA time zone such as Europe/Berlin."""


class Matching(SpecPart):
    """How an imported user is matched to an Okta user (INBOUND_PROVISIONING importRules)."""

    exact_match: Literal["EMAIL", "USERNAME"] | None = None
    """An imported user matches exactly if this attribute is the same."""
    allow_partial_match: bool | None = None
    """Same first and last name is a partial match."""
    auto_confirm_exact_match: bool | None = None
    """Confirm exact matches automatically."""
    auto_confirm_partial_match: bool | None = None
    """Confirm partial matches automatically."""
    auto_confirm_new_users: bool | None = None
    """Confirm users without a match as new users automatically."""
    auto_activate_new_users: bool | None = None
    """Activate new users once they are confirmed."""


class ToOkta(SpecPart):
    """Import settings, if the org's features API accepts them."""

    full_import: ImportSchedule | None = None
    """When everything is imported."""
    incremental_import: ImportSchedule | None = None
    """When only changes are imported."""
    username_format: Literal["EMAIL", "CUSTOM"] | None = None
    """How the Okta username of an imported user is formed."""
    username_expression: Text | None = None
    """An Okta expression; only with `username_format: CUSTOM`."""
    matching: Matching | None = None
    """How imported users are matched to Okta users."""


class AttributeMapping(SpecPart):
    """One line of the Okta-to-app profile mapping."""

    expression: Text
    """An Okta expression such as user.nickName."""
    push: bool = True
    """True applies on create and update, False on create only."""


class Provisioning(SpecPart):
    """The provisioning connection and what it provisions."""

    base_url: Text
    """The SCIM base URL; Okta adds /Users and /Groups."""
    credentials: Credentials
    """How Okta authenticates to the SCIM server; secrets by reference."""
    import_groups: bool | None = None
    """Whether groups are imported; needs a working /Groups."""
    to_app: tuple[ToAppOption, ...] | None = None
    """What Okta pushes to the app; options that aren't listed are turned off."""
    to_okta: ToOkta | None = None
    """What Okta imports from the app."""
    unique_identifier: Text | None = None
    """custom-* only: the SCIM attribute that identifies a user, usually userName."""
    supported_actions: tuple[SupportedAction, ...] | None = None
    """custom-* only: what the SCIM server can do."""
    attributes: AppAttributes | None = None
    """The custom attributes of the app's user."""
    mappings: dict[str, AttributeMapping] | None = None
    """The Okta expression for each app attribute."""


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
