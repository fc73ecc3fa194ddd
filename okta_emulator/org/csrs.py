"""Certificate signing requests of an app: real ones, whose private key is discarded (OB-651)."""

from __future__ import annotations

import base64
import warnings

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from okta_emulator.core.body import member, text
from okta_emulator.core.errors import ValidationFailed
from okta_emulator.core.ids import key_id
from okta_emulator.core.records import App, Csr, Json
from okta_emulator.org.certificates import new_private_key
from okta_emulator.org.state import Org

_SUBJECT = {
    "countryName": NameOID.COUNTRY_NAME,
    "stateOrProvinceName": NameOID.STATE_OR_PROVINCE_NAME,
    "localityName": NameOID.LOCALITY_NAME,
    "organizationName": NameOID.ORGANIZATION_NAME,
    "organizationalUnitName": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "commonName": NameOID.COMMON_NAME,
}


def create(org: Org, app: App, body: Json) -> Csr:
    """Create a signing request with the subject and the names of the body.

    Raises:
        ValidationFailed: there is no subject, or a name that a certificate can't have; the texts are our choice.
    """
    subject = {name: text(member(body, "subject"), name) for name in _SUBJECT}
    names = member(body, "subjectAltNames").get("dnsNames") or []
    if not any(subject.values()) or not isinstance(names, list):
        raise ValidationFailed("subject", causes=("subject: The field cannot be left blank",))
    try:
        request = _signed({name: value for name, value in subject.items() if value}, [str(name) for name in names])
    except ValueError as error:
        raise ValidationFailed("subject", causes=(f"subject: {error}",)) from None
    csr: Csr = {"id": key_id(), "created": org.now(), "csr": request}
    org.store.csrs.put(app["id"], csr["id"], csr)
    return csr


def _signed(subject: dict[str, str], names: list[str]) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Okta accepts "Canada" as a country (recorded); the library warns
        attributes = [x509.NameAttribute(_SUBJECT[name], value, _validate=False) for name, value in subject.items()]
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(attributes))
    if names:
        alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        builder = builder.add_extension(alternatives, critical=False)
    request = builder.sign(new_private_key(), hashes.SHA256())
    return base64.b64encode(request.public_bytes(serialization.Encoding.DER)).decode()
