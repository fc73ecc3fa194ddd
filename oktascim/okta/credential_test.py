"""Okta's test of a SCIM server and its credentials: how long it can take, and the message meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from oktascim.http.client import LongCall
from oktascim.http.clock import Announce
from oktascim.scim.request import OKTA_GIVES_UP

OKTA_TEST = LongCall(
    OKTA_GIVES_UP + 15.0,
    f"Okta's test of the SCIM server, up to {OKTA_GIVES_UP:.0f} s; --timeout doesn't change Okta's limit",
)
"""A call during which Okta tests the SCIM server; the 15 s in which Okta must answer are our choice."""

_UNSAID = 5.0


@contextmanager
def during_okta_test(announce: Announce) -> Iterator[None]:
    """While a page of the Admin Console may test a SCIM server: name what the run waits for, unless it ends soon.

    Args:
        announce: receives (reason, seconds).
    """
    seconds, reason = OKTA_TEST
    timer = asyncio.get_running_loop().call_later(_UNSAID, announce, reason, seconds - _UNSAID)
    try:
        yield
    finally:
        timer.cancel()
