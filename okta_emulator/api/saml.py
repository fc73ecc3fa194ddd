"""A SAML app's metadata (OB-215 to OB-218)."""

from __future__ import annotations

from okta_emulator.api.app_keys import key_of
from okta_emulator.api.call import Answer, Call, Endpoint
from okta_emulator.api.errors import WrongMediaType

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
    key = key_of(call, app, call.asked("kid") or app["credentials"]["signing"].get("kid") or "")
    location = call.url(f"/app/{app['name']}/{app['external_key']}/sso/saml")
    xml = _METADATA.format(issuer=app["external_key"], certificate=key["x5c"][0], location=location)
    return Answer(xml.encode("iso-8859-1"), media_type="application/xml;charset=ISO-8859-1")


ENDPOINTS = (Endpoint("GET", "/api/v1/apps/{app_id}/sso/saml/metadata", get_metadata),)
