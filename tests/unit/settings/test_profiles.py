"""Profiles: the file, logging in and out, and that nothing is half done."""

from __future__ import annotations

import asyncio
import os

import pytest

from oktascim.errors import IdentityRefused, OktascimError, UsageProblem
from oktascim.secret_text import SecretStr
from oktascim.settings.login import Identity, ProfileRow, list_profiles, login, logout, use_profile
from oktascim.settings.profiles import Profile, Profiles, config_directory
from oktascim.settings.secret_store import SecretStoreUnavailable
from oktascim.settings.values import Setting


def sign_in(store, name="dev", url="https://acme.okta.com", token="00token", refuse=False):
    async def verify(credential):
        if refuse:
            raise IdentityRefused("Okta rejected the token.")
        return Identity(f"{url} took {len(credential.token.get_secret_value())} characters", None, "00o1")

    secret = Setting(SecretStr(token), "--token-stdin")
    return asyncio.run(login(name, Profile(org_url=url), secret, store, verify))


def test_login_keeps_the_token_in_the_keyring_and_the_url_in_the_file(store, secrets):
    assert sign_in(store).company == "https://acme.okta.com took 7 characters"
    assert secrets.kept["https://acme.okta.com"].get_secret_value() == "00token"
    text = store.path.read_text()
    assert "https://acme.okta.com" in text
    assert "org_id: 00o1" in text
    assert "00token" not in text
    assert list(store.directory.iterdir()) == [store.path]


def test_the_last_login_is_the_current_profile_until_use_says_otherwise(store):
    sign_in(store)
    sign_in(store, "prod", "https://prod.okta.com")
    assert list_profiles(store) == (
        ProfileRow("dev", "https://acme.okta.com", current=False, client_id=None, protected=False),
        ProfileRow("prod", "https://prod.okta.com", current=True, client_id=None, protected=False),
    )
    assert use_profile("dev", store).org_url == "https://acme.okta.com"
    assert [row.name for row in list_profiles(store) if row.current] == ["dev"]


def test_two_logins_at_once_keep_both_profiles(store):
    async def verify(_credential):
        other = Profile(org_url="https://prod.okta.com")
        store.save(store.load().with_profile("prod", other))  # as another process does
        return Identity("", None, None)

    secret = Setting(SecretStr("00token"), "--token-stdin")
    asyncio.run(login("dev", Profile(org_url="https://acme.okta.com"), secret, store, verify))
    assert set(store.load().profiles) == {"dev", "prod"}


def test_a_refused_token_leaves_nothing_behind(store, secrets):
    with pytest.raises(IdentityRefused):
        sign_in(store, refuse=True)
    assert secrets.kept == {}
    assert not store.path.exists()


def test_without_a_keyring_no_profile_is_written(store, secrets):
    secrets.broken = True
    with pytest.raises(SecretStoreUnavailable):
        sign_in(store)
    assert not store.path.exists()


@pytest.mark.parametrize("name", ["", "a b", "-x", "x" * 65, "a\nb", "../x"])
def test_a_bad_profile_name_is_refused_before_okta_is_asked(store, secrets, name):
    with pytest.raises(UsageProblem, match="a valid profile name"):
        sign_in(store, name)
    assert secrets.asked == []


def test_logout_removes_the_token_only_with_its_last_profile(store, secrets):
    sign_in(store, "dev")
    sign_in(store, "same-org")
    assert logout("dev", store) is False
    assert "https://acme.okta.com" in secrets.kept
    assert logout("same-org", store) is True
    assert secrets.kept == {}
    assert list_profiles(store) == ()
    assert store.load().current is None


def test_logout_of_an_unknown_profile(store):
    with pytest.raises(UsageProblem) as problem:
        logout("dev", store)
    assert problem.value.why == "Profiles here: none yet."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("version: 2", ":1:10: version: must be 1"),
        ("version: true", ":1:10: version: must be 1"),
        ("version: 1.0", ":1:10: version: must be 1"),
        ("version: 1\nprofiles: {dev: {org_url: 1}}", ":2:27: profiles.dev.org_url: must be text; put numbers"),
        ("profiles: {dev: {}}", ":1:17: profiles.dev.org_url: is missing"),
        ("profiles: 3", ":1:11: profiles: must be a mapping (key: value)"),
        ("profiles: {dev: {org_url: x, token: 00sentinel}}", ":1:30: profiles.dev.token: there is no such setting"),
        ("profiles: {'a b': {org_url: x}}", ":1:12: profiles.a b: isn't a valid profile name"),
        ("profiles: {dev: {org_url: x, protected: 1}}", ":1:41: profiles.dev.protected: must be true or false"),
        ("profiles: {dev: {org_url: x, protected: off}}", ":1:41: profiles.dev.protected: must be true or false"),
        ("profiles: {dev: {org_url: x, dpop: 1.0}}", ":1:36: profiles.dev.dpop: must be true or false"),
        ("profiles: {dev: {org_url: x, vars: {A: true}}}", ":1:40: profiles.dev.vars.A: must be text; put"),
        ("profiles: {}\nprofiles: {}", ":2:1: duplicate key"),
        ("profiles: ]", ":1:11 isn't valid YAML."),
        ("[]", ":1:1: must be a mapping of settings"),
    ],
)
def test_a_profile_file_of_another_shape(store, content, words):
    store.directory.mkdir()
    store.path.write_text(content)
    with pytest.raises(UsageProblem) as problem:
        store.load()
    assert f"{store.path}{words}" in str(problem.value)
    assert "00sentinel" not in str(problem.value)


def test_a_profile_file_with_several_problems(store):
    store.directory.mkdir()
    store.path.write_text("profiles: {dev: {org_url: x, dpop: 1, protected: 'true'}}")
    with pytest.raises(UsageProblem) as problem:
        store.load()
    assert [line.split(": ")[1] for line in problem.value.why.splitlines()] == [
        "profiles.dev.dpop",
        "profiles.dev.protected",
    ]


def test_a_folder_that_cannot_be_written(store):
    store.directory.write_text("a file where the folder should be")
    with pytest.raises(OktascimError, match="Can't write") as problem:
        store.save(Profiles())
    assert "OKTASCIM_CONFIG_DIR" in problem.value.fix


def test_the_folder_comes_from_the_environment(tmp_path):
    assert config_directory({"OKTASCIM_CONFIG_DIR": str(tmp_path)}) == tmp_path
    assert config_directory({}).name == "oktascim"


@pytest.mark.skipif(os.name == "nt", reason="Windows uses access control lists")
def test_a_profile_file_that_everyone_can_change_is_refused(store):
    store.save(Profiles().with_profile("dev", Profile(org_url="https://dev.okta.com")))
    store.path.chmod(0o666)
    with pytest.raises(UsageProblem, match="can be changed by every user") as refused:
        store.load()
    assert refused.value.fix.startswith("chmod o-w ")


@pytest.mark.skipif(os.name == "nt", reason="Windows uses access control lists")
def test_a_profile_file_of_another_user_is_refused(store, monkeypatch):
    store.save(Profiles().with_profile("dev", Profile(org_url="https://dev.okta.com")))
    owner = store.path.stat().st_uid
    if owner == 0:
        os.chown(store.path, 1, -1)
        owner = 1
    monkeypatch.setattr("os.geteuid", lambda: owner + 1)
    with pytest.raises(UsageProblem, match="belongs to another user"):
        store.load()
