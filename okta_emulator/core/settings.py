"""How one emulated org behaves."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from okta_emulator.core.problem import InvalidSetting

ConnectionsApi = Literal["org", "accept"]
RateLimitPlan = Literal["off", "free", "workforce"]
Pipeline = Literal["idx", "v1"]

FAST_PACE = 1e-4  # with `fast`, five minutes last 30 ms


def new_token() -> str:
    """An API token in Okta's shape: 42 characters that begin with 00."""
    return "00" + secrets.token_hex(20)


@dataclass(frozen=True)
class EmulatorSettings:
    """What a person chooses about an emulated org.

    Args:
        connections_api: "org" answers for SCIM templates as for apps without provisioning (UNKNOWN; OB-051, OB-052);
            "accept" takes their credentials, which no source shows of a live org (OB-053).
        rate_limits: whose numbers the buckets have (OB-154, OB-155); "off" has neither limits nor headers.
        rate_window: seconds that a bucket counts.
        latency: seconds added to every answer of the Management API.
        fast: compress the waits that Okta makes (five minutes become 30 ms; OB-286).
        pipeline: "idx" for an Identity Engine org, "v1" for a Classic one; decides links of an app (OB-017).
        subdomain: the org's name; custom apps are named after it.
        catalog_keys: display name of a catalogue app to another key than the usual one (OB-004).
        token: the only API token of the org.

    Raises:
        InvalidSetting: a value that is not allowed.
    """

    connections_api: ConnectionsApi = "org"
    rate_limits: RateLimitPlan = "off"
    rate_window: float = 60.0
    latency: float = 0.0
    fast: bool = False
    pipeline: Pipeline = "idx"
    subdomain: str = "emulator"
    catalog_keys: Mapping[str, str] = field(default_factory=dict)
    token: str = field(default_factory=new_token, repr=False)

    def __post_init__(self) -> None:
        for name, kind in (("connections_api", ConnectionsApi), ("rate_limits", RateLimitPlan), ("pipeline", Pipeline)):
            value = getattr(self, name)
            if value not in get_args(kind):
                allowed = ", ".join(get_args(kind))
                raise InvalidSetting(f"The emulator's {name} cannot be '{value}'", fix=f"Use one of: {allowed}.")
        if self.latency < 0 or self.rate_window <= 0:
            raise InvalidSetting("The emulator's latency and rate window must be positive numbers of seconds")

    @property
    def pace(self) -> float:
        """What Okta's waits are multiplied with."""
        return FAST_PACE if self.fast else 1.0
