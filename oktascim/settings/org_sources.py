"""Which org to talk to and with which credential: flags, environment, profile, okta.yaml; the first found wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from oktascim.errors import UsageProblem
from oktascim.files import require_private
from oktascim.redact import Masker
from oktascim.secret_text import SecretStr
from oktascim.settings.credential import (
    API_TOKEN,
    PRIVATE_KEY,
    ApiTokenSettings,
    Credential,
    ServiceAppSettings,
    authorization_mode_of,
    by_environment,
    is_key,
    service_app_of,
)
from oktascim.settings.okta_yaml import HERE, OktaYaml, read_okta_yaml
from oktascim.settings.org import ForeignOrg, OrgSettings
from oktascim.settings.profiles import Profiles, ProfileStore
from oktascim.settings.secret_store import SecretStoreUnavailable
from oktascim.settings.values import Setting, check_org_url, check_token

_IN_ENVIRONMENT = {
    "clientId": "OKTA_CLIENT_CLIENTID",
    "privateKey": "OKTA_CLIENT_PRIVATEKEY",
    "kid": "OKTA_CLIENT_KID",
    "scopes": "OKTA_CLIENT_SCOPES",
    "dpopEnabled": "OKTA_CLIENT_DPOPENABLED",
    "audience": "OKTASCIM_OAUTH_AUDIENCE",
}
_IN_YAML = {key: key for key in _IN_ENVIRONMENT}
_MODE_VARIABLE = "OKTA_CLIENT_AUTHORIZATIONMODE"


@dataclass(frozen=True)
class OrgFlags:
    """The command line's options for the org."""

    org_url: str | None = None
    profile: str | None = None


@dataclass(frozen=True)
class _Candidate:
    """A credential that was found; `bound` if it was stored for the very org that is talked to."""

    credential: Credential
    bound: bool


def resolve_org(
    flags: OrgFlags,
    *,
    environ: Mapping[str, str],
    home: Path,
    cwd: Path,
    store: ProfileStore,
    masker: Masker,
) -> OrgSettings:
    """Find the org's URL and the credential for it.

    The order is: flags, `OKTA_CLIENT_*`, the profile (`OKTASCIM_PROFILE`, else the one of `auth use`), ./okta.yaml,
    ~/.okta/okta.yaml. A stored token belongs to one org: a keyring token is looked up by the org's URL, and a token in
    an okta.yaml is used only for the org in that file (our choice; the SDK merges the files). An org named by
    ./okta.yaml gets only a token bound to it: from that file, or stored for that org. With `--profile`, the profile's
    token takes precedence over the environment's.

    Args:
        flags: the command line.
        environ: the environment variables.
        home: the user's home folder.
        cwd: the working folder.
        store: profiles and the keyring.
        masker: receives every secret that is read.

    Returns:
        The checked settings.

    Raises:
        UsageProblem: something is missing or malformed, other users can read the token, or the settings ask for OAuth.
        ForeignOrg: ./okta.yaml names the org, and the only token isn't for that org.
    """
    if is_key(key := environ.get("OKTA_CLIENT_PRIVATEKEY", "")):
        masker.add(key)
    ladder = _Ladder(flags, environ, home, cwd, store)
    url = check_org_url(ladder.url())
    credential = ladder.credential(url)
    protected = {name: one for name, one in store.load().profiles.items() if one.protected}
    protecting = next((name for name, one in protected.items() if one.origin == url.value), None)
    if isinstance(credential, ServiceAppSettings):
        masker.add(credential.private_key.get_secret_value())
    else:
        masker.add(credential.token.get_secret_value())
        check_token(Setting(credential.token, credential.source))
    return OrgSettings(url, credential, protecting, {} if protecting else protected)


def vars_of_profile(flags: OrgFlags, environ: Mapping[str, str], store: ProfileStore) -> Mapping[str, str]:
    """What the chosen profile sets for specs; nothing where the org isn't chosen by a profile.

    Raises:
        UsageProblem: there is no such profile.
    """
    if flags.org_url or (not flags.profile and environ.get("OKTA_CLIENT_ORGURL")):
        return {}
    profiles = store.load()
    chosen = flags.profile or environ.get("OKTASCIM_PROFILE") or profiles.current
    return profiles.named(chosen).vars if chosen else {}


@dataclass(frozen=True)
class _Ladder:
    """The sources of settings; a file is read only if no earlier source has the value."""

    flags: OrgFlags
    environ: Mapping[str, str]
    home: Path
    cwd: Path
    store: ProfileStore

    def url(self) -> Setting[str]:
        if self.flags.org_url and self.flags.profile:
            raise UsageProblem("--org-url and --profile can't be used together.", fix="Use one of them.")
        if self.flags.org_url:
            return Setting(self.flags.org_url, "--org-url")
        if self.flags.profile:
            return _profile_url(self.store.load(), self.flags.profile)
        if url := self.environ.get("OKTA_CLIENT_ORGURL"):
            return Setting(url, "OKTA_CLIENT_ORGURL")
        profiles = self.store.load()
        if chosen := self.environ.get("OKTASCIM_PROFILE") or profiles.current:
            return _profile_url(profiles, chosen)
        for file in read_okta_yaml(self.home, self.cwd):
            if url := file.client.get("orgUrl"):
                return Setting(url, file.source)
        raise _missing("No org is configured.", why=None)

    def credential(self, url: Setting[str]) -> Credential:
        places = [self._in_environment, self._in_profile, self._in_yaml]
        if self.flags.profile:
            places[:2] = self._in_profile, self._in_environment
        trouble: SecretStoreUnavailable | None = None
        foreign: Credential | None = None
        for place in places:
            try:
                found = place(url)
            except SecretStoreUnavailable as error:
                trouble = error
                continue
            if found is None:
                continue
            if found.bound or url.source != HERE:
                return found.credential
            foreign = foreign or found.credential
        if foreign:
            raise ForeignOrg("the API token" if foreign.mode == API_TOKEN else "the private key", foreign.source, url)
        if trouble:
            raise trouble
        raise _missing(f"No API token found for {url.value}.", why=self._why_none())

    def _in_environment(self, _url: Setting[str]) -> _Candidate | None:
        mode = authorization_mode_of(self.environ.get(_MODE_VARIABLE) or API_TOKEN, _MODE_VARIABLE)
        if mode == PRIVATE_KEY:
            return _Candidate(service_app_of(self.environ, _IN_ENVIRONMENT, "", self.cwd), bound=False)
        token = self.environ.get("OKTA_CLIENT_TOKEN")
        return _Candidate(ApiTokenSettings(SecretStr(token), "OKTA_CLIENT_TOKEN"), bound=False) if token else None

    def _in_profile(self, url: Setting[str]) -> _Candidate | None:
        stored = self.store.load()
        profiles = stored.of(url.value)
        if not profiles:
            return None
        chosen = self.flags.profile or self.environ.get("OKTASCIM_PROFILE") or stored.current
        name = chosen if chosen in profiles else next(iter(profiles))
        profile, source = profiles[name], f"keyring (profile {name})"
        try:
            secret = self.store.secrets.get(profile.secret_name)
        except SecretStoreUnavailable as error:
            what = "private key" if profile.client_id else "API token"
            line = by_environment(url.value, profile.client_id, profile.key_id)
            raise error.advising(
                f"Without it, use the environment:\n{line}", f"The {what} of profile {name} is in it."
            ) from None
        if secret is None:
            return None
        return _Candidate(profile.credential(secret, source), bound=True)

    def _in_yaml(self, url: Setting[str]) -> _Candidate | None:
        for file in read_okta_yaml(self.home, self.cwd):
            named = _org_of(file)
            if named not in {None, url.value}:
                continue
            bound = named is not None
            if authorization_mode_of(file.client.get("authorizationMode") or API_TOKEN, file.source) == PRIVATE_KEY:
                require_private(file.path)
                foreign = file.source == HERE
                app = service_app_of(file.client, _IN_YAML, file.source, file.path.parent, foreign=foreign)
                return _Candidate(app, bound)
            if token := file.client.get("token"):
                require_private(file.path)
                return _Candidate(ApiTokenSettings(SecretStr(token), file.source), bound)
        return None

    def _why_none(self) -> str | None:
        oauth = [name for name in _IN_ENVIRONMENT.values() if self.environ.get(name)]
        return f"{', '.join(oauth)}: set, but {_MODE_VARIABLE} is not {PRIVATE_KEY}." if oauth else None


def _profile_url(profiles: Profiles, name: str) -> Setting[str]:
    return Setting(profiles.named(name).org_url, f"profile {name}")


def _org_of(file: OktaYaml) -> str | None:
    named = file.client.get("orgUrl")
    return check_org_url(Setting(named, file.source)).value if named else None


def _missing(what: str, *, why: str | None) -> UsageProblem:
    return UsageProblem(
        what,
        why=why,
        fix="One of these:\n"
        "oktascim auth login --org-url https://your-org.okta.com\n"
        "OKTA_CLIENT_ORGURL and OKTA_CLIENT_TOKEN in the environment\n"
        "the variables of a service app; see `oktascim help environment`\n"
        "orgUrl and token below okta > client in ~/.okta/okta.yaml\n"
        "oktascim emulator run -- COMMAND, for a local org",
    )
