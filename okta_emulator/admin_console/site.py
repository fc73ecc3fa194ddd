"""The state of one org's Admin Console: its administrator, behaviour, sessions and one-time keys."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from okta_emulator.admin_console.administrator import Administrator
from okta_emulator.admin_console.behaviour import Behaviour, ConsoleAction
from okta_emulator.admin_console.sessions import AdminSession, Sessions, new_id, with_session
from okta_emulator.core.token import is_token
from okta_emulator.org.state import Org


@dataclass
class ConsoleSite:
    """The Admin Console of one org.

    Args:
        org: the org.
        administrator: who can sign in.
        behaviour: its switches; change them with `behave`.
    """

    org: Org
    administrator: Administrator
    behaviour: Behaviour = field(default_factory=Behaviour)

    def __post_init__(self) -> None:
        self.sessions = Sessions(lambda: self.behaviour.idle_seconds)
        self._keys: set[str] = set()
        self._fired: set[tuple[str, str]] = set()

    def now(self) -> float:
        """The org's time in seconds since 1970."""
        return self.org.clock.now().timestamp()

    def org_origin(self, request: Request) -> str:
        """The origin of the sign-in page: 127.0.0.1."""
        return f"{request.url.scheme}://127.0.0.1{_port(request)}"

    def admin_origin(self, request: Request) -> str:
        """The origin of the console: localhost, so that the two hosts don't share cookies."""
        return f"{request.url.scheme}://localhost{_port(request)}"

    def has_token(self, request: Request) -> bool:
        """Whether the request carries the org's API token."""
        return is_token(request.headers.get("authorization", ""), self.org.settings.token)

    def signed_in(self, target: str, org_session: str) -> Response:
        """Redirect to a page of the console with a new admin session for an org session."""
        cookie = new_id()
        self.sessions.admin[cookie] = AdminSession(org_session)
        return with_session(RedirectResponse(target, 302), cookie)

    def new_key(self) -> str:
        """A key that opens one page without a sign-in, once."""
        key = new_id()
        self._keys.add(key)
        return key

    def redeem(self, key: str) -> bool:
        """Whether this is an unused one-time key; it then counts as used."""
        if key not in self._keys:
            return False
        self._keys.remove(key)
        return True

    def behave(self, behaviour: Behaviour) -> None:
        """Set the switches; injected faults happen again."""
        self.behaviour = behaviour
        self._fired.clear()

    def troubles(self, action: ConsoleAction, cookie: str) -> bool:
        """Whether the session, or its factor, ends before this action; each happens once."""
        for kind, actions in (("end", self.behaviour.ends_session_before), ("ask", self.behaviour.challenges_before)):
            if action in actions and (kind, action) not in self._fired:
                self._fired.add((kind, action))
                self.sessions.end(cookie, org_too=kind == "end")
                return True
        return False


def _port(request: Request) -> str:
    return f":{request.url.port}" if request.url.port else ""
