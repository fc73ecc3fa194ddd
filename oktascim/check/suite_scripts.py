"""Reimplements the scripts of Okta's suites, without running JavaScript (OB-442)."""

from __future__ import annotations

import random
import secrets
import string
from collections.abc import Callable, Mapping
from typing import Any

from oktascim.check.run import ServerUnderTest
from oktascim.check.sent import Sent
from oktascim.check.values import MISSING

SUITE_DOMAIN = "atko.com"


def initial_variables(target: ServerUnderTest) -> tuple[str, dict[str, Any]]:
    """The variables of Okta's two initial scripts, and the base URL and credential under the names of all suites.

    Returns:
        The last name, which is part of everything that the suite creates, and the variables.
    """
    draw = random.Random(secrets.randbits(64))  # noqa: S311 - names, not secrets
    digits = "".join(draw.choices(string.digits, k=3))
    first = f"Runscope{digits}"
    last = "".join([draw.choice(string.ascii_uppercase), *draw.choices(string.ascii_lowercase, k=8)])
    last += "".join(draw.choices(string.digits, k=3))
    email = f"{first}{last}@{SUITE_DOMAIN}"
    base_url, value = target.base_url.rstrip("/"), target.authorization.get_secret_value()
    return last, {
        "SCIMBaseURL": base_url,
        "SCIMUrl": base_url,
        "auth": value,
        "SCIMAuth": value,
        "randomGivenName": first,
        "randomFamilyName": last,
        "randomEmail": email,
        "randomUsername": email,
        "randomUsernameCaps": email.upper(),
        "InvalidUserEmail": f"abcdefgh@{SUITE_DOMAIN}",
        "UserIdThatDoesNotExist": "010101001010101011001010101011",
        "okta_user_firstname": first,
        "okta_user_lastname": last,
        "okta_user_fullname": f"{first} {last}",
        "okta_user_firstname_update": f"{first}update",
        "okta_user_fullname_update": f"{first}update {last}",
        "okta_user_email": email,
        "okta_user_title": "Engineer",
        "okta_user_primaryphone": "415.123.4567",
    }


def judge_script(script: str, sent: Sent, variables: Mapping[str, Any]) -> str | None:
    """What a step's script finds wrong, or None; Okta's scripts are recognised by what they examine."""
    judges: list[tuple[tuple[str, ...], Callable[[], str | None]]] = [
        (("totalResults", "Array.isArray", '"nogroups"'), lambda: _groups(sent, none_allowed=True)),
        (("totalResults", "Array.isArray", "assert.ok(exists"), lambda: _groups(sent, none_allowed=False)),
        (("userName.toLowerCase()", "randomUsername", "assert.notEqual"), lambda: _user_name(sent, variables)),
    ]
    for signs, judge in judges:
        if all(sign in script for sign in signs):
            return judge()
    return "The step has an unknown script, which oktascim can't evaluate."


def _groups(sent: Sent, *, none_allowed: bool) -> str | None:
    """Okta's groups script: in 2.0, a list without groups is fine, and an invalid totalResults is ignored."""
    if sent.json is MISSING:
        return "The body isn't JSON."
    total, resources = sent.at("totalResults"), sent.at("Resources")
    some = isinstance(total, int) and total >= 1
    if none_allowed and not (some and not isinstance(resources, list)):
        return None
    return None if some and isinstance(resources, list) else "Resources isn't an array of groups."


def _user_name(sent: Sent, variables: Mapping[str, Any]) -> str | None:
    """Okta's old script fails if userName is missing or in lower case."""
    name = sent.at("userName")
    if not isinstance(name, str):
        return "userName is missing."
    return "userName is in lower case." if name.lower() == variables.get("randomUsername") else None
