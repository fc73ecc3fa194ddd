"""Named profiles in one YAML file without secrets; the secret store holds their tokens, one per org URL."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import platformdirs

from oktascim.errors import OktascimError, UsageProblem
from oktascim.files import require_unaltered
from oktascim.nearest import nearest
from oktascim.secret_text import SecretStr
from oktascim.settings.credential import ApiTokenSettings, Credential, ServiceAppSettings
from oktascim.settings.secret_store import SecretStore
from oktascim.settings.values import Setting, check_org_url
from oktascim.settings.yaml_file import read_own_yaml

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from oktascim.spec.document import Document
    from oktascim.spec.problem import KeyPath

FILE_NAME = "profiles.yaml"
PROFILE_NAME = r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$"
_STRICT = {"extra": "forbid", "hide_input_in_errors": True}
"""How pydantic reads the two classes: nothing unknown, and no message that quotes a value."""
_MESSAGES = {
    "dataclass_type": "must be a mapping of settings (key: value)",
    "unexpected_keyword_argument": "there is no such setting",
    "missing": "is missing",
    "dict_type": "must be a mapping (key: value)",
    "string_type": "must be text; put numbers, true and false in quotes",
    "tuple_type": "must be a list",
    "bool_type": "must be true or false",
    "name": "isn't a valid profile name; use letters, digits, '.', '_' and '-'",
}
"""What is said instead of pydantic's words about Python."""
_OF_KEY = frozenset({"unexpected_keyword_argument", "name"})
"""The findings about a key, not about its value."""
_SHOWN = 10


@dataclass(frozen=True)
class Profile:
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

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    org_url: str
    client_id: str | None = None
    scopes: tuple[str, ...] = ()
    key_id: str | None = None
    audience: str | None = None
    dpop: bool = False
    org_id: str | None = None
    protected: bool = False
    vars: dict[str, str] = field(default_factory=dict)

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


@dataclass(frozen=True)
class Profiles:
    """The whole profile file.

    Attributes:
        version: the version of the file format.
        current: the profile chosen by `auth use`, or None.
        profiles: every profile by name.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    version: Literal[1] = 1
    current: str | None = None
    profiles: dict[str, Profile] = field(default_factory=dict)

    def named(self, name: str) -> Profile:
        """The profile of that name.

        Raises:
            UsageProblem: there is none; the message lists the existing names.
        """
        if name in self.profiles:
            return self.profiles[name]
        known = ", ".join(sorted(self.profiles)) or "none yet"
        near = nearest(name, self.profiles)
        raise UsageProblem(
            f"There is no profile {name!r}.",
            why=f"Profiles here: {known}.",
            fix=(f"Did you mean {near[0]}? To create a new one:\n" if near else "")
            + f"oktascim auth login --profile {quote(name)} --org-url https://your-org.okta.com",
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
        document = read_own_yaml(self.path)
        if document is None:
            return Profiles()
        from pydantic import ValidationError

        try:
            profiles = _adapter().validate_json(json.dumps(document.data), strict=True)
        except ValidationError as error:
            raise _not_profiles(document, [(one["loc"], one["type"]) for one in error.errors()]) from None
        names = [name for name in profiles.profiles if not re.fullmatch(PROFILE_NAME, name)]
        if names:
            raise _not_profiles(document, [(("profiles", name), "name") for name in names])
        return profiles

    def save(self, profiles: Profiles) -> None:
        """Replace the profile file atomically, so that a crash leaves the old or the new one.

        Raises:
            OktascimError: the folder isn't writable.
        """
        import yaml

        changed = _adapter().dump_python(profiles, mode="json", exclude_defaults=True)
        document = {"version": profiles.version, "current": profiles.current, **changed}
        text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
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


def _not_profiles(document: Document, findings: Sequence[tuple[KeyPath, str]]) -> UsageProblem:
    """What is wrong with the profile file: the place of each finding, and what is allowed there."""
    problems = [
        str(
            document.problem(
                path, _MESSAGES.get(kind, "isn't valid"), at=document.position(path, of_key=kind in _OF_KEY)
            )
        )
        for path, kind in findings[:_SHOWN]
    ]
    count = "a problem" if len(findings) == 1 else f"{len(findings)} problems"
    return UsageProblem(
        f"The profile file has {count}.",
        why="\n".join(problems),
        fix="Correct it, or delete it and run `oktascim auth login` again.",
    )


@cache
def _adapter() -> TypeAdapter[Profiles]:
    from pydantic import TypeAdapter  # most runs have no profile file

    return TypeAdapter(Profiles)


def config_directory(environ: Mapping[str, str]) -> Path:
    """The folder of the profile file: OKTASCIM_CONFIG_DIR, otherwise the platform's configuration folder."""
    chosen = environ.get("OKTASCIM_CONFIG_DIR")
    return Path(chosen) if chosen else Path(platformdirs.user_config_dir("oktascim"))
