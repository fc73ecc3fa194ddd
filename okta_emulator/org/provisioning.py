"""The provisioning of one app: its connection, its To App options, and the `features` array that follows from them.

The order of the array matches every recording; what each setting adds to it is our choice, based on the arrays of
real SCIM apps (OB-064 to OB-068). An app without provisioning has no record.

A wizard-made app offers only what its supported actions allow (OB-422). Create Users, Update User Attributes and the
imports depend on the actions of the same names in Okta's test dialog (OB-255). No source says what Deactivate Users and
Sync Password depend on. Our choice: Push Profile Updates (OB-423).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from okta_emulator.core.records import App, Json
from okta_emulator.org.catalog import CatalogEntry
from okta_emulator.org.state import Org
from okta_emulator.scim_client.connection import Connection

ConnectionStatus = Literal["ENABLED", "DISABLED"]

_ORDER = (
    "IMPORT_PROFILE_UPDATES",
    "PUSH_NEW_USERS",
    "PUSH_USER_DEACTIVATION",
    "SCIM_PROVISIONING",
    "GROUP_PUSH",
    "REACTIVATE_USERS",
    "IMPORT_USER_SCHEMA",
    "IMPORT_NEW_USERS",
    "PUSH_PROFILE_UPDATES",
    "PUSH_PASSWORD_UPDATES",
)
_BY_ACTION: dict[str, tuple[str, ...]] = {
    "import": ("IMPORT_PROFILE_UPDATES", "IMPORT_NEW_USERS"),
    "push_groups": ("GROUP_PUSH",),
}
_OFFERED_BY = {
    "create": "push_new",
    "update": "push_profile",
    "deactivate": "push_profile",
    "sync_password": "push_profile",
}
_BY_OPTION: dict[str, tuple[str, ...]] = {
    "create": ("PUSH_NEW_USERS",),
    "update": ("PUSH_PROFILE_UPDATES",),
    "deactivate": ("PUSH_USER_DEACTIVATION", "REACTIVATE_USERS"),
    "sync_password": ("PUSH_PASSWORD_UPDATES",),
}


@dataclass(frozen=True)
class Provisioning:
    """The provisioning settings of an app.

    Args:
        status: whether the connection is on.
        auth_scheme: TOKEN or OAUTH2, or None before the first setup.
        base_url: the SCIM base URL.
        authorization: the value of the Authorization header; a secret.
        import_groups: whether Import Groups is on.
        unique_identifier: the SCIM attribute that identifies a user; wizard apps can choose it.
        to_app: the options that are on.
        actions: the supported actions of a wizard-made app; None for templates, which support all of them.
        mode: the authentication mode of a wizard-made app: basic, header or oauth2.
        oauth: in mode oauth2, what a consent needs: endpoints, client id and secret.
        password: seed and change of password synchronization.
        inbound: the capabilities of INBOUND_PROVISIONING.
    """

    status: ConnectionStatus = "DISABLED"
    auth_scheme: str | None = None
    base_url: str | None = None
    authorization: str = field(default="", repr=False)
    import_groups: bool = True
    unique_identifier: str = "userName"
    to_app: tuple[str, ...] = ()
    actions: tuple[str, ...] | None = None
    mode: str = "basic"
    oauth: dict[str, str] = field(default_factory=dict, repr=False)
    password: dict[str, str] = field(default_factory=lambda: {"seed": "RANDOM", "change": "KEEP_EXISTING"})
    inbound: Json = field(default_factory=dict)


def provisioning_of(org: Org, app_id: str) -> Provisioning:
    """The provisioning of an app; the default one if it has none."""
    kept = org.store.provisioning.get(app_id)
    if kept is None:
        return Provisioning()
    actions = kept["actions"]
    return Provisioning(
        status=kept["status"],
        auth_scheme=kept["auth_scheme"],
        base_url=kept["base_url"],
        authorization=kept["authorization"],
        import_groups=kept["import_groups"],
        unique_identifier=kept["unique_identifier"],
        to_app=tuple(kept["to_app"]),
        actions=None if actions is None else tuple(actions),
        mode=kept["mode"],
        oauth=kept["oauth"],
        password=kept["password"],
        inbound=kept["inbound"],
    )


def save_provisioning(org: Org, app_id: str, provisioning: Provisioning) -> None:
    """Write the provisioning of an app."""
    actions = provisioning.actions
    org.store.provisioning.put(
        app_id,
        {
            "status": provisioning.status,
            "auth_scheme": provisioning.auth_scheme,
            "base_url": provisioning.base_url,
            "authorization": provisioning.authorization,
            "import_groups": provisioning.import_groups,
            "unique_identifier": provisioning.unique_identifier,
            "to_app": list(provisioning.to_app),
            "actions": None if actions is None else list(actions),
            "mode": provisioning.mode,
            "oauth": provisioning.oauth,
            "password": provisioning.password,
            "inbound": provisioning.inbound,
        },
    )


def features_of(provisioning: Provisioning, *, scim: bool) -> list[str]:
    """The app's `features` array.

    Args:
        provisioning: the app's settings.
        scim: whether the app's provisioning is SCIM.
    """
    if provisioning.status != "ENABLED":
        return []
    own = ("SCIM_PROVISIONING",) if scim else ("IMPORT_USER_SCHEMA",)
    by_action = (value for action, values in _BY_ACTION.items() if supports(provisioning, action) for value in values)
    by_option = (value for option in provisioning.to_app for value in _BY_OPTION[option])
    chosen = {*own, *by_action, *by_option}
    return [feature for feature in _ORDER if feature in chosen]


def supports(provisioning: Provisioning, action: str) -> bool:
    """Whether the app supports an action: import, push_new, push_profile, push_groups or import_groups."""
    return provisioning.actions is None or action in provisioning.actions


def offers(provisioning: Provisioning, option: str) -> bool:
    """Whether To App has this option."""
    return supports(provisioning, _OFFERED_BY[option])


def speaks_scim(org: Org, app: App) -> bool:
    """Whether the app's provisioning is SCIM: true for templates, and for wizard-made apps with SCIM."""
    entry = org.entry_of(app)
    return app["wizard"] and org.store.provisioning.get(app["id"]) is not None if entry is None else bool(entry.scim)


def delivers(org: Org, app: App, provisioning: Provisioning | None = None) -> bool:
    """Whether changes of users and groups currently reach the app's SCIM server.

    Args:
        org: the org.
        app: the app.
        provisioning: its settings, if they have been read already.
    """
    if app["status"] != "ACTIVE" or not speaks_scim(org, app):
        return False
    return (provisioning or provisioning_of(org, app["id"])).status == "ENABLED"


def scim_connection(org: Org, app: App, provisioning: Provisioning) -> Connection:
    """The connection for the SCIM client.

    Args:
        org: the org.
        app: the app.
        provisioning: its settings, saved or typed into a form.
    """
    entry = org.entry_of(app)
    return Connection(
        base_url=provisioning.base_url or "",
        authorization=provisioning.authorization,
        scim_version=(entry.scim if entry else None) or "2.0",
        kind="template" if entry else "wizard",
        app_label=app["label"],
        unique_identifier=provisioning.unique_identifier,
        import_groups=provisioning.import_groups,
        watchful=org.settings.watchful,
        switches=org.switches,
    )


def header_value(entry: CatalogEntry, credential: str) -> str:
    """The Authorization header of a SCIM template for the TOKEN credential of the connections API.

    Okta's form for templates is unknown. Our choice: the credential is what follows the scheme, so
    base64(user:password) for Basic, the bare token for OAuth, and the whole value for Header Auth (OB-233, OB-234).
    """
    return entry.scheme + credential
