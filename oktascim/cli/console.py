"""Who enters the Admin Console for the commands: the environment, or the kept session of `auth login --console`."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pydantic import SecretStr

from oktascim.cli.context import Session
from oktascim.cli.flags import reference
from oktascim.errors import UsageProblem
from oktascim.http import Clock
from oktascim.provisioning.console.access import PASSWORD, TOTP_SECRET, USERNAME, Access, KeptSessions, account_from
from oktascim.provisioning.console.browser import what_is_missing
from oktascim.provisioning.console.route import ConsoleRoute
from oktascim.settings.profiles import config_directory
from oktascim.spec.models import SecretRef
from oktascim.spec.secrets import SecretSources, resolve

_FROM = "_FROM"


def console_route(session: Session, *, headed: bool) -> ConsoleRoute:
    """The `console` route of this run; nothing is opened or asked before it is tried."""
    return ConsoleRoute(partial(access_of, session), session.environ, headed=headed)


def access_of(session: Session, org: str, clock: Clock) -> Access:
    """The administrator whom the environment names, else the kept session of this org.

    Each of the three variables may be given as it is, or under its name with `_FROM` as a reference such as
    `keyring:NAME`, `file:PATH` or `command:…`.

    Raises:
        UsageProblem: a value is missing or malformed.
        SecretStoreUnavailable: the keyring that holds a value cannot be used.
    """
    found = {name: value for name in (USERNAME, PASSWORD, TOTP_SECRET) if (value := _value(session, name))}
    account = account_from(found, clock)
    return Access(account) if account else Access(state=kept_sessions(session).load(org))


async def keep_console_session(session: Session) -> str:
    """Have a person sign in to the Admin Console in a browser, and keep the session.

    Returns:
        The org's origin.

    Raises:
        UsageProblem: there is no browser that can be driven.
        OktascimError: nobody signed in.
        SecretStoreUnavailable: the session cannot be kept.
    """
    if missing := what_is_missing(session.environ):
        raise UsageProblem("The Admin Console cannot be opened from here.", why=missing)
    from oktascim.provisioning.console.by_hand import sign_in_by_hand

    async with session.okta() as okta:
        org, state = await sign_in_by_hand(okta, session.environ)
    kept_sessions(session).save(org, state)
    return org


def kept_sessions(session: Session) -> KeptSessions:
    """Where the sessions of sign-ins by hand are kept."""
    return KeptSessions(config_directory(session.environ), session.secret_store)


def _value(session: Session, name: str) -> SecretStr | None:
    if given := session.environ.get(name):
        if name != USERNAME:
            session.masker.add(given)
        return SecretStr(given)
    place = reference(name + _FROM, session.environ.get(name + _FROM) or None)
    if place is None:
        return None
    sources = SecretSources(session.environ, Path.cwd(), session.secret_store.get, session.masker)
    return resolve(SecretRef(**place), name, sources)
