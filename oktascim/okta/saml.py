"""An app's SAML values for the service provider, read from Okta's metadata (OB-215, OB-216)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from oktascim.errors import OktascimError
from oktascim.okta.apps import App
from oktascim.okta.certificate import distinguished_name
from oktascim.okta.client import Okta

_METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
_SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
_BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:"


@dataclass(frozen=True)
class Certificate:
    """A signing certificate.

    Attributes:
        subject: its subject as `CN=…, O=…`, or "" if unreadable.
        sha256: the fingerprint over the whole certificate, upper-case hexadecimal pairs with colons.
        expires: its expiry in Okta's form (ISO 8601), or None if Okta doesn't list it.
    """

    subject: str
    sha256: str
    expires: str | None = None


@dataclass(frozen=True)
class Metadata:
    """The content of a metadata document.

    Attributes:
        entity_id: the identity provider's name.
        sso_urls: where the service provider sends its requests, by binding (`HTTP-POST`, `HTTP-Redirect`).
        certificates: the signing certificates in DER form.
    """

    entity_id: str
    sso_urls: dict[str, str]
    certificates: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True)
class SamlFacts:
    """The values for the service provider, and the document they were read from.

    Attributes:
        metadata_url: where Okta serves the document; it needs a token, so the service provider can't use it.
        xml: the document as Okta sent it.
        kid: the id of the app's signing key.
    """

    metadata_url: str
    xml: bytes = field(repr=False)
    kid: str
    entity_id: str
    sso_urls: dict[str, str]
    certificates: tuple[Certificate, ...]

    def to_json(self) -> dict[str, Any]:
        """The facts' JSON."""
        return {
            "metadata_url": self.metadata_url,
            "entity_id": self.entity_id,
            "sso_urls": self.sso_urls,
            "kid": self.kid,
            "certificates": [
                {"subject": one.subject, "sha256": one.sha256, "expires": one.expires} for one in self.certificates
            ],
            "metadata_xml": self.xml.decode("utf-8", "replace"),
        }


async def get_saml_facts(okta: Okta, app: App) -> SamlFacts | None:
    """Read an app's metadata and the expiry of its certificate; two requests.

    Returns:
        None for an app without SAML: it has no signing key (OB-217).

    Raises:
        OktascimError: the document isn't SAML metadata.
    """
    kid = app.at("credentials.signing.kid")
    if app.sign_on_mode != "SAML_2_0" or not kid:
        return None
    path = f"/api/v1/apps/{app.id}/sso/saml/metadata"
    answer = await okta.request("GET", path, query={"kid": kid}, accept="application/xml")
    metadata = parse_metadata(answer.content)
    keys = await okta.get(f"/api/v1/apps/{app.id}/credentials/keys")
    expiry = {chain[0]: key.get("expiresAt") for key in keys if (chain := key.get("x5c"))}
    return SamlFacts(
        metadata_url=str(answer.request.url),
        xml=answer.content,
        kid=kid,
        entity_id=metadata.entity_id,
        sso_urls=metadata.sso_urls,
        certificates=tuple(_certificate(der, expiry) for der in metadata.certificates),
    )


def parse_metadata(xml: bytes) -> Metadata:
    """Read a metadata document; refuses a document type, so that no entity is expanded.

    Raises:
        OktascimError: it isn't well-formed, declares a document type, or describes no identity provider.
    """
    reader = _Reader()
    try:
        reader.read(xml)
    except expat.ExpatError as error:
        raise OktascimError(
            "Okta's SAML metadata isn't well-formed XML.", why=expat.errors.messages[error.code]
        ) from None
    if not reader.entity_id or not reader.sso_urls:
        raise OktascimError("Okta's SAML metadata has no entity ID or no sign-on URL.")
    return Metadata(reader.entity_id, reader.sso_urls, tuple(_der(text) for text in reader.certificates))


class _Reader:
    """Extracts the needed values from the document, and nothing else."""

    def __init__(self) -> None:
        self.entity_id = ""
        self.sso_urls: dict[str, str] = {}
        self.certificates: list[str] = []
        self._in_certificate = False

    def read(self, xml: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(xml, True)

    def _refuse_doctype(self, *_declaration: Any) -> None:
        raise OktascimError("Okta's SAML metadata declares a document type, so it wasn't read.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == f"{_METADATA} EntityDescriptor":
            self.entity_id = attributes.get("entityID", "")
        elif name == f"{_METADATA} SingleSignOnService" and "Location" in attributes:
            self.sso_urls[attributes.get("Binding", "").removeprefix(_BINDING)] = attributes["Location"]
        elif name == f"{_SIGNATURE} X509Certificate":
            self._in_certificate = True
            self.certificates.append("")

    def _end(self, name: str) -> None:
        if name == f"{_SIGNATURE} X509Certificate":
            self._in_certificate = False

    def _text(self, text: str) -> None:
        if self._in_certificate:
            self.certificates[-1] += text


def _der(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error:
        raise OktascimError("The certificate in Okta's SAML metadata isn't base64.") from None


def _certificate(der: bytes, expiry: dict[str, str | None]) -> Certificate:
    fingerprint = hashlib.sha256(der).digest().hex(":").upper()
    return Certificate(distinguished_name(der), fingerprint, expiry.get(base64.b64encode(der).decode()))
