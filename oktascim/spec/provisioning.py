"""The `provisioning` of an integration as values: the SCIM server, its credentials, and what goes either way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Tag, model_validator

from oktascim.spec.attributes import AppAttributes
from oktascim.spec.part import SpecPart, Text

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
