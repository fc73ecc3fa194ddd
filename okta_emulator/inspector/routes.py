"""The routes of the inspector."""

from __future__ import annotations

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from okta_emulator.admin_console.addresses import INSPECTOR
from okta_emulator.admin_console.site import ConsoleSite
from okta_emulator.inspector.pages import Inspector


def routes(site: ConsoleSite) -> list[BaseRoute]:
    """Every route of the inspector."""
    inspector = Inspector(site)
    return [
        Route(INSPECTOR, inspector.show, methods=["GET"]),
        Route(f"{INSPECTOR}/exchanges", inspector.exchanges, methods=["GET"]),
        Mount("/_emulator/inspector/assets", StaticFiles(packages=[("okta_emulator.inspector", "static")])),
    ]
