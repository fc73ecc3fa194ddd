"""Matches imported users to Okta users by the app's matching rules (OB-297)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from okta_emulator.core.errors import ValidationFailed
from okta_emulator.core.records import Json, User
from okta_emulator.scim_client.outcome import ImportedUser

Disposition = Literal["EXACT", "PARTIAL", "NEW"]
_CRITERIA = {"USERNAME": "login", "EMAIL": "email"}


@dataclass(frozen=True)
class Rules:
    """The rules of an app, as its INBOUND_PROVISIONING capabilities have them.

    Args:
        attribute: the Okta attribute that an exact match compares: login or email.
        login_is_email: whether the Okta user name of an imported user is their address.
        partial: whether the same first and last name is also a match.
        confirms: the dispositions that are confirmed immediately.
        activates: whether new users are activated when they are confirmed.
    """

    attribute: str = "login"
    login_is_email: bool = True
    partial: bool = False
    confirms: frozenset[Disposition] = frozenset()
    activates: bool = False


def rules_of(inbound: Json) -> Rules:
    """The rules in the capabilities of INBOUND_PROVISIONING; a new app's rules if there are none.

    Raises:
        ValidationFailed: they match with an expression, which the emulator doesn't evaluate.
    """
    matching = inbound.get("importRules", {}).get("userCreateAndMatch", {})
    criterion = matching.get("exactMatchCriteria", "USERNAME")
    if criterion not in _CRITERIA:
        known = " or ".join(_CRITERIA)
        raise ValidationFailed("exactMatchCriteria", causes=(f"exactMatchCriteria: the emulator matches by {known}",))
    confirmed: dict[str, Disposition] = {
        "autoConfirmExactMatch": "EXACT",
        "autoConfirmPartialMatch": "PARTIAL",
        "autoConfirmNewUsers": "NEW",
    }
    username = inbound.get("importSettings", {}).get("username", {})
    return Rules(
        attribute=_CRITERIA[criterion],
        login_is_email=username.get("userNameFormat", "EMAIL") == "EMAIL",
        partial=bool(matching.get("allowPartialMatch")),
        confirms=frozenset(found for key, found in confirmed.items() if matching.get(key)),
        activates=bool(matching.get("autoActivateNewUsers")),
    )


def login_of(imported: ImportedUser, rules: Rules) -> str:
    """The Okta user name of an imported user."""
    email = imported.attributes.get("email")
    return str(email) if rules.login_is_email and email else imported.user_name


def match(imported: ImportedUser, users: Iterable[User], rules: Rules) -> tuple[Disposition, str | None]:
    """The disposition of an imported user, and the id of the Okta user they match.

    Args:
        imported: a user of the app who is not linked.
        users: the users of the org.
        rules: the app's rules.
    """
    wanted = login_of(imported, rules) if rules.attribute == "login" else imported.attributes.get("email")
    names = (imported.attributes.get("firstName"), imported.attributes.get("lastName"))
    partial = None
    for user in users:
        profile = user["profile"]
        if wanted and str(profile.get(rules.attribute) or "").casefold() == str(wanted).casefold():
            return "EXACT", user["id"]
        if rules.partial and all(names) and (profile.get("firstName"), profile.get("lastName")) == names:
            partial = partial or user["id"]
    return ("PARTIAL", partial) if partial else ("NEW", None)
