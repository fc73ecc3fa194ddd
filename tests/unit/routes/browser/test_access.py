"""Who may enter the console, and how a session is kept."""

from __future__ import annotations

import stat

import pytest

from oktascim.errors import UsageProblem
from oktascim.http.clock import Clock
from oktascim.redact import Masker
from oktascim.render.streams import Output
from oktascim.routes.browser.access import SavedSessions
from oktascim.runs.console_access import console_access_of
from oktascim.runs.session import Session
from oktascim.settings.org import ForeignOrg
from oktascim.settings.secret_store import SecretStoreUnavailable

ORG = "https://acme.okta.com"
FOREIGN = "https://foreign.example"
STATE = {"cookies": [{"name": "sid", "value": "c00kie-s3cret", "domain": "acme.okta.com", "path": "/"}], "origins": []}


class Memory:
    """A keyring."""

    def __init__(self):
        self.kept = {}

    def get(self, name):
        return self.kept.get(name)

    def set(self, name, secret):
        self.kept[name] = secret

    def delete(self, name):
        return self.kept.pop(name, None) is not None


@pytest.fixture
def sessions(tmp_path):
    return SavedSessions(tmp_path / "config", Memory())


@pytest.fixture
def session_with(tmp_path):
    def make(**environ):
        masker = Masker()
        environ = {"OKTA_CLIENT_ORGURL": ORG, "OKTA_CLIENT_TOKEN": "00token", **environ}
        environ["OKTASCIM_CONFIG_DIR"] = str(tmp_path)
        return Session(Output(masker, environ), masker, environ)

    return make


def test_a_session_is_kept_for_one_org_encrypted_and_for_this_user_alone(sessions):
    file = sessions.save(ORG, STATE)
    assert b"c00kie-s3cret" not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sessions.load(ORG) == STATE
    assert sessions.load("https://other.okta.com") is None


def test_a_session_that_cannot_be_read_is_none(sessions):
    file = sessions.save(ORG, STATE)
    file.write_bytes(b"not ours")
    assert sessions.load(ORG) is None
    sessions.save(ORG, STATE)
    sessions.secrets.kept.clear()
    assert sessions.load(ORG) is None


def test_a_session_can_be_forgotten(sessions):
    file = sessions.save(ORG, STATE)
    assert sessions.forget(ORG)
    assert not file.exists()
    assert sessions.secrets.kept == {}
    assert not sessions.forget(ORG)


def test_the_account_comes_from_the_environment_and_its_secrets_are_masked(session_with):
    session = session_with(
        OKTASCIM_CONSOLE_USERNAME="admin@acme.example",
        OKTASCIM_CONSOLE_PASSWORD="p4ss-s3cret",
        OKTASCIM_CONSOLE_TOTP_SECRET="GEZDGNBVGY3TQOJQ",
    )
    account = console_access_of(session, ORG, Clock()).account
    assert account.username == "admin@acme.example"
    assert account.password.get_secret_value() == "p4ss-s3cret"
    assert account.codes.key == b"1234567890"
    assert (
        session.masker.mask("p4ss-s3cret GEZDGNBVGY3TQOJQ admin@acme.example") == "[hidden] [hidden] admin@acme.example"
    )
    assert "p4ss-s3cret" not in repr(account)


def test_a_secret_may_be_a_reference(session_with, tmp_path):
    (tmp_path / "password").write_text("p4ss-s3cret\n")
    (tmp_path / "password").chmod(0o600)
    session = session_with(
        OKTASCIM_CONSOLE_USERNAME="admin@acme.example",
        OKTASCIM_CONSOLE_PASSWORD_FROM=f"file:{tmp_path / 'password'}",
    )
    account = console_access_of(session, ORG, Clock()).account
    assert account.password.get_secret_value() == "p4ss-s3cret"
    assert account.codes is None


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"OKTASCIM_CONSOLE_USERNAME": "a"}, "OKTASCIM_CONSOLE_PASSWORD is not"),
        ({"OKTASCIM_CONSOLE_USERNAME": "a", "OKTASCIM_CONSOLE_PASSWORD_FROM": "s3cret"}, "expects a reference"),
        (
            {
                "OKTASCIM_CONSOLE_USERNAME": "a",
                "OKTASCIM_CONSOLE_PASSWORD": "b",
                "OKTASCIM_CONSOLE_TOTP_SECRET": "123456",
            },
            "isn't base32",
        ),
    ],
)
def test_what_is_missing_or_malformed_is_said(session_with, environ, words):
    with pytest.raises(UsageProblem, match=words) as error:
        console_access_of(session_with(**environ), ORG, Clock())
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize("name", ["OKTASCIM_CONSOLE_PASSWORD", "OKTASCIM_CONSOLE_TOTP_SECRET"])
def test_a_keyring_that_fails_is_answered_with_the_right_variable(session_with, name):
    class Locked:
        def get(self, name):
            raise SecretStoreUnavailable("The keyring did not answer.", fix="Unlock it.")

    others = {"OKTASCIM_CONSOLE_USERNAME": "a", "OKTASCIM_CONSOLE_PASSWORD": "b"}
    others.pop(name, None)
    session = session_with(**others, **{f"{name}_FROM": "keyring:okta"})
    session.__dict__["secret_store"] = Locked()
    with pytest.raises(SecretStoreUnavailable) as error:
        console_access_of(session, ORG, Clock())
    places = "file:PATH, command:… or env:NAME"
    assert error.value.fix == f"Unlock it. Set {name} instead, or set {name}_FROM to a reference: {places}."


def test_without_an_account_a_kept_session_is_used(session_with, tmp_path):
    session = session_with()
    memory = Memory()
    session.__dict__["secret_store"] = memory
    assert console_access_of(session, ORG, Clock()).state is None
    SavedSessions(tmp_path, memory).save(ORG, STATE)
    assert console_access_of(session, ORG, Clock()).state == STATE


def an_org_of_the_current_folder(folder, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "okta.yaml").write_text(f"okta: {{client: {{orgUrl: {FOREIGN}, token: 00theirs}}}}")
    (folder / "okta.yaml").chmod(0o600)


def test_an_org_of_the_current_folder_gets_no_password(session_with, tmp_path, monkeypatch):
    an_org_of_the_current_folder(tmp_path, monkeypatch)
    session = session_with(
        OKTA_CLIENT_ORGURL="",
        OKTA_CLIENT_TOKEN="",
        OKTASCIM_CONSOLE_USERNAME="a@acme.example",
        OKTASCIM_CONSOLE_PASSWORD="p4ss-s3cret",
    )
    with pytest.raises(ForeignOrg, match="The console's password isn't sent to https://foreign"):
        console_access_of(session, FOREIGN, Clock())


def test_an_org_of_the_current_folder_cannot_claim_to_be_another(session_with, tmp_path, monkeypatch):
    an_org_of_the_current_folder(tmp_path, monkeypatch)
    session, memory = session_with(OKTA_CLIENT_ORGURL="", OKTA_CLIENT_TOKEN=""), Memory()
    session.__dict__["secret_store"] = memory
    SavedSessions(tmp_path, memory).save(ORG, STATE)
    SavedSessions(tmp_path, memory).save(FOREIGN, STATE)
    with pytest.raises(ForeignOrg, match="The saved console session isn't sent"):
        console_access_of(session, ORG, Clock())
    assert console_access_of(session, FOREIGN, Clock()).state == STATE


def test_nothing_is_asked_of_a_keyring_when_there_is_no_session(session_with):
    class Locked:
        def get(self, name):
            raise AssertionError("the keyring was asked")

    session = session_with()
    session.__dict__["secret_store"] = Locked()
    access = console_access_of(session, ORG, Clock())
    assert (access.account, access.state) == (None, None)
