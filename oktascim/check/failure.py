"""What a check that is code found wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from oktascim.check.sent import Sent

Variables = Mapping[str, Any]


class CheckFailure(NamedTuple):
    """What is wrong.

    Attributes:
        detail: what was found.
        sent: the exchange that shows it.
        silent: the server returned 2xx and didn't do what was asked.
        fix: a fix that replaces the check's own, or "".
    """

    detail: str
    sent: Sent | None
    silent: bool = False
    fix: str = ""
