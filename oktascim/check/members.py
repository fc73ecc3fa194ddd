"""Examines the users in a list with the checks that hold for any user; reads only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from oktascim.check.bodies import SCHEMAS
from oktascim.check.catalogue import catalogue
from oktascim.check.expect import fault
from oktascim.check.model import Check
from oktascim.check.values import filled, value_at
from oktascim.scim.report import Judgement, ScimVersion


def judge_users(resources: Sequence[Any], version: ScimVersion) -> tuple[Judgement, ...]:
    """A verdict for each attribute that Okta needs in a user.

    Args:
        resources: the Resources of a list of users.
        version: the SCIM version of the template.

    Returns:
        Judgements named `user.active` and so on; a recommended attribute fails as None. No verdicts if the list is
        empty.
    """
    users = [resource for resource in resources if isinstance(resource, dict)]
    checks = [check for check in catalogue().checks if check.members and version in check.scim]
    return tuple(_judge(check, users, version) for check in checks) if users else ()


def _judge(check: Check, users: list[dict[str, Any]], version: ScimVersion) -> Judgement:
    expected = filled(dict(check.steps[0].expect), SCHEMAS[version])
    for number, user in enumerate(users):
        for path, wanted in expected.items():
            if wrong := fault(f"Resources[{number}].{path}", value_at(user, path), wanted):
                fix = catalogue().fixes[check.fix]
                passed = False if check.requirement == "required" else None
                return Judgement(check.id, passed, wrong, cause=f"{check.why} ({check.source})", fix=fix.do)
    return Judgement(check.id, passed=True, detail=f"As Okta needs it, in {len(users)} of {len(users)} users.")
