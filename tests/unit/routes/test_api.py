"""The `api` route: what it sends for each template, and everything that an org may answer."""

from __future__ import annotations

import json

import httpx
import pytest

from oktascim.errors import IdentityRefused, ScimServerFailed
from oktascim.http.unreachable import Ambiguous
from oktascim.okta.errors import OktaError
from oktascim.routes.api import ApiRoute, capabilities

CONNECTION = "/api/v1/apps/0oa1/connections/default"
FEATURE = "/api/v1/apps/0oa1/features/USER_PROVISIONING"
UNKNOWN = {"status": "UNKNOWN", "profile": {"authScheme": "UNKNOWN"}}
ON = {"status": "ENABLED", "authScheme": "TOKEN"}
OFF = {"status": "DISABLED", "authScheme": "TOKEN"}


@pytest.fixture
def attempt(fake_okta, make_task, make_secrets):
    def run(template: str = "scim2-header", **options):
        async def work():
            async with fake_okta.client() as okta:
                return await ApiRoute(okta, make_secrets(template)).attempt(make_task(template, **options))

        return fake_okta.clock.run(work())

    return run


@pytest.mark.parametrize(
    ("template", "token"),
    [
        ("scim2-header", "t0ken-s3cret"),
        ("scim2-oauth", "t0ken-s3cret"),
        ("scim2-basic", "b2t0YTpwNHNzLXMzY3JldA=="),
        ("scim1-header", "t0ken-s3cret"),
        ("scim1-oauth", "t0ken-s3cret"),
        ("scim1-basic", "b2t0YTpwNHNzLXMzY3JldA=="),
    ],
)
def test_credentials_are_sent_without_the_scheme_word(fake_okta, attempt, template: str, token: str) -> None:
    stub = fake_okta.on(f"POST {CONNECTION}", ON)
    outcome = attempt(template)
    assert (outcome.acted, outcome.said) == (True, "Set through the Management API.")
    body = json.loads(stub.requests[0].content)
    assert body == {"baseUrl": "https://acme.example/scim/v2", "profile": {"authScheme": "TOKEN", "token": token}}


@pytest.mark.parametrize(("wanted", "noted"), [(True, True), (False, True), (None, False)])
def test_that_import_groups_has_no_place_here_is_said(fake_okta, attempt, wanted: bool | None, noted: bool) -> None:
    fake_okta.on(f"POST {CONNECTION}", ON)
    outcome = attempt(import_groups=wanted)
    assert outcome.acted
    assert ("can't set import_groups" in (outcome.note or "")) is noted


@pytest.mark.parametrize("template", ["custom-saml", "custom-swa"])
def test_nothing_is_sent_for_a_wizard_made_app(fake_okta, attempt, template: str) -> None:
    outcome = attempt(template)
    assert not outcome.acted
    assert "documents no API" in outcome.said
    assert fake_okta.requests == []


def test_a_connection_that_is_off_after_the_write_is_switched_on(fake_okta, attempt) -> None:
    fake_okta.on(f"POST {CONNECTION}", OFF)
    fake_okta.on(f"POST {CONNECTION}/lifecycle/activate", httpx.Response(204))
    assert attempt().acted


def test_a_200_that_says_unknown_is_a_refusal_and_nothing_more_is_sent(fake_okta, attempt) -> None:
    fake_okta.on(f"POST {CONNECTION}", UNKNOWN)
    outcome = attempt(to_app=["create"])
    assert not outcome.acted
    assert "doesn't accept SCIM credentials" in outcome.said
    assert len(fake_okta.requests) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 405, 501])
def test_a_refusal_is_said_in_oktas_words(fake_okta, attempt, okta_error, status: int) -> None:
    fake_okta.on(
        f"POST {CONNECTION}", okta_error(status if status != 501 else 400, "E0000060", "Unsupported operation.")
    )
    outcome = attempt()
    assert not outcome.acted
    assert "E0000060 Unsupported operation." in outcome.said


def test_a_failed_connection_test_is_the_scim_servers(fake_okta, attempt, okta_error) -> None:
    fake_okta.on(f"POST {CONNECTION}", okta_error(400, "E0000059", "The connector configuration could not be tested."))
    with pytest.raises(ScimServerFailed, match="could not be tested"):
        attempt()


def test_a_refused_token_is_not_a_refused_route(fake_okta, attempt, okta_error) -> None:
    fake_okta.on(f"POST {CONNECTION}", okta_error(403, "E0000006", "You do not have permission"))
    with pytest.raises(IdentityRefused):
        attempt()


def test_a_lost_answer_is_left_to_the_read(fake_okta, attempt) -> None:
    fake_okta.on(f"POST {CONNECTION}", httpx.ReadError("reset"))
    with pytest.raises(Ambiguous):
        attempt()


def test_only_the_to_app_options_where_the_connection_is_on(fake_okta, attempt) -> None:
    stub = fake_okta.on(f"PUT {FEATURE}", {})
    assert attempt(stage="to_app", to_app=["update"]).acted
    assert json.loads(stub.requests[0].content) == capabilities({"update"})
    assert fake_okta.lines == [f"PUT {FEATURE}"]


@pytest.mark.parametrize(
    "cause", ["Provisioning is not supported.", "Provisioning is not enabled for the app instance."]
)
def test_a_features_api_that_does_not_govern_the_app(fake_okta, attempt, okta_error, cause: str) -> None:
    fake_okta.on(f"PUT {FEATURE}", okta_error(400, "E0000001", "Api validation failed: feature", cause))
    outcome = attempt(stage="to_app", to_app=["create"])
    assert not outcome.acted
    assert outcome.said == f"The features API doesn't manage this app: {cause}"


def test_any_other_refusal_of_the_options_is_an_error(fake_okta, attempt, okta_error) -> None:
    fake_okta.on(f"PUT {FEATURE}", okta_error(400, "E0000003", "The request body was not well-formed."))
    with pytest.raises(OktaError, match="not well-formed"):
        attempt(stage="to_app", to_app=["create"])


@pytest.mark.parametrize("wanted", [set(), {"create"}, {"update", "deactivate"}, {"create", "sync_password"}])
def test_capabilities_name_every_option(wanted: set[str]) -> None:
    body = capabilities(frozenset(wanted))
    members = {
        "create": body["create"]["lifecycleCreate"],
        "update": body["update"]["profile"],
        "deactivate": body["update"]["lifecycleDeactivate"],
        "sync_password": body["update"]["password"],
    }
    assert {option for option, member in members.items() if member["status"] == "ENABLED"} == wanted
    assert ("seed" in members["sync_password"]) == ("sync_password" in wanted)
