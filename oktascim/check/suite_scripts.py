"""What the scripts of Okta's suites do: there is no JavaScript here (OB-442)."""

from __future__ import annotations

import random
import secrets
import string
from collections.abc import Callable, Mapping
from typing import Any

from oktascim.check.lab import Sent
from oktascim.check.run import ServerUnderTest
from oktascim.check.values import MISSING

SUITE_DOMAIN = "atko.com"


def initial_variables(target: ServerUnderTest) -> tuple[str, dict[str, Any]]:
    """What Okta's two initial scripts set, and the address and the credential under the names of all suites.

    Returns:
        The last name, which is in everything that the suite makes, and the variables.
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
    """What a step's script finds wrong, or None; Okta's scripts are recognised by what they look at."""
    judges: list[tuple[tuple[str, ...], Callable[[], str | None]]] = [
        (("totalResults", "Array.isArray", '"nogroups"'), lambda: _groups(sent, none_allowed=True)),
        (("totalResults", "Array.isArray", "assert.ok(exists"), lambda: _groups(sent, none_allowed=False)),
        (("userName.toLowerCase()", "randomUsername", "assert.notEqual"), lambda: _user_name(sent, variables)),
    ]
    for signs, judge in judges:
        if all(sign in script for sign in signs):
            return judge()
    return "The step has a script that oktascim doesn't know; what it would find is unknown."


def _groups(sent: Sent, *, none_allowed: bool) -> str | None:
    """Okta's groups script: in 2.0 no groups are fine, and an unusable totalResults is not looked at."""
    if sent.json is MISSING:
        return "The body is not JSON."
    total, resources = sent.at("totalResults"), sent.at("Resources")
    some = isinstance(total, int) and total >= 1
    if none_allowed and not (some and not isinstance(resources, list)):
        return None
    return None if some and isinstance(resources, list) else "There is no array of groups in Resources."


def _user_name(sent: Sent, variables: Mapping[str, Any]) -> str | None:
    """Okta's old script fails when there is no userName, or when a name in lower case was sent."""
    name = sent.at("userName")
    if not isinstance(name, str):
        return "There is no userName."
    return "userName is in lower case." if name.lower() == variables.get("randomUsername") else None
