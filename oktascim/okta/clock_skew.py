"""How far this machine's clock is from Okta's, by the Date header of a response."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from oktascim.http.clock import date_of

_SMALL_SECONDS = 60.0  # our choice; client assertions and DPoP proofs allow minutes (OB-201)


@dataclass(frozen=True)
class ClockSkew:
    """How far this machine's clock is from Okta's; as text, `90 s ahead of Okta's`.

    Attributes:
        seconds: above zero if this machine is ahead.
    """

    seconds: float

    @property
    def is_small(self) -> bool:
        """Whether it does no harm."""
        return abs(self.seconds) <= _SMALL_SECONDS

    def __str__(self) -> str:
        return f"{abs(self.seconds):.0f} s {'ahead of' if self.seconds > 0 else 'behind'} Okta's"


def clock_skew(response: httpx.Response, now: float) -> ClockSkew | None:
    """This machine's time against the Date header, or None where there is none that means an instant.

    Args:
        response: the response.
        now: seconds since the epoch by this machine's clock.
    """
    date = date_of(response)
    return ClockSkew(now - date.timestamp()) if date else None
