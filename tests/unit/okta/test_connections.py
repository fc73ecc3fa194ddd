"""What `connections/default` and the features API say, and what they are believed to mean."""

from __future__ import annotations

import httpx
import pytest

from oktascim.okta import connections
from oktascim.okta.errors import OktaError
from oktascim.secret_text import SecretStr

CONNECTION = "/api/v1/apps/0oa1/connections/default"
FEATURE = "/api/v1/apps/0oa1/features/USER_PROVISIONING"


def run(fake, work):
    async def inside():
        async with fake.client() as okta:
            return await work(okta)

    return fake.clock.run(inside())


@pytest.mark.parametrize(
    ("answer", "governed", "enabled"),
    [
        ({"status": "UNKNOWN", "profile": {"authScheme": "UNKNOWN"}}, False, False),
        ({"status": "ENABLED", "authScheme": "TOKEN", "profile": {"authScheme": "TOKEN"}}, True, True),
        ({"status": "ENABLED", "profile": {"authScheme": "OAUTH2"}}, True, True),
        ({"status": "DISABLED", "authScheme": "TOKEN"}, True, False),
        ({"status": "ENABLED", "profile": {"authScheme": "UNKNOWN"}}, False, False),
        ({"status": "ENABLED"}, False, False),
        ({}, False, False),
    ],
)
def test_get_connection(fake_okta, answer: dict, governed: bool, enabled: bool) -> None:
    fake_okta.on(f"GET {CONNECTION}", answer)
    found = run(fake_okta, lambda okta: connections.get_connection(okta, "0oa1"))
    assert (found.governed, found.enabled) == (governed, enabled)


def test_an_empty_answer_governs_nothing(fake_okta) -> None:
    fake_okta.on(f"GET {CONNECTION}", httpx.Response(204))
    found = run(fake_okta, lambda okta: connections.get_connection(okta, "0oa1"))
    assert found == connections.Connection("UNKNOWN", "UNKNOWN", None)


def test_the_base_url_is_kept_where_okta_echoes_it(fake_okta) -> None:
    fake_okta.on(f"GET {CONNECTION}", {"status": "ENABLED", "authScheme": "TOKEN", "baseUrl": "https://a.example/scim"})
    found = run(fake_okta, lambda okta: connections.get_connection(okta, "0oa1"))
    assert found.base_url == "https://a.example/scim"


def test_set_token_connection(fake_okta) -> None:
    stub = fake_okta.on(f"POST {CONNECTION}", {"status": "UNKNOWN"})
    token = SecretStr("s3cret")
    run(fake_okta, lambda okta: connections.set_token_connection(okta, "0oa1", "https://a.example/scim", token))
    expected = httpx.Request(
        "POST",
        "https://x",
        json={"baseUrl": "https://a.example/scim", "profile": {"authScheme": "TOKEN", "token": "s3cret"}},
    )
    assert stub.requests[0].content == expected.content


@pytest.mark.parametrize("verb", ["activate", "deactivate"])
def test_switching(fake_okta, verb: str) -> None:
    fake_okta.on(f"POST {CONNECTION}/lifecycle/{verb}", httpx.Response(204))
    run(fake_okta, lambda okta: getattr(connections, f"{verb}_connection")(okta, "0oa1"))
    assert len(fake_okta.requests) == 1


@pytest.mark.parametrize(
    "cause", ["Provisioning is not supported.", "Provisioning is not enabled for the app instance."]
)
def test_a_features_api_that_does_not_govern_the_app_is_no_error(fake_okta, okta_error, cause: str) -> None:
    fake_okta.on(f"GET {FEATURE}", okta_error(400, "E0000001", "Api validation failed: feature", cause))
    assert run(fake_okta, lambda okta: connections.get_feature(okta, "0oa1", "USER_PROVISIONING")) is None


@pytest.mark.parametrize(("status", "cause"), [(400, "Something else."), (403, "Provisioning is not supported.")])
def test_any_other_refusal_of_the_features_api_is_one(fake_okta, okta_error, status: int, cause: str) -> None:
    fake_okta.on(f"GET {FEATURE}", okta_error(status, "E0000001", "Api validation failed: feature", cause))
    with pytest.raises(OktaError):
        run(fake_okta, lambda okta: connections.get_feature(okta, "0oa1", "USER_PROVISIONING"))


def test_put_feature_sends_the_capabilities_without_a_wrapper(fake_okta) -> None:
    stub = fake_okta.on(f"PUT {FEATURE}", {})
    capabilities = {"create": {"lifecycleCreate": {"status": "ENABLED"}}}
    run(fake_okta, lambda okta: connections.put_feature(okta, "0oa1", "USER_PROVISIONING", capabilities))
    assert stub.requests[0].content == httpx.Request("PUT", "https://x", json=capabilities).content
