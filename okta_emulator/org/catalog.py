"""The apps of the org's catalog, as data (OB-001 to OB-004, OB-013 to OB-016).

Known keys: scim2headerauth, scim2testapp, scim2testapp_basic and scim1testapp. Our choice where there is no source: the
keys scim1headerauth and scim1testapp_basic (by analogy with 2.0), that scim1testapp is the OAuth variant, the settings
of the templates other than scim2testapp and scim2testapp_basic, and that an app created without a mode uses SAML.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from okta_emulator.scim_client.connection import ScimVersion

OIDC_CLIENT = "oidc_client"
_SSO = ("SAML_2_0", "AUTO_LOGIN")


@dataclass(frozen=True)
class CatalogEntry:
    """One app of the catalog.

    Args:
        key: the `name` of its instances.
        display_name: the name shown on the
        page. modes: the sign-on modes it supports; the first is the default.
        settings: the keys of settings.app; unset ones are null.
        required: those of them that are required.
        link: the key of its link; None means `{key}_login`.
        swa_echo: the mode that AUTO_LOGIN turns into.
        scim: the SCIM version of a SCIM template.
        scheme: what precedes the credentials in the Authorization header of a SCIM template.
        connection: whether `connections/default` is documented for it.
        listed: whether the catalog shows it.
    """

    key: str
    display_name: str
    modes: tuple[str, ...]
    settings: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    link: str | None = None
    swa_echo: str | None = "BROWSER_PLUGIN"
    scim: ScimVersion | None = None
    scheme: str = ""
    connection: bool = False
    listed: bool = True

    @property
    def link_key(self) -> str:
        """The key in `visibility.appLinks`."""
        return self.link or f"{self.key}_login"


def _template(key: str, version: ScimVersion, variant: str, scheme: str, settings: tuple[str, ...]) -> CatalogEntry:
    name = f"SCIM {version} Test App ({variant})"
    return CatalogEntry(key, name, _SSO, settings=settings, scim=version, scheme=scheme)


_SAML_SETTINGS = ("acsUrl", "audienceUri", "swaLoginUrl")

ENTRIES = (
    _template("scim2headerauth", "2.0", "Header Auth", "", _SAML_SETTINGS),
    _template("scim2testapp", "2.0", "OAuth Bearer Token", "Bearer ", _SAML_SETTINGS),
    _template("scim2testapp_basic", "2.0", "Basic Auth", "Basic ", ()),
    _template("scim1headerauth", "1.1", "Header Auth", "", _SAML_SETTINGS),
    _template("scim1testapp", "1.1", "OAuth Bearer Token", "Bearer ", _SAML_SETTINGS),
    _template("scim1testapp_basic", "1.1", "Basic Auth", "Basic ", ()),
    CatalogEntry(  # made with the Okta Integration Wizard; its key is our choice (OB-429)
        "acmeprivateapp", "Private app (Okta Integration Wizard)", _SSO, scim="2.0", scheme="Bearer ", listed=False
    ),
    CatalogEntry(OIDC_CLIENT, "OpenID Connect Client", ("OPENID_CONNECT",), link="oidc_client_link", listed=False),
    CatalogEntry("aws_console", "AWS Account Federation", _SSO[::-1]),
    CatalogEntry(
        "bookmark",
        "Bookmark App",
        ("BOOKMARK",),
        settings=("requestIntegration", "url"),
        required=("url",),
        link="login",
    ),
    CatalogEntry("deelhr", "Deel HR", _SSO[::-1], swa_echo=None),
    CatalogEntry(
        "okta_org2org",
        "Okta Org2Org",
        _SSO,
        settings=("acsUrl", "audRestriction", "baseUrl"),
        link="login",
        connection=True,
    ),
    CatalogEntry("pagerduty", "PagerDuty", _SSO, settings=("adminUserId", "baseUrl", "subdomain"), link="login"),
    CatalogEntry(
        "template_swa",
        "Template App",
        ("BROWSER_PLUGIN",),
        settings=(
            "loginUrlRegex",
            "usernameField",
            "redirectUrl",
            "buttonField",
            "checkbox",
            "passwordField",
            "url",
        ),
        required=("url",),
        link="login",
    ),
    CatalogEntry(
        "template_basic_auth",
        "Template Basic Auth App",
        ("BASIC_AUTH",),
        settings=("loginUrlRegex", "authURL", "url"),
        required=("url",),
        link="login",
    ),
    CatalogEntry(
        "template_sps",
        "Template App (Secure Password Store)",
        ("SECURE_PASSWORD_STORE",),
        settings=(
            "usernameField",
            "optionalField1",
            "optionalField2Value",
            "optionalField3Value",
            "passwordField",
            "url",
            "optionalField1Value",
            "optionalField2",
            "optionalField3",
        ),
        required=("url",),
        link="login",
    ),
)


def catalog(keys: Mapping[str, str]) -> dict[str, CatalogEntry]:
    """The catalog by key.

    Args:
        keys: keys that differ from the usual ones, by display name.
    """
    entries = (replace(entry, key=keys.get(entry.display_name, entry.key)) for entry in ENTRIES)
    return {entry.key: entry for entry in entries}
