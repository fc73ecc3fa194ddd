"""The org that Okta's CRUD suites write to: who may be changed there, and the clean-up (OB-443)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from oktascim.check.lab import Lab, Made, NotOurs, Sent, ServerGone
from oktascim.check.model import READING
from oktascim.http.clock import Stop

_USERS = "/api/v1/users"


@dataclass
class OrgLab(Lab):
    """The org of a suite: only users that this run created are changed, assigned or deleted.

    Attributes:
        people: the users created by this run: login by id.
    """

    people: dict[str, str] = field(default_factory=dict)

    def _guard(self, method: str, target: str, text: str) -> None:
        path = unquote(urlsplit(target).path)
        if method in READING or (method, path) == ("POST", _USERS):
            return
        if not self.people.keys() & {*path.split("/"), _id_in(text)}:
            raise NotOurs(f"{method} {target} wasn't sent: it isn't about a user that this run created.")

    async def _note_made(self, method: str, target: str, sent: Sent) -> None:
        if (method, urlsplit(target).path) == ("POST", _USERS) and sent.ok:
            login, user_id = sent.at("profile.login"), sent.at("id")
            if isinstance(login, str) and self.names.run in login and isinstance(user_id, str):
                self.people[user_id] = login

    async def clean_up(self) -> list[Made]:
        """Delete the users that this run created.

        Returns:
            Those that Okta didn't delete.
        """
        self.stop = Stop()  # Ctrl-C ended the suite, not the clean-up
        people = [Made("Okta users", user_id, login) for user_id, login in self.people.items()]
        return [made for made in people if not await self._delete(made.id)]

    async def _delete(self, user_id: str) -> bool:
        """Deactivate the user, then delete them (OB-081)."""
        headers = {"Authorization": self.authorization, "Accept": "application/json"}
        try:
            await self.send("DELETE", f"{_USERS}/{user_id}", headers=headers, bare=True)
            return (await self.send("DELETE", f"{_USERS}/{user_id}", headers=headers, bare=True)).ok
        except ServerGone:
            return False


def _id_in(text: str) -> str:
    try:
        body = json.loads(text)
    except ValueError:
        return ""
    found = body.get("id") if isinstance(body, dict) else None
    return found if isinstance(found, str) else ""
