"""A person at the emulated Admin Console, played over plain HTTP: what a handoff asks somebody to do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import httpx

from oktascim.routes.browser.totp import PERIOD, decode_secret, totp


class Person:
    """Signs in as the administrator, then fills in forms as the console's own script would send them."""

    def __init__(self, org: Any) -> None:
        self._org = org
        port = httpx.URL(org.url).port
        self.admin = f"http://localhost:{port}"
        self._http = httpx.Client(follow_redirects=True, timeout=30)

    def sign_in(self) -> str:
        """Answer the sign-in page; gives the page of apps."""
        administrator = self._org.administrator
        page = self._http.get(f"{self.admin}/admin/apps/active").text
        page = self._answer(page, identifier=administrator.login)
        page = self._answer(page, **{"credentials.passcode": administrator.password})
        code = totp(decode_secret_of(administrator), int(self._org.console.now() // PERIOD))
        return self._answer(page, **{"credentials.passcode": code})

    def post(self, path: str, **form: str) -> httpx.Response:
        """Send a form of the console with the token that its pages carry."""
        return self._http.post(f"{self.admin}{path}", data=form, headers=self._headers())

    def post_in_parts(self, path: str, parts: Iterable[bytes]) -> httpx.Response:
        """Send a form of the console as a slow network does."""
        return self._http.post(f"{self.admin}{path}", content=parts, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        page = self._http.get(f"{self.admin}/admin/apps/active").text
        (token,) = re.findall(r'id="_xsrfToken" hidden>(\w+)<', page)
        return {"X-Okta-XsrfToken": token, "X-Requested-With": "XMLHttpRequest"}

    def get(self, path: str) -> httpx.Response:
        """Open a page of the console."""
        return self._http.get(f"{self.admin}{path}")

    def connect(self, app: dict[str, Any], form: dict[str, str]) -> None:
        """Test and save a connection, then switch on Create, Update and Deactivate where To App offers them."""
        base = f"/admin/app/{app['name']}/instance/{app['id']}"
        url = f"{base}/settings/user-mgmt"
        assert "successfully" in self.post(f"{url}/verify", **form).text
        to_app = self.post(url, **form).text
        assert "Provisioning to App" in to_app
        wanted = ("pushNewAccount", "pushProfile", "pushDeactivation")
        self.post(url, section="to-app", **{box: "true" for box in wanted if f'name="{box}"' in to_app})

    def choose_scim(self, app: dict[str, Any]) -> None:
        """Switch Provisioning of a wizard-made app to SCIM."""
        base = f"/admin/app/{app['name']}/instance/{app['id']}"
        assert "SCIM" in self.post(f"{base}/settings/general", provisioningType="SCIM").text

    def _answer(self, page: str, **form: str) -> str:
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        return self._http.post(f"{self._org.url}/signin/step", data={**hidden, **form}).text


def decode_secret_of(administrator: Any) -> bytes:
    """The key of the administrator's authenticator."""
    from oktascim.secret_text import SecretStr

    return decode_secret(SecretStr(administrator.totp_secret))
