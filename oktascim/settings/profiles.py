"""Named profiles in one YAML file without secrets; the secret store holds their tokens, one per org URL."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, ValidationError

from oktascim.errors import OktascimError, UsageProblem
from oktascim.files import require_unaltered
from oktascim.settings.credential import ApiTokenSettings, Credential, ServiceAppSettings
from oktascim.settings.secret_store import SecretStore
from oktascim.settings.values import Setting, check_org_url
from oktascim.settings.yaml_file import read_yaml

FILE_NAME = "profiles.yaml"
PROFILE_NAME = r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$"

ProfileName = Annotated[str, StringConstraints(pattern=PROFILE_NAME)]


class Profile(BaseModel):
    """One org under a name of the user's choice.

    Attributes:
        org_url: the org's origin.
        client_id: of its service app; None where the profile has an API token.
        scopes: what to ask Okta for; () for everything that a command of oktascim can need.
        key_id: the `kid` of the app's private key, or None.
        audience: of the app's assertion, or None for the token endpoint.
        dpop: whether to send DPoP proofs before Okta asks for them.
        org_id: the org's id, as Okta told it at login; another address of the same org is recognised by it.
        protected: whether commands that write to the org need its name.
        vars: what `{env: NAME}` in a spec means for this org; no secrets.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)

    org_url: str
    client_id: str | None = None
    scopes: tuple[str, ...] = ()
    key_id: str | None = None
    audience: str | None = None
    dpop: bool = False
    org_id: str | None = None
    protected: bool = False
    vars: dict[str, str] = Field(default_factory=dict)

    @property
    def origin(self) -> str:
        """The org's URL in the form in which orgs are compared; as it is written if it isn't an org's."""
        try:
            return check_org_url(Setting(self.org_url, "the profile")).value
        except UsageProblem:
            return self.org_url

    @property
    def secret_name(self) -> str:
        """The keyring entry of its token or private key; no other org or app can meet it."""
        return self.origin if self.client_id is None else f"{self.origin}#{self.client_id}"

    def credential(self, secret: SecretStr, source: str) -> Credential:
        """What the profile and its keyring entry make together.

        Args:
            secret: the API token, or the service app's private key.
            source: where it is from.
        """
        if self.client_id is None:
            return ApiTokenSettings(secret, source)
        return ServiceAppSettings(self.client_id, secret, source, self.scopes, self.key_id, self.audience, self.dpop)


class Profiles(BaseModel):
    """The whole profile file.

    Attributes:
        version: the version of the file format.
        current: the profile chosen by `auth use`, or None.
        profiles: every profile by name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)

    version: Literal[1] = 1
    current: str | None = None
    profiles: dict[ProfileName, Profile] = Field(default_factory=dict)

    def named(self, name: str) -> Profile:
        """The profile of that name.

        Raises:
            UsageProblem: there is none; the message lists the existing names.
        """
        if name in self.profiles:
            return self.profiles[name]
        known = ", ".join(sorted(self.profiles)) or "none yet"
        raise UsageProblem(
            f"There is no profile {name!r}.",
            why=f"Profiles here: {known}.",
            fix=f"oktascim auth login --profile {name} --org-url https://your-org.okta.com",
        )

    def of(self, org_url: str) -> dict[str, Profile]:
        """The profiles of one org, by name."""
        return {name: profile for name, profile in self.profiles.items() if profile.origin == org_url}

    def with_profile(self, name: str, profile: Profile) -> Profiles:
        """These profiles with one added or replaced, which becomes current."""
        return Profiles(current=name, profiles={**self.profiles, name: profile})

    def without(self, name: str) -> Profiles:
        """These profiles without one."""
        left = {key: profile for key, profile in self.profiles.items() if key != name}
        return Profiles(current=self.current if self.current in left else None, profiles=left)


@dataclass(frozen=True)
class ProfileStore:
    """The store for profiles and their tokens.

    Attributes:
        directory: the folder of the profile file; created when the first profile is saved.
        secrets: the secret store that holds a token for each org URL.
    """

    directory: Path
    secrets: SecretStore

    @property
    def path(self) -> Path:
        """The profile file."""
        return self.directory / FILE_NAME

    def load(self) -> Profiles:
        """Read the profile file; a missing file means no profiles.

        Raises:
            UsageProblem: the file can't be read, isn't a profile file, or can be changed by other users.
        """
        require_unaltered(self.path)
        content = read_yaml(self.path)
        try:
            return Profiles.model_validate({} if content is None else content)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the file"
            raise UsageProblem(
                f"{self.path} isn't a profile file.",
                why=f"{where}: {first['msg']}",
                fix="Correct it, or delete it and run `oktascim auth login` again.",
            ) from None

    def save(self, profiles: Profiles) -> None:
        """Replace the profile file atomically, so that a crash leaves the old or the new one.

        Raises:
            OktascimError: the folder isn't writable.
        """
        import yaml

        text = yaml.safe_dump(_plain(profiles), sort_keys=False, allow_unicode=True)
        try:
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, name = tempfile.mkstemp(dir=self.directory, prefix=f".{FILE_NAME}.")
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            Path(name).replace(self.path)
        except OSError as error:
            raise OktascimError(
                f"Can't write {self.path}: {error.strerror}.",
                fix="Make the folder writable, or set OKTASCIM_CONFIG_DIR to another one.",
            ) from None


def _plain(profiles: Profiles) -> dict[str, object]:
    document = profiles.model_dump(mode="json", exclude_defaults=True)
    return {"version": profiles.version, "current": profiles.current, **document}


def config_directory(environ: Mapping[str, str]) -> Path:
    """The folder of the profile file: OKTASCIM_CONFIG_DIR, otherwise the platform's configuration folder."""
    chosen = environ.get("OKTASCIM_CONFIG_DIR")
    return Path(chosen) if chosen else Path(platformdirs.user_config_dir("oktascim"))
