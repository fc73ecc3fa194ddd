"""Apps and their provisioning settings."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from okta_emulator.core.records.json import Json

AppStatus = Literal["ACTIVE", "INACTIVE"]


class Hidden(TypedDict):
    """Where an app is hidden from its users."""

    iOS: bool
    web: bool


class Visibility(TypedDict):
    """How users see an app."""

    autoLaunch: bool
    autoSubmitToolbar: bool
    hide: Hidden
    appLinks: dict[str, bool]


JsonWebKey = TypedDict(
    "JsonWebKey",
    {
        "kty": str,
        "created": str,
        "lastUpdated": str,
        "expiresAt": str,
        "kid": str,
        "use": str,
        "x5c": list[str],
        "x5t#S256": str,
        "e": str,
        "n": str,
    },
)
"""The certificate of a signing key."""


class AppChanges(TypedDict):
    """What a POST sets in an app and a PUT replaces."""

    label: str
    lastUpdated: str
    accessibility: Json
    visibility: Visibility
    signOnMode: str | None
    credentials: Json
    settings: Json


class App(AppChanges):
    """An app instance."""

    id: str
    name: str
    status: AppStatus
    created: str
    wizard: bool
    external_key: str
    link_id: str
    keys: list[JsonWebKey]
    system: NotRequired[bool]
    access_policy: NotRequired[str]


class Csr(TypedDict):
    """A certificate signing request, in base64."""

    id: str
    created: str
    csr: str


class Grant(TypedDict):
    """A scope of Okta's API that an OAuth client is granted."""

    id: str
    created: str
    lastUpdated: str
    scopeId: str
    clientId: str


class ClientSecret(TypedDict):
    """A secret of an OAuth client."""

    id: str
    created: str
    lastUpdated: str
    status: AppStatus
    client_secret: str
    secret_hash: str


class ProvisioningSettings(TypedDict):
    """The provisioning settings of an app; `org/provisioning.py` says what they mean."""

    status: Literal["ENABLED", "DISABLED"]
    auth_scheme: str | None
    base_url: str | None
    authorization: str
    import_groups: bool
    unique_identifier: str
    to_app: list[str]
    actions: list[str] | None
    mode: str
    oauth: dict[str, str]
    password: dict[str, str]
    inbound: Json
