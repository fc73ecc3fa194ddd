"""`/api/v1/org`: the org's profile, contacts, preferences, emails and support access (OB-206, OB-640 to OB-643)."""

from __future__ import annotations

from okta_emulator.api.call import Answer, Call, Endpoint
from okta_emulator.core.body import text
from okta_emulator.core.records import Json, OrgSettings
from okta_emulator.org import org_settings

_ORG = "/api/v1/org"
_EMAILS = f"{_ORG}/privacy/oktaCommunication"
_SUPPORT = f"{_ORG}/privacy/oktaSupport"


def get_org(call: Call) -> Answer:
    """GET the org."""
    return Answer(_org_view(call, org_settings.settings_of(call.org)))


def update_org(call: Call) -> Answer:
    """POST: change the settings in the body."""
    return Answer(_org_view(call, org_settings.change_profile(call.org, call.body, replace=False)))


def replace_org(call: Call) -> Answer:
    """PUT: replace the profile."""
    return Answer(_org_view(call, org_settings.change_profile(call.org, call.body, replace=True)))


def list_contacts(call: Call) -> Answer:
    """GET the types of contact."""
    return Answer(
        [
            {"contactType": kind, "_links": {kind.lower(): {"href": call.url(f"{_ORG}/contacts/{kind.lower()}")}}}
            for kind in org_settings.CONTACTS
        ]
    )


def get_contact(call: Call) -> Answer:
    """GET the user who is a contact; the type in upper case or, as in the links, in lower case."""
    kind = call.params["kind"].upper()
    org_settings.require_contact(kind)
    return Answer(_contact_view(call, org_settings.settings_of(call.org), kind))


def replace_contact(call: Call) -> Answer:
    """PUT another user as contact."""
    kind = call.params["kind"].upper()
    return Answer(_contact_view(call, org_settings.set_contact(call.org, kind, text(call.body, "userId") or ""), kind))


def get_preferences(call: Call) -> Answer:
    """GET the preferences."""
    return Answer(_preferences_view(call, org_settings.settings_of(call.org)))


def change_footer(call: Call) -> Answer:
    """POST showEndUserFooter or hideEndUserFooter."""
    shown = call.path.endswith("showEndUserFooter")
    return Answer(_preferences_view(call, org_settings.show_footer(call.org, shown=shown)))


def get_emails(call: Call) -> Answer:
    """GET whether users get Okta's emails."""
    return Answer(_emails_view(call, org_settings.settings_of(call.org)))


def change_emails(call: Call) -> Answer:
    """POST optIn or optOut."""
    return Answer(_emails_view(call, org_settings.opt_out(call.org, opted_out=call.path.endswith("optOut"))))


def get_support(call: Call) -> Answer:
    """GET whether Okta Support has access."""
    return Answer(_support_view(call, org_settings.settings_of(call.org)))


def change_support(call: Call) -> Answer:
    """POST grant, extend or revoke."""
    changes = {
        "grant": org_settings.grant_support,
        "extend": org_settings.extend_support,
        "revoke": org_settings.revoke_support,
    }
    return Answer(_support_view(call, changes[call.path.rpartition("/")[2]](call.org)))


def _org_view(call: Call, settings: OrgSettings) -> Json:
    identity = call.org.identity
    own = call.url(_ORG)
    return {
        "id": identity["id"],
        "subdomain": call.org.settings.subdomain,
        "status": "ACTIVE",
        "created": identity["created"],
        "lastUpdated": settings["lastUpdated"],
        "expiresAt": None,
        **settings["profile"],
        "_links": {
            "contacts": {"href": f"{own}/contacts"},
            "logo": {"href": call.url("/assets/logo.png")},
            "uploadLogo": {"href": f"{own}/logo", "hints": {"allow": ["POST"]}},
            "oktaCommunication": {"href": call.url(_EMAILS)},
            "oktaSupport": {"href": call.url(_SUPPORT)},
            "preferences": {"href": f"{own}/preferences"},
        },
    }


def _contact_view(call: Call, settings: OrgSettings, kind: str) -> Json:
    user_id = settings["contacts"][kind]
    return {"userId": user_id, "_links": {"user": {"href": call.url(f"/api/v1/users/{user_id}")}}}


def _preferences_view(call: Call, settings: OrgSettings) -> Json:
    shown = settings["showEndUserFooter"]
    name = "hideEndUserFooter" if shown else "showEndUserFooter"
    return {"showEndUserFooter": shown, "_links": _posts(call, f"{_ORG}/preferences", name)}


def _emails_view(call: Call, settings: OrgSettings) -> Json:
    opted_out = settings["optOutEmailUsers"]
    return {"optOutEmailUsers": opted_out, "_links": _posts(call, _EMAILS, "optIn" if opted_out else "optOut")}


def _support_view(call: Call, settings: OrgSettings) -> Json:
    expires = settings["support_expires"]
    names = ("extend", "revoke") if expires else ("grant",)
    return {
        "support": "ENABLED" if expires else "DISABLED",
        "expiration": expires,
        "_links": _posts(call, _SUPPORT, *names),
    }


def _posts(call: Call, path: str, *names: str) -> Json:
    return {name: {"href": call.url(f"{path}/{name}"), "hints": {"allow": ["POST"]}} for name in names}


ENDPOINTS = (
    Endpoint("GET", _ORG, get_org),
    Endpoint("POST", _ORG, update_org),
    Endpoint("PUT", _ORG, replace_org),
    Endpoint("GET", f"{_ORG}/contacts", list_contacts),
    Endpoint("GET", f"{_ORG}/contacts/{{kind}}", get_contact),
    Endpoint("PUT", f"{_ORG}/contacts/{{kind}}", replace_contact),
    Endpoint("GET", f"{_ORG}/preferences", get_preferences),
    Endpoint("POST", f"{_ORG}/preferences/showEndUserFooter", change_footer),
    Endpoint("POST", f"{_ORG}/preferences/hideEndUserFooter", change_footer),
    Endpoint("GET", _EMAILS, get_emails),
    Endpoint("POST", f"{_EMAILS}/optIn", change_emails),
    Endpoint("POST", f"{_EMAILS}/optOut", change_emails),
    Endpoint("GET", _SUPPORT, get_support),
    *(Endpoint("POST", f"{_SUPPORT}/{verb}", change_support) for verb in ("grant", "extend", "revoke")),
)
