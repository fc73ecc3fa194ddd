"""The administrator's account, and a session token for it from `/api/v1/authn` (OB-400, OB-401)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from oktascim.redact import clean
from oktascim.routes.browser.totp import Codes
from oktascim.routes.observer import Observer

if TYPE_CHECKING:
    from playwright.async_api import APIRequestContext

_OK, _UNAUTHORIZED = 200, 401
_SOFTWARE_TOKEN = "token:software:totp"  # noqa: S105  a factor type


class SignInRefused(Exception):
    """The console does not let this account in; trying again with the same would only lock it."""


@dataclass(frozen=True)
class Account:
    """An administrator.

    Attributes:
        username: the login.
        password: the password.
        codes: the one-time codes, or None where no TOTP secret was given.
    """

    username: str
    password: SecretStr
    codes: Codes | None


async def session_token(http: APIRequestContext, org: str, account: Account, observer: Observer) -> str | None:
    """A session token, or None where the org does not take this way in (then the sign-in page is filled in).

    Args:
        http: the browser's own HTTP client.
        org: the org's origin; nothing is sent elsewhere.
        account: who signs in.
        observer: told of a wait for a one-time code.

    Raises:
        SignInRefused: the password is wrong, or the account cannot sign in by password as it is.
    """
    body = {"username": account.username, "password": account.password.get_secret_value()}
    answer = await _post(http, f"{org}/api/v1/authn", body)
    if answer.get("status") == "MFA_REQUIRED":
        answer = await _verify(http, org, account, answer, observer)
    if answer and "sessionToken" not in answer:
        raise SignInRefused(f"Okta does not let the console account in: {clean(str(answer.get('status')))}")
    return answer.get("sessionToken")


async def _verify(
    http: APIRequestContext, org: str, account: Account, answer: Mapping[str, Any], observer: Observer
) -> dict[str, Any]:
    """Answer the factor with a code; empty when there is no factor for which this account has codes."""
    factors = (answer.get("_embedded") or {}).get("factors") or []
    links = [factor["_links"]["verify"]["href"] for factor in factors if factor.get("factorType") == _SOFTWARE_TOKEN]
    if account.codes is None or not links or not links[0].startswith(f"{org}/"):
        return {}
    code = await account.codes.next(observer)
    verified = await _post(http, links[0], {"stateToken": answer["stateToken"], "passCode": code})
    return verified if "sessionToken" in verified else {}


async def _post(http: APIRequestContext, url: str, body: Mapping[str, str]) -> dict[str, Any]:
    """The JSON answer; empty where the org refuses this way in.

    Raises:
        SignInRefused: 401, which `/authn` answers to a wrong password (E0000004).
    """
    reply = await http.post(url, data=dict(body), headers={"Accept": "application/json"}, max_redirects=0)
    if reply.status == _UNAUTHORIZED:
        raise SignInRefused("Okta refused the user name or the password of the console account")
    if reply.status != _OK:
        return {}
    try:
        found = await reply.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
