"""What a run has created and its expected state: the only data that the steps share and change."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from oktascim.check.bodies import Names
from oktascim.check.lab import Lab
from oktascim.okta.apps import App
from oktascim.okta.client import Okta
from oktascim.verify.model import LifecycleStep, lifecycle

_PLAIN = re.compile(r"(?:user|source)\.(\w+)")
_UNREAD = {"email": "email", "givenName": "firstName", "familyName": "lastName"}  # OB-124
_ADDRESSES = frozenset({"email", "secondEmail"})  # a real user, who receives mail at this address
_RENAMED_LOGIN, _RENAMED_GROUP = "renamed.", "Renamed "
_OWN_STEPS = frozenset({"firstName", "lastName", "login"})


@dataclass
class PushedAccount:
    """The user, and the expected state of their account.

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
        erred, had_erred: whether Okta's record showed an error in this step, and in the one before.
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

    def begin_step(self, held: set[str]) -> None:
        """Start a step.

        Args:
            held: what the account had as pushed when the last step ended.
        """
        self.held, self.fresh = held, frozenset()
        self.had_erred, self.erred = self.erred, False

    def set_active(self, active: bool) -> None:
        """Record that a step has activated or deactivated the account."""
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
    """The group, and its expected state on the SCIM server.

    Attributes:
        name, group_id: in Okta; the id is "" until it exists.
        begun: whether its creation has been sent, so that it may exist.
        external_id: the id on the SCIM server, "" until it is known.
        has_member: whether the user is in it.
        exists: whether the app should have it.
        fresh: what the current step has pushed: `name`, `members`.
        held: what was as pushed when the last step ended, and must stay that way.
        seen: the group as the server last showed it, or None.
        lost, extra: members that it lacked and had too many when the last step ended, by their ids on the server.
        no_change: why the current step changes nothing on the server, or "".
        erred, had_erred: whether Okta's record showed an error in this step, and in the one before.
    """

    name: str
    group_id: str = ""
    begun: bool = False
    external_id: str = ""
    has_member: bool = True
    exists: bool = True
    fresh: frozenset[str] = frozenset()
    held: set[str] = field(default_factory=set)
    seen: Mapping[str, Any] | None = None
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

    def begin_step(self, held: set[str], expected: Collection[str], members: Collection[str]) -> None:
        """Start a step.

        Args:
            held: what the group had as pushed when the last step ended.
            expected: the members that Okta has pushed.
            members: the members that the server showed.
        """
        self.held, self.fresh, self.no_change = held, frozenset(), ""
        self.lost, self.extra = set(expected) - set(members), set(members) - set(expected)
        self.had_erred, self.erred = self.erred, False

    def push(self, *parts: str) -> None:
        """Record what a step has pushed."""
        self.fresh = frozenset(parts)
        self.held -= self.fresh


@dataclass
class Lag:
    """How long the SCIM server has taken to show a change that Okta already calls successful.

    Attributes:
        seconds: the longest time so far.
        in_vain: whether a change never showed, so that a long wait isn't repeated.
    """

    seconds: float = 0.0
    in_vain: bool = False

    def learn(self, seconds: float, *, shown: bool) -> None:
        """Record how long a change was waited for, and whether the server showed it in the end."""
        if shown:
            self.seconds = max(self.seconds, seconds)
        else:
            self.in_vain = True


@dataclass
class Scene:
    """Everything that a step needs.

    Attributes:
        okta: the org.
        app: the app.
        kind: `catalog` or `wizard`.
        check: the command that checks the SCIM server alone.
        names: the run id and the domain.
        lab: our own connection to the SCIM server, or None.
        mute: why there is none.
        account, second, group: what the run has created; the second user is only for the group.
        mapping: the Okta attribute, by the app attribute that it fills.
        untested: mapped attributes that can't be tested, with the reason.
        skipped: Okta attributes to leave alone.
        lag: how far the SCIM server is behind.
    """

    okta: Okta
    app: App
    kind: str
    check: str
    names: Names
    lab: Lab | None
    mute: str
    account: PushedAccount
    second: PushedAccount
    group: PushedGroup
    mapping: Mapping[str, str] = field(default_factory=dict)
    untested: dict[str, str] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    lag: Lag = field(default_factory=Lag)

    def of(self, step: LifecycleStep) -> Scene:
        """The scene with the step's user as its account; the contents are shared."""
        return self.of_second if step.second else self

    @property
    def of_second(self) -> Scene:
        """The scene with the second user as its account."""
        return replace(self, account=self.second, second=self.account)

    @property
    def members(self) -> list[str]:
        """The ids on the SCIM server of the expected group members; an earlier step's fault isn't expected again."""
        return sorted((self.pushed_members - self.group.lost) | self.group.extra)

    @property
    def pushed_members(self) -> set[str]:
        """The ids of the members that Okta has pushed."""
        ids = {self.second.external_id} | ({self.account.external_id} if self.group.has_member else set())
        return ids - {""}

    @property
    def form(self) -> str:
        """The form of Okta's requests: of a template app in SCIM 2.0 (`catalog`) or 1.1, or of a wizard-made app."""
        is_old = self.kind == "catalog" and self.lab is not None and self.lab.version == "1.1"
        return "1.1" if is_old else self.kind

    @property
    def run(self) -> str:
        """The run id."""
        return self.names.run

    @property
    def attributes(self) -> list[str]:
        """The Okta attributes that the mapping pushes and that have a known test value, except names and login."""
        left_out = _OWN_STEPS | self.skipped | (_ADDRESSES if self.account.existing else set())
        return [one for one in dict.fromkeys(self.mapping.values()) if one not in left_out]

    def value_of(self, attribute: str) -> str:
        """The test value of an Okta attribute."""
        return lifecycle().values[attribute].format(run=self.names.run, domain=self.names.domain)


def mapping_of(mapping: Mapping[str, Any] | None) -> tuple[dict[str, str], dict[str, str]]:
    """Which Okta attributes are pushed to which app attributes, and which mapped ones can't be tested and why.

    Args:
        mapping: Okta's, from the user to the app's user; None if it can't be read, which leaves OB-124.
    """
    if mapping is None:
        return dict(_UNREAD), {}
    known, untested = dict[str, str](), dict[str, str]()
    for target, line in (mapping.get("properties") or {}).items():
        plain = _PLAIN.fullmatch((line.get("expression") or "").strip())
        if line.get("pushStatus") != "PUSH":
            untested[target] = "is mapped on creation only"
        elif plain is None:
            untested[target] = f"comes from an expression: {line.get('expression')}"
        elif plain[1] in lifecycle().left_out:
            untested[target] = lifecycle().left_out[plain[1]]
        elif plain[1] in lifecycle().values or plain[1] in _OWN_STEPS:
            known[target] = plain[1]
        else:
            untested[target] = f"no test value is known for user.{plain[1]}"
    return known, untested
