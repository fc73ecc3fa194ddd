"""Apps: what Okta echoes, drops and refuses (OB-005 to OB-033)."""

from __future__ import annotations

import ssl
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509

from tests.support.emulated import Emulated

SAML = {"signOn": {"ssoAcsUrl": "https://a.example/acs", "audience": "https://a.example"}}


@pytest.mark.parametrize(
    ("name", "sent", "echoed"),
    [
        ("aws_console", "AUTO_LOGIN", "BROWSER_PLUGIN"),
        ("pagerduty", "AUTO_LOGIN", "BROWSER_PLUGIN"),
        ("scim2headerauth", "AUTO_LOGIN", "BROWSER_PLUGIN"),
        ("scim2headerauth", "BROWSER_PLUGIN", "BROWSER_PLUGIN"),
        ("deelhr", "AUTO_LOGIN", None),
        ("pagerduty", "SAML_2_0", "SAML_2_0"),
    ],
)
def test_sign_on_modes_read_back_differently(org: Emulated, name: str, sent: str, echoed: str | None) -> None:
    app = org.app(name, mode=sent)
    assert app["signOnMode"] == echoed
    again = org.call("PUT", f"/api/v1/apps/{app['id']}", {"label": "Acme", "name": name, "signOnMode": sent})
    assert again["signOnMode"] == echoed


def test_what_is_sent_and_what_is_kept(org: Emulated) -> None:
    app = org.app(
        "pagerduty",
        settings={
            "app": {"baseUrl": "https://x.io", "unknown": 1},
            "signOn": {"ssoAcsUrlOverride": "https://acs", "audienceOverride": "", "assertionSigned": True},
            "notes": {"admin": "oktascim:acme", "enduser": None},
        },
        features=["PUSH_NEW_USERS"],
        profile={"marker": 1},
        visibility={"hide": {"web": True}, "appLinks": {"login": False, "other": True}},
    )
    assert app["features"] == []
    assert "profile" not in app
    assert app["settings"]["app"] == {"adminUserId": None, "baseUrl": "https://x.io", "subdomain": None}
    assert app["settings"]["signOn"]["ssoAcsUrlOverride"] == "https://acs"
    assert app["settings"]["signOn"]["audienceOverride"] is None
    assert "assertionSigned" not in app["settings"]["signOn"]
    assert app["settings"]["notes"] == {"admin": "oktascim:acme", "enduser": None}
    assert app["visibility"] == {
        "autoLaunch": False,
        "autoSubmitToolbar": False,
        "hide": {"iOS": False, "web": True},
        "appLinks": {"login": False},
    }


def test_a_put_replaces_everything(org: Emulated) -> None:
    app = org.app(settings={"notes": {"admin": "kept?"}}, visibility={"autoLaunch": True})
    changed = org.call(
        "PUT", f"/api/v1/apps/{app['id']}", {"label": "New", "signOnMode": "SAML_2_0", "status": "INACTIVE"}
    )
    assert changed["settings"]["notes"]["admin"] is None
    assert changed["visibility"]["autoLaunch"] is False
    assert (changed["status"], changed["name"], changed["created"]) == ("ACTIVE", app["name"], app["created"])
    assert changed["credentials"]["signing"] == app["credentials"]["signing"]


def test_wizard_apps_get_a_name_and_keep_their_settings(org: Emulated) -> None:
    first = org.app(None, "Acme CRM!", settings=SAML)
    second = org.app(None, "Acme CRM", settings=SAML)
    swa = org.app(None, "Old", "AUTO_LOGIN", settings={"signOn": {"loginUrl": "https://old.example/login"}})
    assert [first["name"], second["name"], swa["name"]] == [
        "emulator_acmecrm_1",
        "emulator_acmecrm_2",
        "emulator_old_1",
    ]
    assert swa["visibility"]["appLinks"] == {"emulator_old_1_link": True}
    assert swa["signOnMode"] == "AUTO_LOGIN"
    assert first["settings"]["signOn"]["recipient"] == "https://a.example/acs"
    causes = org.error(
        "POST", "/api/v1/apps", {"name": first["name"], "label": "x", "signOnMode": "SAML_2_0"}, status=400
    )
    assert causes[2] == ["Cannot create an existing App Wizard App"]


def test_an_inactive_wizard_app_cannot_be_replaced_a_catalogue_app_can(org: Emulated) -> None:
    for app, status in ((org.app(None, settings=SAML), 400), (org.app(), 200)):
        own = f"/api/v1/apps/{app['id']}"
        org.call("POST", f"{own}/lifecycle/deactivate")
        answer = org.call("PUT", own, app, status=status)
        if status == 400:
            assert answer["errorCode"] == "E0000024"
            assert answer["errorCauses"][0]["errorSummary"].endswith("No active instances.")


@pytest.mark.parametrize(
    ("body", "summary"),
    [
        ({"name": "scim2testapp", "signOnMode": "SAML_2_0"}, "label"),
        ({"name": "scim2testapp", "label": "  "}, "label"),
        ({"name": "scim2testapp", "label": "x" * 101}, "label"),
        ({"name": "no-such-app", "label": "x"}, "name"),
        ({"name": "scim2testapp", "label": "x", "signOnMode": "OPENID_CONNECT"}, "signOnMode"),
        ({"label": "x", "signOnMode": "BOOKMARK"}, "signOnMode"),
        ({"label": "x", "signOnMode": "SAML_2_0"}, "settings.signOn.ssoAcsUrl"),
        ({"name": "bookmark", "label": "x"}, "url"),
    ],
)
def test_what_cannot_be_created(org: Emulated, body: dict[str, Any], summary: str) -> None:
    code, text, causes = org.error("POST", "/api/v1/apps", body, status=400)
    assert (code, text) == ("E0000001", f"Api validation failed: {summary}")
    assert causes
    assert org.call("GET", "/api/v1/apps") == []


def test_a_label_of_100_characters_and_duplicates_are_allowed(org: Emulated) -> None:
    assert org.app(label="x" * 100)["id"] != org.app(label="x" * 100)["id"]


def test_keys_of_the_catalogue_can_differ_and_are_found_by_display_name(org_of: Callable[..., Emulated]) -> None:
    org = org_of(catalog_keys={"SCIM 2.0 Test App (Header Auth)": "scim_header_v2"})
    assert org.error("POST", "/api/v1/apps", {"name": "scim2headerauth", "label": "x"}, status=400)[0] == "E0000001"
    (entry,) = org.call("GET", "/api/v1/catalog/apps", q="SCIM 2.0 Test App (Header")
    assert entry["name"] == "scim_header_v2"
    assert org.app(entry["name"])["visibility"]["appLinks"] == {"scim_header_v2_login": True}


def test_the_catalogue_pages_by_name_without_link(org: Emulated) -> None:
    found: list[str] = []
    while True:
        after = {"after": found[-1]} if found else {}
        answer = org.http.get("/api/v1/catalog/apps", params={"q": "SCIM", "limit": 4, **after})
        assert "link" not in answer.headers
        page = [entry["name"] for entry in answer.json()]
        found += page
        if len(page) < 4:
            break
    assert len(found) == len(set(found)) == 6
    assert (
        org.call("GET", "/api/v1/catalog/apps/scim2testapp")["displayName"] == "SCIM 2.0 Test App (OAuth Bearer Token)"
    )
    assert org.error("GET", "/api/v1/catalog/apps/none", status=404)[0] == "E0000007"


def test_the_list_can_be_searched_filtered_and_paged(org: Emulated) -> None:
    apps = [org.app(label=f"App {number}") for number in range(5)]
    other = org.app("scim2headerauth", "Zebra")
    user = org.user()
    org.assign(other, user)
    org.call("POST", f"/api/v1/apps/{apps[0]['id']}/lifecycle/deactivate")

    def labels(**query: Any) -> list[str]:
        return [app["label"] for app in org.call("GET", "/api/v1/apps", **query)]

    assert labels(q="app") == [f"App {number}" for number in range(5)]
    assert labels(q="scim2header") == ["Zebra"]
    assert labels(filter='status eq "INACTIVE"') == ["App 0"]
    assert labels(filter=f'id eq "{other["id"]}"') == ["Zebra"]
    assert labels(filter='name eq "scim2headerauth"') == ["Zebra"]
    (found,) = org.call("GET", "/api/v1/apps", filter=f'user.id eq "{user["id"]}"', expand=f"user/{user['id']}")
    assert found["_embedded"]["user"]["id"] == user["id"]
    assert org.error("GET", "/api/v1/apps", status=400, filter="status eqq 1")[0] == "E0000031"

    url: str | None = "/api/v1/apps?limit=2&q=App"
    walked: list[str] = []
    while url:
        answer = org.http.get(url)
        walked += [app["label"] for app in answer.json()]
        url = answer.links.get("next", {}).get("url")
        assert url is None or "q=App" in url
    assert walked == [f"App {number}" for number in range(5)]


def test_links_differ_between_the_engines(org: Emulated, org_of: Callable[..., Emulated]) -> None:
    modern = {"accessPolicy", "policies", "profileEnrollment"}
    assert modern <= set(org.app()["_links"])
    assert not modern & set(org_of(pipeline="v1").app()["_links"])


def test_deleting_takes_everything_along(org: Emulated) -> None:
    app, user = org.app(), org.user()
    group = org.group("Engineering", user)
    own = f"/api/v1/apps/{app['id']}"
    org.assign(app, user)
    org.call("PUT", f"{own}/groups/{group['id']}", {})
    org.call("POST", f"{own}/group-push/mappings", {"sourceGroupId": group["id"], "targetGroupName": "E"})
    org.call("POST", f"{own}/lifecycle/deactivate")
    org.call("DELETE", own, status=204)
    assert org.call("GET", f"/api/v1/groups/{group['id']}/apps") == []
    assert org.call("GET", f"/api/v1/users/{user['id']}/appLinks") == []
    assert org.call("GET", "/api/v1/mappings", sourceId=app["id"]) == []
    assert (
        org.error("GET", f"{own}/users", status=404)[1] == f"Not found: Resource not found: {app['id']} (AppInstance)"
    )


def test_dashboard_links_name_the_app_and_skip_hidden_and_inactive_ones(org: Emulated) -> None:
    user = org.user()
    shown, hidden, off = (org.app(label=label) for label in ("Shown", "Hidden", "Off"))
    org.call("PUT", f"/api/v1/apps/{hidden['id']}", {**hidden, "visibility": {"hide": {"web": True}}})
    for app in (shown, hidden, off):
        org.assign(app, user)
    org.call("POST", f"/api/v1/apps/{off['id']}/lifecycle/deactivate")
    links = org.call("GET", f"/api/v1/users/{user['id']}/appLinks")
    assert [link["appInstanceId"] for link in links] == [shown["id"]]


def test_saml_metadata_carries_a_real_certificate_of_ten_years(org: Emulated) -> None:
    app = org.app()
    own = f"/api/v1/apps/{app['id']}"
    (key,) = org.call("GET", f"{own}/credentials/keys")
    assert key["kid"] == app["credentials"]["signing"]["kid"]
    certificate = x509.load_der_x509_certificate(ssl.PEM_cert_to_DER_cert(_pem(key["x5c"][0])))
    assert certificate.not_valid_after_utc - datetime.now(UTC) > timedelta(days=3640)
    metadata = org.http.get(
        f"{own}/sso/saml/metadata", params={"kid": key["kid"]}, headers={"Accept": "application/xml"}
    )
    assert metadata.headers["content-type"] == "application/xml;charset=ISO-8859-1"
    root = ET.fromstring(metadata.text)
    assert root.attrib["entityID"].startswith("http://www.okta.com/exk")
    assert key["x5c"][0] in metadata.text
    assert f"/app/scim2testapp/{root.attrib['entityID'].rpartition('/')[2]}/sso/saml" in metadata.text
    assert org.error("GET", f"{own}/sso/saml/metadata", status=404, kid="other")[0] == "E0000007"


def test_a_new_key_signs_after_it_is_named(org: Emulated) -> None:
    app = org.app()
    own = f"/api/v1/apps/{app['id']}"
    key = org.call("POST", f"{own}/credentials/keys/generate", status=201, validityYears=2)
    changed = org.call("PUT", own, {**app, "credentials": {"signing": {"kid": key["kid"]}}})
    assert changed["credentials"]["signing"]["kid"] == key["kid"]
    assert len(org.call("GET", f"{own}/credentials/keys")) == 2
    assert org.error("POST", f"{own}/credentials/keys/generate", status=400, validityYears=1)[0] == "E0000001"


def _pem(der: str) -> str:
    return f"-----BEGIN CERTIFICATE-----\n{der}\n-----END CERTIFICATE-----\n"
