"""A service app of the program at the token endpoint of an emulated org, over real sockets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest

from oktascim.errors import ExitCode, IdentityRefused
from oktascim.http.clock import Clock
from oktascim.okta.client import Okta
from oktascim.okta.errors import OktaRefusedIdentity
from oktascim.okta.keys import ClientKey
from oktascim.okta.service_app import ServiceApp
from oktascim.secret_text import SecretStr
from tests.support.emulated import Emulated, emulated
from tests.support.service_apps import EVERYTHING, KeyPair, key_pair, registered

PAIR = key_pair()


@pytest.fixture(scope="module")
def running() -> Iterator[Emulated]:
    with emulated() as org:
        yield org


@pytest.fixture
def org(running: Emulated) -> Emulated:
    running.reset()
    return running


def register(org: Emulated, pair: KeyPair = PAIR, **more: Any) -> None:
    org.call("POST", "/_emulator/service-apps", registered(pair, **more))


def access(org: Emulated, pair: KeyPair = PAIR, *, key_id: str | None = "k1", **more: Any) -> ServiceApp:
    key = ClientKey(SecretStr(pair.pem), "OKTA_CLIENT_PRIVATEKEY", key_id=key_id)
    settings = {"scopes": tuple(EVERYTHING), "source": "OKTA_CLIENT_PRIVATEKEY"} | more
    return ServiceApp(org.org.url, settings.pop("client_id", "0oaservice"), key, **settings)


def reads(org: Emulated, service_app: ServiceApp, *paths: str, together: bool = False) -> list[Any]:
    async def read() -> list[Any]:
        async with Okta(org.org.url, service_app) as okta:
            if together:
                return list(await asyncio.gather(*(okta.get(path) for path in paths)))
            return [await okta.get(path) for path in paths]

    return asyncio.run(read())


def access_tokens(remembered: list[str]) -> list[str]:
    """Those of the secrets that aren't assertions."""
    return [secret for secret in remembered if secret.count(".") != 2]


def refusal(org: Emulated, service_app: ServiceApp) -> IdentityRefused:
    with pytest.raises(IdentityRefused) as refused:
        reads(org, service_app, "/api/v1/apps")
    assert refused.value.exit_code == ExitCode.IDENTITY
    assert refused.value.fix
    return refused.value


def test_expired_access_tokens_are_forgotten(org: Emulated) -> None:
    register(org, token_seconds=60)
    reads(org, access(org), "/api/v1/org")
    reads(org, access(org), "/api/v1/org")
    kept = org.org.console.org.service_apps.tokens
    assert len(kept) == 2
    org.org.console.org.service_apps.clock.advance(61)
    now = Clock(now=lambda: time.time() + 61)
    reads(org, access(org, clock=now), "/api/v1/org")
    assert len(kept) == 1


@pytest.mark.parametrize("kind", ["EC", "RSA"])
@pytest.mark.parametrize("dpop", [False, True])
def test_reads_with_an_access_token(org: Emulated, kind: str, dpop: bool) -> None:
    pair = key_pair(kind=kind)
    register(org, pair, dpop=dpop)
    remembered: list[str] = []
    apps, company = reads(
        org, access(org, pair, dpop=dpop, remember=remembered.append), "/api/v1/apps?limit=1", "/api/v1/org"
    )
    assert apps == []
    assert company["id"]
    assert len(access_tokens(remembered)) == 1


def test_an_app_that_demands_proofs_gets_them_unasked(org: Emulated) -> None:
    register(org, dpop=True)
    assert reads(org, access(org), "/api/v1/apps") == [[]]


def test_parallel_calls_share_one_token(org: Emulated) -> None:
    register(org)
    remembered: list[str] = []
    reads(org, access(org, remember=remembered.append), *["/api/v1/apps"] * 20, together=True)
    assert len(access_tokens(remembered)) == 1


def test_a_token_is_renewed_ahead_of_its_end(org: Emulated) -> None:
    register(org, token_seconds=100)
    remembered: list[str] = []
    waited = 0.0
    clock = Clock(monotonic=lambda: waited)
    service_app = access(org, remember=remembered.append, clock=clock)

    async def run() -> None:
        nonlocal waited
        async with Okta(org.org.url, service_app, clock=clock) as okta:
            await okta.get("/api/v1/apps")
            waited = 89.0
            await okta.get("/api/v1/apps")
            assert len(access_tokens(remembered)) == 1
            waited = 91.0
            await okta.get("/api/v1/apps")

    asyncio.run(run())
    assert len(access_tokens(remembered)) == 2


def test_a_token_that_was_revoked_is_renewed_once(org: Emulated) -> None:
    register(org)
    remembered: list[str] = []
    service_app = access(org, remember=remembered.append)

    async def run() -> None:
        async with Okta(org.org.url, service_app) as okta:
            await okta.get("/api/v1/apps")
            org.call("DELETE", "/_emulator/access-tokens")
            await okta.post("/api/v1/groups", {"profile": {"name": "Engineering"}})

    asyncio.run(run())
    assert len(access_tokens(remembered)) == 2
    assert [group["profile"]["name"] for group in org.call("GET", "/api/v1/groups")].count("Engineering") == 1


def test_an_app_that_was_deactivated_in_the_midst_of_a_run(org: Emulated) -> None:
    register(org)
    service_app = access(org)

    async def run() -> None:
        async with Okta(org.org.url, service_app) as okta:
            await okta.get("/api/v1/apps")
            org.reset()
            with pytest.raises(IdentityRefused, match="gave no access token"):
                await okta.get("/api/v1/apps")

    asyncio.run(run())


def test_scopes_that_were_not_granted_are_known(org: Emulated) -> None:
    register(org, scopes=["okta.apps.read"])
    service_app = access(org)

    async def run() -> None:
        async with Okta(org.org.url, service_app) as okta:
            grant = await service_app.grant()
            assert service_app.asked - grant.scopes == set(EVERYTHING) - {"okta.apps.read"}
            with pytest.raises(OktaRefusedIdentity, match=r"lacks the scope okta\.groups\.read"):
                await okta.get("/api/v1/groups")

    asyncio.run(run())


def test_an_app_without_an_admin_role(org: Emulated) -> None:
    register(org, role=None)
    assert "E0000006" in (refusal(org, access(org)).why or "")


@pytest.mark.parametrize(
    ("more", "said", "advice"),
    [
        ({"key_id": "k2"}, "The client_assertion JWT kid is invalid.", "the key ID (kid) and the pair must match"),
        ({"pair": key_pair()}, "The client_assertion signature is invalid.", "the pair must match"),
        ({"client_id": "0oaother"}, "is not a valid client_id", "Check the client ID"),
        ({"audience": "https://login.acme.example/oauth2/v1/token"}, "The audience claim", "its Okta domain"),
        ({"scopes": ("okta.events.read",)}, "not allowed any of the requested scopes", "Okta API Scopes"),
        ({"clock": Clock(now=lambda: time.time() - 600)}, "token is expired", "s behind Okta's"),
        ({"clock": Clock(now=lambda: time.time() + 600)}, "before the current time", "s ahead of Okta's"),
    ],
    ids=["kid", "key", "client", "audience", "scopes", "behind", "ahead"],
)
def test_what_okta_refuses(org: Emulated, more: dict[str, Any], said: str, advice: str) -> None:
    register(org)
    error = refusal(org, access(org, **more))
    assert said in (error.why or "")
    assert advice in (error.fix or "")
