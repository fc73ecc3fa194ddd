"""What -v and -vv show of the requests that oktascim sends to a SCIM server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from oktascim.check.sent import Sent
from oktascim.redact import clean
from oktascim.render.har import hidden_in
from oktascim.render.streams import Output


def exchange_notes(output: Output, verbosity: int) -> Callable[[Sent], None]:
    """Write a note of each exchange, as `exchange_lines` has it."""

    def note(sent: Sent) -> None:
        for line in exchange_lines(sent, verbosity):
            output.note(line)

    return note


def exchange_lines(sent: Sent, verbosity: int) -> Iterator[str]:
    """An exchange with a SCIM server, without secrets.

    Args:
        sent: the request and its response.
        verbosity: 0 shows nothing, 1 the request line and the status, 2 also the bodies.
    """
    exchange = sent.exchange
    if verbosity:
        status = exchange.status or exchange.error
        yield f"> {exchange.method} {clean(exchange.url)} {status} {exchange.seconds * 1000:.0f} ms"
    if verbosity > 1:
        if sent.body:
            yield f"  > {hidden_in(sent.body)}"
        yield f"  < {hidden_in(exchange.body_start)}"
