"""The org's own settings: profile, contacts, preferences, and what Okta may do (OB-640 to OB-643)."""

from __future__ import annotations

from datetime import datetime, timedelta

from okta_emulator.core.body import text
from okta_emulator.core.clock import whole_seconds
from okta_emulator.core.errors import NotFound
from okta_emulator.core.records import Json, OrgSettings
from okta_emulator.org.state import Org

CONTACTS = ("BILLING", "TECHNICAL")
PROFILE = (
    "companyName",
    "website",
    "phoneNumber",
    "endUserSupportHelpURL",
    "supportPhoneNumber",
    "address1",
    "address2",
    "city",
    "state",
    "country",
    "postalCode",
)
# Unset texts are "" here and null elsewhere (recorded). The support phone is our choice: Okta's SDK sends no empty
# text, so otherwise a client that changes it couldn't change it back.
_INITIAL = {
    "companyName": "Okta emulator",
    "phoneNumber": "",
    "endUserSupportHelpURL": "",
    "supportPhoneNumber": "+1 555 0100",
}
_KEY = "settings"
_SUPPORT_ACCESS = timedelta(hours=8)
_EXTENSION = timedelta(hours=24)


def settings_of(org: Org) -> OrgSettings:
    """The changed settings, and Okta's defaults for the others."""
    identity = org.identity
    return org.store.org_settings.get(_KEY) or {
        "lastUpdated": identity["created"],
        "profile": dict.fromkeys(PROFILE) | _INITIAL,
        "contacts": dict.fromkeys(CONTACTS, identity["admin"]),
        "showEndUserFooter": True,
        "optOutEmailUsers": False,
        "support_expires": None,
    }


def change_profile(org: Org, body: Json, *, replace: bool) -> OrgSettings:
    """Change the settings in the body, or all of them; the org's other settings are read-only."""
    present = settings_of(org)
    sent = {key: text(body, key) for key in PROFILE if replace or key in body}
    kept = {key: value for key, value in sent.items() if value is not None or key != "companyName"}
    return _kept(org, {**present, "profile": present["profile"] | kept, "lastUpdated": org.now()})


def set_contact(org: Org, kind: str, user_id: str) -> OrgSettings:
    """Make a user a contact of the org.

    Raises:
        NotFound: there is no such contact or user.
    """
    require_contact(kind)
    if org.store.users.get(user_id) is None:
        raise NotFound(user_id, "User")
    present = settings_of(org)
    return _kept(org, {**present, "contacts": present["contacts"] | {kind: user_id}})


def require_contact(kind: str) -> None:
    """Reject a type of contact that orgs don't have.

    Raises:
        NotFound: orgs don't have it.
    """
    if kind not in CONTACTS:
        raise NotFound(kind, "OrgContactType")


def show_footer(org: Org, *, shown: bool) -> OrgSettings:
    """Show or hide the footer of users' pages."""
    return _kept(org, {**settings_of(org), "showEndUserFooter": shown})


def opt_out(org: Org, *, opted_out: bool) -> OrgSettings:
    """Opt users in to Okta's emails, or out of them."""
    return _kept(org, {**settings_of(org), "optOutEmailUsers": opted_out})


def grant_support(org: Org) -> OrgSettings:
    """Grant Okta Support access to the org for eight hours."""
    return _kept(org, {**settings_of(org), "support_expires": whole_seconds(org.clock.now() + _SUPPORT_ACCESS)})


def extend_support(org: Org) -> OrgSettings:
    """Extend the access of Okta Support by a day, as recorded."""
    present = settings_of(org)
    ends = datetime.fromisoformat(present["support_expires"] or org.now())
    return _kept(org, {**present, "support_expires": whole_seconds(ends + _EXTENSION)})


def revoke_support(org: Org) -> OrgSettings:
    """End the access of Okta Support."""
    return _kept(org, {**settings_of(org), "support_expires": None})


def _kept(org: Org, settings: OrgSettings) -> OrgSettings:
    org.store.org_settings.put(_KEY, settings)
    return settings
