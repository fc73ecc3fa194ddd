"""The order of the places, where each value came from, and that no token goes to a foreign org."""

from __future__ import annotations

import os

import pytest

from oktascim.errors import ExitCode, UsageProblem
from oktascim.secret_text import SecretStr
from oktascim.settings.credential import ForeignKey
from oktascim.settings.org import ForeignOrg
from oktascim.settings.org_sources import OrgFlags, resolve_org
from oktascim.settings.profiles import Profile, Profiles
from oktascim.settings.values import Setting

ENV = {"OKTA_CLIENT_ORGURL": "https://env.okta.com/", "OKTA_CLIENT_TOKEN": "00environment"}


def yaml_file(folder, org_url="https://file.okta.com", token="00file", **more):
    members = {"orgUrl": org_url, "token": token, **more}
    lines = [f"    {key}: {value}" for key, value in members.items() if value is not None]
    (folder / "okta.yaml").write_text("\n".join(["okta:", "  client:", *lines]))
    (folder / "okta.yaml").chmod(0o600)


@pytest.fixture
def profile_dev(store, secrets):
    store.save(Profiles().with_profile("dev", Profile(org_url="https://dev.okta.com")))
    secrets.kept["https://dev.okta.com"] = SecretStr("00keyring")


def found(settings):
    return (
        settings.url.value,
        settings.url.source,
        settings.credential.token.get_secret_value(),
        settings.credential.source,
    )


def test_the_environment_is_enough_and_no_keyring_is_asked(resolve, secrets, profile_dev):
    settings = resolve(ENV)
    assert found(settings) == (
        "https://env.okta.com", "OKTA_CLIENT_ORGURL", "00environment", "OKTA_CLIENT_TOKEN",
    )  # fmt: skip
    assert settings.credential.mode == "SSWS"
    assert secrets.asked == []


def test_flags_come_before_everything(resolve, profile_dev, cwd):
    yaml_file(cwd)
    assert resolve(ENV, org_url="https://flag.okta.com").url == Setting("https://flag.okta.com", "--org-url")


def test_the_current_profile_comes_before_okta_yaml(resolve, profile_dev, cwd):
    yaml_file(cwd)
    assert found(resolve()) == (
        "https://dev.okta.com", "profile dev", "00keyring", "keyring (profile dev)",
    )  # fmt: skip


def test_oktascim_profile_comes_before_the_chosen_one(resolve, store, profile_dev):
    profiles = store.load().with_profile("prod", Profile(org_url="https://prod.okta.com"))
    store.save(profiles.with_profile("dev", Profile(org_url="https://dev.okta.com")))
    environ = {"OKTASCIM_PROFILE": "prod", "OKTA_CLIENT_TOKEN": "00environment"}
    assert resolve(environ).url == Setting("https://prod.okta.com", "profile prod")


def test_the_profile_flag_brings_its_own_token(resolve, profile_dev):
    assert found(resolve(ENV, profile="dev")) == (
        "https://dev.okta.com", "profile dev", "00keyring", "keyring (profile dev)",
    )  # fmt: skip


def test_without_a_keyring_the_profile_takes_the_environments_token(resolve, secrets, profile_dev):
    secrets.broken = True
    assert found(resolve(ENV, profile="dev"))[2:] == ("00environment", "OKTA_CLIENT_TOKEN")


def test_okta_yaml_here_comes_before_the_one_at_home(resolve, home, cwd):
    yaml_file(home / ".okta", "https://home.okta.com", "00home")
    assert found(resolve()) == (
        "https://home.okta.com", "~/.okta/okta.yaml", "00home", "~/.okta/okta.yaml",
    )  # fmt: skip
    yaml_file(cwd)
    assert found(resolve()) == ("https://file.okta.com", "./okta.yaml", "00file", "./okta.yaml")


ORG, OTHER = "https://acme.okta.com", "https://other.okta.com"
HERE, HOME = "./okta.yaml", "~/.okta/okta.yaml"
# Where the URL is from: flags, environment, orgUrl of the two files.
URLS = {
    "--org-url": ({"org_url": ORG}, {}, {}),
    "--profile": ({"profile": "acme"}, {}, {}),
    "environment": ({}, {"OKTA_CLIENT_ORGURL": ORG}, {}),
    "chosen profile": ({}, {"OKTASCIM_PROFILE": "acme"}, {}),
    HERE: ({}, {}, {HERE: ORG}),
    HOME: ({}, {}, {HOME: ORG}),
}
# Where the token is from: environment, keyring, tokens of the two files, the orgUrl that a file has beside it.
TOKENS = {
    "environment": ({"OKTA_CLIENT_TOKEN": "00sentinel"}, {}, {}, {}),
    "keyring": ({}, {ORG: "00sentinel"}, {}, {}),
    "keyring, another org": ({}, {OTHER: "00sentinel"}, {}, {}),
    HERE: ({}, {}, {HERE: "00sentinel"}, {}),
    f"{HERE}, this org": ({}, {}, {HERE: "00sentinel"}, {HERE: ORG}),
    f"{HERE}, another org": ({}, {}, {HERE: "00sentinel"}, {HERE: OTHER}),
    HOME: ({}, {}, {HOME: "00sentinel"}, {}),
    f"{HOME}, this org": ({}, {}, {HOME: "00sentinel"}, {HOME: ORG}),
    f"{HOME}, another org": ({}, {}, {HOME: "00sentinel"}, {HOME: OTHER}),
}
SOURCES = {"environment": "OKTA_CLIENT_TOKEN", "keyring": "keyring (profile acme)"}
MATRIX = [
    (url, token)
    for url in URLS
    for token in TOKENS
    if (url, token) not in {(HERE, f"{HERE}, another org"), (HOME, f"{HOME}, another org")}  # one file names one org
    and (url, token) != (HOME, f"{HERE}, another org")  # the nearer file names the org then
    and (url, token) != (HOME, f"{HERE}, this org")
]


@pytest.mark.parametrize(("url", "token"), MATRIX)
def test_which_token_goes_to_which_org(resolve, store, secrets, home, cwd, url, token):
    flags, environ, urls = URLS[url]
    variables, kept, tokens, beside = TOKENS[token]
    profiles = {"acme": Profile(org_url=ORG), "other": Profile(org_url=OTHER)}
    store.save(Profiles(profiles=profiles))
    secrets.kept = {name: SecretStr(value) for name, value in kept.items()}
    urls = urls | beside
    for name, folder in ((HERE, cwd), (HOME, home / ".okta")):
        if name in urls or name in tokens:
            yaml_file(folder, urls.get(name), tokens.get(name))

    source = SOURCES.get(token, token.partition(",")[0])
    if "another org" in token:
        with pytest.raises(UsageProblem, match=f"No API token found for {ORG}"):
            resolve(environ | variables, **flags)
    elif url == HERE and token in {"environment", HOME}:  # not made for that org, and not the file's own
        with pytest.raises(ForeignOrg) as refused:
            resolve(environ | variables, **flags)
        assert refused.value.exit_code == ExitCode.IDENTITY
        assert f"The org is from {HERE}, the secret from {source}." in refused.value.why
        assert f"--org-url {ORG}" in refused.value.fix
    else:
        settings = resolve(environ | variables, **flags)
        assert (settings.url.value, settings.credential.source) == (ORG, source)


def test_loopback_is_no_exception(resolve, cwd):
    yaml_file(cwd, "http://127.0.0.1:8044", None)
    with pytest.raises(ForeignOrg):
        resolve({"OKTA_CLIENT_TOKEN": "00environment"})


def test_a_token_that_may_go_there_is_used_though_another_one_may_not(resolve, cwd):
    yaml_file(cwd)
    assert found(resolve({"OKTA_CLIENT_TOKEN": "00environment"}))[2:] == ("00file", "./okta.yaml")


def test_in_the_sdks_own_folder_okta_yaml_is_the_users(store, masker, home):
    yaml_file(home / ".okta", "https://home.okta.com", None)
    environ = {"OKTA_CLIENT_TOKEN": "00environment"}
    settings = resolve_org(OrgFlags(), environ=environ, home=home, cwd=home / ".okta", store=store, masker=masker)
    assert settings.url.source == "~/.okta/okta.yaml"


@pytest.mark.parametrize("here", [True, False])
def test_another_secret_goes_only_to_an_org_of_ones_own_choice(resolve, cwd, here):
    yaml_file(cwd)
    settings = resolve(org_url=None if here else "https://file.okta.com")
    if not here:
        settings.require_own_choice("the secret of 'crm'", "the environment variable T")
        return
    with pytest.raises(ForeignOrg, match=r"The secret of 'crm' isn't sent to https://file\.okta\.com"):
        settings.require_own_choice("the secret of 'crm'", "the environment variable T")


def test_an_okta_yaml_with_a_token_that_others_can_read_is_refused(resolve, cwd):
    yaml_file(cwd)
    (cwd / "okta.yaml").chmod(0o644)
    with pytest.raises(UsageProblem, match="other users can read or change it") as refused:
        resolve()
    assert refused.value.fix == f"chmod 600 {cwd / 'okta.yaml'}"


def test_a_foreign_okta_yaml_cannot_get_the_token_of_the_keyring(resolve, secrets, store, profile_dev, cwd):
    store.save(Profiles(profiles=store.load().profiles))
    yaml_file(cwd, "https://evil.example", None)
    with pytest.raises(UsageProblem, match=r"No API token found for https://evil\.example"):
        resolve()
    assert secrets.asked == []


def test_an_okta_yaml_without_an_org_serves_the_org_that_was_chosen(resolve, home):
    yaml_file(home / ".okta", None, "00home")
    assert resolve(org_url="https://flag.okta.com").credential.source == "~/.okta/okta.yaml"


def test_nothing_at_all_lists_the_ways(resolve):
    with pytest.raises(UsageProblem) as problem:
        resolve()
    assert problem.value.exit_code == ExitCode.USAGE
    assert problem.value.what == "No org is configured."
    for way in ("oktascim auth login", "OKTA_CLIENT_ORGURL", "okta.yaml", "emulator run"):
        assert way in problem.value.fix


def test_a_missing_token_tells_of_the_broken_keyring(resolve, secrets, profile_dev):
    secrets.broken = True
    with pytest.raises(UsageProblem) as problem:
        resolve()
    assert problem.value.what == "This machine has no keyring."
    assert problem.value.why == "The API token of profile dev is in it."
    assert problem.value.fix.endswith(
        'export OKTA_CLIENT_ORGURL=https://dev.okta.com OKTA_CLIENT_TOKEN="$(cat token.txt)"'
    )


def test_an_empty_variable_counts_as_unset(resolve):
    with pytest.raises(UsageProblem, match="No org is configured"):
        resolve({"OKTA_CLIENT_ORGURL": "", "OKTA_CLIENT_TOKEN": ""})


KEY = '{"kty": "EC", "d": "sentinel-key"}'
SERVICE_APP = {
    "OKTA_CLIENT_ORGURL": "https://env.okta.com",
    "OKTA_CLIENT_AUTHORIZATIONMODE": "PrivateKey",
    "OKTA_CLIENT_CLIENTID": "0oaenv",
    "OKTA_CLIENT_PRIVATEKEY": KEY,
}


def test_another_mode_is_refused_with_the_two_that_there_are(resolve):
    with pytest.raises(UsageProblem, match="authorization mode to 'Bearer'") as problem:
        resolve({**ENV, "OKTA_CLIENT_AUTHORIZATIONMODE": "Bearer"})
    assert problem.value.fix == "Use SSWS (an API token) or PrivateKey (an OAuth 2.0 service app)."


def test_a_service_app_in_the_environment(resolve, masker, secrets):
    extra = {"OKTA_CLIENT_SCOPES": "okta.apps.read,okta.logs.read", "OKTA_CLIENT_KID": "k1"}
    app = resolve({**SERVICE_APP, **extra, "OKTA_CLIENT_DPOPENABLED": "true"}).credential
    assert (app.mode, app.client_id, app.key_id, app.dpop) == ("PrivateKey", "0oaenv", "k1", True)
    assert app.scopes == ("okta.apps.read", "okta.logs.read")
    assert app.source == "OKTA_CLIENT_PRIVATEKEY"
    assert masker.mask(f"x{KEY}x") == "x[hidden]x"
    assert secrets.asked == []


def test_a_private_key_in_a_file(resolve, cwd):
    (cwd / "key.pem").write_text("-----BEGIN PRIVATE KEY-----\nx")
    (cwd / "key.pem").chmod(0o600)
    app = resolve({**SERVICE_APP, "OKTA_CLIENT_PRIVATEKEY": "key.pem"}).credential
    assert app.private_key.get_secret_value() == "-----BEGIN PRIVATE KEY-----\nx"


def test_a_private_key_that_others_can_read_is_refused(resolve, cwd):
    (cwd / "key.pem").write_text("-----BEGIN PRIVATE KEY-----\nx")
    (cwd / "key.pem").chmod(0o644)
    with pytest.raises(UsageProblem, match="other users can read"):
        resolve({**SERVICE_APP, "OKTA_CLIENT_PRIVATEKEY": "key.pem"})


def test_what_is_no_key_and_no_file_is_not_repeated(resolve):
    with pytest.raises(UsageProblem, match="neither a private key nor the name of a file") as problem:
        resolve({**SERVICE_APP, "OKTA_CLIENT_PRIVATEKEY": "s3ntinel"})
    assert "s3ntinel" not in str(problem.value)


@pytest.mark.parametrize("missing", ["OKTA_CLIENT_CLIENTID", "OKTA_CLIENT_PRIVATEKEY"])
def test_half_a_service_app_names_the_other_half(resolve, missing):
    with pytest.raises(UsageProblem, match=f"{missing} is not set"):
        resolve({key: value for key, value in SERVICE_APP.items() if key != missing})


@pytest.mark.parametrize(
    ("name", "value"),
    [("OKTA_CLIENT_SCOPES", "okta.apps.read,é"), ("OKTA_CLIENT_CLIENTID", "a b"), ("OKTA_CLIENT_DPOPENABLED", "maybe")],
)
def test_malformed_parts_of_a_service_app(resolve, name, value):
    with pytest.raises(UsageProblem, match=name):
        resolve({**SERVICE_APP, name: value})


def test_a_service_app_in_okta_yaml(resolve, cwd):
    yaml_file(cwd, token=None, authorizationMode="PrivateKey", clientId="0oayaml", privateKey=KEY, scopes=["a", "b"])
    app = resolve().credential
    assert (app.client_id, app.scopes, app.source) == ("0oayaml", ("a", "b"), "./okta.yaml")


@pytest.mark.parametrize("named", ["{home}/key.pem", "../home/key.pem", "link.pem", "~/key.pem"])
def test_a_file_of_the_current_folder_cannot_have_the_users_own_key_sign(resolve, cwd, home, monkeypatch, named):
    monkeypatch.setenv("HOME", str(home))
    (home / "key.pem").write_text("-----BEGIN PRIVATE KEY-----\nx")
    (home / "key.pem").chmod(0o600)
    (cwd / "link.pem").symlink_to(home / "key.pem")
    audience = "https://acme.okta.com/oauth2/v1/token"
    key = named.format(home=home)
    yaml_file(cwd, token=None, authorizationMode="PrivateKey", clientId="0oa1", privateKey=key, audience=audience)
    with pytest.raises(ForeignKey, match="isn't used") as refused:
        resolve()
    assert refused.value.exit_code == ExitCode.IDENTITY
    with pytest.raises(ForeignKey):
        resolve(org_url="https://file.okta.com")


def test_a_key_beside_the_okta_yaml_is_used_and_one_of_the_home_folder_may_be_anywhere(resolve, cwd, home):
    for folder in (cwd, home):
        (folder / "key.pem").write_text(f"-----BEGIN PRIVATE KEY-----\n{folder.name}")
        (folder / "key.pem").chmod(0o600)
    yaml_file(cwd, token=None, authorizationMode="PrivateKey", clientId="0oa1", privateKey="key.pem")
    assert resolve().credential.private_key.get_secret_value().endswith("work")
    (cwd / "okta.yaml").unlink()
    key = home / "key.pem"
    yaml_file(home / ".okta", token=None, authorizationMode="PrivateKey", clientId="0oa1", privateKey=key)
    assert resolve().credential.private_key.get_secret_value().endswith("home")


@pytest.mark.parametrize("written", ["https://prod.okta.com", "https://PROD.okta.com/", "https://prod.okta.com:443"])
@pytest.mark.parametrize("given", ["https://prod.okta.com", "https://Prod.okta.com:443/"])
def test_a_protected_org_is_recognised_however_its_url_is_written(resolve, store, written, given):
    store.save(Profiles().with_profile("prod", Profile(org_url=written, protected=True)))
    found = resolve({"OKTA_CLIENT_ORGURL": given, "OKTA_CLIENT_TOKEN": "00env"})
    assert (found.url.value, found.protected_by) == ("https://prod.okta.com", "prod")


def test_a_service_app_of_a_profile(resolve, store, secrets):
    profile = Profile(org_url="https://dev.okta.com", client_id="0oadev", scopes=("okta.apps.read",), dpop=True)
    store.save(Profiles().with_profile("dev", profile))
    secrets.kept["https://dev.okta.com#0oadev"] = SecretStr(KEY)
    app = resolve().credential
    assert (app.client_id, app.scopes, app.dpop) == ("0oadev", ("okta.apps.read",), True)
    assert app.source == "keyring (profile dev)"


def test_a_private_key_of_the_environment_does_not_serve_an_org_of_the_current_folder(resolve, cwd):
    yaml_file(cwd, token=None)
    environ = {key: value for key, value in SERVICE_APP.items() if key != "OKTA_CLIENT_ORGURL"}
    with pytest.raises(ForeignOrg, match="The private key isn't sent"):
        resolve(environ)


def test_ssws_may_be_said_in_any_case(resolve):
    settings = resolve({**ENV, "OKTA_CLIENT_AUTHORIZATIONMODE": "ssws"})
    assert settings.credential.mode == "SSWS"


def test_a_private_key_without_a_token_is_told_apart_from_nothing(resolve, masker):
    environ = {"OKTA_CLIENT_ORGURL": "https://env.okta.com", "OKTA_CLIENT_PRIVATEKEY": KEY}
    with pytest.raises(UsageProblem) as problem:
        resolve(environ)
    assert problem.value.why == "OKTA_CLIENT_PRIVATEKEY: set, but OKTA_CLIENT_AUTHORIZATIONMODE is not PrivateKey."
    assert masker.mask(KEY) == "[hidden]"


def test_two_flags_that_name_an_org_are_one_too_many(resolve, profile_dev):
    with pytest.raises(UsageProblem, match="can't be used together"):
        resolve(org_url="https://flag.okta.com", profile="dev")


def test_an_unknown_profile_names_those_that_exist(resolve, profile_dev):
    with pytest.raises(UsageProblem) as problem:
        resolve(profile="prod")
    assert problem.value.what == "There is no profile 'prod'."
    assert problem.value.why == "Profiles here: dev."
    assert problem.value.fix.startswith("oktascim auth login --profile prod ")
    with pytest.raises(UsageProblem) as problem:
        resolve(profile="deb")
    assert problem.value.fix.startswith("Did you mean dev?")


def test_every_token_is_masked_also_one_that_is_refused(resolve, masker):
    with pytest.raises(UsageProblem):
        resolve({**ENV, "OKTA_CLIENT_TOKEN": "SSWS 00environment"})
    assert "00environment" not in masker.mask("the header was SSWS 00environment")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("okta: [", "okta.yaml:1:8 isn't valid YAML"),
        ("okta: secret-00sentinel", "must be a mapping okta > client"),
        ("okta:\n  client: 00sentinel", "okta.client must be a mapping"),
        ("okta:\n  client:\n    token: 123", "okta.client.token must be text"),
        ("okta:\n  client:\n    token: true", "okta.client.token must be text"),
        ("okta:\n  client:\n    clientId: [a, b]", "okta.client.clientId must be text"),
        ("okta:\n  client:\n    dpopEnabled: 1", "okta.client.dpopEnabled must be true or false"),
        ("- 1", "must be a mapping okta > client"),
    ],
)
def test_a_broken_okta_yaml_is_named_and_never_quoted(resolve, cwd, content, what):
    (cwd / "okta.yaml").write_text(content)
    with pytest.raises(UsageProblem) as problem:
        resolve()
    assert what in problem.value.what
    assert "00sentinel" not in str(problem.value)


def test_an_okta_yaml_that_is_not_text(resolve, cwd):
    (cwd / "okta.yaml").write_bytes(b"okta: \xff\xfe")
    with pytest.raises(UsageProblem, match="isn't UTF-8 text"):
        resolve()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"okta: 2026-99-99", "contains YAML that isn't a valid setting"),
        (b"[" * 1_000, "contains YAML that isn't a valid setting"),
        (b"#" * 300_000, "is larger than 256 KB"),
    ],
    ids=["no date", "deep", "large"],
)
def test_an_okta_yaml_that_python_cannot_hold(resolve, cwd, content, what):
    (cwd / "okta.yaml").write_bytes(content)
    with pytest.raises(UsageProblem, match=what):
        resolve()


def test_an_okta_yaml_that_is_no_file(resolve, cwd):
    os.mkfifo(cwd / "okta.yaml")
    with pytest.raises(UsageProblem, match="is a pipe, not a regular file"):
        resolve()
