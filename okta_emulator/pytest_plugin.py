"""The pytest plugin: fixtures for an emulated Okta org and a real SCIM server.

It doesn't load the emulator until a test requests a fixture.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from okta_emulator.downstream import Downstream
    from okta_emulator.testing import OktaEmulator


_WORK_SECONDS = 5.0  # for work that a test leaves behind; a server that doesn't answer keeps it longer


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, which the configuration file can set too (`okta_mode = org`)."""
    group = parser.getgroup("okta", "emulated Okta org")
    group.addoption("--okta-port", type=int, default=0, help="Port of the emulated org; 0 picks a free one.")
    group.addoption(
        "--okta-mode",
        choices=("accept", "org"),
        default=None,
        help="accept: accept SCIM credentials through the API (default). org: respond as Okta documents.",
    )
    group.addoption("--okta-seed", default=None, help="YAML file that the emulated org starts with.")
    parser.addini("okta_mode", "As --okta-mode.", default="accept")
    parser.addini("okta_seed", "As --okta-seed; relative to this file.", type="paths", default=[])


@pytest.fixture(scope="session")
def _okta_org_of_session(request: pytest.FixtureRequest) -> Iterator[OktaEmulator]:
    with _started(request.config) as org:
        yield org


@pytest.fixture
def okta_org(_okta_org_of_session: OktaEmulator) -> Iterator[OktaEmulator]:
    """An emulated Okta org, as it started: one server for the session, reset before each test.

    Background work that the test leaves behind ends with it, so that it can't reach the SCIM server of the next test.
    """
    _okta_org_of_session.reset()
    yield _okta_org_of_session
    _okta_org_of_session.call("GET", "/_emulator/idle", timeout=_WORK_SECONDS)
    _okta_org_of_session.reset()


@pytest.fixture
def okta_org_factory() -> Iterator[Callable[..., OktaEmulator]]:
    """Starts further orgs, with the arguments of OktaEmulator; they stop at the end of the test."""
    from okta_emulator.testing import OktaEmulator

    with ExitStack() as stack:
        yield lambda *args, **options: stack.enter_context(OktaEmulator(*args, **options))


@pytest.fixture(scope="session")
def _scim_server_of_session() -> Iterator[Downstream]:
    from okta_emulator.downstream import Downstream

    with Downstream() as server:
        yield server


@pytest.fixture
def scim_server(_scim_server_of_session: Downstream) -> Downstream:
    """A real SCIM 2.0 server without users and groups: one process for the session, emptied before each test."""
    _scim_server_of_session.clear()
    return _scim_server_of_session


@pytest.fixture
def okta_client_env(okta_org: OktaEmulator, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment variables that Okta's SDKs use to find `okta_org`, set for the duration of the test."""
    for name, value in okta_org.client_env.items():
        monkeypatch.setenv(name, value)
    return okta_org.client_env


def _started(config: pytest.Config) -> OktaEmulator:
    from okta_emulator.testing import OktaEmulator

    mode: Any = config.getoption("--okta-mode") or config.getini("okta_mode")
    seeds = config.getini("okta_seed")
    seed = config.getoption("--okta-seed") or (seeds[0] if seeds else None)
    return OktaEmulator(mode, seed=seed, port=_port(config.getoption("--okta-port")))


def _port(wanted: int) -> int:
    """The port of this process: under pytest-xdist each worker has its own, counting up from the requested one."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return wanted + int(worker) if wanted and worker.isdigit() else wanted
