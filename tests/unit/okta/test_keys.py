from __future__ import annotations

import json

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from oktascim.errors import ExitCode
from oktascim.okta.keys import ClientKey, ProofKey, UnusableKey
from oktascim.secret_text import SecretStr

NOW = 1_796_000_000
RSA = rsa.generate_private_key(65537, 2048)
P256 = ec.generate_private_key(ec.SECP256R1())


def pem(key, passphrase: str = "") -> str:
    encryption = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption).decode()


def jwk(key, **more: object) -> str:
    algorithm = jwt.algorithms.RSAAlgorithm if key is RSA else jwt.algorithms.ECAlgorithm
    return json.dumps(algorithm.to_jwk(key, as_dict=True) | more)


def load(text: str, **more) -> ClientKey:
    return ClientKey(SecretStr(text), "the test", **more)


@pytest.mark.parametrize(
    ("text", "public", "algorithm"),
    [
        (pem(RSA), RSA, "RS256"),
        (jwk(RSA), RSA, "RS256"),
        (pem(P256), P256, "ES256"),
        (jwk(P256), P256, "ES256"),
        ("\n".join(f"   {line}" for line in pem(P256).splitlines()), P256, "ES256"),
    ],
    ids=["RSA PEM", "RSA JWK", "EC PEM", "EC JWK", "indented PEM, as okta.yaml has it"],
)
def test_an_assertion_of_every_kind_of_key(text: str, public, algorithm: str) -> None:
    assertion = load(text, key_id="k1").assertion("0oa1", "https://acme.okta.com/oauth2/v1/token", NOW)
    assert jwt.get_unverified_header(assertion) == {"alg": algorithm, "kid": "k1", "typ": "JWT"}
    unchecked = {"verify_exp": False, "verify_aud": False, "verify_iat": False}
    claims = jwt.decode(assertion, public.public_key(), [algorithm], options=unchecked)
    assert claims.pop("jti")
    assert claims == {
        "iss": "0oa1",
        "sub": "0oa1",
        "aud": "https://acme.okta.com/oauth2/v1/token",
        "iat": NOW,
        "exp": NOW + 300,
    }  # fmt: skip


@pytest.mark.parametrize(("curve", "algorithm"), [(ec.SECP384R1(), "ES384"), (ec.SECP521R1(), "ES512")])
def test_the_larger_curves(curve, algorithm: str) -> None:
    assert load(pem(ec.generate_private_key(curve))).algorithm == algorithm


def test_the_key_id_of_a_jwk_is_used_unless_another_one_is_given() -> None:
    assert load(jwk(P256, kid="own")).key_id == "own"
    assert load(jwk(P256, kid="own"), key_id="given").key_id == "given"
    assert load(pem(P256)).key_id is None


def test_an_encrypted_key_with_its_passphrase() -> None:
    assert load(pem(P256, "open sesame"), passphrase=SecretStr("open sesame")).algorithm == "ES256"


def test_a_passphrase_that_no_key_needs_is_no_error() -> None:
    assert load(pem(P256), passphrase=SecretStr("unused")).algorithm == "ES256"


@pytest.mark.parametrize("spoilt", ["\ufeff{}", "\n{}\n\n"])
def test_a_key_with_a_byte_order_mark_or_blank_lines(spoilt: str) -> None:
    assert load(spoilt.format(pem(P256))).algorithm == "ES256"


@pytest.mark.parametrize("end", ["\\n", "\\r\\n", "\r\n"])
def test_a_pem_block_whose_line_breaks_were_changed(end: str) -> None:
    assert load(pem(P256).replace("\n", end)).algorithm == "ES256"


PUBLIC = P256.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
PUBLIC_JWK = json.dumps({key: value for key, value in json.loads(jwk(P256)).items() if key != "d"})


@pytest.mark.parametrize(
    ("text", "passphrase", "said"),
    [
        (PUBLIC, None, "has a public key or a certificate, not the private key"),
        (PUBLIC_JWK, None, "has a public key or a certificate, not the private key"),
        ("-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----", None, "a public key or a certificate"),
        (pem(P256, "right"), "wrong", "can't be decrypted with its passphrase"),
        (pem(P256, "right"), None, "is encrypted, and no passphrase is set"),
        (pem(rsa.generate_private_key(65537, 1024)), None, "has 1024 bits"),
        (pem(ec.generate_private_key(ec.SECP256K1())), None, "of a type that Okta doesn't accept"),
        (pem(ed25519.Ed25519PrivateKey.generate()), None, "of a type that Okta doesn't accept"),
        (json.dumps({"keys": [json.loads(jwk(P256))]}), None, "has a set of keys"),
        (json.dumps({"kty": "oct", "k": "c2VjcmV0"}), None, "of a type that Okta doesn't accept"),
        ('{"kty": "RSA", "d": "x"}', None, "is incomplete or damaged"),
        ('{"kty": "RSA", ', None, "isn't JSON"),
        ("{" * 5_000, None, "isn't JSON"),
        ('{"a":' * 1_000, None, "isn't JSON"),
        ("{" * 200_000, None, "larger than any that is in use"),
        (json.dumps({"kty": "RSA", "n": "A" * 2731, "e": "AQAB", "d": "AQAB"}), None, "larger than any that is in use"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", None, "is incomplete or damaged"),
        (
            "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----",
            None,
            "in OpenSSH's own format",
        ),
        ("just words\nin two lines", None, "has neither a JWK nor a PEM private key"),
    ],
)
def test_what_is_no_usable_private_key(text: str, passphrase: str | None, said: str) -> None:
    with pytest.raises(UnusableKey) as refused:
        load(text, passphrase=SecretStr(passphrase) if passphrase else None)
    assert said in refused.value.what
    assert refused.value.exit_code == ExitCode.IDENTITY
    assert refused.value.fix
    for line in text.splitlines()[1:]:
        assert line not in str(refused.value)


def test_a_proof_is_bound_to_its_request() -> None:
    key = ProofKey()
    proof = key.proof("GET", "https://acme.okta.com/api/v1/apps", NOW, nonce="n1", token="at")
    header = jwt.get_unverified_header(proof)
    assert (header["typ"], header["alg"], set(header["jwk"])) == ("dpop+jwt", "ES256", {"kty", "crv", "x", "y"})
    claims = jwt.decode(proof, jwt.PyJWK.from_dict(header["jwk"]).key, ["ES256"], options={"verify_iat": False})
    assert claims.pop("jti")
    assert claims == {
        "htm": "GET",
        "htu": "https://acme.okta.com/api/v1/apps",
        "iat": NOW,
        "nonce": "n1",
        "ath": "sda5G2fCr6XjIpiNlGJjjTVN34oe9526mH-BXCK0uu4",
    }  # fmt: skip
