"""The app object against the spec: every field, Okta's echoes, and what is left alone."""

from __future__ import annotations

import pytest

from oktascim.catalog import find_template
from oktascim.plan.compare import app_changes, creation_body, merged_body

ACS = "https://acme.example/acs"
AUDIENCE = "https://acme.example"
SAML = {"mode": "saml", "acs_url": ACS, "audience": AUDIENCE}


def changes(one, app) -> dict:
    return {change.field: (change.old, change.new) for change in app_changes(one, find_template(one.template), app)}


def visible(*, auto: bool = False, web: bool = True, mobile: bool = True) -> dict:
    return {"autoSubmitToolbar": auto, "hide": {"web": not web, "iOS": not mobile}}


def settings(app: dict | None = None, sign_on: dict | None = None, note: str = "oktascim:acme") -> dict:
    return {"app": app or {}, "signOn": sign_on or {}, "notes": {"admin": note}}


def test_an_app_that_is_as_the_spec_says_has_no_changes(make, make_app) -> None:
    assert changes(make(), make_app()) == {}


@pytest.mark.parametrize(
    ("wanted", "has", "field", "old", "new"),
    [
        ({"label": "New"}, {}, "label", "Acme", "New"),
        ({"visibility": {"web": False}}, {}, "visibility.web", True, False),
        ({"visibility": {"web": True}}, {"visibility": visible(web=False)}, "visibility.web", False, True),
        ({"visibility": {"mobile": False}}, {}, "visibility.mobile", True, False),
        ({"visibility": {"auto_login": True}}, {}, "visibility.auto_login", False, True),
        (
            {"visibility": {"auto_login": False}},
            {"visibility": visible(auto=True)},
            "visibility.auto_login",
            True,
            False,
        ),
        ({"sign_on": {"mode": "swa"}}, {}, "sign_on.mode", "saml", "swa"),
        ({"sign_on": {"mode": "saml"}}, {"signOnMode": "BROWSER_PLUGIN"}, "sign_on.mode", "swa", "saml"),
        ({"sign_on": {"mode": "saml"}}, {"signOnMode": "OPENID_CONNECT"}, "sign_on.mode", "OPENID_CONNECT", "saml"),
        ({"sign_on": {"mode": "saml", "acs_url": ACS}}, {}, "sign_on.acs_url", None, ACS),
        ({"sign_on": {"mode": "saml", "audience": AUDIENCE}}, {}, "sign_on.audience", None, AUDIENCE),
        ({}, {"marker": "other"}, "marker", "other", "acme"),
        ({}, {"marker": None}, "marker", None, "acme"),
    ],
)
def test_every_field(make, make_app, wanted: dict, has: dict, field: str, old, new) -> None:
    assert changes(make(**wanted), make_app(**has)) == {field: (old, new)}


def test_what_the_spec_leaves_out_is_left_alone(make, make_app) -> None:
    busy = make_app(
        visibility=visible(auto=True, web=False, mobile=False),
        settings=settings(app={"acsUrl": "https://other.example"}, note="mind the gap\noktascim:acme"),
    )
    assert changes(make(), busy) == {}


@pytest.mark.parametrize("echo", ["BROWSER_PLUGIN", "AUTO_LOGIN", None])
def test_swa_is_echoed_in_three_ways(make, make_app, echo: str | None) -> None:
    assert changes(make(sign_on={"mode": "swa"}), make_app(signOnMode=echo)) == {}


def test_swa_of_a_wizard_made_app_is_echoed_as_it_was_sent(make, make_app) -> None:
    one = make(template="custom-swa", sign_on={"mode": "swa", "login_url": "https://acme.example/login"})
    shown = make_app(signOnMode="BROWSER_PLUGIN", settings=settings(sign_on={"loginUrl": "https://acme.example/login"}))
    assert "sign_on.mode" in changes(one, shown)


@pytest.mark.parametrize(
    "kept",
    [
        settings(app={"acsUrl": ACS, "audienceUri": AUDIENCE}),
        settings(sign_on={"ssoAcsUrlOverride": ACS, "audienceOverride": AUDIENCE}),
        settings(app={"acsUrl": ACS}, sign_on={"ssoAcsUrlOverride": None, "audienceOverride": AUDIENCE}),
    ],
)
def test_a_url_counts_wherever_okta_keeps_it(make, make_app, kept: dict) -> None:
    assert changes(make(sign_on=SAML), make_app(settings=kept)) == {}


def test_creation_body_of_a_catalogue_app(make) -> None:
    one = make(sign_on=SAML, visibility={"web": True, "mobile": False, "auto_login": True})
    assert creation_body(one, find_template("scim2-header"), "scim2headerauth") == {
        "name": "scim2headerauth",
        "label": "Acme",
        "signOnMode": "SAML_2_0",
        "visibility": {"hide": {"web": False, "iOS": True}, "autoSubmitToolbar": True},
        "settings": {"app": {"acsUrl": ACS, "audienceUri": AUDIENCE}, "notes": {"admin": "oktascim:acme"}},
    }


def test_creation_body_of_a_wizard_made_app_lets_okta_name_it(make) -> None:
    body = creation_body(make(template="custom-saml", sign_on=SAML), find_template("custom-saml"), None)
    assert "name" not in body
    sign_on = body["settings"]["signOn"]
    assert {sign_on[key] for key in ("ssoAcsUrl", "recipient", "destination")} == {ACS}
    assert sign_on["audience"] == AUDIENCE


def test_a_write_carries_everything_that_is_to_stay(make, make_app) -> None:
    app = make_app(
        credentials={"signing": {"kid": "k1"}},
        accessibility={"selfService": True},
        settings=settings(app={"acsUrl": None, "other": 1}, note="by hand"),
        features=["PUSH_NEW_USERS"],
    )
    body = merged_body(make(label="New", sign_on=SAML), find_template("scim2-header"), app)
    assert body["label"] == "New"
    assert body["credentials"] == {"signing": {"kid": "k1"}}
    assert body["accessibility"] == {"selfService": True}
    assert body["settings"]["app"] == {"acsUrl": ACS, "other": 1, "audienceUri": AUDIENCE}
    assert body["settings"]["notes"]["admin"] == "by hand\n\noktascim:acme"
    assert not {"id", "status", "features", "_links"} & set(body)
    assert app.label == "Acme"


def test_a_write_goes_to_the_place_that_the_app_has(make, make_app) -> None:
    overrides = settings(sign_on={"ssoAcsUrlOverride": None, "audienceOverride": None})
    body = merged_body(make(sign_on=SAML), find_template("scim2-header"), make_app(settings=overrides))
    assert body["settings"]["signOn"] == {"ssoAcsUrlOverride": ACS, "audienceOverride": AUDIENCE}
    assert body["settings"]["app"] == {}


@pytest.mark.parametrize("echo", ["BROWSER_PLUGIN", "AUTO_LOGIN", None])
def test_a_write_says_swa_as_it_is_sent_not_as_it_is_echoed(make, make_app, echo: str | None) -> None:
    one = make(label="New", sign_on={"mode": "swa"})
    assert merged_body(one, find_template("scim2-header"), make_app(signOnMode=echo))["signOnMode"] == "AUTO_LOGIN"


def test_a_section_that_reads_null_is_filled(make, make_app) -> None:
    app = make_app(visibility=None, settings=None)
    body = merged_body(make(visibility={"web": False}), find_template("scim2-header"), app)
    assert body["visibility"] == {"hide": {"web": True}}
    assert body["settings"] == {"notes": {"admin": "oktascim:acme"}}
