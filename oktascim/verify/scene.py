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
from oktascim.verify.model import LifecycleStep, lifecycle
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
        account, second, group: what the run has created; the second user is a member of the group, and shows whether
            a step changes anyone else.
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

    def bystanders(self, step: LifecycleStep) -> list[Scene]:
        """The scenes of the accounts that a step isn't about: the other user's, or both if it is about the group."""
        return [self.of_second] if step.subject == "user" else [self, self.of_second]

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
