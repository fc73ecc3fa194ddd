"""The org that Okta's CRUD suites write to: who may be changed there, and the clean-up (OB-443)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from oktascim.check.lab import Lab, Made, NotOurs, ServerGone
from oktascim.check.model import READING
from oktascim.check.sent import Sent
from oktascim.http.clock import Stop

_API = "/api/v1/"
_USERS = f"{_API}users"
_NOT_FOUND = 404
_USER_MEMBERS = frozenset({"profile", "credentials"})
_ASSIGNMENT_MEMBERS = _USER_MEMBERS | {"id", "scope"}
_ACTIONS = frozenset({"activate", "deactivate", "reactivate", "suspend", "unsuspend", "unlock"})
_PARAMETERS = frozenset({"activate", "sendEmail"})


@dataclass
class OrgLab(Lab):
    """The org of a suite: only users that this run created are changed, assigned to the tested app or deleted.

    Attributes:
        app: the id of the tested app, or "".
        people: the users created by this run: login by id.
        unsure: the logins of users whose creation got no response.
    """

    app: str = ""
    people: dict[str, str] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)

    def _guard(self, method: str, target: str, text: str) -> None:
        if method in READING:
            return
        url, body = urlsplit(target), _body_of(text)
        path = url.path.removeprefix(_API).split("/") if url.path.startswith(_API) else []
        parameters = {name for name, _ in parse_qsl(url.query, keep_blank_values=True)}
        if body is None or parameters - _PARAMETERS or not self._is_about_ours(method, path, body):
            raise NotOurs(
                f"{method} {target} wasn't sent: a suite may create users named after the run, and change, assign to "
                "the tested app or delete only those."
            )

    def _is_about_ours(self, method: str, path: list[str], body: dict[str, Any]) -> bool:
        """Whether a write is one of those that a CRUD suite needs; a group or a role would give the user rights."""
        user: Any
        app, members = self.app, body.keys()
        match [method, *path]:
            case ["POST", "users"]:
                return members <= _USER_MEMBERS and self.names.run in str(_login_in(body))
            case ["PUT" | "POST" | "DELETE", "users", user]:
                is_allowed = members <= _USER_MEMBERS
            case ["POST", "users", user, "lifecycle", action]:
                is_allowed = action in _ACTIONS and not members
            case ["POST", "apps", app, "users"] if app:
                user, is_allowed = body.get("id"), members <= _ASSIGNMENT_MEMBERS
            case ["PUT" | "POST" | "DELETE", "apps", app, "users", user] if app:
                is_allowed = members <= _ASSIGNMENT_MEMBERS and body.get("id", user) == user
            case _:
                return False
        return is_allowed and app == self.app and isinstance(user, str) and user in self.people

    async def _note_made(self, method: str, target: str, sent: Sent) -> None:
        if (method, urlsplit(target).path) != ("POST", _USERS):
            return
        self._note_user(sent)
        if sent.exchange.status is None:
            self.unsure.add(str(_login_in(_body_of(sent.body) or {})))

    def _note_user(self, sent: Sent) -> None:
        """Record the user in a response, if this run created them."""
        login, user_id = sent.at("profile.login"), sent.at("id")
        if sent.ok and isinstance(login, str) and self.names.run in login and isinstance(user_id, str):
            self.people[user_id] = login

    async def clean_up(self) -> list[Made]:
        """Delete the users that this run created; one whose creation got no response is looked up by login.

        Returns:
            Those that Okta didn't delete.
        """
        self.stop = Stop()  # Ctrl-C ended the suite, not the clean-up
        unknown = [login for login in sorted(self.unsure) if not await self._is_looked_up(login)]
        people = [Made("Okta users", user_id, login) for user_id, login in self.people.items()]
        left = [made for made in people if not await self._delete(made.id)]
        return left + [Made("Okta users", "", login) for login in unknown]

    async def _is_looked_up(self, login: str) -> bool:
        """Look for a user, and record them; False if Okta doesn't say whether they exist."""
        headers = {"Authorization": self.authorization, "Accept": "application/json"}
        try:
            sent = await self.send("GET", f"{_USERS}/{quote(login, safe='')}", headers=headers, bare=True)
        except ServerGone:
            return False
        self._note_user(sent)
        return sent.ok or sent.exchange.status == _NOT_FOUND

    async def _delete(self, user_id: str) -> bool:
        """Deactivate the user, then delete them (OB-081)."""
        headers = {"Authorization": self.authorization, "Accept": "application/json"}
        try:
            await self.send("DELETE", f"{_USERS}/{user_id}", headers=headers, bare=True)
            return (await self.send("DELETE", f"{_USERS}/{user_id}", headers=headers, bare=True)).ok
        except ServerGone:
            return False


def _body_of(text: str) -> dict[str, Any] | None:
    """The object in a body, {} if it is empty; None for anything else, and for a member that is there twice."""

    def once(members: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(members)
        if len(found) < len(members):
            raise ValueError
        return found

    try:
        body = json.loads(text or "{}", object_pairs_hook=once)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _login_in(body: dict[str, Any]) -> Any:
    profile = body.get("profile")
    return profile.get("login") if isinstance(profile, dict) else None
