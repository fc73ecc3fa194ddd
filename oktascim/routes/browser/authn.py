"""The administrator's account, and its session token from `/api/v1/authn` (OB-400, OB-401)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from oktascim.redact import clean
from oktascim.routes.browser.totp import Codes
from oktascim.routes.observer import Observer
from oktascim.secret_text import SecretStr
from oktascim.strict_json import parse_json

if TYPE_CHECKING:
    from playwright.async_api import APIRequestContext

_OK, _UNAUTHORIZED = 200, 401
_SOFTWARE_TOKEN = "token:software:totp"  # noqa: S105  a factor type


class SignInRefused(Exception):
    """The account can't sign in to the console; retrying would only lock it."""


@dataclass(frozen=True)
class ConsoleAccount:
    """An administrator.

    Attributes:
        username: the login.
        password: the password.
        codes: the one-time codes, or None without a TOTP secret.
    """

    username: str
    password: SecretStr
    codes: Codes | None


async def session_token(http: APIRequestContext, org: str, account: ConsoleAccount, observer: Observer) -> str | None:
    """Get a session token, or None if the org doesn't accept this kind of sign-in (the sign-in page is used instead).

    Args:
        http: the browser's own HTTP client.
        org: the org's origin; nothing is sent to any other.
        account: who signs in.
        observer: receives waits for a one-time code.

    Raises:
        SignInRefused: the password is wrong, or the account can't sign in with a password.
    """
    body = {"username": account.username, "password": account.password.get_secret_value()}
    answer = await _post(http, f"{org}/api/v1/authn", body)
    if answer.get("status") == "MFA_REQUIRED":
        answer = await _verify(http, org, account, answer, observer)
    if answer and "sessionToken" not in answer:
        raise SignInRefused(f"Okta didn't sign in the console account: {clean(str(answer.get('status')))}")
    token = answer.get("sessionToken")
    return token if isinstance(token, str) else None


async def _verify(
    http: APIRequestContext, org: str, account: ConsoleAccount, answer: Mapping[str, Any], observer: Observer
) -> dict[str, Any]:
    """Verify the factor with a code; empty if the account has no codes for any factor."""
    link, state = _link_of_factor(answer), answer.get("stateToken")
    if account.codes is None or not link.startswith(f"{org}/") or not isinstance(state, str):
        return {}
    code = await account.codes.next(observer)
    verified = await _post(http, link, {"stateToken": state, "passCode": code})
    return verified if "sessionToken" in verified else {}


def _link_of_factor(answer: Mapping[str, Any]) -> str:
    """Where to verify a code of the account's software token; "" if it has none."""
    try:
        factors = answer["_embedded"]["factors"]
        links = [factor["_links"]["verify"]["href"] for factor in factors if factor["factorType"] == _SOFTWARE_TOKEN]
    except (KeyError, TypeError):
        return ""
    return str(links[0]) if links else ""


async def _post(http: APIRequestContext, url: str, body: Mapping[str, str]) -> dict[str, Any]:
    """Send a request and return its JSON; empty if the org rejects this kind of sign-in.

    Raises:
        SignInRefused: 401, which `/authn` returns for a wrong password (E0000004).
    """
    reply = await http.post(url, data=dict(body), headers={"Accept": "application/json"}, max_redirects=0)
    if reply.status == _UNAUTHORIZED:
        raise SignInRefused("Okta rejected the user name or password of the console account")
    if reply.status != _OK:
        return {}
    try:
        found = parse_json(await reply.body())
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
