"""The settings of an app that Okta stores, and those that it adds (OB-010 to OB-016, OB-020 to OB-023).

For catalog apps, the SAML overrides are kept, "" becomes null, and the rest of signOn in the body is dropped. The
defaults of a custom SAML app beyond those recorded are our choice.
"""

from __future__ import annotations

from okta_emulator.core.body import member, text
from okta_emulator.core.errors import ValidationFailed
from okta_emulator.core.records import Json, Visibility
from okta_emulator.org.catalog import CatalogEntry

_SWA_MODES = (None, "AUTO_LOGIN", "BROWSER_PLUGIN", "BASIC_AUTH", "SECURE_PASSWORD_STORE")
_OVERRIDES = (
    "defaultRelayState",
    "ssoAcsUrlOverride",
    "audienceOverride",
    "recipientOverride",
    "destinationOverride",
)
_EMAIL_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
_CUSTOM_SAML: Json = {
    "defaultRelayState": None,
    "ssoAcsUrl": None,
    "idpIssuer": "http://www.okta.com/${org.externalKey}",
    "audience": None,
    "recipient": None,
    "destination": None,
    "subjectNameIdTemplate": "${user.userName}",
    "subjectNameIdFormat": _EMAIL_FORMAT,
    "responseSigned": True,
    "assertionSigned": True,
    "signatureAlgorithm": "RSA_SHA256",
    "digestAlgorithm": "SHA256",
    "honorForceAuthn": True,
    "authnContextClassRef": "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
    "spIssuer": None,
    "requestCompressed": False,
    "attributeStatements": [],
    "inlineHooks": [],
    "participateSlo": {"enabled": False},
    "allowMultipleAcsEndpoints": False,
    "acsEndpoints": [],
    "samlSignedRequestEnabled": False,
    "slo": {"enabled": False},
}


def app_settings(entry: CatalogEntry | None, given: Json) -> Json:
    """settings.app: every key that the catalog entry defines, unset ones null; other keys are dropped."""
    if entry is None:
        return {}
    for key in entry.required:
        if not given.get(key):  # the texts are our choice
            raise ValidationFailed(key, causes=(f"{key}: The field cannot be left blank",))
    found = {key: given.get(key) for key in entry.settings}
    if "requestIntegration" in found:
        found["requestIntegration"] = bool(found["requestIntegration"])
    return found


def sign_on_settings(mode: str | None, *, wizard: bool, given: Json) -> Json | None:
    """settings.signOn: of SAML apps, and of custom SWA apps with a login page; None for all others."""
    if mode == "SAML_2_0" and not wizard:
        kept = {key: given.get(key) or None for key in _OVERRIDES}
        return kept | {"attributeStatements": given.get("attributeStatements") or []}
    if mode == "SAML_2_0":
        _require(given, "ssoAcsUrl", "audience")
        kept = _CUSTOM_SAML | {key: value for key, value in given.items() if key in _CUSTOM_SAML}
        return kept | {key: kept[key] or kept["ssoAcsUrl"] for key in ("recipient", "destination")}
    if mode == "AUTO_LOGIN" and wizard:
        _require(given, "loginUrl")
        return {"redirectUrl": given.get("redirectUrl"), "loginUrl": given["loginUrl"]}
    return None


def visibility_of(link: str, given: Json, *, hidden: bool = False) -> Visibility:
    """visibility: what wasn't sent is off or, with `hidden`, hidden; only the app's own link is kept."""
    hide = member(given, "hide")
    return {
        "autoLaunch": bool(given.get("autoLaunch")),
        "autoSubmitToolbar": bool(given.get("autoSubmitToolbar")),
        "hide": {"iOS": bool(hide.get("iOS", hidden)), "web": bool(hide.get("web", hidden))},
        "appLinks": {link: bool(member(given, "appLinks").get(link, True))},
    }


def credentials_of(mode: str | None, given: Json, entry: CatalogEntry | None, kid: str | None) -> Json:
    """credentials: a scheme for SWA, a signing key for SAML; secrets in the body aren't returned."""
    template = member(given, "userNameTemplate")
    kept: Json = {
        "userNameTemplate": {
            "template": text(template, "template") or "${source.login}",
            "type": text(template, "type") or "BUILT_IN",
        }
    }
    if mode in _SWA_MODES and (entry is None or "BOOKMARK" not in entry.modes):
        scheme = text(given, "scheme") or "EDIT_USERNAME_AND_PASSWORD"
        kept = {"scheme": scheme} | kept | {"revealPassword": bool(given.get("revealPassword"))}
    return kept | {"signing": {"kid": kid} if kid else {}}


def _require(given: Json, *keys: str) -> None:
    for key in keys:
        if not given.get(key):  # the texts are our choice
            raise ValidationFailed(f"settings.signOn.{key}", causes=(f"{key}: The field cannot be left blank",))
