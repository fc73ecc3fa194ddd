"""The users and groups of a run: what has been pushed, and what the SCIM server must therefore show."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

_RENAMED_LOGIN, _RENAMED_GROUP = "renamed.", "Renamed "


@dataclass
class PushedAccount:
    """A user, and the expected state of their account.

    Attributes:
        login, user_id: in Okta; the id is "" until the user exists.
        follows_login: whether the user name in the app is the login, as far as known.
        begun: whether its creation has been sent, so that it may exist.
        existing: given with `--user`, so the run must not rename, deactivate or delete it.
        profile: the part of the Okta profile that the run has set.
        before: the original profile of an existing user.
        external_id: the id on the SCIM server, "" until it is known.
        external_ids: every id that Okta has named for the user in this run.
        active: the expected value in the account.
        pushed: Okta attributes that have been pushed, with their values, including the login.
        fresh: what the current step has pushed: names of attributes, and `active`.
        held: what was seen in the account as pushed when the last step ended, and must stay that way.
        seen: the account as the server last showed it, or None.
        shown: the ids under which the server has shown it.
        gone_since: the step since which the server no longer has it, or "".
        former_id: the id of the account before Okta created a second one.
        no_change: why the current step changes nothing on the server, or "".
        erred, had_erred: whether Okta's record showed an error in this step, and in the last one about this user.
    """

    login: str
    user_id: str = ""
    follows_login: bool = True
    begun: bool = False
    existing: bool = False
    profile: dict[str, str] = field(default_factory=dict)
    before: dict[str, str | None] = field(default_factory=dict)
    external_id: str = ""
    external_ids: set[str] = field(default_factory=set)
    active: bool = True
    pushed: dict[str, str] = field(default_factory=dict)
    fresh: frozenset[str] = frozenset()
    held: set[str] = field(default_factory=set)
    seen: Mapping[str, Any] | None = None
    shown: set[str] = field(default_factory=set)
    gone_since: str = ""
    former_id: str = ""
    no_change: str = ""
    erred: bool = False
    had_erred: bool = False

    @property
    def user_name(self) -> str:
        """The user name that the account should have."""
        return self.pushed.get("login", self.login)

    @property
    def logins(self) -> frozenset[str]:
        """The login, and the one before the run changed it."""
        return frozenset({self.login, self.login.removeprefix(_RENAMED_LOGIN)})

    @property
    def renamed(self) -> str:
        """The login that the run gives the user."""
        return f"{_RENAMED_LOGIN}{self.login}"

    @property
    def is_ours(self) -> bool:
        """Whether the account on the SCIM server belongs to this run; a given user's only under the free login."""
        return not self.existing or self.user_name.lower() == self.login.lower()

    @property
    def claims(self) -> dict[str, str]:
        """The expected attributes of the account, except those that an earlier step failed to push."""
        return {name: value for name, value in self.pushed.items() if self.is_claimed(name)}

    def is_claimed(self, name: str) -> bool:
        """Whether an attribute must be as expected: this step has pushed it, or the last one left it that way."""
        return name in self.fresh or name in self.held

    def push(self, values: Mapping[str, str]) -> None:
        """Record what a step has pushed."""
        self.pushed |= values
        self.fresh |= frozenset(values)
        self.held -= self.fresh

    def stand_by(self, held: set[str]) -> None:
        """Expect no change of this account in the next step.

        Args:
            held: what it had as pushed when the last step ended.
        """
        self.held, self.fresh, self.no_change = held, frozenset(), ""

    def begin_step(self) -> None:
        """Start a step about this account."""
        self.had_erred, self.erred = self.erred, False

    def set_active(self, active: bool) -> None:
        """Record that a step has activated or deactivated the account, which proves nothing if it was so before."""
        was = (self.seen or {}).get("active")
        state = "still active" if active else "already inactive"
        self.no_change = f"the account was {state} on the SCIM server" if was is active else ""
        self.active = active
        self.fresh |= {"active"}
        self.held -= self.fresh

    def forget(self, names: Collection[str]) -> None:
        """Record that some attributes no longer have a value."""
        for name in names:
            self.profile.pop(name, None)
            self.pushed.pop(name, None)


@dataclass
class PushedGroup:
    """A group, and its expected state on the SCIM server.

    Attributes:
        name, group_id: in Okta; the id is "" until it exists.
        begun: whether its creation has been sent, so that it may exist.
        external_id: the id on the SCIM server, "" until it is known.
        people: its members in Okta.
        exists: whether the app should have it.
        fresh: what the current step has pushed: `name`, `members`.
        held: what was as pushed when the last step ended, and must stay that way.
        seen: the group as the server last showed it, or None.
        gone_since: the step since which the server no longer has it, or "".
        lost, extra: members that it lacked and had too many when the last step ended, by their ids on the server.
        no_change: why the current step changes nothing on the server, or "".
        erred, had_erred: whether Okta's record showed an error in this step, and in the last one about this group.
    """

    name: str
    group_id: str = ""
    begun: bool = False
    external_id: str = ""
    people: list[PushedAccount] = field(default_factory=list)
    exists: bool = True
    fresh: frozenset[str] = frozenset()
    held: set[str] = field(default_factory=set)
    seen: Mapping[str, Any] | None = None
    gone_since: str = ""
    lost: set[str] = field(default_factory=set)
    extra: set[str] = field(default_factory=set)
    no_change: str = ""
    erred: bool = False
    had_erred: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The name, and the one before the run changed it."""
        return frozenset({self.name, self.name.removeprefix(_RENAMED_GROUP)})

    @property
    def renamed(self) -> str:
        """The name that the run gives the group."""
        return f"{_RENAMED_GROUP}{self.name}"

    @property
    def pushed_members(self) -> set[str]:
        """The ids on the SCIM server of the members that Okta has pushed."""
        return {one.external_id for one in self.people} - {""}

    @property
    def members(self) -> list[str]:
        """The ids of the expected members; an earlier step's fault isn't expected again."""
        return sorted((self.pushed_members - self.lost) | self.extra)

    def stand_by(self, held: set[str], shown: Collection[str] | None) -> None:
        """Expect no change of this group in the next step.

        Args:
            held: what it had as pushed when the last step ended.
            shown: the members that the server showed; None if it didn't show the group.
        """
        self.held, self.fresh, self.no_change = held, frozenset(), ""
        pushed = self.pushed_members
        self.lost, self.extra = (pushed - set(shown), set(shown) - pushed) if shown is not None else (set(), set())

    def begin_step(self) -> None:
        """Start a step about this group."""
        self.had_erred, self.erred = self.erred, False

    def push(self, *parts: str) -> None:
        """Record what a step has pushed."""
        self.fresh = frozenset(parts)
        self.held -= self.fresh
