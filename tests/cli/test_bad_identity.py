"""Identities that can't work: what is wrong, where it was read, what to do; exit code 4, and nothing written."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from typing import Any

import httpx
import keyring.core
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from keyring.errors import KeyringLocked

from oktascim.errors import ExitCode
from oktascim.http.clock import Clock
from tests.support.dict_keyring import DictKeyring
from tests.support.service_apps import key_pair, registered
from tests.support.world import World

PAIR = key_pair()
KEY = "OKTA_CLIENT_PRIVATEKEY"
NONE = {"OKTA_CLIENT_TOKEN": "", "OKTA_CLIENT_ORGURL": ""}


def pem(key: Any, passphrase: str = "") -> str:
    encryption = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption).decode()


EC = ec.generate_private_key(ec.SECP256R1())
PUBLIC = EC.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
WRONG = {KEY: pem(EC, "right"), "OKTASCIM_PRIVATE_KEY_PASSPHRASE": "wrong"}
IDENTITIES: dict[str, tuple[dict[str, str], str, str]] = {
    "public key": ({KEY: PUBLIC}, f"{KEY} has a public key", "Use the private key"),
    "wrong passphrase": (WRONG, f"from {KEY} can't be decrypted", "Correct OKTASCIM_PRIVATE_KEY_PASSPHRASE"),
    "wrong type": ({KEY: pem(ed25519.Ed25519PrivateKey.generate())}, f"from {KEY} is of a type", "Okta accepts RSA"),
    "too small": ({KEY: pem(rsa.generate_private_key(65537, 1024))}, f"from {KEY} has 1024 bits", "2048 bits or more"),
    "unknown kid": ({"OKTA_CLIENT_KID": "k9"}, "The client_assertion JWT kid is invalid", "the key ID (kid)"),
    "another key": ({KEY: pem(EC)}, "The client_assertion signature is invalid", f"Compare the key in {KEY}"),
    "no such app": ({"OKTA_CLIENT_CLIENTID": "0oaother"}, f"from {KEY}", "the app must exist, be active"),
    "missing scope": ({}, "it lacks okta.groups.read", "Okta API Scopes"),
}


def app_of(**more: str) -> dict[str, str]:
    mode = {
        "OKTA_CLIENT_AUTHORIZATIONMODE": "PrivateKey",
        "OKTA_CLIENT_CLIENTID": "0oaservice",
        "OKTA_CLIENT_KID": "k1",
    }
    return {**mode, KEY: PAIR.pem, "OKTA_CLIENT_TOKEN": "", **more}


def refused_apply(org: World, **environ: str) -> tuple[str, str]:
    """The problem and the fix of an `apply` that ends with exit code 4 and has written nothing."""
    done = org.oktascim("apply", org.spec(), "--yes", **environ)
    assert done.code == ExitCode.IDENTITY, done.stderr
    assert "PRIVATE KEY-----" not in done.stderr
    assert org.writes_since(0) == []
    problem, _, fix = done.stderr.partition("  fix: ")
    return problem, fix


@pytest.mark.parametrize("identity", IDENTITIES)
def test_a_service_app_that_cannot_sign_in(org: World, identity: str) -> None:
    environ, said, fix = IDENTITIES[identity]
    scopes = ["okta.apps.read", "okta.users.read"] if identity == "missing scope" else None
    org.okta("POST", "/_emulator/service-apps", registered(PAIR, scopes=scopes))
    problem, advice = refused_apply(org, **app_of(**environ))
    assert said in problem
    assert fix in advice


@pytest.mark.parametrize(("off", "said"), [(-600, "behind Okta's"), (600, "ahead of Okta's")])
def test_a_clock_that_is_ten_minutes_off(org: World, monkeypatch: pytest.MonkeyPatch, off: int, said: str) -> None:
    org.okta("POST", "/_emulator/service-apps", registered(PAIR))
    monkeypatch.setattr("oktascim.okta.service_app.Clock", lambda: Clock(now=lambda: time.time() + off))
    problem, advice = refused_apply(org, **app_of())
    assert f"from {KEY}" in problem
    assert said in advice


@pytest.mark.parametrize("path", ["/oauth2/", "/api/"])
def test_a_proxy_that_strips_the_proof(org: World, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    send = httpx.AsyncHTTPTransport.handle_async_request

    async def without_proof(self: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith(path):
            request.headers.pop("dpop", None)
        return await send(self, request)

    org.okta("POST", "/_emulator/service-apps", registered(PAIR, dpop=True))
    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", without_proof)
    problem, advice = refused_apply(org, **app_of())
    assert "invalid_dpop_proof" in problem
    assert "no proxy removes or changes the DPoP header" in advice


class Locked(DictKeyring):
    """A keyring that nobody unlocks."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked(f"{service} {username}")


@pytest.fixture
def profile(org: World) -> Callable[[str], None]:
    def write(more: str) -> None:
        text = f"version: 1\ncurrent: dev\nprofiles:\n  dev: {{org_url: '{org.org.url}'{more}}}\n"
        (org.folder / "profiles.yaml").write_text(text, encoding="utf-8")

    return write


def test_a_locked_keyring(org: World, profile: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", Locked())
    profile("")
    problem, advice = refused_apply(org, **NONE)
    assert "The API token of profile dev is in it." in problem
    assert "Unlock it" in advice
    encrypted = {KEY: pem(EC, "right"), "OKTASCIM_PRIVATE_KEY_PASSPHRASE_FROM": "keyring:PASSPHRASE"}
    problem, advice = refused_apply(org, **app_of(**encrypted))
    assert "The keyring is locked." in problem
    assert "Set OKTASCIM_PRIVATE_KEY_PASSPHRASE instead" in advice


@pytest.mark.parametrize("more", ["", ", client_id: 0oaservice, key_id: k1"])
def test_the_line_for_a_machine_without_a_keyring_works(
    org: World, profile: Callable[[str], None], more: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(org.folder)
    for name, content in (("token.txt", org.token), ("key.pem", PAIR.pem)):
        (org.folder / name).write_text(content, encoding="utf-8")
        (org.folder / name).chmod(0o600)
    org.okta("POST", "/_emulator/service-apps", registered(PAIR))
    profile(more)
    off = {"OKTASCIM_KEYRING": "off"}
    refused = org.oktascim("app", "list", **NONE, **off)
    assert refused.code == ExitCode.USAGE
    assert "The keyring is off (OKTASCIM_KEYRING=off)." in refused.stderr
    (line,) = (line.strip() for line in refused.stderr.splitlines() if line.strip().startswith("export "))
    set_by_it = subprocess.run(
        ["sh", "-c", f"{line}; env"], capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin"}
    )
    environ = dict(one.split("=", 1) for one in set_by_it.stdout.splitlines() if one.startswith("OKTA_"))
    done = org.oktascim("app", "list", **{**NONE, **environ}, **off)
    assert done.code == ExitCode.DONE, done.stderr
