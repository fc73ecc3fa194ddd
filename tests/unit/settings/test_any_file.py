"""Whatever the settings files hold, reading them gives settings or a UsageProblem that quotes none of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from oktascim.errors import OktascimError, UsageProblem
from oktascim.redact import Masker
from oktascim.settings.org_sources import OrgFlags, resolve_org
from oktascim.settings.profiles import ProfileStore
from oktascim.settings.spec_secrets import SpecSecretStore
from tests.unit.settings.conftest import MemorySecrets

KEYS = [
    *("okta", "client", "orgUrl", "token", "authorizationMode", "clientId", "privateKey", "kid", "scopes"),
    *("dpopEnabled", "audience", "version", "current", "profiles", "dev", "org_url", "client_id", "protected", "vars"),
    "names",
]
WORDS = [
    "https://acme.okta.com",
    "https://[x",
    "PrivateKey",
    "SSWS",
    "dev",
    "/",
    "~no-such-user/x",
    "\0",
    "-----BEGIN",
    "a" * 5000,
]
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.text(max_size=8) | st.sampled_from(WORDS)
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | LEAVES, inner, max_size=5),
    max_leaves=20,
)
OKTA = st.fixed_dictionaries(
    {"okta": st.fixed_dictionaries({"client": st.dictionaries(st.sampled_from(KEYS[2:11]), LEAVES, max_size=8)})}
)
PROFILES = st.fixed_dictionaries(
    {"profiles": st.fixed_dictionaries({"dev": st.dictionaries(st.sampled_from(KEYS[8:]), LEAVES, max_size=8)})},
    optional={"current": LEAVES, "version": LEAVES},
)
FILES = st.binary(max_size=200) | st.builds(lambda tree: yaml.safe_dump(tree).encode(), TREES | OKTA | PROFILES)
DEEP = b"[" * 500
APP = b"okta: {client: {orgUrl: 'https://acme.okta.com', authorizationMode: PrivateKey, clientId: x, privateKey: "
LAUGHS = b"".join(b"a%d: &a%d [*a%d,*a%d]\n" % (level, level, level - 1, level - 1) for level in range(1, 41))
MANY = b"a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nokta: {client: {token: [*b,*b,*b,*b]}}\n"


def resolved(folder: Path, profile: str | None) -> Any:
    store = ProfileStore(folder, MemorySecrets())
    return resolve_org(OrgFlags(None, profile), environ={}, home=folder, cwd=folder, store=store, masker=Masker())


@settings(max_examples=15)
@given(FILES)
@example(DEEP)
@example(MANY)
@example(APP + b"'/'}}")
@example(APP + b'"\\0"}}')
@example(APP + b"'~no-such-user/x'}}")
@example(APP + b"'-----BEGIN'}}")
@example(b"a0: &a0 [x]\n" + LAUGHS + APP + b"{kty: RSA, d: *a40}}}")
def test_any_settings_file(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.getbasetemp() / "any-settings"
    folder.mkdir(exist_ok=True)
    for name in ("okta.yaml", "profiles.yaml", "secrets.yaml"):
        file = folder / name
        file.write_bytes(content)
        file.chmod(0o600)
        try:
            resolved(folder, None)
            resolved(folder, "dev")
        except OktascimError as refused:
            assert "Traceback" not in str(refused)
        try:
            SpecSecretStore(folder, MemorySecrets()).states()
        except UsageProblem:
            pass
        finally:
            file.unlink()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes in folders")
@pytest.mark.parametrize("name", ["okta.yaml", "profiles.yaml"])
def test_a_pipe_where_a_file_belongs_is_not_waited_for(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(UsageProblem, match="is a pipe"):
        resolved(tmp_path, None)
