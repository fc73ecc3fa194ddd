"""A store for secrets, and how it fails."""

from __future__ import annotations

from typing import Protocol

from oktascim.errors import ExitCode, UsageProblem
from oktascim.secret_text import SecretStr

_INSTEAD = "Set OKTA_CLIENT_TOKEN (and OKTA_CLIENT_ORGURL) in the environment instead, or use `env:` in a spec."


class SecretStoreUnavailable(UsageProblem):
    """The keyring can't be used on this machine."""

    def __init__(self, what: str, *, why: str | None = None, fix: str | None = None, instead: str = _INSTEAD) -> None:
        super().__init__(what, why=why, fix=f"{fix} {instead}" if fix else instead)
        self._first = fix

    def advising(self, instead: str, holding: str | None = None) -> SecretStoreUnavailable:
        """The same error with another fix: the alternative to the keyring depends on which value was requested.

        Args:
            instead: what to do without the keyring.
            holding: which value was requested, a sentence.
        """
        why = " ".join(part for part in (holding, self.why) if part) or None
        return type(self)(self.what, why=why, fix=self._first, instead=instead)


class LockedKeyring(SecretStoreUnavailable):
    """The keyring exists, but is locked."""

    exit_code = ExitCode.IDENTITY


class SecretStore(Protocol):
    """A store for secrets, by name."""

    def get(self, name: str) -> SecretStr | None:
        """The secret with that name, or None."""

    def set(self, name: str, secret: SecretStr) -> None:
        """Store a secret; raises unless it was stored."""

    def delete(self, name: str) -> bool:
        """Remove a secret; return False if there was none."""

    def probe(self) -> None:
        """Check whether a secret could be stored, before asking for one."""
