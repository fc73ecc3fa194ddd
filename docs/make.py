"""Checks the statements about Okta and makes the pictures of the documentation: `make docs`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import httpx
from okta_behaviour import write_references
from playwright.sync_api import Page, sync_playwright
from screens import IMAGES, draw, shown

from okta_emulator.http.server import EmulatedOrg
from okta_emulator.scim_server import ScimServer
from oktascim.routes.browser.browser import find_browser

TOKEN = "a-token-for-pictures"


def main() -> None:
    """Write the cross-references, draw the demo's output, and take pictures of the emulated Admin Console."""
    write_references()
    here = Path(__file__).parents[1]
    draw("demo", "$ make demo\n" + shown([sys.executable, "-m", "oktascim", "demo"], (), os.environ, here))
    with ScimServer(TOKEN) as scim, EmulatedOrg() as org, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(os.environ), args=["--no-sandbox"])
        picture(org, scim.base_url, browser.new_page())
        browser.close()


def picture(org: EmulatedOrg, scim_url: str, page: Page) -> None:
    """Set up a connection as a person does, assign the app to a user, and open the exchanges."""
    api = httpx.Client(base_url=org.url, headers={"Authorization": f"SSWS {org.token}"})

    def call(method: str, path: str, body: Any = None) -> Any:
        answer = api.request(method, path, json=body).raise_for_status()
        return answer.json() if answer.content else None

    app = call("POST", "/api/v1/apps", {"name": "scim2headerauth", "label": "Acme", "signOnMode": "AUTO_LOGIN"})
    page.set_viewport_size({"width": 1000, "height": 760})
    page.goto(call("POST", "/_emulator/console/key")["admin_url"])
    page.get_by_role("link", name="Acme").click()
    page.locator("#tabs").get_by_text("Provisioning").click()
    page.get_by_text("Configure API Integration").click()
    page.get_by_label("Enable API integration").check()
    page.locator("[name=scim_base_url]").press_sequentially(scim_url)
    page.locator("[name=scim_auth_header_value]").press_sequentially(f"Bearer {TOKEN}")
    page.locator("#m-verify-button").click()
    page.get_by_text("was verified successfully").wait_for()
    page.screenshot(path=IMAGES / "console-test.png")
    page.locator("input[type=submit]").click()
    page.locator("#content").get_by_role("link", name="Edit").click()
    page.locator("[name=pushNewAccount]").check()
    page.locator("input[type=submit]").click()
    page.locator("#content").get_by_role("link", name="Edit").wait_for()
    profile = {"firstName": "Grace", "lastName": "Hopper", "email": "grace@acme.example", "login": "grace@acme.example"}
    user = call("POST", "/api/v1/users", {"profile": profile})
    call("POST", f"/api/v1/apps/{app['id']}/users", {"id": user["id"]})
    call("GET", "/_emulator/idle")
    page.set_viewport_size({"width": 1060, "height": 640})
    page.get_by_text("SCIM exchanges").click()
    page.locator("summary").nth(1).click()
    page.screenshot(path=IMAGES / "console-exchanges.png")


if __name__ == "__main__":
    main()
