"""Okta's test of a SCIM server and its credentials: how long it can take, and the message meanwhile."""

from __future__ import annotations

from contextlib import AbstractContextManager

from oktascim.http.announcements import announced_if_long
from oktascim.http.client import LongCall
from oktascim.http.clock import Announce
from oktascim.scim.request import OKTA_GIVES_UP

OKTA_TEST = LongCall(
    OKTA_GIVES_UP + 15.0,
    f"Okta's test of the SCIM server, up to {OKTA_GIVES_UP:.0f} s; --timeout doesn't change Okta's limit",
)
"""A call during which Okta tests the SCIM server; the 15 s in which Okta must answer are our choice."""


def during_okta_test(announce: Announce) -> AbstractContextManager[None]:
    """Announce Okta's test of a SCIM server from a page of the Admin Console, unless it ends soon."""
    return announced_if_long(announce, OKTA_TEST.reason, OKTA_TEST.seconds)
