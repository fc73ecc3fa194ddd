"""Sessions on the org's host and the admin host, and how one creates the other."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from starlette.responses import Response

from okta_emulator.org.provisioning import Provisioning

COOKIE = "sid"

_MOST_PENDING = 1_000
_Value = TypeVar("_Value")

Stage = Literal["identifier", "password", "choose", "factor"]


@dataclass
class OrgSession:
    """A session on the org's host; without the factor it does not open the console (OB-400)."""

    factor: bool = False


@dataclass
class AdminSession:
    """A session on the admin host.

    Attributes:
        org_session: the id of the org session that it came from.
        xsrf: the token that every page carries and every write must send.
        tested: fingerprints of the connection forms that passed the credential test, by app id.
        consents: the apps whose OAuth consent is pending, and what their provisioning was, by OAuth state.
        used: when it was last used, in seconds of a monotonic clock.
    """

    org_session: str
    xsrf: str = field(default_factory=secrets.token_hex)
    tested: dict[str, str] = field(default_factory=dict)
    consents: dict[str, tuple[str, Provisioning]] = field(default_factory=dict)
    used: float = 0.0


@dataclass
class Dialog:
    """An incomplete sign-in.

    Attributes:
        stage: what the sign-in page asks next.
        state: the OAuth state to return.
        org_session: the org session that still needs the factor, if the password has been given.
        factor: the chosen factor.
    """

    stage: Stage
    state: str
    org_session: str | None = None
    factor: str | None = None


class Recent(dict[str, _Value]):
    """What requests without a session leave behind: the latest ones, so that they can't fill the memory."""

    def __setitem__(self, key: str, value: _Value) -> None:
        super().__setitem__(key, value)
        if len(self) > _MOST_PENDING:
            del self[next(iter(self))]


@dataclass
class Sessions:
    """All sessions and pending sign-ins, in memory.

    Attributes:
        idle_seconds: returns how long an unused admin session lasts.
        org: org sessions by cookie.
        admin: admin sessions by cookie.
        dialogs: pending sign-ins by state handle.
        tickets: unused session tokens of `/authn`.
        grants: org sessions by authorization code.
        targets: requested pages by OAuth state.
    """

    idle_seconds: Callable[[], float]
    org: dict[str, OrgSession] = field(default_factory=dict)
    admin: dict[str, AdminSession] = field(default_factory=dict)
    dialogs: dict[str, Dialog] = field(default_factory=Recent)
    tickets: set[str] = field(default_factory=set)
    grants: dict[str, str] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=Recent)

    def open(self, *, factor: bool = False) -> str:
        """Start an org session and return its cookie."""
        cookie = new_id()
        self.org[cookie] = OrgSession(factor)
        return cookie

    def current(self, cookie: str | None) -> AdminSession | None:
        """The admin session of a cookie, or None if it ended or was idle too long; reading it counts as use."""
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
        """End an admin session, and its org session too or only that session's factor."""
        session = self.admin.pop(cookie)
        if org_too:
            self.org.pop(session.org_session, None)
        elif session.org_session in self.org:
            self.org[session.org_session].factor = False

    def clear(self) -> None:
        """Sign everyone out."""
        for kept in (self.org, self.admin, self.dialogs, self.tickets, self.grants, self.targets):
            kept.clear()


def new_id() -> str:
    """An unguessable id."""
    return secrets.token_urlsafe(24)


def with_session(response: Response, cookie: str) -> Response:
    """The response with a session cookie; each host has its own."""
    response.set_cookie(COOKIE, cookie, httponly=True, samesite="lax")
    return response
