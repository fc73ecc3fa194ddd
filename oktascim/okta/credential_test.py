"""Okta's test of a SCIM server and its credentials: how long it can take, and what is said meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from oktascim.http.clock import Announce

OKTA_GIVES_UP = 60.0
"""Seconds until Okta gives up on a SCIM server that doesn't respond (OB-242)."""

LONGEST_TEST = OKTA_GIVES_UP + 15.0
"""Seconds that a call can take during which Okta tests the SCIM server (our choice: Okta must answer, too)."""

_UNSAID = 5.0
_REASON = f"Okta's test of the SCIM server (Okta's own limit is {OKTA_GIVES_UP:.0f} s; --timeout doesn't change it)"


@contextmanager
def during_okta_test(announce: Announce) -> Iterator[None]:
    """While Okta may test a SCIM server: say what is waited for, and whose limit it is, unless it is over soon.

    Args:
        announce: receives (reason, seconds).
    """
    timer = asyncio.get_running_loop().call_later(_UNSAID, announce, _REASON, OKTA_GIVES_UP - _UNSAID)
    try:
        yield
    finally:
        timer.cancel()
