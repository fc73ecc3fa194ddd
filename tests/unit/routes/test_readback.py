"""What counts as proof that provisioning is on, and every answer that looks like one and is not."""

from __future__ import annotations

import httpx
import pytest

from oktascim.okta.apps import app_from
from oktascim.okta.connections import Connection
from oktascim.routes.readback import (
    TO_APP_FEATURES,
    judge,
    read_back,
    to_app_of,
    to_app_of_capabilities,
)

ON = Connection("ENABLED", "TOKEN", "https://a.example/scim")
OFF = Connection("DISABLED", "TOKEN", None)
NO_SAY = Connection("UNKNOWN", "UNKNOWN", None)
NAMELESS = Connection("ENABLED", "UNKNOWN", None)


def an_app(*features: str):
    return app_from({"id": "0oa1", "features": list(features)})


@pytest.mark.parametrize(
    ("features", "connection", "status", "verified_by"),
    [
        ([], ON, "ENABLED", ("connections/default",)),
        (["PUSH_NEW_USERS"], ON, "ENABLED", ("connections/default", "features")),
        ([], OFF, "DISABLED", ()),
        (["PUSH_NEW_USERS"], OFF, "DISABLED", ()),  # the connections API governs this app, so its word counts
        ([], NO_SAY, "UNKNOWN", ()),
        (["SCIM_PROVISIONING"], NO_SAY, "ENABLED", ("features",)),
        (["IMPORT_NEW_USERS"], None, "ENABLED", ("features",)),
        (["GROUP_PUSH"], None, "ENABLED", ("features",)),
        ([], None, "UNKNOWN", ()),
        (["SSO", "PROFILE_MASTERING"], NO_SAY, "UNKNOWN", ()),
        ([], NAMELESS, "UNKNOWN", ()),
    ],
)
def test_judge(features: list[str], connection: Connection | None, status: str, verified_by: tuple[str, ...]) -> None:
    proof = judge(an_app(*features), connection)
    assert (proof.status, proof.verified_by) == (status, verified_by)


def test_the_base_url_is_shown_where_okta_echoes_it() -> None:
    assert judge(an_app(), ON).base_url == "https://a.example/scim"
    assert judge(an_app(), None).base_url is None


@pytest.mark.parametrize(("option", "feature"), TO_APP_FEATURES.items())
def test_to_app_of(option: str, feature: str) -> None:
    assert to_app_of([feature, "GROUP_PUSH", "REACTIVATE_USERS"]) == {option}


@pytest.mark.parametrize(
    ("capabilities", "options"),
    [
        ({}, set()),
        ({"create": {"lifecycleCreate": {"status": "ENABLED"}}}, {"create"}),
        ({"create": {"lifecycleCreate": {"status": "DISABLED"}}, "update": None}, set()),
        (
            {
                "update": {
                    "profile": {"status": "ENABLED"},
                    "lifecycleDeactivate": {"status": "ENABLED"},
                    "password": {"status": "ENABLED", "seed": "OKTA", "change": "CHANGE"},
                }
            },
            {"update", "deactivate", "sync_password"},
        ),
    ],
)
def test_to_app_of_capabilities(capabilities: dict, options: set[str]) -> None:
    assert to_app_of_capabilities(capabilities) == options


def read(fake, to_app=None):
    async def work():
        async with fake.client() as okta:
            return await read_back(okta, "0oa1", to_app)

    return fake.clock.run(work())


def test_a_silent_no_op_proves_nothing(fake_okta) -> None:
    fake_okta.on("GET /api/v1/apps/0oa1", {"id": "0oa1", "features": []})
    fake_okta.on(
        "GET /api/v1/apps/0oa1/connections/default", {"status": "UNKNOWN", "profile": {"authScheme": "UNKNOWN"}}
    )
    proof = read(fake_okta, ("create",))
    assert (proof.status, proof.to_app) == ("UNKNOWN", frozenset())
    assert len(fake_okta.requests) == 2


@pytest.mark.parametrize(
    "cause", ["Provisioning is not supported.", "Provisioning is not enabled for the app instance."]
)
def test_a_features_api_that_refuses_leaves_the_word_to_the_features(fake_okta, okta_error, cause: str) -> None:
    fake_okta.on("GET /api/v1/apps/0oa1", {"id": "0oa1", "features": ["PUSH_NEW_USERS"]})
    fake_okta.on("GET /api/v1/apps/0oa1/connections/default", httpx.Response(200, json={"status": "UNKNOWN"}))
    refusal = okta_error(400, "E0000001", "Api validation failed: feature", cause)
    fake_okta.on("GET /api/v1/apps/0oa1/features/USER_PROVISIONING", refusal)
    assert read(fake_okta, ("create", "update")).to_app == {"create"}
