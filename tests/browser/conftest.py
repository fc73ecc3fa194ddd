"""An emulated org with its Admin Console, an administrator, and a browser in front of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.console import Stage
from tests.support.shared_browser import SharedBrowser

if TYPE_CHECKING:
    from okta_emulator.http.server import EmulatedOrg


@pytest.fixture(scope="session")
def shared_browser() -> Iterator[SharedBrowser]:
    """The browser of all tests that drive it as the product does."""
    from oktascim.routes.browser.browser import what_is_missing

    if missing := what_is_missing({}):
        pytest.skip(missing)
    shared = SharedBrowser()
    yield shared
    shared.close()


@pytest.fixture
def stage(
    shared_scim_url: str,
    tmp_path: Path,
    org_of: Callable[..., EmulatedOrg],
    shared_browser: SharedBrowser,
    monkeypatch: pytest.MonkeyPatch,
) -> Stage:
    monkeypatch.setattr("oktascim.routes.browser.driver.launch", shared_browser.launch)
    stage = Stage(org_of(), shared_scim_url, tmp_path, run=shared_browser.run)
    stage.behave()
    return stage


@pytest.fixture(scope="module")
def plain_browser() -> Iterator[Any]:
    """A browser for pages alone. While it is there, no event loop can run: the tests of its module call none."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="the extra `console` is not installed")
    from oktascim.routes.browser.browser import find_browser, what_is_missing

    if missing := what_is_missing({}):
        pytest.skip(missing)
    sync_api.expect.set_options(timeout=30_000)  # it looks until then only on a busy machine
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser({}), args=arguments)
        yield browser
        browser.close()
