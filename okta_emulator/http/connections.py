"""Keeps the server working if a client opens more connections than this process may have open files."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
from typing import Any

_FULL = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_UNLIMITED = 100_000

_log = logging.getLogger(__name__)


def most_connections() -> int:
    """How many connections are kept open: half of what the process may open, the rest is for SCIM servers and files."""
    files = os.sysconf("SC_OPEN_MAX")
    return (files if files > 0 else _UNLIMITED) // 2


def say_once_when_full(loop: asyncio.AbstractEventLoop) -> None:
    """Report once that no file can be opened: asyncio logs a traceback for each connection that it can't accept."""
    said = False

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        nonlocal said
        error = context.get("exception")
        if not isinstance(error, OSError) or error.errno not in _FULL:
            loop.default_exception_handler(context)
        elif not said:
            said = True
            _log.error(
                "The emulator can't accept more connections: %s. Close some, or allow more files with `ulimit -n`.",
                error.strerror,
            )

    loop.set_exception_handler(handle)
