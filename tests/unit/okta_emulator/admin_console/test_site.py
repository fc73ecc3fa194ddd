"""The Admin Console over plain HTTP: who may see it, and what its forms take."""

from __future__ import annotations

import httpx
import pytest

from okta_emulator.admin_console.administrator import Administrator, administrator_from
from okta_emulator.admin_console.behaviour import Behaviour
from tests.support.consent_server import CLIENT_ID, CLIENT_SECRET, ConsentServer, consenting
from tests.support.person import Person

CHANGED = "The connection was changed in the meantime"
EVIL = "<script>alert(1)</script>"


def app_of(world, label="Acme", name="scim2testapp"):
    return world.okta("POST", "/api/v1/apps", {"name": name, "label": label, "signOnMode": "AUTO_LOGIN"})


def form_of(world, **other):
    return {"enabled": "true", "base_url": world.scim_url, "oauth_bearer_token": "scim-secret-4711"} | other


def pane(app):
    return f"/admin/app/{app['name']}/instance/{app['id']}/settings/user-mgmt"


def test_nobody_comes_in_without_signing_in(emulated):
    answer = httpx.get(f"{Person(emulated.org).admin}/admin/apps/active")
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(f"{emulated.org.url}/oauth2/v1/authorize?client_id=okta.")


def test_the_console_is_not_on_the_orgs_own_host(emulated, person):
    assert httpx.get(f"{emulated.org.url}/admin/apps/active").status_code == 404


def test_a_session_token_is_taken_once_and_leads_nowhere_else(emulated):
    administrator = emulated.org.administrator
    body = {"username": administrator.login, "password": administrator.password}
    token = httpx.post(f"{emulated.org.url}/api/v1/authn", json=body).json()["sessionToken"]
    url = f"{emulated.org.url}/login/sessionCookieRedirect"
    abroad = httpx.get(url, params={"token": token, "redirectUrl": "https://evil.example/"})
    assert abroad.headers["location"] == f"{Person(emulated.org).admin}/admin/apps/active"
    assert "set-cookie" not in abroad.headers
    target = f"{Person(emulated.org).admin}/admin/apps/active"
    assert "set-cookie" in httpx.get(url, params={"token": token, "redirectUrl": target}).headers
    assert "set-cookie" not in httpx.get(url, params={"token": token, "redirectUrl": target}).headers


def test_wrong_passwords_and_codes_are_refused_in_oktas_shape(emulated):
    body = {"username": emulated.org.administrator.login, "password": "guess"}
    answer = httpx.post(f"{emulated.org.url}/api/v1/authn", json=body)
    assert (answer.status_code, answer.json()["errorCode"]) == (401, "E0000004")
    logged = emulated.requests()[-1]
    assert logged["path"] == "/api/v1/authn"
    assert "guess" not in str(logged)


def test_a_code_is_taken_once():
    administrator = Administrator()
    code = administrator._code(100)
    assert administrator.accept_code(code, 3000.0)
    assert not administrator.accept_code(code, 3000.0)
    assert not administrator.accept_code("", 3000.0)


def test_the_environment_names_the_administrator():
    environ = {"OKTASCIM_EMULATOR_ADMIN_PASSWORD": "chosen", "OKTASCIM_EMULATOR_ADMIN_TOTP_SECRET": "GEZDGNBVGY3TQOJQ"}
    administrator = administrator_from(environ)
    assert (administrator.password, administrator.totp_secret) == ("chosen", "GEZDGNBVGY3TQOJQ")
    assert administrator_from({}).password != administrator_from({}).password
    assert "chosen" not in repr(administrator)


def test_writes_need_the_token_of_the_page(emulated, person):
    app = app_of(emulated)
    answer = person._http.post(f"{person.admin}{pane(app)}", data=form_of(emulated))
    assert answer.status_code == 403
    assert emulated.okta("GET", f"/api/v1/apps/{app['id']}")["features"] == []


def test_save_without_a_fresh_test_of_the_same_values_is_refused_quietly(emulated, person):
    app = app_of(emulated)
    assert "Provisioning is not enabled" in person.post(pane(app), **form_of(emulated)).text
    assert "was verified successfully" in person.post(f"{pane(app)}/verify", **form_of(emulated)).text
    changed = form_of(emulated, base_url=f"{emulated.scim_url}x")
    assert "Provisioning is not enabled" in person.post(pane(app), **changed).text
    assert "Provisioning is not enabled" in person.post(pane(app), **form_of(emulated)).text
    assert "was verified successfully" in person.post(f"{pane(app)}/verify", **form_of(emulated)).text
    assert "Provisioning to App" in person.post(pane(app), **form_of(emulated)).text
    assert "SCIM_PROVISIONING" in emulated.okta("GET", f"/api/v1/apps/{app['id']}")["features"]


def test_the_first_form_has_its_fields_in_a_template_until_the_tick(emulated, person):
    html = person.get(f"{pane(app_of(emulated))}?edit=1").text
    before, _, after = html.partition("<template>")
    assert 'name="base_url"' not in before
    assert 'name="base_url"' in after
    assert "Enable API integration" in before


def test_the_secret_is_never_shown_again(emulated, person):
    app = app_of(emulated, name="scim2headerauth")
    form = {"scim_base_url": emulated.scim_url, "scim_auth_header_value": "Bearer scim-secret-4711"}
    person.connect(app, form)
    pages = [person.get(f"{pane(app)}{query}").text for query in ("", "?section=integration", "?edit=1")]
    editing = person.get(f"{pane(app)}?section=integration&edit=1").text
    assert "scim-secret-4711" not in "".join(pages) + editing
    assert 'name="scim_auth_header_value_new"' in editing
    assert "Enable API integration" not in editing


def wizard_app(world):
    settings = {"signOn": {"loginUrl": "https://acme.example/login"}}
    app = {"label": "Acme", "signOnMode": "AUTO_LOGIN", "settings": settings}
    return world.okta("POST", "/api/v1/apps", app)


def connector(world, *actions):
    form = {"scimBaseUrl": world.scim_url, "authMode": "header", "scimToken": "scim-secret-4711"}
    return form | {f"action_{action}": "true" for action in actions}


def features(world, app):
    return set(world.okta("GET", f"/api/v1/apps/{app['id']}")["features"])


def test_the_supported_actions_decide_what_to_app_offers_and_takes(emulated, person):
    app = wizard_app(emulated)
    person.choose_scim(app)
    person.connect(app, connector(emulated, "push_new", "push_groups"))
    to_app = person.get(f"{pane(app)}?section=to-app&edit=1").text
    assert ("Create Users" in to_app, "Update User Attributes" in to_app) == (True, False)
    assert "import no users" in person.get(f"{pane(app)}?section=to-okta").text
    person.post(pane(app), section="to-app", pushNewAccount="true", pushProfile="true")
    assert features(emulated, app) == {"SCIM_PROVISIONING", "GROUP_PUSH", "PUSH_NEW_USERS"}


def test_options_go_with_the_actions_that_offered_them(emulated, person):
    app = wizard_app(emulated)
    person.choose_scim(app)
    person.connect(app, connector(emulated, "push_new", "push_profile"))
    assert {"PUSH_NEW_USERS", "PUSH_PROFILE_UPDATES", "PUSH_USER_DEACTIVATION"} <= features(emulated, app)
    person.connect(app, connector(emulated, "push_new"))
    assert features(emulated, app) == {"SCIM_PROVISIONING", "PUSH_NEW_USERS"}
    person.connect(app, connector(emulated))
    assert features(emulated, app) == {"SCIM_PROVISIONING"}
    assert "pushes users" in person.get(f"{pane(app)}?section=to-app&edit=1").text


def test_a_saved_scim_connection_is_shown(emulated, person):
    app = wizard_app(emulated)
    person.choose_scim(app)
    person.connect(app, connector(emulated, "push_new"))
    shown = person.get(f"{pane(app)}?section=integration").text
    assert all(f">{value}</div>" in shown for value in (emulated.scim_url, "userName", "Push New Users", "HTTP Header"))


@pytest.mark.parametrize("actions", [["push_new"], ["push_new", "push_groups"]])
def test_groups_are_pushed_where_that_is_supported(emulated, person, actions):
    app = wizard_app(emulated)
    person.choose_scim(app)
    person.connect(app, connector(emulated, *actions))
    (group,) = emulated.okta("GET", "/api/v1/groups?q=Engineering")
    name = f"Pushed by {len(actions)}"
    mapping = {"sourceGroupId": group["id"], "targetGroupName": name}
    emulated.okta("POST", f"/api/v1/apps/{app['id']}/group-push/mappings", mapping)
    emulated.settled()
    assert (name in emulated.scim_groups()) == ("push_groups" in actions)


@pytest.mark.parametrize(
    ("endpoint", "secret", "said"),
    [
        ("{url}/token", CLIENT_SECRET, None),
        ("{url}/token", "wrong", "Error while retrieving OAuth token: Unauthorized"),
        ("http://127.0.0.1:1/token", CLIENT_SECRET, "Error while retrieving OAuth token: null"),
    ],
)
def test_a_consent_becomes_a_token(emulated, person, endpoint, secret, said):
    app = wizard_app(emulated)
    person.choose_scim(app)
    with consenting(ConsentServer("granted-4711")) as server:
        form = {
            "scimBaseUrl": emulated.scim_url,
            "authMode": "oauth2",
            "scimTokenUri": endpoint.format(url=server.url),
            "scimAuthorizeUri": server.authorization_endpoint,
            "scimClientId": CLIENT_ID,
            "scimClientSecret": secret,
        }
        person.post(pane(app), **form)
        page = person.get(pane(app).replace("settings/user-mgmt", "oauth/authenticate")).text
    assert server.asked[0]["response_type"] == "code"
    assert ("SCIM_PROVISIONING" in features(emulated, app)) == (said is None)
    assert said is None or said in page


@pytest.mark.parametrize(("while_", "said"), [("asked", CHANGED), ("granted", CHANGED), ("restored", "Not found")])
def test_a_consent_is_for_the_connection_that_it_began_with(emulated, person, monkeypatch, while_, said):
    app = wizard_app(emulated)
    person.choose_scim(app)
    with consenting(ConsentServer("granted-4711")) as server:
        form = {
            "scimBaseUrl": emulated.scim_url,
            "authMode": "oauth2",
            "scimTokenUri": server.token_endpoint,
            "scimAuthorizeUri": server.authorization_endpoint,
            "scimClientId": CLIENT_ID,
            "scimClientSecret": CLIENT_SECRET,
        }
        person.post(pane(app), **form)
        step = "way_back" if while_ == "asked" else "token"
        usual, exchanged = getattr(server, step), []
        emulated.okta("POST", "/_emulator/snapshot", {"name": "before"})

        def meanwhile(sent):
            if while_ == "restored":
                emulated.okta("POST", "/_emulator/restore", {"name": "before"})
            else:
                person.post(pane(app), **form | {"scimBaseUrl": f"{emulated.scim_url}/other"})
            exchanged.append(sent)
            return usual(sent)

        monkeypatch.setattr(server, step, meanwhile)
        page = person.get(pane(app).replace("settings/user-mgmt", "oauth/authenticate")).text
    assert exchanged
    assert said in page
    assert features(emulated, app) == set()


def test_a_page_is_for_an_app_that_exists_when_its_form_has_arrived(emulated, person):
    app = wizard_app(emulated)
    own = f"/api/v1/apps/{app['id']}"

    def form():
        yield b"provisioningType="
        emulated.okta("POST", f"{own}/lifecycle/deactivate")
        emulated.okta("DELETE", own)
        yield b"SCIM"

    answer = person.post_in_parts(pane(app).replace("user-mgmt", "general"), form())
    assert answer.status_code == 404


def test_labels_are_text_not_html(emulated, person):
    app = app_of(emulated, label=EVIL)
    pages = [person.get(path).text for path in ("/admin/apps/active", pane(app).removesuffix("/settings/user-mgmt"))]
    assert all(EVIL not in page and "&lt;script&gt;" in page for page in pages)


def test_what_a_scim_server_says_is_text_not_html(emulated, person, monkeypatch):
    from okta_emulator.admin_console.pages import provisioning
    from okta_emulator.scim_client.outcome import Outcome

    async def refuse(*_arguments):
        return Outcome(ok=False, error=f"Error authenticating: {EVIL}")

    monkeypatch.setattr(provisioning, "check_credentials", refuse)
    banner = person.post(f"{pane(app_of(emulated))}/verify", **form_of(emulated)).text
    assert EVIL not in banner
    assert 'role="alert"' in banner


def test_visitors_without_a_session_leave_a_bounded_trace(emulated):
    with httpx.Client(base_url=Person(emulated.org).admin) as visitor:
        first, second = (visitor.get("/admin/apps/active").headers["location"] for _ in range(2))
        targets = emulated.org.console.sessions.targets
        for number in range(998 + 1):
            targets[str(number)] = "/"
    assert len(targets) == 1_000
    assert [httpx.URL(one).params["state"] in targets for one in (first, second)] == [False, True]


def test_an_unused_session_ends(emulated, person):
    emulated.org.console.behaviour = Behaviour(idle_seconds=0.0)
    assert "Enter code" in person.get("/admin/apps/active").text


def test_a_key_opens_one_page_once(emulated):
    keys = emulated.okta("POST", "/_emulator/console/key")
    with httpx.Client(follow_redirects=True) as browser:
        assert "SCIM exchanges" in browser.get(keys["url"]).text
        assert browser.get(f"{emulated.org.url}/_emulator/console/exchanges").status_code == 200
    with httpx.Client(follow_redirects=True) as other:
        assert other.get(keys["url"]).status_code == 401
        assert "Applications" not in other.get(keys["admin_url"]).text
        assert other.get(f"{emulated.org.url}/_emulator/console/exchanges").status_code == 401


def test_the_admin_console_leads_to_the_exchanges(emulated, person):
    assert httpx.get(emulated.org.url).headers["location"] == f"{person.admin}/admin/apps/active"
    assert 'href="/_emulator/console"' in person.get("/admin/apps/active").text
    assert "SCIM exchanges" in person.get("/_emulator/console").text


def test_a_key_opens_the_admin_console_too(emulated):
    key = emulated.okta("POST", "/_emulator/console/key")["admin_url"]
    with httpx.Client(follow_redirects=True) as browser:
        assert "Applications" in browser.get(key).text


def test_keys_and_switches_are_for_whoever_has_the_token(emulated):
    assert httpx.post(f"{emulated.org.url}/_emulator/console/key").status_code == 401
    assert httpx.put(f"{emulated.org.url}/_emulator/console/behaviour", json={}).status_code == 401


def test_switches_are_set_over_http(emulated):
    emulated.okta("PUT", "/_emulator/console/behaviour", {"wizard_choice": "checkbox", "factors": ["webauthn"]})
    assert emulated.org.console.behaviour == Behaviour(wizard_choice="checkbox", factors=("webauthn",))


IMPOSSIBLE = [
    ({"paint_seconds": "abc"}, "paint_seconds: must be a valid number"),
    ({"paint_seconds": -1}, "paint_seconds: must be greater than or equal to 0"),
    ({"authn": "bogus"}, "authn: must be 'open', 'factor' or 'closed'"),
    ({"wizard_choice": "foo"}, "wizard_choice: must be 'radio' or 'checkbox'"),
    ({"factors": ["x"]}, "factors.0: must be 'google_otp', 'okta_verify-totp'"),
    ({"factors": []}, "factors: "),
    ({"ends_session_before": ["nope"]}, "ends_session_before.0: must be 'open_app', 'open_provisioning'"),
    ({"labels": {"To App": 1}}, "labels.To App: must be a valid string"),
    ({"colour": "red"}, "there is no switch colour; the switches are paint_seconds, wizard_choice"),
    ([], "it must be an object"),
    ("open", "it must be an object"),
]


def test_a_switch_that_cannot_be_is_refused_and_says_what_is_allowed(emulated, person):
    headers = {"Authorization": f"SSWS {emulated.token}"}
    for sent, words in IMPOSSIBLE:
        answer = httpx.put(f"{emulated.org.url}/_emulator/console/behaviour", json=sent, headers=headers)
        assert answer.status_code == 400
        assert words in answer.json()["error"]
        assert emulated.org.console.behaviour == Behaviour()
    assert person.get("/admin/apps/active").status_code == 200


def test_what_is_no_json_is_refused(emulated):
    headers = {"Authorization": f"SSWS {emulated.token}"}
    answer = httpx.put(f"{emulated.org.url}/_emulator/console/behaviour", content=b"{\xff", headers=headers)
    assert (answer.status_code, "Invalid JSON" in answer.json()["error"]) == (400, True)


def test_trouble_that_is_asked_for_again_comes_again(emulated, person):
    app = app_of(emulated)
    for _ in range(2):
        emulated.okta("PUT", "/_emulator/console/behaviour", {"challenges_before": ["open_provisioning"]})
        assert "Enter code" in person.get(pane(app)).text
        emulated.org.console.sessions.org.clear()
        emulated.org.administrator._used.clear()
        assert "Applications" in person.sign_in()
        assert "Provisioning is not enabled" in person.get(pane(app)).text
