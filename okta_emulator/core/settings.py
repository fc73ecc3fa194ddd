"""The settings of an emulated org."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from okta_emulator.core.problem import InvalidSetting
from okta_emulator.core.switches import Switches

ConnectionsApi = Literal["org", "accept"]
RateLimitPlan = Literal["off", "free", "workforce"]
Pipeline = Literal["idx", "v1"]

FAST_PACE = 1e-4  # with `fast`, five minutes last 30 ms


def new_token() -> str:
    """An API token in Okta's form: 42 characters that start with 00."""
    return "00" + secrets.token_hex(20)


def delays_from(pairs: Iterable[str]) -> tuple[tuple[str, float], ...]:
    """The delays that `PATH=MILLISECONDS` texts set.

    Raises:
        InvalidSetting: a text doesn't have that form.
    """
    found = []
    for pair in pairs:
        path, _, milliseconds = pair.rpartition("=")
        if not path or not milliseconds.replace(".", "", 1).isdecimal():
            raise InvalidSetting(f"'{pair}' isn't a delay.", fix="Write PATH=MS, such as /api/v1/apps.*=500.")
        found.append((path, float(milliseconds) / 1000))
    return tuple(found)


@dataclass(frozen=True)
class EmulatorSettings:
    """The settings of one emulated org.

    Args:
        connections_api: with "org", SCIM templates answer like apps without provisioning (UNKNOWN; OB-051, OB-052);
            with "accept" they accept credentials, which no source shows for a live org (OB-053).
        rate_limits: the org type whose limits apply (OB-154, OB-155); "off" means no limits and no headers.
        rate_window: length of a bucket's window in seconds.
        latency: seconds added to every response of the Management API.
        delays: additional seconds for the paths that a regular expression matches in full, as (expression, seconds).
        fast: compress Okta's own waits (five minutes become 30 ms; OB-286).
        pipeline: "idx" for an Identity Engine org, "v1" for a Classic one; determines the links of an app (OB-017).
        subdomain: the org's name; custom apps are named after it.
        catalog_keys: keys of catalog apps that differ from the usual ones, by display name (OB-004).
        watchful: whether a read that Okta doesn't send follows each write to a SCIM server, to find silent faults.
        switches: how the SCIM client behaves where Okta's behaviour isn't certain.
        token: the only API token of the org.

    Raises:
        InvalidSetting: a value that isn't allowed.
    """

    connections_api: ConnectionsApi = "org"
    rate_limits: RateLimitPlan = "off"
    rate_window: float = 60.0
    latency: float = 0.0
    delays: tuple[tuple[str, float], ...] = ()
    fast: bool = False
    watchful: bool = False
    pipeline: Pipeline = "idx"
    subdomain: str = "emulator"
    catalog_keys: Mapping[str, str] = field(default_factory=dict)
    switches: Switches = field(default_factory=Switches)
    token: str = field(default_factory=new_token, repr=False)

    def __post_init__(self) -> None:
        for name, kind in (("connections_api", ConnectionsApi), ("rate_limits", RateLimitPlan), ("pipeline", Pipeline)):
            value = getattr(self, name)
            if value not in get_args(kind):
                allowed = ", ".join(get_args(kind))
                raise InvalidSetting(f"The emulator's {name} can't be '{value}'", fix=f"Use one of: {allowed}.")
        for pattern, seconds in self.delays:
            try:
                re.compile(pattern)
            except re.error as error:
                raise InvalidSetting(f"'{pattern}' isn't a pattern of paths.", why=str(error)) from None
            if seconds < 0:
                raise InvalidSetting("A delay must be a positive number of seconds")
        if self.latency < 0 or self.rate_window <= 0:
            raise InvalidSetting("The emulator's latency and rate window must be positive numbers of seconds")

    def latency_of(self, path: str) -> float:
        """The seconds added to a response."""
        return self.latency + sum(seconds for pattern, seconds in self.delays if re.fullmatch(pattern, path))

    @property
    def pace(self) -> float:
        """The factor for Okta's own waits."""
        return FAST_PACE if self.fast else 1.0
