"""Who may enter the Admin Console for this run, and the session of a sign-in by hand, kept encrypted."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import SecretStr

from oktascim.errors import UsageProblem
from oktascim.files import read_file
from oktascim.http import Clock
from oktascim.routes.browser.authn import Account
from oktascim.routes.browser.totp import Codes, decode_secret
from oktascim.settings.secret_store import SecretStore

if TYPE_CHECKING:
    from playwright.async_api import StorageState

USERNAME = "OKTASCIM_CONSOLE_USERNAME"
PASSWORD = "OKTASCIM_CONSOLE_PASSWORD"  # noqa: S105  a variable's name
TOTP_SECRET = "OKTASCIM_CONSOLE_TOTP_SECRET"  # noqa: S105  a variable's name
NO_ACCESS = (
    "No administrator is known for the Admin Console. Set OKTASCIM_CONSOLE_USERNAME, OKTASCIM_CONSOLE_PASSWORD and "
    "OKTASCIM_CONSOLE_TOTP_SECRET, or run `oktascim auth login --console`."
)
_LARGEST = 16 * 1024 * 1024
"""Bytes of a kept session; cookies take a few KB."""


@dataclass(frozen=True)
class Access:
    """The means of entering the console; both None where there are none.

    Attributes:
        account: who signs in by password and code.
        state: the browser's state after a sign-in by hand: its cookies for this org.
    """

    account: Account | None = None
    state: StorageState | None = None


def account_from(values: Mapping[str, SecretStr], clock: Clock) -> Account | None:
    """The administrator that the settings name, or None where they name none.

    Args:
        values: what was found for USERNAME, PASSWORD and TOTP_SECRET.
        clock: the time of the one-time codes.

    Raises:
        UsageProblem: a user name without a password, or a TOTP secret that is none.
    """
    if USERNAME not in values:
        return None
    if PASSWORD not in values:
        raise UsageProblem(f"{USERNAME} is set, but {PASSWORD} is not.", fix=f"Set {PASSWORD} too, or unset both.")
    secret = values.get(TOTP_SECRET)
    codes = Codes(decode_secret(secret), clock) if secret else None
    return Account(values[USERNAME].get_secret_value(), values[PASSWORD], codes)


@dataclass(frozen=True)
class KeptSessions:
    """Sessions of sign-ins by hand: one encrypted file for each org, whose key is in the OS keyring.

    Attributes:
        folder: where the files are.
        secrets: the keyring; it holds only the key, since the state is too large for some keyrings.
    """

    folder: Path
    secrets: SecretStore

    def load(self, org: str) -> StorageState | None:
        """The kept state of the browser, or None where there is none that can be read.

        Raises:
            SecretStoreUnavailable: there is a file, but its key cannot be had.
        """
        from cryptography.fernet import Fernet, InvalidToken

        file = self._file(org)
        if not file.exists():
            return None
        key = self.secrets.get(_key_name(org))
        if key is None:
            return None
        try:
            state: StorageState = json.loads(Fernet(key.get_secret_value()).decrypt(read_file(file, _LARGEST)))
        except (InvalidToken, ValueError):
            return None
        return state

    def save(self, org: str, state: StorageState) -> Path:
        """Keep a state under a new key; the file can be read by this user alone.

        Raises:
            SecretStoreUnavailable: the keyring does not take the key; then nothing is written.
        """
        from cryptography.fernet import Fernet

        key = Fernet.generate_key()
        self.secrets.set(_key_name(org), SecretStr(key.decode()))
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self._file(org)
        file.unlink(missing_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(Fernet(key).encrypt(json.dumps(state).encode()))
        return file

    def forget(self, org: str) -> bool:
        """Remove the session of an org; False where there was none."""
        file = self._file(org)
        kept = file.exists()
        if kept:
            file.unlink()
            self.secrets.delete(_key_name(org))
        return kept

    def _file(self, org: str) -> Path:
        return self.folder / f"console-{re.sub(r'[^a-z0-9.-]', '_', urlsplit(org).netloc)}.session"


def _key_name(org: str) -> str:
    return f"console session {org}"
