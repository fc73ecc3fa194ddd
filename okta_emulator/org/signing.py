"""Key pairs, self-signed certificates and signing requests: real ones, whose private keys are discarded.

Modules import this one when they need it, because importing cryptography would double the start-up time of an org.
"""

from __future__ import annotations

import base64
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

_EXPONENT = 65537
_KEY_BITS = 2048
_OIDS = {
    "countryName": NameOID.COUNTRY_NAME,
    "stateOrProvinceName": NameOID.STATE_OR_PROVINCE_NAME,
    "localityName": NameOID.LOCALITY_NAME,
    "organizationName": NameOID.ORGANIZATION_NAME,
    "organizationalUnitName": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "commonName": NameOID.COMMON_NAME,
}
SUBJECT = tuple(_OIDS)


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate.

    Args:
        der: the certificate.
        modulus: the modulus of its RSA key.
    """

    der: bytes
    modulus: bytes


def self_signed(name: str, begins: datetime, ends: datetime) -> Certificate:
    """A certificate of a new key pair for a common name."""
    private = rsa.generate_private_key(public_exponent=_EXPONENT, key_size=_KEY_BITS)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .sign(private, hashes.SHA256())
    )
    modulus = private.public_key().public_numbers().n.to_bytes(_KEY_BITS // 8, "big")
    return Certificate(certificate.public_bytes(serialization.Encoding.DER), modulus)


def signing_request(subject: Mapping[str, str], names: Sequence[str]) -> str:
    """A signing request of a new key pair, in base64.

    Args:
        subject: names of `SUBJECT` and their values.
        names: the DNS names.

    Raises:
        ValueError: a value that a certificate can't have.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Okta accepts "Canada" as a country (recorded); the library warns
        attributes = [x509.NameAttribute(_OIDS[name], value, _validate=False) for name, value in subject.items()]
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(attributes))
    if names:
        alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        builder = builder.add_extension(alternatives, critical=False)
    private = rsa.generate_private_key(public_exponent=_EXPONENT, key_size=_KEY_BITS)
    request = builder.sign(private, hashes.SHA256())
    return base64.b64encode(request.public_bytes(serialization.Encoding.DER)).decode()
