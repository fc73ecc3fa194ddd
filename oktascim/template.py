"""A template as a value: one kind of SCIM app that Okta offers, as its YAML file in templates/ describes it.

Every value that Okta defines (catalogue keys, settings paths, labels in the Admin Console) has a grade for its
reliability.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from oktascim.errors import UsageProblem

Grade = Literal["high", "medium", "low", "unknown", "choice"]
Scheme = Literal["basic", "header", "oauth", "oauth2"]
CredentialField = Literal[
    "username", "password", "token", "client_id", "client_secret", "token_endpoint", "authorization_endpoint"
]
LocatorKind = Literal["css", "name", "label", "text", "row", "order"]

_PLACEHOLDER = re.compile(r"\{([^}]+)\}")


class _Data(BaseModel):
    """Base of every part of a template: unknown keys are refused, and values are immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Authentication(_Data):
    """One way for Okta to authenticate to the SCIM server (OB-233 to OB-236)."""

    scheme: Scheme
    fields: tuple[CredentialField, ...]
    """The required members of `provisioning.credentials`, in the order of the form."""
    header: str | None
    """The Authorization header, e.g. `Bearer {token}`; None if Okta obtains an access token itself."""
    grade: Grade
    evidence: str

    def authorization(self, credentials: Mapping[str, str]) -> str:
        """The value of the Authorization header that Okta sends.

        Args:
            credentials: the resolved values by credential field, with every field of `fields`.

        Returns:
            The header's value, which is a secret.

        Raises:
            UsageProblem: the header doesn't follow from the credentials (OAuth 2 with consent).
        """
        if self.header is None:
            raise UsageProblem(
                "The Authorization header of an OAuth 2 connection can't be built from its credentials",
                why="Okta obtains the access token itself, after an administrator gives consent in the Admin Console.",
                fix="Test such a connection in the Admin Console with 'Test Connector Configuration'.",
            )
        return _PLACEHOLDER.sub(lambda found: _fill(found[1], credentials), self.header)


def _fill(placeholder: str, credentials: Mapping[str, str]) -> str:
    if placeholder.startswith("base64("):
        fields = placeholder.removeprefix("base64(").removesuffix(")").split(":")
        return base64.b64encode(":".join(credentials[field] for field in fields).encode()).decode()
    return credentials[placeholder]


class SettingsPath(_Data):
    """Where Okta keeps a setting in the app object, as dotted keys, with a grade."""

    path: str
    grade: Grade
    evidence: str


class SignOnMode(_Data):
    """What is sent as signOnMode, and what Okta may return for it (OB-010, OB-011)."""

    sent: str
    echoes: tuple[str | None, ...]
    acs_url: tuple[SettingsPath, ...] = ()
    """Candidates, best first."""
    audience: tuple[SettingsPath, ...] = ()
    login_url: tuple[SettingsPath, ...] = ()


class Locator(_Data):
    """One way to find a control on a page; in YAML, a mapping with one key: `{name: scim_base_url}`."""

    by: LocatorKind
    value: str | int

    @model_validator(mode="before")
    @classmethod
    def _from_single_key(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and len(value) == 1:
            ((by, what),) = value.items()
            return {"by": by, "value": what}
        return value


class Control(_Data):
    """A control in the Admin Console: its label, and how a program finds it, best locator first."""

    label: str | None = None
    locators: tuple[Locator, ...] = Field(min_length=1)
    pane: str | None = None
    """The heading of its part of the page, if the page has several such controls."""
    grade: Grade
    note: str | None = None


class ConsoleText(_Data):
    """A text in the Admin Console that decides something; `pattern` is a case-insensitive regular expression."""

    pattern: str
    means: Literal["success", "failure", "state"]
    grade: Grade


class Console(_Data):
    """The Admin Console as seen by a browser (OB-402 to OB-424)."""

    menu: str
    """Where the list of apps is."""
    classic_wizard: str
    """What to choose after 'Create App Integration' to get to the App Integration Wizard."""
    pages: dict[str, str]
    """Paths on the admin host; `{key}` is the app's `name`, `{id}` its id."""
    sign_in: dict[str, Control]
    controls: dict[str, Control]
    fields: dict[str, Control]
    """The inputs of the connection form, in order: `base_url`, then the credential fields."""
    to_app: dict[str, Control]
    """The checkboxes of the To App page, by the value of `provisioning.to_app`."""
    texts: dict[str, ConsoleText]
    authentication_modes: dict[str, str] = Field(default_factory=dict)
    """Wizard apps: the entry of the 'Authentication Mode' list for each scheme."""
    supported_actions: dict[str, Control] = Field(default_factory=dict)
    """Wizard apps: the checkboxes by the value of `provisioning.supported_actions`."""


class Template(_Data):
    """One kind of SCIM app that oktascim can set up."""

    name: str
    kind: Literal["catalog", "wizard"]
    display_name: str
    """Exactly as in Okta's catalogue; used to look up the key if the built-in one is rejected."""
    scim_version: Literal["1.1", "2.0"]
    uses: str
    """What to use it for."""
    catalog_key: str | None
    """The `name` of the app for `POST /api/v1/apps`; None for wizard apps, or if no source shows it."""
    catalog_key_grade: Grade
    catalog_key_evidence: str
    authentications: tuple[Authentication, ...] = Field(min_length=1)
    sign_on: dict[Literal["saml", "swa"], SignOnMode] = Field(min_length=1)
    app_link: str
    """Pattern of the key in `visibility.appLinks`; `{key}` is the app's `name`."""
    attributes: tuple[str, ...]
    """The base attributes of the app's user, by variable name."""
    console: Console

    def authentication(self, mode: str | None = None, given: Collection[str] = ()) -> Authentication:
        """The authentication of a connection with this template.

        Args:
            mode: `credentials.mode` of a spec; None means that the fields decide.
            given: the spec's credential fields; the authentication that shares most of them is chosen.

        Returns:
            One of `authentications`; the only one for a catalogue template.

        Raises:
            KeyError: the template has no authentication with that mode.
        """
        if mode is None:
            return max(self.authentications, key=lambda option: len(set(option.fields) & set(given)))
        by_scheme: dict[str, Authentication] = {option.scheme: option for option in self.authentications}
        return by_scheme[mode]
