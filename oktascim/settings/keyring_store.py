"""Secrets in the operating system's keyring, with a message for every known way in which a keyring fails.

keyring is imported only when a secret is read or written.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

from oktascim.errors import UsageProblem
from oktascim.redact import Masker, clean
from oktascim.secret_text import SecretStr
from oktascim.settings.secret_store import LockedKeyring, SecretStoreUnavailable

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "oktascim"
SWITCH = "OKTASCIM_KEYRING"
"""The variable that turns the keyring off."""
_TIMEOUT = 3.0
_PROBE = "probe, to check whether secrets are stored"
_PROMPTING = frozenset({"keyrings.cryptfile.cryptfile.CryptFileKeyring", "keyrings.alt.file.EncryptedKeyring"})

T = TypeVar("T")


class KeyringStore:
    """The operating system's keyring, under the service name "oktascim".

    Args:
        environ: the environment, to tell a chosen keyring from a detected one.
        masker: receives every secret.
        interactive: True if a person at a terminal can enter the keyring's passphrase.
        timeout: seconds to wait for the keyring; a locked desktop keyring can wait forever.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        masker: Masker,
        *,
        interactive: bool = False,
        timeout: float = _TIMEOUT,
    ) -> None:
        self._environ = environ
        self._masker = masker
        self._interactive = interactive
        self._timeout = timeout

    def get(self, name: str) -> SecretStr | None:
        """The secret with that name, or None.

        Raises:
            SecretStoreUnavailable: there is no usable keyring, or it didn't answer.
        """
        value = self._call(lambda backend: backend.get_password(SERVICE, name))
        if value is None:
            return None
        self._masker.add(value)
        return SecretStr(value)

    def set(self, name: str, secret: SecretStr) -> None:
        """Store a secret and read it back.

        Raises:
            SecretStoreUnavailable: it wasn't stored.
        """
        value = secret.get_secret_value()
        self._masker.add(value)

        def write(backend: KeyringBackend) -> str | None:
            backend.set_password(SERVICE, name, value)
            return backend.get_password(SERVICE, name)

        if self._call(write) != value:
            raise SecretStoreUnavailable("The keyring reported no error, but didn't save the secret.")

    def delete(self, name: str) -> bool:
        """Remove a secret; return False if there was none.

        Raises:
            SecretStoreUnavailable: there is no usable keyring, or it still has the secret.
        """

        def remove(backend: KeyringBackend) -> str | None:
            backend.delete_password(SERVICE, name)
            return backend.get_password(SERVICE, name)

        if self.get(name) is None:
            return False
        if self._call(remove) is not None:
            raise SecretStoreUnavailable("The keyring reported no error, but still has the secret.")
        return True

    def probe(self) -> None:
        """Store a random text briefly, to check whether a secret could be stored.

        Raises:
            SecretStoreUnavailable: it couldn't.
        """
        self.set(_PROBE, SecretStr(secrets.token_hex()))
        self.delete(_PROBE)

    def _call(self, action: Callable[[KeyringBackend], T]) -> T:
        self._refuse_if_off()
        backend = self._guarded(self._load_backend, self._timeout)
        _refuse_useless(backend)
        if not _prompts(backend):
            return self._guarded(lambda: action(backend), self._timeout)
        if not self._interactive:
            raise _nobody_to_ask()
        return self._guarded(lambda: action(backend), None)

    def _refuse_if_off(self) -> None:
        """Leave the keyring library alone where the user wants no keyring.

        Raises:
            SecretStoreUnavailable: the keyring is off.
            UsageProblem: the variable has another value than "off".
        """
        value = self._environ.get(SWITCH, "").strip().lower()
        if value == "off":
            raise SecretStoreUnavailable(f"The keyring is off ({SWITCH}=off).")
        if value not in {"", "on"}:
            raise UsageProblem(f"{SWITCH} is {clean(value)!r}.", fix=f"Set {SWITCH}=off, or unset it.")

    def _guarded(self, action: Callable[[], T], timeout: float | None) -> T:
        """Run a keyring call in a thread that can't delay the program's exit."""
        outcome: Future[T] = Future()
        Thread(target=_settle, args=(outcome, action), daemon=True).start()
        try:
            error = outcome.exception(timeout)
        except TimeoutError:
            raise LockedKeyring(
                f"The keyring didn't respond within {timeout:g} seconds.",
                why="It may be locked and waiting in a hidden window.",
                fix="Unlock it and run the command again.",
            ) from None
        if error is not None:
            raise self._explained(error) from None
        return outcome.result()

    def _load_backend(self) -> KeyringBackend:
        import keyring

        try:
            return keyring.get_keyring()
        except (ImportError, AttributeError, ValueError, RuntimeError):
            raise _cannot_load(self._environ.get("PYTHON_KEYRING_BACKEND")) from None

    def _explained(self, error: BaseException) -> SecretStoreUnavailable:
        from keyring.errors import KeyringError, KeyringLocked, NoKeyringError

        if isinstance(error, SecretStoreUnavailable):
            return error
        if isinstance(error, NoKeyringError):
            return _no_keyring()
        if isinstance(error, EOFError):
            return _nobody_to_ask()
        if isinstance(error, KeyringLocked):
            return _locked()
        kind = type(error).__name__  # the messages of other exceptions could quote the secret
        why = f"{kind}: {clean(self._masker.mask(str(error)))}" if isinstance(error, KeyringError) else kind
        return SecretStoreUnavailable("The keyring failed.", why=why)


def _settle(outcome: Future[T], action: Callable[[], T]) -> None:
    try:
        outcome.set_result(action())
    except BaseException as error:  # noqa: BLE001  a backend may raise anything; the waiting caller explains it
        outcome.set_exception(error)


def _cannot_load(chosen: str | None) -> SecretStoreUnavailable:
    if chosen == "":
        return SecretStoreUnavailable(
            "PYTHON_KEYRING_BACKEND is set, but empty.",
            why="The keyring library then tries to load a backend without a name.",
            fix="Unset it.",
        )
    if chosen:
        return SecretStoreUnavailable(
            f"PYTHON_KEYRING_BACKEND names a keyring that can't be loaded: {clean(chosen)}.",
            fix="Correct or unset it.",
        )
    return SecretStoreUnavailable(
        "Can't load the keyring.", fix="Check the keyring library's configuration, keyringrc.cfg."
    )


def _refuse_useless(backend: KeyringBackend) -> None:
    name = _class_name(backend)
    if name == "keyring.backends.fail.Keyring":
        raise _no_keyring()
    if name == "keyring.backends.null.Keyring":
        raise SecretStoreUnavailable(
            "The keyring is disabled on this machine (the null backend).",
            why="It accepts every secret and stores none.",
        )


def _no_keyring() -> SecretStoreUnavailable:
    return SecretStoreUnavailable(
        "This machine has no keyring.",
        why="No backend was found. On Linux, a keyring needs a Secret Service such as gnome-keyring, and a D-Bus "
        "session.",
    )


def _locked() -> LockedKeyring:
    return LockedKeyring(
        "The keyring is locked.",
        why="Its password wasn't entered, or its prompt couldn't be shown.",
        fix="Unlock it, for example by signing in to the desktop, and run the command again.",
    )


def _nobody_to_ask() -> LockedKeyring:
    return LockedKeyring(
        "The keyring needs its passphrase, but there is no interactive terminal.",
        why="The installed backend keeps an encrypted file (keyrings.cryptfile or keyrings.alt).",
    )


def _prompts(backend: KeyringBackend) -> bool:
    members = getattr(backend, "backends", (backend,))  # the chainer tries each of its backends in turn
    return any(_class_name(member) in _PROMPTING for member in members)


def _class_name(backend: KeyringBackend) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"
