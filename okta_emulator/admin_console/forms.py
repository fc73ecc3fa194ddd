"""The connection forms of the six templates, as data (OB-410 to OB-412).

Known: the labels of the Header, OAuth and Basic forms of SCIM 2.0, and the names of the Header form. Our choice (so
find inputs by label): every other name, all labels of SCIM 1.1, that labels are not tied to their inputs, and that the
Header form is the only one that uses another name for the token when a connection is edited.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Scheme = Literal["header", "bearer", "basic"]


@dataclass(frozen=True)
class Field:
    """One input.

    Args:
        key: what it holds: base_url, token, username or password.
        label: its label on the page.
        name: its `name` in the form of an unconfigured app.
        edit_name: its `name` when a connection is edited, if that differs.
        secret: whether it is write-only.
    """

    key: str
    label: str
    name: str
    edit_name: str | None = None
    secret: bool = False

    def named(self, *, editing: bool) -> str:
        """Its `name`."""
        return self.edit_name or self.name if editing else self.name


@dataclass(frozen=True)
class ConnectionForm:
    """The form of one template.

    Args:
        scheme: how the Authorization header is built (OB-233, OB-234).
        fields: its inputs in order.
        refuses_slash: whether the form rejects a base URL with a trailing slash; seen on the OAuth form (OB-239).
    """

    scheme: Scheme
    fields: tuple[Field, ...]
    refuses_slash: bool = False

    def values(self, posted: Mapping[str, str], *, editing: bool) -> dict[str, str]:
        """The typed values, by key."""
        return {field.key: posted.get(field.named(editing=editing), "") for field in self.fields}

    def authorization(self, values: Mapping[str, str]) -> str:
        """The Authorization header of these values."""
        if self.scheme == "basic":
            return basic(values["username"], values["password"])
        return f"Bearer {values['token']}" if self.scheme == "bearer" else values["token"]


def basic(username: str, password: str) -> str:
    """The header of Basic authentication (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def _header(label: str, name: str = "scim_base_url") -> ConnectionForm:
    token = Field("token", "API Token", "scim_auth_header_value", "scim_auth_header_value_new", secret=True)
    return ConnectionForm("header", (Field("base_url", label, name), token))


def _bearer(label: str) -> ConnectionForm:
    token = Field("token", "OAuth Bearer Token", "oauth_bearer_token", secret=True)
    return ConnectionForm("bearer", (Field("base_url", label, "base_url"), token), refuses_slash=True)


def _basic(label: str) -> ConnectionForm:
    login = Field("username", "Username", "admin_username")
    password = Field("password", "Password", "admin_password", secret=True)
    return ConnectionForm("basic", (Field("base_url", label, "base_url"), login, password))


FORMS = {
    "SCIM 2.0 Test App (Header Auth)": _header("Base URL"),
    "SCIM 2.0 Test App (OAuth Bearer Token)": _bearer("SCIM 2.0 Base Url"),
    "SCIM 2.0 Test App (Basic Auth)": _basic("SCIM 2.0 Base Url"),
    "SCIM 1.1 Test App (Header Auth)": _header("Base URL", "scim1_base_url"),
    "SCIM 1.1 Test App (OAuth Bearer Token)": _bearer("SCIM 1.1 Base Url"),
    "SCIM 1.1 Test App (Basic Auth)": _basic("SCIM 1.1 Base Url"),
}
"""By the display name of the template."""

TO_APP = (
    ("create", "Create Users", "pushNewAccount"),
    ("update", "Update User Attributes", "pushProfile"),
    ("deactivate", "Deactivate Users", "pushDeactivation"),
    ("sync_password", "Sync Password", "pushPassword"),
)
"""The To App rows: option, title, form field (OB-417, OB-418)."""

WIZARD_MODES = (("basic", "Basic Auth"), ("header", "HTTP Header"), ("oauth2", "OAuth 2"))
"""The entries of 'Authentication Mode' (OB-421)."""

WIZARD_FIELDS: Mapping[str, tuple[Field, ...]] = {
    "basic": (
        Field("username", "Username", "scimUsername"),
        Field("password", "Password", "scimPassword", secret=True),
    ),
    "header": (Field("token", "Authorization", "scimToken", secret=True),),
    "oauth2": (
        Field("token_endpoint", "Access token endpoint URI", "scimTokenUri"),
        Field("authorization_endpoint", "Authorization endpoint URI", "scimAuthorizeUri"),
        Field("client_id", "Client ID", "scimClientId"),
        Field("client_secret", "Client Secret", "scimClientSecret", secret=True),
    ),
}
"""The inputs of each mode; their names are our choice (OB-412)."""

WIZARD_ACTIONS = (
    ("import", "Import New Users and Profile Updates", ("User Import", "Import Profile Updates")),
    ("push_new", "Push New Users", ("Create Users",)),
    ("push_profile", "Push Profile Updates", ("Update User Attributes",)),
    ("push_groups", "Push Groups", ("Push Groups",)),
    ("import_groups", "Import Groups", ("Import Groups",)),
)
"""Supported provisioning actions: key, label, and their lines in the dialog of the test (OB-255, OB-421)."""
