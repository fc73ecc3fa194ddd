"""The keyring libraries that people have, for real: Secret Service in a private D-Bus session, and a file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FILE_BACKEND = Path(__file__).parents[2] / ".cache" / "keyrings"
"""Where `.ci/run` installs keyrings.alt. It isn't a dependency: installed, it would become the default keyring of every
machine without one."""
PROGRAMS = ("dbus-run-session", "gnome-keyring-daemon")

STORY = """
import io, json, sys
from oktascim.cli.main import run

def call(*words, stdin=""):
    sys.stdin = io.StringIO(stdin)
    out, err = io.StringIO(), io.StringIO()
    code = run(["auth", "secret", *words], stdout=out, stderr=err)
    return code, out.getvalue() + err.getvalue()

told = {"set": call("set", "ACME", stdin="sentinel-value-1"), "list": call("list", "-o", "json")}
"""
LOCK = """
import secretstorage
secretstorage.get_default_collection(secretstorage.dbus_init()).lock()
told["locked"] = call("set", "ACME", stdin="sentinel-value-2")
told["locked list"] = call("list", "-o", "json")
"""
END = """
told["rm"] = call("rm", "ACME")
told["again"] = call("rm", "ACME")
"""
TELL = "print(json.dumps(told))"


def told_by(command: list[str], folder: Path, **environ: str) -> dict[str, tuple[int, str]]:
    kept = {key: value for key, value in os.environ.items() if key in {"PATH", "LANG", "TMPDIR"}}
    own = {"HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"), "XDG_RUNTIME_DIR": str(folder)}
    done = subprocess.run(
        command, env={**kept, **own, **environ}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, tuple[int, str]] = json.loads(done.stdout.splitlines()[-1])
    assert not any("sentinel" in text for _, text in told.values())
    return told


@pytest.mark.skipif(
    not all(map(shutil.which, PROGRAMS)), reason=f"needs {' and '.join(PROGRAMS)} (Debian: gnome-keyring, dbus-daemon)"
)
def test_secret_service_open_and_locked(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    start = "printf pw | gnome-keyring-daemon --unlock --components=secrets >&2"
    shell = f'{start} && exec "$0" -c "$1"'
    story = [sys.executable, STORY + LOCK + TELL]
    told = told_by(["dbus-run-session", "--", "sh", "-c", shell, *story], tmp_path)
    assert told["set"] == [0, "Stored ACME. In a spec: {keyring: ACME}\n"]
    assert json.loads(told["list"][1]) == [{"name": "ACME", "state": "stored"}]
    code, words = told["locked"]
    assert code == 4
    assert words.startswith("Error: The keyring is locked.\n")
    assert 'export ACME="$(cat secret.txt)"' in words
    assert json.loads(told["locked list"][1]) == [{"name": "ACME", "state": "unknown"}]


@pytest.mark.skipif(not FILE_BACKEND.is_dir(), reason="needs keyrings.alt in .cache/keyrings (see .ci/run)")
def test_a_file_in_plain_text(tmp_path: Path) -> None:
    chosen = {"PYTHONPATH": str(FILE_BACKEND), "PYTHON_KEYRING_BACKEND": "keyrings.alt.file.PlaintextKeyring"}
    told = told_by([sys.executable, "-c", STORY + END + TELL], tmp_path, **chosen)
    assert json.loads(told["list"][1]) == [{"name": "ACME", "state": "stored"}]
    assert told["rm"] == [0, "Removed ACME.\n"]
    assert told["again"][0] == 2


@pytest.mark.skipif(not FILE_BACKEND.is_dir(), reason="needs keyrings.alt in .cache/keyrings (see .ci/run)")
def test_an_encrypted_file_asks_nobody_without_a_terminal(tmp_path: Path) -> None:
    chosen = {"PYTHONPATH": str(FILE_BACKEND), "PYTHON_KEYRING_BACKEND": "keyrings.alt.file.EncryptedKeyring"}
    code, words = told_by([sys.executable, "-c", STORY + TELL], tmp_path, **chosen)["set"]
    assert code == 4
    assert "needs its passphrase, but there is no interactive terminal" in words
