"""The console route in a real browser: what it copes with, and how it says what it cannot do."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest

from okta_emulator.admin_console.pages import provisioning
from oktascim.errors import ScimServerFailed
from oktascim.routes.browser import app_pages, driver
from tests.support.consent_server import CLIENT_ID, CLIENT_SECRET, ConsentServer, consenting
from tests.support.console import SCIM_TOKEN, give_up_at
from tests.support.pages import block

pytestmark = pytest.mark.browser

DONE = "Done in the Admin Console with a browser."


def secrets_of(stage):
    return (SCIM_TOKEN, stage.org.administrator.password, stage.org.administrator.totp_secret)


def authn_calls(stage):
    return [one for one in stage.call("GET", "/_emulator/requests") if one["path"] == "/api/v1/authn"]


@pytest.mark.parametrize(
    "behaviour",
    [
        {"authn": "closed"},
        {"authn": "factor"},
        {"factors": ("okta_verify-push", "google_otp")},
        {"factors": ("okta_verify-totp",)},
        {"paint_seconds": 0.4},
        {"ends_session_before": ("save",)},
        {"ends_session_before": ("open_app", "test"), "challenges_before": ("to_app",)},
        {"ends_session_before": ("to_app",)},
        {"challenges_before": ("configure", "save")},
        {"labels": {"Test API Credentials": "Try", "OAuth Bearer Token": "Access key"}},
    ],
    ids=str,
)
def test_it_copes(stage, behaviour):
    stage.behave(**behaviour)
    app = stage.app()
    attempt = stage.attempt(app)
    assert attempt.said == DONE
    assert attempt.acted
    assert {"SCIM_PROVISIONING", "PUSH_NEW_USERS"} <= set(stage.features(app))


@pytest.mark.parametrize("choice", ["radio", "checkbox"])
def test_it_takes_scim_for_a_wizard_made_app_by_either_control(stage, choice):
    stage.behave(wizard_choice=choice)
    app = stage.app("custom-swa")
    actions = ["push_new_users", "push_groups"]
    attempt = stage.attempt(app, "custom-swa", supported_actions=actions, unique_identifier="email")
    assert attempt.said == DONE
    provisioning = stage.org.console.org.store.provisioning.get(app)
    assert provisioning["unique_identifier"] == "email"
    assert provisioning["import_groups"] is False


def test_a_used_code_is_followed_by_a_fresh_one(stage):
    codes = stage.account().codes
    now = stage.org.console.now()
    for counter in (-1, 0, 1):
        stage.org.administrator._used.add(int(now // 30) + counter)
    assert codes is not None
    app = stage.app()
    assert any(stage.attempt(app).said == DONE for _ in range(2))  # a window may end between two looks at the clock


def test_a_second_run_edits_the_connection_and_sends_the_secret_anew(stage):
    app = stage.app("scim2-header")
    assert stage.attempt(app, "scim2-header", token=f"Bearer {SCIM_TOKEN}").said == DONE
    other = stage.base_url.replace("127.0.0.1", "localhost")
    attempt = stage.attempt(
        app, "scim2-header", token=f"Bearer {SCIM_TOKEN}", base_url=other, to_app=[], import_groups=False
    )
    assert attempt.said == DONE
    provisioning = stage.org.console.org.store.provisioning.get(app)
    assert (provisioning["base_url"], provisioning["import_groups"], provisioning["to_app"]) == (other, False, [])
    assert provisioning["authorization"] == f"Bearer {SCIM_TOKEN}"


@pytest.fixture
def consent():
    with consenting(ConsentServer(SCIM_TOKEN)) as server:
        yield server


def oauth_of(server, **other):
    return {
        "mode": "oauth2",
        "client_id": CLIENT_ID,
        "client_secret": {"env": "SECRET"},
        "token_endpoint": server.token_endpoint,
        "authorization_endpoint": server.authorization_endpoint,
        **other,
    }


@pytest.mark.parametrize("seconds", [0, 1])
def test_consent_is_obtained_where_nobody_or_a_person_who_is_there_is_asked(stage, consent, seconds):
    consent.person_takes = seconds
    app = stage.app("custom-swa")
    attempt = stage.attempt(app, "custom-swa", credentials=oauth_of(consent), token=CLIENT_SECRET)
    assert attempt.said == DONE
    assert {"SCIM_PROVISIONING", "PUSH_NEW_USERS"} <= set(stage.features(app))
    assert stage.org.console.org.store.provisioning.get(app)["authorization"] == f"Bearer {SCIM_TOKEN}"
    (asked,) = consent.asked
    assert (asked["response_type"], asked["client_id"], asked["prompt"]) == ("code", CLIENT_ID, "consent")
    assert asked["redirect_uri"].endswith("/oauth/callback")
    seen = json.dumps([stage.call("GET", f"/_emulator/{records}") for records in ("requests", "exchanges")])
    assert not any(secret in seen for secret in (CLIENT_SECRET, SCIM_TOKEN, stage.org.administrator.password))


def test_consent_that_nobody_gives_is_left_to_a_person(stage, consent, monkeypatch):
    consent.person_takes = None
    monkeypatch.setattr(driver, "_CONSENT_SECONDS", 0.5)
    app = stage.app("custom-swa")
    attempt = stage.attempt(app, "custom-swa", credentials=oauth_of(consent), token=CLIENT_SECRET)
    assert attempt.said.startswith("At the step 'ask for consent': the connection is saved")
    assert not attempt.acted
    assert stage.features(app) == []


def test_consent_that_is_refused_says_what_its_window_says(stage, consent, monkeypatch):
    monkeypatch.setattr(app_pages, "_BACK_SECONDS", 0.2)
    consent.refuses = "access_denied"
    app = stage.app("custom-swa")
    attempt = stage.attempt(app, "custom-swa", credentials=oauth_of(consent), token=CLIENT_SECRET)
    assert "its window shows: " in attempt.said
    assert "Error while retrieving OAuth token: access_denied" in attempt.said
    assert attempt.left == "consent"


def test_consent_without_a_token_is_not_believed(stage, consent, monkeypatch):
    monkeypatch.setattr(app_pages, "_BACK_SECONDS", 0.2)
    app = stage.app("custom-swa")
    attempt = stage.attempt(app, "custom-swa", credentials=oauth_of(consent), token="wr0ng-secret")
    assert "now give consent" in attempt.said
    assert "wr0ng-secret" not in attempt.said
    assert stage.features(app) == []
    failed = stage.call("GET", '/api/v1/logs?filter=eventType sw "application.integration"')
    assert [event["outcome"]["reason"] for event in failed] == ["Unauthorized"]


REFUSALS = [
    ({"password": "not-it-at-all"}, {}, "rejected the user name or password"),
    ({"password": "not-it-at-all"}, {"authn": "closed"}, "rejected the password of the console account: Unable to"),
    ({"totp_secret": "JBSWY3DPEHPK3PXP"}, {}, "rejected the one-time code of the console account: Your code doesn't"),
    ({"totp_secret": ""}, {}, "OKTASCIM_CONSOLE_TOTP_SECRET isn't set"),
    ({}, {"admin_role": False}, "it has no administrator role"),
    ({}, {"factors": ("okta_verify-push", "webauthn")}, "a factor that oktascim can't provide"),
]


@pytest.mark.parametrize(("who", "behaviour", "words"), REFUSALS, ids=[words for _, _, words in REFUSALS])
def test_a_refused_sign_in_is_said_once_and_not_tried_again(stage, who, behaviour, words):
    stage.behave(**behaviour)
    for name, value in who.items():
        setattr(stage, name, value)
    app = stage.app()
    first, second = stage.attempts(app, times=2)
    assert words in first.said
    assert first.said.startswith("At the step 'sign in to the Admin Console'")
    assert second.said == first.said
    assert not first.acted
    assert len(authn_calls(stage)) == 1
    assert stage.features(app) == []
    assert not any(secret in first.said for secret in (*secrets_of(stage), "not-it-at-all"))


def test_a_label_that_is_not_there_is_named_with_text_and_picture(stage, monkeypatch):
    stage.behave(labels={"Configure API Integration": "Set up"})
    give_up_at(monkeypatch, "Provisioning is not enabled")
    attempt = stage.attempt(stage.app())
    assert attempt.said.startswith("At the step 'open the Provisioning tab': The Provisioning tab didn't show")
    assert "Provisioning is not enabled" in attempt.said
    shown, picture = " ".join(block("docs/console").split()).split(" … ")
    assert f"console: {attempt.said}".startswith(shown)
    assert re.search(re.escape(picture).replace("qtuldx2e", r"\w+"), attempt.said.replace(str(stage.folder), "/tmp"))
    picture = Path(re.search(r"Screenshot \(secrets removed\): (\S+\.png)", attempt.said)[1])
    assert picture.parent == stage.folder
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert stat.S_IMODE(picture.stat().st_mode) == 0o600


def test_a_session_that_ends_again_and_again_is_given_up(stage, monkeypatch):
    console = stage.org.console
    monkeypatch.setattr(console, "troubles", lambda action, cookie: action == "test" and ended(console, cookie))
    attempt = stage.attempt(stage.app())
    assert "keeps asking to sign in" in attempt.said


def ended(console, cookie):
    console.sessions.end(cookie, org_too=False)
    return True


@pytest.mark.parametrize("template", ["scim2-oauth", "custom-swa"])
def test_a_refused_test_is_the_scim_servers_failure(stage, template):
    app = stage.app(template)
    with pytest.raises(ScimServerFailed) as failure:
        stage.attempt(app, template, token="wr0ng-t0ken")
    assert failure.value.what.startswith("Okta tested the SCIM connection and rejected it: Error authenticating: ")
    assert "Unauthorized" in failure.value.what
    assert failure.value.fix
    assert "wr0ng-t0ken" not in str(failure.value)
    assert stage.features(app) == []


def test_a_malformed_base_url_is_said_in_the_forms_words(stage):
    with pytest.raises(ScimServerFailed, match="Does not match required pattern"):
        stage.attempt(stage.app(), base_url=f"{stage.base_url}/")


def test_options_that_to_app_does_not_offer_do_not_stop_the_others(stage, monkeypatch):
    monkeypatch.setattr(app_pages, "_BOX_SECONDS", 0.2)  # all boxes of a form come at once
    app = stage.app("custom-swa")
    attempt = stage.attempt(app, "custom-swa", supported_actions=["push_new_users"], to_app=["create", "deactivate"])
    assert "To App doesn't offer Deactivate Users" in attempt.said
    assert "PUSH_NEW_USERS" in stage.features(app)


def test_to_app_options_that_are_not_kept_are_saved_again(stage, monkeypatch):
    to_forget = [1]
    change = provisioning.change_provisioning

    def forgetful(org, cause, app, read, changed):
        forgets = changed.to_app and to_forget and to_forget.pop()
        return read if forgets else change(org, cause, app, read, changed)

    monkeypatch.setattr(provisioning, "change_provisioning", forgetful)
    app = stage.app()
    assert stage.attempt(app).said == DONE
    assert "PUSH_NEW_USERS" in stage.features(app)


def test_to_app_options_that_are_never_kept_are_not_believed(stage, monkeypatch):
    change = provisioning.change_provisioning

    def forgetful(org, cause, app, read, changed):
        return read if changed.to_app else change(org, cause, app, read, changed)

    monkeypatch.setattr(provisioning, "change_provisioning", forgetful)
    attempt = stage.attempt(stage.app())
    assert attempt.said.startswith("At the step 'set the To App options': The console didn't save")
    assert not attempt.acted


def test_a_save_that_looks_quiet_is_not_believed(stage, monkeypatch):
    forget = stage.org.console.sessions.current

    def forgetful(cookie):
        session = forget(cookie)
        if session is not None:
            session.tested.clear()
        return session

    monkeypatch.setattr(stage.org.console.sessions, "current", forgetful)
    app = stage.app()
    attempt = stage.attempt(app)
    assert "The console didn't save the connection" in attempt.said
    assert stage.features(app) == []
