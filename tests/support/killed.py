"""Runs one command line and kills its own process, without mercy, around the n-th request: `N before|after ARGS…`."""

from __future__ import annotations

import os
import signal
import sys

import httpx

from oktascim.cli.main import run

COUNT, WHEN = int(sys.argv[1]), sys.argv[2]


def main() -> int:
    """Count the requests of the real transport and die at the chosen one."""
    send = httpx.AsyncHTTPTransport.handle_async_request
    seen = 0

    async def counted(self: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        nonlocal seen
        seen += 1
        mine = seen == COUNT
        if mine and WHEN == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        response = await send(self, request)
        if mine:
            await response.aread()
            os.kill(os.getpid(), signal.SIGKILL)
        return response

    httpx.AsyncHTTPTransport.handle_async_request = counted
    return run(sys.argv[3:])


if __name__ == "__main__":
    sys.exit(main())
