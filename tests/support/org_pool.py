"""Emulated orgs that tests use one after the other: to reset one takes a tenth of stopping and starting another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

import httpx

from okta_emulator.admin_console.behaviour import Behaviour
from okta_emulator.core.settings import EmulatorSettings
from okta_emulator.http.server import EmulatedOrg
from okta_emulator.org.planting import plant_example


class OrgPool:
    """The running orgs of a worker that no test uses now, by their settings."""

    def __init__(self) -> None:
        self._free: dict[str, list[EmulatedOrg]] = defaultdict(list)

    @contextmanager
    def lend(self, **settings: Any) -> Iterator[EmulatedOrg]:
        """An org of these settings as it starts: with Ada, Grace and Alan, who are Engineering."""
        free = self._free[repr(sorted(settings.items()))]
        if free:
            org = free.pop()
            _reset(org)
        else:
            org = EmulatedOrg(EmulatorSettings(fast=True, **settings), plant=plant_example)
            org.start()
        try:
            yield org
        finally:
            free.append(org)

    def stop(self) -> None:
        """Stop them all."""
        for org in chain.from_iterable(self._free.values()):
            org.stop()


def _reset(org: EmulatedOrg) -> None:
    """Reset an org and its Admin Console, where nobody is signed in then."""
    httpx.post(f"{org.url}/_emulator/reset", headers={"Authorization": f"SSWS {org.token}"}).raise_for_status()
    org.console.behave(Behaviour())
    org.console.sessions.clear()
    org.administrator.forget_codes()
