"""The org's settings, policies and built-in mappings, and the keys and OAuth clients of apps."""

from __future__ import annotations

import base64
from typing import Any

from cryptography import x509

from tests.support.emulated import Emulated

CLIENT = {
    "label": "Client",
    "signOnMode": "OPENID_CONNECT",
    "credentials": {"oauthClient": {"token_endpoint_auth_method": "client_secret_basic"}},
    "settings": {"oauthClient": {"application_type": "web", "grant_types": ["client_credentials"]}},
}


def app_path(app: Any, rest: str = "") -> str:
    return f"/api/v1/apps/{app['id']}{rest}"


def test_the_orgs_profile(org: Emulated) -> None:
    changed = org.call("POST", "/api/v1/org", {"city": "Oslo", "id": "ignored"})
    assert (changed["city"], changed["companyName"]) == ("Oslo", "Okta emulator")
    replaced = org.call("PUT", "/api/v1/org", {"companyName": "Acme"})
    assert (replaced["city"], replaced["companyName"]) == (None, "Acme")
    assert org.call("GET", "/api/v1/org") == replaced


def test_the_orgs_contacts_and_preferences(org: Emulated) -> None:
    user = org.user()
    for contact in org.call("GET", "/api/v1/org/contacts"):
        (link,) = contact["_links"].values()
        assert org.call("PUT", link["href"], {"userId": user["id"]})["userId"] == user["id"]
        assert org.call("GET", link["href"])["_links"]["user"]["href"].endswith(user["id"])
    assert org.error("PUT", "/api/v1/org/contacts/billing", {"userId": "00u1"}, status=404)[0] == "E0000007"
    for path, steps in (
        ("preferences", ["hideEndUserFooter", "showEndUserFooter"]),
        ("privacy/oktaCommunication", ["optOut", "optIn"]),
        ("privacy/oktaSupport", ["grant", "extend", "revoke"]),
    ):
        shown = org.call("GET", f"/api/v1/org/{path}")
        for step in steps:
            assert step in shown["_links"]
            shown = org.call("POST", shown["_links"][step]["href"])
        assert shown == org.call("GET", f"/api/v1/org/{path}")


def test_an_org_without_apps_has_built_in_mappings(org: Emulated) -> None:
    assert org.call("GET", "/api/v1/apps") == []
    returning, going = org.call("GET", "/api/v1/mappings")
    assert org.call("GET", f"/api/v1/mappings/{returning['id']}")["properties"]["email"]["expression"] == (
        "appuser.userName"
    )
    own = going["target"]["_links"]["self"]["href"]
    assert org.call("GET", own)["name"] == "Okta_Authenticator"
    assert org.error("POST", f"{own}/lifecycle/deactivate", status=403)[0] == "E0000006"


def test_an_apps_policy(org: Emulated) -> None:
    app = org.bookmark()
    (policy,) = org.call("GET", "/api/v1/policies", type="ACCESS_POLICY")
    assert policy["_links"]["self"]["href"] == app["_links"]["accessPolicy"]["href"]
    assert org.call("GET", policy["_links"]["self"]["href"]) == policy
    org.call("PUT", app_path(app, f"/policies/{policy['id']}"), status=204)
    (enrollment,) = org.call("GET", "/api/v1/policies", type="PROFILE_ENROLLMENT")
    assert org.error("PUT", app_path(app, f"/policies/{enrollment['id']}"), status=400)[0] == "E0000001"
    (rule,) = org.call("GET", policy["_links"]["rules"]["href"])
    assert org.call("GET", rule["_links"]["self"]["href"]) == rule


def test_bookmark_apps_share_a_key_and_a_key_can_be_cloned(org: Emulated) -> None:
    first, second = org.bookmark("A"), org.bookmark("B")
    keys = app_path(first, "/credentials/keys")
    assert org.call("GET", keys) == org.call("GET", app_path(second, "/credentials/keys"))
    made = org.call("POST", f"{keys}/generate", status=201, validityYears="2")
    clone = f"{keys}/{made['kid']}/clone"
    assert org.call("POST", clone, status=201, targetAid=second["id"]) == made
    assert org.error("POST", clone, status=400, targetAid=second["id"])[0] == "E0000001"
    assert org.call("GET", app_path(second, f"/credentials/keys/{made['kid']}")) == made


def test_a_signing_request_is_a_real_one(org: Emulated) -> None:
    csrs = app_path(org.bookmark(), "/credentials/csrs")
    body = {"subject": {"commonName": "SP", "countryName": "Norway"}, "subjectAltNames": {"dnsNames": ["a.example"]}}
    made = org.call("POST", csrs, body, status=201)
    assert x509.load_der_x509_csr(base64.b64decode(made["csr"])).is_signature_valid
    assert org.call("GET", csrs) == [made]
    assert org.call("GET", made["_links"]["self"]["href"]) == made
    org.call("DELETE", made["_links"]["self"]["href"], status=204)
    assert org.error("POST", csrs, {"subject": {}}, status=400)[0] == "E0000001"


def test_a_client_secret_is_shown_by_create_and_update_only(org: Emulated) -> None:
    app = org.call("POST", "/api/v1/apps", CLIENT)
    client = app["credentials"]["oauthClient"]
    assert (app["name"], client["client_id"]) == ("oidc_client", app["id"])
    own = app_path(app)
    assert "client_secret" not in org.call("GET", own)["credentials"]["oauthClient"]
    updated = org.call("PUT", own, CLIENT)["credentials"]["oauthClient"]
    assert updated["client_secret"] == client["client_secret"]
    assert client["client_secret"] not in org.http.get("/_emulator/requests").text
    public = CLIENT | {"credentials": {"oauthClient": {"token_endpoint_auth_method": "none"}}}
    assert "client_secret" not in org.call("POST", "/api/v1/apps", public)["credentials"]["oauthClient"]


def test_client_secrets_rotate(org: Emulated) -> None:
    secrets = app_path(org.call("POST", "/api/v1/apps", CLIENT), "/credentials/secrets")
    (old,) = org.call("GET", secrets)
    org.call("POST", secrets, status=201)
    assert org.error("POST", secrets, status=400)[0] == "E0000001"
    own = f"{secrets}/{old['id']}"
    assert org.error("DELETE", own, status=400)[0] == "E0000001"
    inactive = org.call("POST", old["_links"]["deactivate"]["href"])
    assert org.call("GET", own) == inactive
    assert org.call("POST", inactive["_links"]["activate"]["href"])["status"] == "ACTIVE"
    org.call("POST", old["_links"]["deactivate"]["href"])
    org.call("DELETE", inactive["_links"]["delete"]["href"], status=204)
    assert org.error("GET", own, status=404)[0] == "E0000007"


def test_the_client_of_an_app(org: Emulated) -> None:
    org.bookmark()
    app = org.call("POST", "/api/v1/apps", CLIENT)
    (client,) = org.call("GET", "/oauth2/v1/clients")
    assert org.call("GET", f"/oauth2/v1/clients/{app['id']}") == client
    assert (client["client_name"], "client_secret" in client) == ("Client", False)
    assert org.error("GET", "/oauth2/v1/clients/x", status=404)[0] == "E0000007"
    assert org.http.get("/oauth2/v1/clients", headers={"Authorization": "SSWS x"}).status_code == 401


def test_a_scope_is_granted_to_a_client(org: Emulated) -> None:
    app = org.call("POST", "/api/v1/apps", CLIENT)
    grants = app_path(app, "/grants")
    grant = org.call("POST", grants, {"scopeId": "okta.users.read", "issuer": "x"})
    assert org.call("POST", grants, {"scopeId": "okta.users.read"})["id"] == grant["id"]
    assert [one["scopeId"] for one in org.call("GET", grants)] == ["okta.users.read"]
    assert org.call("GET", grant["_links"]["self"]["href"])["scopeId"] == "okta.users.read"
    org.call("DELETE", grant["_links"]["self"]["href"], status=204)
    other = app_path(org.bookmark(), "/grants")
    assert org.error("POST", other, {"scopeId": "okta.users.read"}, status=400)[0] == "E0000001"


def test_slashes_in_a_row_count_as_one(org: Emulated) -> None:
    assert org.http.get(f"{org.org.url}//api/v1//org/").status_code == 200
