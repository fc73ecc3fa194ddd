"""An emulated org with its Admin Console and an administrator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.console import Stage


@pytest.fixture
def stage(shared_scim_url: str, tmp_path: Path) -> Iterator[Stage]:
    from okta_emulator.core.settings import EmulatorSettings
    from okta_emulator.http.server import EmulatedOrg
    from oktascim.routes.browser.browser import what_is_missing

    if missing := what_is_missing({}):
        pytest.skip(missing)
    with EmulatedOrg(EmulatorSettings(fast=True)) as org:
        stage = Stage(org, shared_scim_url, tmp_path)
        stage.behave()
        yield stage
