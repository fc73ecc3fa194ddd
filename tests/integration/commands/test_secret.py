"""`oktascim auth secret`, and the line that a machine without a keyring is told to use."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import keyring.core
import pytest

from oktascim.errors import ExitCode
from oktascim.render.streams import Output
from tests.support.dict_keyring import DictKeyring
from tests.support.service_apps import key_pair, registered
from tests.support.world import SCIM_TOKEN, SPEC, World

NO_TOKEN = {"OKTA_CLIENT_TOKEN": "", "OKTA_CLIENT_ORGURL": ""}


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> DictKeyring:
    backend = DictKeyring()
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    return backend


def test_a_secret_from_standard_input_reaches_a_spec(
    world: World, ring: DictKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{SCIM_TOKEN}\n"))
    done = world.oktascim("auth", "secret", "set", "ACME_TOKEN")
    assert (done.code, done.stderr) == (ExitCode.DONE, "Stored ACME_TOKEN. In a spec: {keyring: ACME_TOKEN}\n")
    assert ring.kept == {"ACME_TOKEN": SCIM_TOKEN}
    spec = world.spec(SPEC.replace("{env: SCIM_TOKEN}", "{keyring: ACME_TOKEN}"))
    tested = world.oktascim("connection", "test", "--spec", spec, SCIM_TOKEN="")
    assert tested.code == ExitCode.DONE, tested.stderr
    assert world.oktascim("auth", "secret", "list", "-o", "json").json == [{"name": "ACME_TOKEN", "state": "stored"}]
    assert world.oktascim("auth", "secret", "rm", "ACME_TOKEN").code == ExitCode.DONE
    assert ring.kept == {}
    assert world.oktascim("auth", "secret", "list", "-o", "json").json == []


def test_a_person_is_asked_without_echo(world: World, ring: DictKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Output, "interactive", property(lambda _self: True))
    monkeypatch.setattr("getpass.getpass", lambda prompt: {"ACME (not shown): ": "sentinel-typed-1"}[prompt])
    done = world.oktascim("auth", "secret", "set", "ACME")
    assert done.code == ExitCode.DONE
    assert "sentinel-typed-1" not in done.stdout + done.stderr
    assert ring.kept == {"ACME": "sentinel-typed-1"}


def test_a_keyring_that_is_off_is_left_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def load() -> None:
        raise AssertionError("the keyring is off")

    monkeypatch.setattr(keyring, "get_keyring", load)
    monkeypatch.setattr("sys.stdin", io.StringIO("sentinel-secret-1"))
    off = world.oktascim("auth", "secret", "set", "ACME", OKTASCIM_KEYRING="off")
    assert off.code == ExitCode.USAGE
    assert "The keyring is off (OKTASCIM_KEYRING=off)." in off.stderr
    assert 'Use {env: ACME} in the spec, and: export ACME="$(cat secret.txt)"' in " ".join(off.stderr.split())
    wrong = world.oktascim("auth", "secret", "set", "ACME", OKTASCIM_KEYRING="no")
    assert "OKTASCIM_KEYRING is 'no'." in wrong.stderr
    assert world.oktascim("app", "list", OKTASCIM_KEYRING="off").code == ExitCode.DONE


@pytest.mark.skipif(sys.platform == "win32", reason="the line is for a POSIX shell")
@pytest.mark.parametrize("words", [(), ("--client-id", "0oaservice", "--private-key", "key.pem", "--kid", "k1")])
def test_the_line_for_a_headless_machine_works(world: World, words: tuple[str, ...]) -> None:
    pair = key_pair()
    world.okta("POST", "/_emulator/service-apps", registered(pair))
    for name, text in (("key.pem", pair.pem), ("token.txt", world.token)):
        file = world.folder / name
        file.write_text(text)
        file.chmod(0o600)
    words = tuple(str(world.folder / word) if word == "key.pem" else word for word in words)
    done = world.oktascim("auth", "login", "--org-url", world.org.url, *words, OKTASCIM_KEYRING="off", **NO_TOKEN)
    (line,) = [line.strip() for line in done.stderr.splitlines() if line.strip().startswith("export ")]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("OKTA")}
    ran = subprocess.run(
        ["sh", "-c", f"{line}; exec {sys.executable} -m oktascim app list -o json"],
        cwd=world.folder, env={**clean, "OKTASCIM_KEYRING": "off", "OKTASCIM_CONFIG_DIR": str(world.folder)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == "[]"
