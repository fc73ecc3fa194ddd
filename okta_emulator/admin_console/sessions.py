"""Who is signed in: sessions of the org's host and of the admin host, and the hand-over from one to the other."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Stage = Literal["identifier", "password", "choose", "factor"]


@dataclass
class OrgSession:
    """A session on the org's host; without the factor it does not open the console (OB-400)."""

    factor: bool = False


@dataclass
class AdminSession:
    """A session on the admin host.

    Attributes:
        org_session: the id of the org session it came from.
        xsrf: the token that every page carries and every write must send.
        tested: fingerprints of the connections that have passed the credential test, by app id.
        consents: OAuth states to the app for whose connection consent is asked.
        used: when it was last used, in seconds of a monotonic clock.
    """

    org_session: str
    xsrf: str = field(default_factory=secrets.token_hex)
    tested: dict[str, str] = field(default_factory=dict)
    consents: dict[str, str] = field(default_factory=dict)
    used: float = 0.0


@dataclass
class Dialog:
    """A conversation with the sign-in page.

    Attributes:
        stage: what it asks next.
        state: the OAuth state to return with.
        org_session: the session whose factor is asked for, if there is one already.
        factor: the factor that was chosen.
    """

    stage: Stage
    state: str
    org_session: str | None = None
    factor: str | None = None


@dataclass
class Sessions:
    """Everything that is remembered of browsers, in memory.

    Attributes:
        idle_seconds: tells how long an unused admin session lasts.
        org: org sessions by cookie.
        admin: admin sessions by cookie.
        dialogs: conversations of the sign-in page by their handle.
        tickets: session tokens of `/authn` that have not been used.
        grants: authorization codes to org sessions.
        targets: OAuth states to the pages that were asked for.
    """

    idle_seconds: Callable[[], float]
    org: dict[str, OrgSession] = field(default_factory=dict)
    admin: dict[str, AdminSession] = field(default_factory=dict)
    dialogs: dict[str, Dialog] = field(default_factory=dict)
    tickets: set[str] = field(default_factory=set)
    grants: dict[str, str] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)

    def open(self, *, factor: bool = False) -> str:
        """Begin an org session and return its cookie."""
        cookie = new_id()
        self.org[cookie] = OrgSession(factor)
        return cookie

    def current(self, cookie: str | None) -> AdminSession | None:
        """The admin session of a cookie, or None when it has ended or been idle too long; using it keeps it."""
        session = self.admin.get(cookie or "")
        if session is None:
            return None
        now = time.monotonic()
        if session.used and now - session.used > self.idle_seconds():
            self.end(cookie or "", org_too=False)
            return None
        session.used = now
        return session

    def end(self, cookie: str, *, org_too: bool) -> None:
        """End an admin session; of its org session at least the proof of the factor."""
        session = self.admin.pop(cookie)
        if org_too:
            self.org.pop(session.org_session, None)
        elif session.org_session in self.org:
            self.org[session.org_session].factor = False

    def clear(self) -> None:
        """Sign everybody out."""
        for kept in (self.org, self.admin, self.dialogs, self.tickets, self.grants, self.targets):
            kept.clear()


def new_id() -> str:
    """An id that cannot be guessed."""
    return secrets.token_urlsafe(24)
