"""The reads that a watchful org adds to Okta's requests; each is marked as a watch."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from okta_emulator.scim_client.client import Reply, send
from okta_emulator.scim_client.connection import Connection
from okta_emulator.scim_client.outcome import Exchange
from okta_emulator.scim_client.pool import Http

_SECONDS = 2.0


@dataclass(frozen=True)
class OwnReads:
    """Reads of one app's SCIM server.

    Args:
        connection: the app's connection.
        http: what sends the reads.
        exchanges: the reads so far, in order.
    """

    connection: Connection
    http: Http
    exchanges: list[Exchange] = field(default_factory=list)

    async def read(self, path: str, query: str = "") -> Reply:
        """Send a GET to a path and a query without `?`."""
        reply = await send(self.connection, self.http, "GET", path, query=query)
        self.exchanges.append(replace(reply.exchange, watch=True))
        return reply


def hasty(connection: Connection) -> Connection:
    """The same connection with a deadline of 2 s (our choice), for reads of what a write isn't about."""
    return replace(connection, timeout=_SECONDS)
