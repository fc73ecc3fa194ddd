"""How this run signs in to the Admin Console, and the encrypted session of a manual sign-in."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from oktascim.errors import UsageProblem
from oktascim.files import read_file
from oktascim.http.clock import Clock
from oktascim.routes.browser.authn import ConsoleAccount
from oktascim.routes.browser.totp import Codes, decode_secret
from oktascim.secret_text import SecretStr
from oktascim.settings.secret_store import SecretStore

if TYPE_CHECKING:
    from playwright.async_api import StorageState

USERNAME = "OKTASCIM_CONSOLE_USERNAME"
PASSWORD = "OKTASCIM_CONSOLE_PASSWORD"  # noqa: S105  a variable's name
TOTP_SECRET = "OKTASCIM_CONSOLE_TOTP_SECRET"  # noqa: S105  a variable's name
NO_ACCESS = (
    "No Admin Console credentials found. Set OKTASCIM_CONSOLE_USERNAME, OKTASCIM_CONSOLE_PASSWORD and "
    "OKTASCIM_CONSOLE_TOTP_SECRET, or run `oktascim auth login --console`."
)
_LARGEST = 16 * 1024 * 1024
"""Maximum size of a saved session, in bytes; cookies take a few KB."""


@dataclass(frozen=True)
class ConsoleAccess:
    """How to sign in to the console; both are None if there is no way.

    Attributes:
        account: the account that signs in with a password and a code.
        state: the browser state of a manual sign-in: its cookies for this org.
    """

    account: ConsoleAccount | None = None
    state: StorageState | None = None


def account_from(values: Mapping[str, SecretStr], clock: Clock) -> ConsoleAccount | None:
    """The administrator account in the settings, or None.

    Args:
        values: the values found for USERNAME, PASSWORD and TOTP_SECRET.
        clock: the clock for one-time codes.

    Raises:
        UsageProblem: the password is missing, or the TOTP secret is malformed.
    """
    if USERNAME not in values:
        return None
    if PASSWORD not in values:
        raise UsageProblem(f"{USERNAME} is set, but {PASSWORD} is not.", fix=f"Set {PASSWORD} too, or unset both.")
    secret = values.get(TOTP_SECRET)
    codes = Codes(decode_secret(secret), clock) if secret else None
    return ConsoleAccount(values[USERNAME].get_secret_value(), values[PASSWORD], codes)


@dataclass(frozen=True)
class SavedSessions:
    """Sessions of manual sign-ins: one encrypted file for each org, with its key in the OS keyring.

    Attributes:
        folder: the folder that holds the files.
        secrets: the keyring; it holds only the key, because the state is too large for some keyrings.
    """

    folder: Path
    secrets: SecretStore

    def load(self, org: str) -> StorageState | None:
        """The saved browser state, or None if there is none or it can't be decrypted.

        Raises:
            SecretStoreUnavailable: there is a file, but its key is unavailable.
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
        """Save a state under a new key, in a file that only this user can read.

        Raises:
            SecretStoreUnavailable: the keyring doesn't accept the key; nothing is written.
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
        """Remove an org's session; return False if there was none."""
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
