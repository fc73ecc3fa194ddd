"""The keyring: it keeps what it says it keeps, and every known way to fail is said in words."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import keyring.core
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked, NoKeyringError

from oktascim.errors import ExitCode
from oktascim.redact import Masker
from oktascim.secret_text import SecretStr
from oktascim.settings.keyring_store import SERVICE, KeyringStore
from oktascim.settings.secret_store import SecretStoreUnavailable

NAME, VALUE = "https://acme.okta.com", "00sentinel-token"


class MemoryKeyring(KeyringBackend):
    """A keyring that works."""

    priority = 1

    def __init__(self):
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        del self.kept[service, username]


class ForgetfulKeyring(MemoryKeyring):
    """A keyring that keeps nothing and says nothing."""

    def set_password(self, service, username, password):
        self.kept[service, username] = password[:3]

    def delete_password(self, service, username):
        """Do nothing."""


class RaisingKeyring(MemoryKeyring):
    """A keyring that raises what it is given."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def get_password(self, service, username):
        raise self.error

    def set_password(self, service, username, password):
        raise self.error


class CryptFileKeyring(MemoryKeyring):
    """A keyring that asks for a pass phrase, known by its full name."""

    def get_password(self, service, username):
        if threading.current_thread() is threading.main_thread():
            raise AssertionError("a keyring must not hold up the main thread")
        return super().get_password(service, username)


CryptFileKeyring.__module__ = "keyrings.cryptfile.cryptfile"


class ChainOfKeyrings(MemoryKeyring):
    """A chain with a member that asks."""

    def __init__(self):
        super().__init__()
        self.backends = [CryptFileKeyring()]


@pytest.fixture
def store_with(monkeypatch):
    def make(backend, **options):
        monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
        return KeyringStore({}, options.pop("masker", Masker()), **options)

    return make


def test_a_secret_is_kept_read_and_forgotten_under_one_service(store_with):
    backend, masker = MemoryKeyring(), Masker()
    store = store_with(backend, masker=masker)
    assert store.get(NAME) is None
    store.set(NAME, SecretStr(VALUE))
    assert backend.kept == {(SERVICE, NAME): VALUE}
    assert store.get(NAME).get_secret_value() == VALUE
    assert masker.mask(VALUE) == "[hidden]"
    assert store.delete(NAME) is True
    assert store.delete(NAME) is False
    assert backend.kept == {}


def test_the_masker_learns_what_comes_out_of_the_keyring(store_with):
    backend, masker = MemoryKeyring(), Masker()
    backend.kept[SERVICE, NAME] = VALUE
    store_with(backend, masker=masker).get(NAME)
    assert masker.mask(f"token {VALUE}") == "token [hidden]"


def test_a_write_is_believed_only_when_it_can_be_read_back(store_with):
    with pytest.raises(SecretStoreUnavailable, match="didn't save the secret"):
        store_with(ForgetfulKeyring()).set(NAME, SecretStr(VALUE))


def test_a_deletion_is_believed_only_when_it_is_gone(store_with):
    backend = ForgetfulKeyring()
    backend.kept[SERVICE, NAME] = VALUE
    with pytest.raises(SecretStoreUnavailable, match="still has the secret"):
        store_with(backend).delete(NAME)


@pytest.mark.parametrize(
    ("backend", "what"),
    [
        (fail.Keyring(), "This machine has no keyring."),
        (RaisingKeyring(NoKeyringError("long words of the library")), "This machine has no keyring."),
        (null.Keyring(), "The keyring is disabled on this machine (the null backend)."),
        (CryptFileKeyring(), "The keyring needs its passphrase, but there is no interactive terminal."),
        (ChainOfKeyrings(), "The keyring needs its passphrase, but there is no interactive terminal."),
        (RaisingKeyring(EOFError()), "The keyring needs its passphrase, but there is no interactive terminal."),
        (RaisingKeyring(KeyringLocked("locked\x1b[2J")), "The keyring is locked."),
        (RaisingKeyring(RuntimeError(VALUE)), "The keyring failed."),
    ],
)
@pytest.mark.parametrize("call", ["get", "set"])
def test_an_unusable_keyring_is_explained_and_the_environment_offered(store_with, backend, what, call):
    store = store_with(backend)
    with pytest.raises(SecretStoreUnavailable) as problem:
        store.get(NAME) if call == "get" else store.set(NAME, SecretStr(VALUE))
    assert problem.value.what == what
    locked = "locked" in what or "passphrase" in what
    assert problem.value.exit_code == (ExitCode.IDENTITY if locked else ExitCode.USAGE)
    assert "OKTA_CLIENT_TOKEN" in problem.value.fix
    assert VALUE not in str(problem.value)
    assert "\x1b" not in str(problem.value)


def test_a_keyring_that_asks_may_ask_a_person(store_with):
    store = store_with(CryptFileKeyring(), interactive=True)
    store.set(NAME, SecretStr(VALUE))
    assert store.get(NAME).get_secret_value() == VALUE


def test_a_silent_keyring_is_given_up(store_with):
    release = threading.Event()

    class SilentKeyring(MemoryKeyring):
        def get_password(self, service, username):
            release.wait(30)

    with pytest.raises(SecretStoreUnavailable, match=r"didn't respond within 0\.05 seconds"):
        store_with(SilentKeyring(), timeout=0.05).get(NAME)
    release.set()


def run_python(code, **environ):
    clean = {key: value for key, value in os.environ.items() if key != "PYTHON_KEYRING_BACKEND"}
    return subprocess.run(
        [sys.executable, "-c", code], env={**clean, **environ}, capture_output=True, text=True, check=False, timeout=60
    )


FAKES = """
import time
from keyring.backends.null import Keyring

class Asking(Keyring):
    def get_password(self, service, username):
        raise EOFError

class Broken(Keyring):
    def get_password(self, service, username):
        raise ValueError

class Observer(Keyring):
    def get_password(self, service, username):
        time.sleep(500)

class Refusal:
    def __get__(self, instance, owner):
        raise RuntimeError

class Unviable(Keyring):
    priority = Refusal()
"""
GET = f"""
import os
from oktascim.redact import Masker
from oktascim.settings.keyring_store import KeyringStore
from oktascim.settings.secret_store import SecretStoreUnavailable
try:
    print(KeyringStore(os.environ, Masker()).get({NAME!r}))
except SecretStoreUnavailable as problem:
    print(problem.what)
"""


@pytest.mark.parametrize(
    ("backend", "what"),
    [
        ("", "PYTHON_KEYRING_BACKEND is set, but empty."),
        ("no.such.Keyring", "PYTHON_KEYRING_BACKEND names a keyring that can't be loaded: no.such.Keyring."),
        ("keyring.Nothing", "PYTHON_KEYRING_BACKEND names a keyring that can't be loaded: keyring.Nothing."),
        ("keyring.backends.null.Keyring", "The keyring is disabled on this machine (the null backend)."),
        ("fakes.Unviable", "PYTHON_KEYRING_BACKEND names a keyring that can't be loaded: fakes.Unviable."),
        ("fakes.Broken", "The keyring failed."),
        ("fakes.Asking", "The keyring needs its passphrase, but there is no interactive terminal."),
    ],
)
def test_the_environments_choice_of_a_keyring(backend, what, tmp_path):
    (tmp_path / "fakes.py").write_text(FAKES)
    done = run_python(GET, PYTHON_KEYRING_BACKEND=backend, PYTHONPATH=str(tmp_path))
    assert done.stdout.strip() == what
    assert done.stderr == ""


def test_keyring_is_not_imported_before_a_secret_is_wanted():
    code = "import sys, oktascim.settings.org_sources, oktascim.settings.login; print('keyring' in sys.modules)"
    assert run_python(code).stdout.strip() == "False"


def test_a_silent_keyring_does_not_hold_up_the_end_of_the_program(tmp_path):
    (tmp_path / "fakes.py").write_text(FAKES)
    done = run_python(
        GET.replace("Masker())", "Masker(), timeout=0.05)"),
        PYTHON_KEYRING_BACKEND="fakes.Observer",
        PYTHONPATH=str(tmp_path),
    )
    assert "didn't respond within" in done.stdout
