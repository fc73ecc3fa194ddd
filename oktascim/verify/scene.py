"""What a run has created and its expected state: the only data that the steps share and change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from oktascim.check.bodies import Names
from oktascim.check.lab import Lab
from oktascim.okta.apps import App
from oktascim.okta.client import Okta
from oktascim.verify.model import LifecycleStep, Role, lifecycle
from oktascim.verify.pushed import PushedAccount, PushedGroup

_PLAIN = re.compile(r"(?:user|source)\.(\w+)")
_UNREAD = {"email": "email", "givenName": "firstName", "familyName": "lastName"}  # OB-124
_ADDRESSES = frozenset({"email", "secondEmail"})  # a real user, who receives mail at this address
_OWN_STEPS = frozenset({"firstName", "lastName", "login"})


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
        people, groups: what the run has created, by role. Most steps are about the first user and the first group; the
            others show whether a step changes what it isn't about.
        mapping: the Okta attribute, by the app attribute that it fills.
        untested: mapped attributes that can't be tested, with the reason.
        skipped: Okta attributes to leave alone.
        lag: how far the SCIM server is behind.
        person, team: whose account and which group this scene is about, by role.
    """

    okta: Okta
    app: App
    kind: str
    check: str
    names: Names
    lab: Lab | None
    mute: str
    people: Mapping[Role, PushedAccount]
    groups: Mapping[Role, PushedGroup]
    mapping: Mapping[str, str] = field(default_factory=dict)
    untested: dict[str, str] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    lag: Lag = field(default_factory=Lag)
    person: Role = "first"
    team: Role = "first"

    @property
    def account(self) -> PushedAccount:
        """The user that this scene is about."""
        return self.people[self.person]

    @property
    def group(self) -> PushedGroup:
        """The group that this scene is about."""
        return self.groups[self.team]

    def of(self, step: LifecycleStep) -> Scene:
        """The scene of a step; the contents are shared."""
        return replace(self, person=step.about) if step.subject == "user" else replace(self, team=step.about)

    def subject(self, step: LifecycleStep) -> PushedAccount | PushedGroup:
        """The user or the group of a step, in its own scene."""
        return self.account if step.subject == "user" else self.group

    @property
    def of_people(self) -> list[Scene]:
        """The scene of each user."""
        return [replace(self, person=role) for role in self.people]

    @property
    def of_groups(self) -> list[Scene]:
        """The scene of each group."""
        return [replace(self, team=role) for role in self.groups]

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
