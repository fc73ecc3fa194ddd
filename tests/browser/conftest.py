"""An emulated org with its Admin Console and an administrator."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.console import Stage

if TYPE_CHECKING:
    from okta_emulator.http.server import EmulatedOrg


@pytest.fixture
def stage(shared_scim_url: str, tmp_path: Path, org_of: Callable[..., EmulatedOrg]) -> Stage:
    from oktascim.routes.browser.browser import what_is_missing

    if missing := what_is_missing({}):
        pytest.skip(missing)
    stage = Stage(org_of(), shared_scim_url, tmp_path)
    stage.behave()
    return stage
