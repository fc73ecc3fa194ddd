"""The read-back: what a fresh read of the org shows about an app's provisioning.

A 2xx response to a write is never evidence (OB-051, OB-055: writes to an app that the connections API doesn't
manage return 200 and 204 and change nothing). Two reads are: `connections/default` where it manages the app, and the
`features` array of the app object, which follows the configuration (OB-064, OB-065).
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from oktascim.okta.apps import App, get_app
from oktascim.okta.client import Okta
from oktascim.okta.connections import USER_PROVISIONING, Connection, get_connection, get_feature

ConnectionStatus = Literal["ENABLED", "DISABLED", "UNKNOWN"]

TO_APP_FEATURES = {
    "create": "PUSH_NEW_USERS",
    "update": "PUSH_PROFILE_UPDATES",
    "deactivate": "PUSH_USER_DEACTIVATION",
    "sync_password": "PUSH_PASSWORD_UPDATES",
}
_PROVISIONING_FEATURES = frozenset(
    {*TO_APP_FEATURES.values(), "SCIM_PROVISIONING", "IMPORT_NEW_USERS", "IMPORT_PROFILE_UPDATES", "GROUP_PUSH"}
)


@dataclass(frozen=True)
class ReadBack:
    """What a fresh read shows.

    Attributes:
        status: ENABLED if one of the reads proves it, DISABLED if the connections API says so, otherwise UNKNOWN.
        verified_by: the reads that prove ENABLED: `connections/default`, `features`.
        base_url: the base URL if Okta returns it, otherwise None.
        to_app: which To App options are on, by the spec's names.
    """

    status: ConnectionStatus
    verified_by: tuple[str, ...]
    base_url: str | None
    to_app: frozenset[str]


def judge(app: App, connection: Connection | None) -> ReadBack:
    """Combine the two reads; a pure function.

    Args:
        app: a fresh read of the app.
        connection: a fresh read of its connection, or None if it wasn't read.
    """
    proofs = []
    if connection and connection.enabled:
        proofs.append("connections/default")
    if app.features & _PROVISIONING_FEATURES:
        proofs.append("features")
    status: ConnectionStatus = "UNKNOWN"
    if connection and connection.governed:
        status = "ENABLED" if connection.enabled else "DISABLED"
    elif proofs:
        status = "ENABLED"
    return ReadBack(
        status=status,
        verified_by=tuple(proofs) if status == "ENABLED" else (),
        base_url=connection.base_url if connection else None,
        to_app=to_app_of(app.features),
    )


def to_app_of(features: Iterable[str]) -> frozenset[str]:
    """The To App options that a `features` array shows, by the spec's names (OB-064)."""
    present = set(features)
    return frozenset(option for option, feature in TO_APP_FEATURES.items() if feature in present)


def to_app_of_capabilities(capabilities: Mapping[str, Any]) -> frozenset[str]:
    """The To App options that a USER_PROVISIONING feature shows (OB-058)."""
    create = (capabilities.get("create") or {}).get("lifecycleCreate") or {}
    update = capabilities.get("update") or {}
    members = {
        "create": create,
        "update": update.get("profile") or {},
        "deactivate": update.get("lifecycleDeactivate") or {},
        "sync_password": update.get("password") or {},
    }
    return frozenset(option for option, member in members.items() if member.get("status") == "ENABLED")


async def read_back(okta: Okta, app_id: str, to_app: Collection[str] | None = None) -> ReadBack:
    """Read the app and its connection concurrently, and combine what they show.

    Args:
        okta: the org.
        app_id: the app.
        to_app: the wanted To App options, if they are to be checked; see `features_to_app`.
    """
    proof = judge(*await asyncio.gather(get_app(okta, app_id), get_connection(okta, app_id)))
    shown = await features_to_app(okta, app_id, proof, to_app)
    return proof if shown is None else replace(proof, to_app=shown)


async def features_to_app(
    okta: Okta, app_id: str, proof: ReadBack, wanted: Collection[str] | None
) -> frozenset[str] | None:
    """The To App options in the features API; called only if `features` doesn't show the wanted options.

    It isn't recorded whether a change through that API reaches the `features` array (OB-063), so both count.
    """
    if wanted is None or proof.status != "ENABLED" or proof.to_app == frozenset(wanted):
        return None
    feature = await get_feature(okta, app_id, USER_PROVISIONING)
    return to_app_of_capabilities(feature["capabilities"]) if feature else None
