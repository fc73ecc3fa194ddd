"""The subject of an X.509 certificate, without a cryptography library: five steps through its DER (RFC 5280 4.1)."""

from __future__ import annotations

from collections.abc import Iterator

_SEQUENCE, _VERSION = 0x30, 0xA0
_BMP_STRING = 0x1E
_BEFORE_SUBJECT = 4  # serial number, signature algorithm, issuer, validity
_NAMES = {
    bytes.fromhex("550403"): "CN",
    bytes.fromhex("550406"): "C",
    bytes.fromhex("550407"): "L",
    bytes.fromhex("550408"): "ST",
    bytes.fromhex("55040a"): "O",
    bytes.fromhex("55040b"): "OU",
    bytes.fromhex("2a864886f70d010901"): "emailAddress",
}


def distinguished_name(der: bytes) -> str:
    """The subject as `C=US, O=Okta, CN=acme`, in the certificate's own order.

    Args:
        der: the certificate in DER form.

    Returns:
        The names listed in RFC 5280 and the e-mail address; "" if this isn't a certificate.
    """
    try:
        certificate = _only(der, _SEQUENCE)
        to_be_signed = next(_members(certificate))[1]
        fields = [value for tag, value in _members(to_be_signed) if tag != _VERSION]
        return ", ".join(_attributes(fields[_BEFORE_SUBJECT]))
    except (IndexError, StopIteration, ValueError):
        return ""


def _attributes(subject: bytes) -> Iterator[str]:
    for _, one_set in _members(subject):
        for _, pair in _members(one_set):
            (_, identifier), (tag, value) = _members(pair)
            if identifier in _NAMES:
                yield f"{_NAMES[identifier]}={value.decode('utf-16-be' if tag == _BMP_STRING else 'utf-8')}"


def _only(data: bytes, tag: int) -> bytes:
    found, value = next(_members(data))
    if found != tag:
        raise ValueError("unexpected kind of value")
    return value


def _members(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The tag and content of each value in a sequence."""
    position = 0
    while position < len(data):
        tag, length = data[position], data[position + 1]
        position += 2
        if length & 0x80:
            width = length & 0x7F
            length = int.from_bytes(data[position : position + width])
            position += width
        if position + length > len(data):
            raise ValueError("the value is longer than its container")
        yield tag, data[position : position + length]
        position += length
