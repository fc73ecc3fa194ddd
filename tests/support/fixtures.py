"""Fixtures: worlds whose org takes credentials by API, or behaves as a test wants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.support.world import SCIM_TOKEN, World

if TYPE_CHECKING:
    from okta_emulator.http.server import EmulatedOrg
    from tests.support.org_pool import OrgPool


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


@pytest.fixture(scope="session")
def org_pool() -> Iterator[OrgPool]:
    from tests.support.org_pool import OrgPool

    pool = OrgPool()
    yield pool
    pool.stop()


@pytest.fixture
def org_of(org_pool: OrgPool) -> Iterator[Callable[..., EmulatedOrg]]:
    """Lends an emulated org of the given settings for a test."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(org_pool.lend(**settings))


@pytest.fixture
def world_of(scim_url: str, tmp_path: Path, org_of: Callable[..., EmulatedOrg]) -> Callable[..., World]:
    """Makes a world with an org of the given settings."""

    def make(**settings: Any) -> World:
        org = org_of(**settings)
        return World(org, org.token, scim_url, tmp_path)

    return make


@pytest.fixture
def world(world_of: Callable[..., World]) -> World:
    """An org that takes SCIM credentials by API."""
    return world_of(connections_api="accept")
