"""Settings without a real home folder and without a real keyring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from oktascim.redact import Masker
from oktascim.secret_text import SecretStr
from oktascim.settings.org import OrgSettings
from oktascim.settings.org_sources import OrgFlags, resolve_org
from oktascim.settings.profiles import ProfileStore
from oktascim.settings.secret_store import SecretStoreUnavailable


class MemorySecrets:
    """A secret store that remembers what it was asked; broken on request."""

    def __init__(self) -> None:
        self.kept: dict[str, SecretStr] = {}
        self.asked: list[str] = []
        self.broken = False

    def get(self, name: str) -> SecretStr | None:
        self._answer(name)
        return self.kept.get(name)

    def set(self, name: str, secret: SecretStr) -> None:
        self._answer(name)
        self.kept[name] = secret

    def delete(self, name: str) -> bool:
        self._answer(name)
        return self.kept.pop(name, None) is not None

    def _answer(self, name: str) -> None:
        self.asked.append(name)
        if self.broken:
            raise SecretStoreUnavailable("This machine has no keyring.")


@pytest.fixture
def secrets() -> MemorySecrets:
    return MemorySecrets()


@pytest.fixture
def store(tmp_path: Path, secrets: MemorySecrets) -> ProfileStore:
    return ProfileStore(tmp_path / "config", secrets)


@pytest.fixture
def masker() -> Masker:
    return Masker()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home" / ".okta").mkdir(parents=True)
    return tmp_path / "home"


@pytest.fixture
def cwd(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


@pytest.fixture
def resolve(store: ProfileStore, home: Path, cwd: Path, masker: Masker) -> Callable[..., OrgSettings]:
    """resolve_org with everything but the flags and the environment filled in."""

    def run(
        environ: Mapping[str, str] | None = None, *, org_url: str | None = None, profile: str | None = None
    ) -> OrgSettings:
        flags = OrgFlags(org_url, profile)
        return resolve_org(flags, environ=environ or {}, home=home, cwd=cwd, store=store, masker=masker)

    return run
