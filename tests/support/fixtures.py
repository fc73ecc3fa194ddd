"""Fixtures: worlds whose org takes credentials by API, or behaves as a test wants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.world import SCIM_TOKEN, World


@pytest.fixture(scope="session")
def shared_scim_url() -> Iterator[str]:
    """A real SCIM server for all tests of a worker: to start one takes longer than most tests."""
    from okta_emulator.scim_server import ScimServer

    with ScimServer(SCIM_TOKEN) as server:
        yield server.base_url


@pytest.fixture
def scim_url(shared_scim_url: str) -> str:
    """The SCIM server without users and groups."""
    with httpx.Client(headers={"Authorization": f"Bearer {SCIM_TOKEN}"}) as client:
        for kind in ("Groups", "Users"):
            while held := client.get(f"{shared_scim_url}/{kind}").raise_for_status().json().get("Resources"):
                for one in held:
                    client.delete(f"{shared_scim_url}/{kind}/{one['id']}").raise_for_status()
    return shared_scim_url


@pytest.fixture
def world_of(scim_url: str, tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Makes a world with an org of the given settings."""
    from okta_emulator.core.settings import EmulatorSettings
    from okta_emulator.http.server import EmulatedOrg
    from okta_emulator.org.seed import EXAMPLE

    orgs = []

    def make(**settings: Any) -> World:
        chosen = EmulatorSettings(fast=True, **settings)
        org = EmulatedOrg(chosen, seed=EXAMPLE)
        org.__enter__()
        orgs.append(org)
        return World(org, chosen.token, scim_url, tmp_path)

    yield make
    for org in orgs:
        org.__exit__(None, None, None)


@pytest.fixture
def world(world_of: Callable[..., World]) -> World:
    """An org that takes SCIM credentials by API."""
    return world_of(connections_api="accept")
