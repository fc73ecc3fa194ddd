"""Signs commands in to the Admin Console: from the environment, or with the session of `auth login --console`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Literal

from oktascim.errors import UsageProblem
from oktascim.http.clock import Clock
from oktascim.routes.browser.access import PASSWORD, TOTP_SECRET, USERNAME, ConsoleAccess, SavedSessions, account_from
from oktascim.routes.browser.browser import what_is_missing
from oktascim.routes.browser.route import ConsoleBrowser
from oktascim.runs.environment import FROM, secret_of
from oktascim.runs.session import Session
from oktascim.secret_text import SecretStr
from oktascim.settings.profiles import config_directory
from oktascim.settings.secret_store import SecretStoreUnavailable

if TYPE_CHECKING:
    from oktascim.okta.client import Okta

SavedSessionState = Literal["kept", "locked", "none"]

_ACCOUNT = f"Set {USERNAME}, {PASSWORD} and {TOTP_SECRET} in the environment instead."


def console_browser(session: Session, okta: Okta, *, headed: bool, withheld: frozenset[str]) -> ConsoleBrowser:
    """The browser of this run's `console` routes; it doesn't open a window or prompt until one of them is used."""
    return ConsoleBrowser(okta, partial(console_access_of, session, withheld=withheld), session.environ, headed=headed)


def console_access_of(
    session: Session, org: str, clock: Clock, *, withheld: frozenset[str] = frozenset()
) -> ConsoleAccess:
    """The administrator from the environment, or else the saved session of this org.

    Each of the three variables holds a value; the same name with `_FROM` holds a reference such as `keyring:NAME`,
    `file:PATH` or `command:…`.

    Raises:
        UsageProblem: a value is missing or malformed.
        SecretStoreUnavailable: the keyring that holds a value is unavailable.
        ForeignOrg: a file in the current folder names the org, so no password is sent to it.
    """
    found = {name: value for name in (USERNAME, PASSWORD, TOTP_SECRET) if (value := _value(session, name, withheld))}
    account = account_from(found, clock)
    if account:
        session.org().require_own_choice("the console's password", f"{PASSWORD} or {PASSWORD}{FROM}")
        return ConsoleAccess(account)
    with _advice(_ACCOUNT):
        state = saved_sessions(session).load(org)
    if state and (settings := session.org()).url.value != org:  # only that URL vouches for the org's name
        settings.require_own_choice("the saved console session", f"a sign-in to {org}")
    return ConsoleAccess(state=state)


async def save_console_session(session: Session) -> str:
    """Let the user sign in to the Admin Console in a browser, and save the session.

    Returns:
        The org's origin.

    Raises:
        UsageProblem: there is no browser that Playwright can drive.
        OktascimError: the user didn't sign in.
        SecretStoreUnavailable: the session can't be saved; this is checked before the sign-in.
    """
    if missing := what_is_missing(session.environ):
        raise UsageProblem("Can't open the Admin Console from this machine.", why=missing)
    from oktascim.routes.browser.manual_sign_in import sign_in_manually

    async with session.okta() as okta:
        with _advice(_ACCOUNT):
            session.secret_store.probe()
            org, state = await sign_in_manually(okta, session.environ)
            saved_sessions(session).save(org, state)
    return org


async def forget_console_session(session: Session) -> tuple[str, bool]:
    """Remove the saved session of the org in the settings.

    Returns:
        The org's origin, and whether there was one.
    """
    from oktascim.okta.org import okta_origin

    async with session.okta() as okta:
        org = await okta_origin(okta)
    return org, saved_sessions(session).forget(org)


async def saved_session_of(session: Session, okta: Okta) -> tuple[str, SavedSessionState]:
    """The org's origin, and whether a session is saved for it; `locked` if the keyring doesn't return its key."""
    from oktascim.okta.org import okta_origin

    org = await okta_origin(okta)
    try:
        return org, "kept" if saved_sessions(session).load(org) else "none"
    except SecretStoreUnavailable:
        return org, "locked"
    except ImportError:  # without the extra `console`, none can have been saved
        return org, "none"


def saved_sessions(session: Session) -> SavedSessions:
    """The saved sessions of this machine."""
    return SavedSessions(config_directory(session.environ), session.secret_store)


def _value(session: Session, name: str, withheld: frozenset[str]) -> SecretStr | None:
    if name == USERNAME and (given := session.environ.get(name)):
        return SecretStr(given)  # not a secret, so it isn't masked
    return secret_of(name, session.secret_sources(withheld))


@contextmanager
def _advice(instead: str) -> Iterator[None]:
    """Add to keyring errors in this block how to work without the keyring."""
    try:
        yield
    except SecretStoreUnavailable as error:
        raise error.advising(instead) from None
