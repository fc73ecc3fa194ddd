"""Which org to talk to and with which token: flags, environment, profile, okta.yaml; the first found wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from oktascim.errors import IdentityRefused, OktascimError, UsageProblem
from oktascim.files import require_private
from oktascim.redact import Masker, clean
from oktascim.settings.okta_yaml import HERE, OktaYaml, read_okta_yaml
from oktascim.settings.profiles import Profiles, ProfileStore
from oktascim.settings.secret_store import SecretStoreUnavailable
from oktascim.settings.values import Setting, check_org_url, check_token

API_TOKEN_MODE = "SSWS"  # noqa: S105  the SDK's name of the mode, not a token
_OAUTH_VARIABLES = ("OKTA_CLIENT_CLIENTID", "OKTA_CLIENT_SCOPES", "OKTA_CLIENT_PRIVATEKEY", "OKTA_CLIENT_KID")


@dataclass(frozen=True)
class OrgFlags:
    """What the command line says about the org."""

    org_url: str | None = None
    profile: str | None = None


@dataclass(frozen=True)
class OrgSettings:
    """The org and the token for it, each with its source.

    Attributes:
        url: the org's origin, such as `https://acme.okta.com`.
        token: the API token.
        authorization_mode: always "SSWS" (an API token) in this version.
    """

    url: Setting[str]
    token: Setting[SecretStr]
    authorization_mode: Setting[str]

    def require_own_choice(self, secret: str, place: str) -> None:
        """Refuse to send another secret to an org that only a file of the current folder names.

        Args:
            secret: its name, such as "the token of 'acme-crm'".
            place: where the secret comes from.

        Raises:
            ForeignOrg: that is so; with the org named by flag, environment or profile it is not.
        """
        if self.url.source == HERE:
            raise ForeignOrg(secret, place, self.url)


class ForeignOrg(IdentityRefused):
    """A secret isn't sent to an org that a file of the current folder names, because it is from another place."""

    def __init__(self, secret: str, place: str, url: Setting[str]) -> None:
        super().__init__(
            f"{secret[0].upper()}{secret[1:]} isn't sent to {clean(url.value)}.",
            why=f"The org is from {url.source}, the secret from {place}. A file in the current folder may be "
            "somebody else's, so its org gets only a token from the same file or one stored for that org.",
            fix=f"If this is your org, name it: --org-url {clean(url.value)} (or OKTA_CLIENT_ORGURL, or a profile).",
        )


@dataclass(frozen=True)
class _Candidate:
    """A token that was found; `bound` if it was stored for the very org that is talked to."""

    token: Setting[SecretStr]
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
    """Find the org's URL and token.

    The order is: flags, `OKTA_CLIENT_*`, the profile (`OKTASCIM_PROFILE`, else the one of `auth use`), ./okta.yaml,
    ~/.okta/okta.yaml. A stored token belongs to one org: the keyring's is found by the org's URL, and that of an
    okta.yaml is not used for another org than the file names (our choice; the SDK merges the files). An org that
    ./okta.yaml names gets only a token that is bound to it: from that file, or stored for that org. With `--profile`
    the profile's token comes before the environment's.

    Args:
        flags: the command line.
        environ: the environment variables.
        home: the user's home folder.
        cwd: the working folder.
        store: profiles and the keyring.
        masker: told of every secret that is read.

    Returns:
        The settings, checked.

    Raises:
        UsageProblem: something is missing or malformed, others can read the token, or the settings ask for OAuth.
        ForeignOrg: ./okta.yaml names the org, and the only token there is was not made for it.
    """
    masker.add(environ.get("OKTA_CLIENT_PRIVATEKEY", ""))
    ladder = _Ladder(flags, environ, home, cwd, store)
    mode = ladder.authorization_mode()
    url = check_org_url(ladder.url())
    token = ladder.token(url)
    masker.add(token.value.get_secret_value())
    return OrgSettings(url, check_token(token), mode)


@dataclass(frozen=True)
class _Ladder:
    """The places where settings are looked up; a file is read only when nothing before it had the answer."""

    flags: OrgFlags
    environ: Mapping[str, str]
    home: Path
    cwd: Path
    store: ProfileStore

    def authorization_mode(self) -> Setting[str]:
        variable = "OKTA_CLIENT_AUTHORIZATIONMODE"
        if mode := self.environ.get(variable):
            _require_api_token_mode(mode, variable)
            return Setting(API_TOKEN_MODE, variable)
        return Setting(API_TOKEN_MODE, "default")

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

    def token(self, url: Setting[str]) -> Setting[SecretStr]:
        steps = [self._environment_token, self._keyring_token, self._yaml_token]
        if self.flags.profile:
            steps[:2] = self._keyring_token, self._environment_token
        trouble: OktascimError | None = None
        foreign: Setting[SecretStr] | None = None
        for step in steps:
            try:
                found = step(url)
            except SecretStoreUnavailable as error:
                trouble = error
                continue
            if found is None:
                continue
            if found.bound or url.source != HERE:
                return found.token
            foreign = foreign or found.token
        if foreign:
            raise ForeignOrg("the API token", foreign.source, url)
        raise _missing(f"No API token found for {url.value}.", why=self._why_no_token(trouble))

    def _environment_token(self, _url: Setting[str]) -> _Candidate | None:
        token = self.environ.get("OKTA_CLIENT_TOKEN")
        return _Candidate(Setting(SecretStr(token), "OKTA_CLIENT_TOKEN"), bound=False) if token else None

    def _keyring_token(self, url: Setting[str]) -> _Candidate | None:
        names = [name for name, profile in self.store.load().profiles.items() if profile.org_url == url.value]
        if not names:
            return None
        token = self.store.secrets.get(url.value)
        name = self.flags.profile if self.flags.profile in names else names[0]
        return _Candidate(Setting(token, f"keyring (profile {name})"), bound=True) if token else None

    def _yaml_token(self, url: Setting[str]) -> _Candidate | None:
        for file in read_okta_yaml(self.home, self.cwd):
            named = _org_of(file)
            if named not in {None, url.value}:
                continue
            if mode := file.client.get("authorizationMode"):
                _require_api_token_mode(mode, file.source)
            if token := file.client.get("token"):
                require_private(file.path)
                return _Candidate(Setting(SecretStr(token), file.source), bound=named is not None)
        return None

    def _why_no_token(self, trouble: OktascimError | None) -> str | None:
        if trouble:
            return "\n".join(part for part in (trouble.what, trouble.why) if part)
        oauth = [variable for variable in _OAUTH_VARIABLES if self.environ.get(variable)]
        return f"{', '.join(oauth)}: set, but {_ONLY_API_TOKENS}" if oauth else None


_ONLY_API_TOKENS = "this version supports only API tokens (SSWS)."


def _require_api_token_mode(mode: str, source: str) -> None:
    if mode.lower() != API_TOKEN_MODE.lower():
        raise UsageProblem(
            f"{source} sets the authorization mode to {clean(mode)!r}.",
            why=f"T{_ONLY_API_TOKENS[1:]}",
            fix=f"Set it to {API_TOKEN_MODE} and give a token (Admin Console, Security > API > Tokens).",
        )


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
        "orgUrl and token below okta > client in ~/.okta/okta.yaml\n"
        "oktascim emulator run -- COMMAND, for a local org",
    )
