"""Fixtures: worlds whose org takes credentials by API, or behaves as a test wants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.world import SCIM_TOKEN, World


@pytest.fixture
def scim_url() -> Iterator[str]:
    from okta_emulator.scim_server import ScimServer

    with ScimServer(SCIM_TOKEN) as server:
        yield server.base_url


@pytest.fixture
def world_of(scim_url: str, tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Makes a world with an org of the given settings."""
    from okta_emulator.core.settings import EmulatorSettings
    from okta_emulator.http.server import EmulatedOrg

    orgs = []

    def make(**settings: Any) -> World:
        chosen = EmulatorSettings(fast=True, **settings)
        org = EmulatedOrg(chosen)
        org.__enter__()
        orgs.append(org)
        world = World(org, chosen.token, scim_url, tmp_path)
        world.populate()
        return world

    yield make
    for org in orgs:
        org.__exit__(None, None, None)


@pytest.fixture
def world(world_of: Callable[..., World]) -> World:
    """An org that takes SCIM credentials by API."""
    return world_of(connections_api="accept")
