"""A SAML app's signing keys and metadata (OB-215 to OB-218)."""

from __future__ import annotations

from okta_emulator.api.call import Answer, Call, Endpoint
from okta_emulator.api.errors import WrongMediaType
from okta_emulator.core.errors import NotFound, ValidationFailed
from okta_emulator.core.ids import key_id
from okta_emulator.core.paging import whole_number
from okta_emulator.core.records import App, JsonWebKey
from okta_emulator.org import certificates

_KEYS = "/api/v1/apps/{app_id}/credentials/keys"
_YEARS = range(2, 11)
_METADATA = """<?xml version="1.0" encoding="UTF-8"?>\
<md:EntityDescriptor entityID="http://www.okta.com/{issuer}" xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">\
<md:IDPSSODescriptor WantAuthnRequestsSigned="false" \
protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">\
<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>\
<ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>\
<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>\
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{location}"/>\
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{location}"/>\
</md:IDPSSODescriptor></md:EntityDescriptor>"""


def get_metadata(call: Call) -> Answer:
    """GET the identity provider's metadata, as XML only, for the requested key or the current one."""
    app = call.app()
    if "json" in call.accept:
        raise WrongMediaType
    key = _key(call, app, call.asked("kid") or app["credentials"]["signing"].get("kid") or "")
    location = call.url(f"/app/{app['name']}/{app['external_key']}/sso/saml")
    xml = _METADATA.format(issuer=app["external_key"], certificate=key["x5c"][0], location=location)
    return Answer(xml.encode("iso-8859-1"), media_type="application/xml;charset=ISO-8859-1")


def list_keys(call: Call) -> Answer:
    """GET the keys."""
    return Answer(certificates.keys_of(call.org, call.app()))


def get_key(call: Call) -> Answer:
    """GET one key."""
    return Answer(_key(call, call.app(), call.params["key_id"]))


def generate_key(call: Call) -> Answer:
    """POST keys/generate: 201; the app signs with it after a PUT that names it."""
    app = call.app()
    years = whole_number(call.asked("validityYears"), _YEARS.stop)
    if years is None or years not in _YEARS:  # the text is our choice
        raise ValidationFailed("validityYears", causes=("validityYears: must be between 2 and 10",))
    return Answer(certificates.add_key(call.org, app, years, key_id()), status=201)


def _key(call: Call, app: App, kid: str) -> JsonWebKey:
    for key in certificates.keys_of(call.org, app):
        if key["kid"] == kid:
            return key
    raise NotFound(kid, "JsonWebKey")


ENDPOINTS = (
    Endpoint("GET", "/api/v1/apps/{app_id}/sso/saml/metadata", get_metadata),
    Endpoint("GET", _KEYS, list_keys),
    Endpoint("GET", f"{_KEYS}/{{key_id}}", get_key),
    Endpoint("POST", f"{_KEYS}/generate", generate_key),
)
