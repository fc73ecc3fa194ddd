"""Secrets for the `{keyring: NAME}` references of specs, and a record of their names.

A keyring can't list its entries, so the names are recorded in a file next to the profiles. The secrets are only in the
keyring.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from oktascim.errors import OktascimError, UsageProblem
from oktascim.files import write_whole
from oktascim.redact import clean
from oktascim.secret_text import SecretStr
from oktascim.settings.secret_store import SecretStore, SecretStoreUnavailable
from oktascim.settings.yaml_file import read_own_yaml

FILE_NAME = "secrets.yaml"
RESERVED = "://"
"""Names with this are those of oktascim's own entries: tokens, private keys and sessions, by the org's URL."""
_LONGEST_NAME = 200
_MOST_NAMES = 10_000

EntryState = Literal["stored", "missing", "unknown"]


class SecretNames(BaseModel):
    """The whole record.

    Attributes:
        version: the version of the file format.
        names: the names that `auth secret set` stored.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)

    version: Literal[1] = 1
    names: tuple[Annotated[str, StringConstraints(max_length=_LONGEST_NAME)], ...] = Field(
        default=(), max_length=_MOST_NAMES
    )


@dataclass(frozen=True)
class SpecSecretStore:
    """The secrets that a person stored for specs.

    Attributes:
        directory: the folder of the record.
        secrets: the keyring.
    """

    directory: Path
    secrets: SecretStore

    @property
    def path(self) -> Path:
        """The record."""
        return self.directory / FILE_NAME

    def names(self) -> tuple[str, ...]:
        """The recorded names, in alphabetical order.

        Raises:
            UsageProblem: the record can't be read.
        """
        document = read_own_yaml(self.path)
        if document is None:
            return ()
        try:
            record = SecretNames.model_validate_json(json.dumps(document.data), strict=True)
        except ValidationError:
            raise UsageProblem(
                f"{self.path} isn't a list of names.", fix="Delete it. The secrets stay in the keyring."
            ) from None
        return tuple(sorted(set(record.names)))

    def states(self) -> dict[str, EntryState]:
        """The recorded names, and whether the keyring has them; "unknown" if it can't be used."""
        found: dict[str, EntryState] = {}
        usable = True
        for name in self.names():
            try:
                found[name] = ("stored" if self.secrets.get(name) else "missing") if usable else "unknown"
            except SecretStoreUnavailable:  # asking again for each name could take minutes
                usable, found[name] = False, "unknown"
        return found

    def keep(self, name: str, secret: SecretStr) -> bool:
        """Store a secret and record its name; return True if it replaced another one.

        Raises:
            UsageProblem: the name is reserved or unusable, or the secret is empty or has invisible characters.
            SecretStoreUnavailable: it wasn't stored.
            OktascimError: the record can't be written; the secret is stored.
        """
        check_name(name)
        _check_secret(secret.get_secret_value())
        names = self.names()
        replaced = self.secrets.get(name) is not None
        self.secrets.set(name, secret)
        self._record({*names, name})
        return replaced

    def forget(self, name: str) -> bool:
        """Remove a secret and its name; return False if the keyring had none.

        Raises:
            UsageProblem: the name is reserved, or neither recorded nor in the keyring.
            SecretStoreUnavailable: it couldn't be removed; its name stays recorded.
        """
        check_name(name)
        names = self.names()
        removed = self.secrets.delete(name)
        if not removed and name not in names:
            raise UsageProblem(f"There is no secret {name!r}.", fix="oktascim auth secret list")
        if name in names:
            self._record(set(names) - {name})
        return removed

    def _record(self, names: set[str]) -> None:
        import yaml

        try:
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise OktascimError(
                f"Can't write {self.path}: {error.strerror}.",
                fix="Make the folder writable, or set OKTASCIM_CONFIG_DIR to another one.",
            ) from None
        document = {"version": 1, "names": sorted(names)}
        write_whole(self.path, yaml.safe_dump(document, sort_keys=False, allow_unicode=True))


def check_name(name: str) -> None:
    """Refuse a name that a spec can't refer to.

    Raises:
        UsageProblem: it is reserved, empty, too long, or has spaces around it or invisible characters.
    """
    if RESERVED in name:
        raise UsageProblem(
            f"The keyring entry {clean(name)!r} is reserved for oktascim.",
            why="Names with :// belong to orgs: their tokens, private keys and sessions.",
            fix="Use another name; `oktascim auth logout` removes the entries of a profile.",
        )
    if not name or name != name.strip() or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise UsageProblem(
            "That isn't a name for a secret.",
            fix=f"Use up to {_LONGEST_NAME} visible characters, such as ACME_SCIM_TOKEN.",
        )


def _check_secret(text: str) -> None:
    if not text.strip():
        raise UsageProblem("The secret is empty.")
    if not text.isprintable():
        raise UsageProblem(
            "The secret contains a line break or another invisible character.",
            why="A SCIM credential never does; pasting can add one.",
            fix="Pass only the secret, on one line.",
        )
