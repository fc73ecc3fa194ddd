"""Okta's Python SDK beside our own access: what both sign has the same shape, and the emulator takes both."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from oktascim.okta.keys import ClientKey, ProofKey
from oktascim.secret_text import SecretStr
from tests.support.emulated import Emulated, emulated
from tests.support.service_apps import key_pair, registered

URL = "https://acme.okta.com/api/v1/apps"
PAIR = key_pair(kind="RSA")


@pytest.fixture(autouse=True)
def smaller_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK makes a key of 3,072 bits for each client, which takes it seconds."""
    monkeypatch.setattr("okta.dpop.RSA_KEY_SIZE_BITS", 2048)


@pytest.fixture(scope="module")
def running() -> Iterator[Emulated]:
    with emulated() as org:
        yield org


def shape(token: str) -> tuple[set[str], set[str]]:
    """The names in the header and the claims of a JWT."""
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return set(jwt.get_unverified_header(token)), set(claims)


def test_an_assertion_has_the_shape_of_the_sdk() -> None:
    from okta.jwt import JWT

    ours = ClientKey(SecretStr(PAIR.pem), "the test", key_id=PAIR.kid)
    theirs = JWT.create_token("https://acme.okta.com", "0oaservice", PAIR.pem, PAIR.kid)
    assert shape(ours.assertion("0oaservice", "https://acme.okta.com/oauth2/v1/token", 0)) == shape(theirs)


def test_a_proof_has_the_shape_of_the_sdk() -> None:
    from okta.dpop import DPoPProofGenerator

    theirs = DPoPProofGenerator({}).generate_proof_jwt("GET", URL, access_token="at", nonce="n1")
    ours = ProofKey().proof("GET", URL, 0, nonce="n1", token="at")
    assert shape(ours) == shape(theirs)
    claims = [jwt.decode(token, options={"verify_signature": False}) for token in (ours, theirs)]
    assert claims[0]["ath"] == claims[1]["ath"]


@pytest.mark.parametrize("dpop", [False, True])
def test_the_sdk_signs_in_to_the_emulator(running: Emulated, monkeypatch: pytest.MonkeyPatch, dpop: bool) -> None:
    from okta.client import Client

    monkeypatch.setenv("OKTA_TESTING_TESTINGDISABLEHTTPSCHECK", "true")
    running.reset()
    running.call("POST", "/_emulator/service-apps", registered(PAIR, dpop=dpop))
    config = {
        "orgUrl": running.org.url,
        "authorizationMode": "PrivateKey",
        "clientId": "0oaservice",
        "scopes": ["okta.groups.read", "okta.groups.manage"],
        "privateKey": PAIR.pem,
        "kid": PAIR.kid,
        "dpopEnabled": dpop,
        "rateLimit": {"maxRetries": 0},
    }

    async def scene() -> list[Any]:
        groups, _, error = await Client(config).list_groups()
        assert error is None, error
        return groups

    assert [group.profile.actual_instance.name for group in asyncio.run(scene())] == ["Everyone"]
