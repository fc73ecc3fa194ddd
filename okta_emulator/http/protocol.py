"""One connection of a client: uvicorn's protocol, with deadlines for both directions and a limit of connections.

uvicorn and h11 limit how large the head of a request is, and how long a connection is kept alive after a response. They
let a request arrive and a response be read as slowly as the client likes, and a new connection wait for its first
request.
"""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from okta_emulator.http.connections import most_connections
from okta_emulator.http.transport import STATE_KEY, reset

REQUEST_SECONDS = 30.0
"""How long a request may take to arrive, from its first byte to its last; our choice."""
RESPONSE_SECONDS = 30.0
"""How long a client may take to read what was sent to it; our choice."""
_MOST_LEFT_OVER = 1
"""Bytes that the kernel may leave over before the time of the client counts; at 0, asyncio pauses each write of TLS."""
_UNANSWERED = (h11.IDLE, h11.SEND_RESPONSE)
_TOO_SLOW = b"The request didn't arrive within the time that the emulator allows.\n"


class OrgProtocol(H11Protocol):
    """Passes the connection's transport to each request, so that faults can break it; closes one too many.

    A request that doesn't arrive in time gets a 408, and its connection is closed. A connection without a request isn't
    part of one: uvicorn's keep-alive closes it, here also if the first request never comes. The connection of a client
    that doesn't read in time is reset: closing it would wait for the client too.
    """

    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        if len(self.connections) > most_connections():
            transport.abort()
        transport.set_write_buffer_limits(high=_MOST_LEFT_OVER, low=0)
        self.app_state = {**self.app_state, STATE_KEY: transport}
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def connection_lost(self, exc: Exception | None) -> None:
        """End, with what waits for the client."""
        super().connection_lost(exc)
        self._unset_keepalive_if_required()
        self._unset_deadline()
        self._unset_unread()

    def pause_writing(self) -> None:
        """Give the client time to read what was sent; asyncio calls it once something is left over."""
        super().pause_writing()
        self._unread = self._unread or self.loop.call_later(RESPONSE_SECONDS, reset, self.transport)

    def resume_writing(self) -> None:
        """Go on: nothing is left over."""
        super().resume_writing()
        self._unset_unread()

    def handle_events(self) -> None:
        """Handle what has arrived; uvicorn calls it after each read and, for the next request, after a response."""
        super().handle_events()
        if not self._awaits_more():
            self._unset_deadline()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(REQUEST_SECONDS, self._end)

    def send_400_response(self, msg: str) -> None:
        """Refuse what isn't HTTP, unless its request has its response already."""
        if self.conn.our_state in _UNANSWERED:
            super().send_400_response(msg)
        self._leave()

    def _leave(self) -> None:
        """Close the connection; the application may still try to respond, but the client is gone."""
        self.transport.close()
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()

    def _awaits_more(self) -> bool:
        """Whether a request has begun to arrive, and not all of it is here."""
        head_begun = self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0])
        return head_begun or self.conn.their_state is h11.SEND_BODY

    def _unset_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _unset_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _end(self) -> None:
        """Close the connection of a request that is too slow, unless it is the org that isn't reading."""
        self._deadline = None
        if self.transport.is_closing():
            return
        if self.flow.read_paused:
            self._deadline = self.loop.call_later(REQUEST_SECONDS, self._end)
        elif self.transport.get_write_buffer_size():
            self.transport.abort()  # the client doesn't read either
        else:
            if self.conn.our_state in _UNANSWERED:
                self._say_too_slow()
            self._leave()

    def _say_too_slow(self) -> None:
        headers = [("content-type", "text/plain"), ("content-length", str(len(_TOO_SLOW))), ("connection", "close")]
        head = h11.Response(status_code=408, headers=headers, reason=b"Request Timeout")
        for event in (head, h11.Data(data=_TOO_SLOW), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
