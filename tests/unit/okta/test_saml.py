"""SAML metadata: what is taken from it, and what is refused."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from oktascim.errors import OktascimError
from oktascim.okta.apps import app_from
from oktascim.okta.certificate import distinguished_name
from oktascim.okta.saml import get_saml_facts, parse_metadata

SUBJECT = [
    (NameOID.COUNTRY_NAME, "US"),
    (NameOID.ORGANIZATION_NAME, "Äcme & Söhne"),
    (NameOID.COMMON_NAME, "acme"),
    (NameOID.EMAIL_ADDRESS, "info@acme.example"),
]
APP = {"id": "0oa1", "name": "scim2testapp", "signOnMode": "SAML_2_0", "credentials": {"signing": {"kid": "k1"}}}
METADATA = """<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor entityID="http://www.okta.com/exk1" xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">
<md:IDPSSODescriptor><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
<ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://acme/post"/>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://acme/get"/>
</md:IDPSSODescriptor></md:EntityDescriptor>"""


@pytest.fixture(scope="module")
def der() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(kind, value) for kind, value in SUBJECT])
    built = x509.CertificateBuilder(x509.Name([]), name, key.public_key(), 7)
    built = built.not_valid_before(datetime(2026, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
    return built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def document(der: bytes) -> bytes:
    lines = base64.encodebytes(der).decode()  # as Okta has it: in lines
    return METADATA.format(certificate=lines).encode()


def test_the_subject_is_read_without_a_cryptography_library(der: bytes) -> None:
    assert distinguished_name(der) == "C=US, O=Äcme & Söhne, CN=acme, emailAddress=info@acme.example"


@pytest.mark.parametrize(
    "junk", [b"", b"\x30", b"\x30\x03abc", b"\x30\x82\xff\xff", b"no certificate at all", b"\x31\x00"]
)
def test_what_is_no_certificate_has_no_subject(junk: bytes) -> None:
    assert distinguished_name(junk) == ""


def test_a_certificate_that_is_cut_anywhere_has_no_subject(der: bytes) -> None:
    assert {distinguished_name(der[:length]) for length in range(len(der))} == {""}


def test_entity_id_addresses_and_certificate_are_taken(der: bytes) -> None:
    metadata = parse_metadata(document(der))
    assert metadata.entity_id == "http://www.okta.com/exk1"
    assert metadata.sso_urls == {"HTTP-POST": "https://acme/post", "HTTP-Redirect": "https://acme/get"}
    assert metadata.certificates == (der,)


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        (b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>', "document type"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "document type"),
        (b"<html><body>sign in</html>", "n't well-formed"),
        (b"", "n't well-formed"),
        (b"<x/>", "has no entity ID"),
    ],
)
def test_other_documents_are_refused(xml: bytes, words: str) -> None:
    with pytest.raises(OktascimError, match=words):
        parse_metadata(xml)


def test_a_certificate_that_is_not_base64_is_refused(der: bytes) -> None:
    with pytest.raises(OktascimError, match="n't base64"):
        parse_metadata(METADATA.format(certificate="!!!").encode())


def test_the_facts_of_an_app(fake_okta, fake_clock, der: bytes) -> None:
    xml = document(der)
    page = httpx.Response(200, content=xml, headers={"content-type": "application/xml;charset=ISO-8859-1"})
    asked = fake_okta.on("GET /api/v1/apps/0oa1/sso/saml/metadata?kid=k1", page)
    other = {"kid": "k0", "x5c": ["AAAA"], "expiresAt": "2030-01-01T00:00:00.000Z"}
    own = {"kid": "k1", "x5c": [base64.b64encode(der).decode()], "expiresAt": "2036-01-01T00:00:00.000Z"}
    fake_okta.on("GET /api/v1/apps/0oa1/credentials/keys", [other, own])
    facts = fake_clock.run(get_saml_facts(fake_okta.client(), app_from(APP)))
    assert asked.requests[0].headers["accept"] == "application/xml"
    assert facts.xml == xml
    assert facts.metadata_url == "https://acme.okta.com/api/v1/apps/0oa1/sso/saml/metadata?kid=k1"
    (certificate,) = facts.certificates
    assert certificate.expires == "2036-01-01T00:00:00.000Z"
    assert certificate.sha256.replace(":", "").lower() == hashlib.sha256(der).hexdigest()


@pytest.mark.parametrize(
    "app", [{"id": "0oa1", "signOnMode": "BROWSER_PLUGIN", "credentials": {"signing": {}}}, {"id": "0oa1"}]
)
def test_an_app_without_saml_has_no_facts_and_costs_no_request(fake_okta, fake_clock, app) -> None:
    assert fake_clock.run(get_saml_facts(fake_okta.client(), app_from(app))) is None
    assert fake_okta.lines == []
