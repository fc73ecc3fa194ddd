"""Secrets for specs: kept in the keyring, their names in a record that holds nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from oktascim.errors import UsageProblem
from oktascim.secret_text import SecretStr
from oktascim.settings.secret_store import SecretStoreUnavailable
from oktascim.settings.spec_secrets import SpecSecretStore
from tests.unit.settings.conftest import MemorySecrets

NAME, VALUE = "ACME_SCIM_TOKEN", "sentinel-value-1"


@pytest.fixture
def kept(tmp_path: Path, secrets: MemorySecrets) -> SpecSecretStore:
    return SpecSecretStore(tmp_path / "config", secrets)


def test_a_secret_is_kept_listed_and_forgotten_and_its_value_is_in_no_file(kept: SpecSecretStore) -> None:
    assert kept.states() == {}
    assert kept.keep(NAME, SecretStr(VALUE)) is False
    assert kept.keep(NAME, SecretStr(VALUE + "2")) is True
    assert kept.keep("ünï code", SecretStr(VALUE)) is False
    assert kept.states() == {NAME: "stored", "ünï code": "stored"}
    assert VALUE not in kept.path.read_text(encoding="utf-8")
    assert kept.forget(NAME) is True
    assert kept.names() == ("ünï code",)


def test_an_entry_that_another_program_removed_is_said_to_be_missing(
    kept: SpecSecretStore, secrets: MemorySecrets
) -> None:
    kept.keep(NAME, SecretStr(VALUE))
    secrets.kept.clear()
    assert kept.states() == {NAME: "missing"}
    assert kept.forget(NAME) is False
    assert kept.states() == {}
    with pytest.raises(UsageProblem, match="There is no secret"):
        kept.forget(NAME)


def test_an_entry_that_another_program_stored_can_be_removed(kept: SpecSecretStore, secrets: MemorySecrets) -> None:
    secrets.kept[NAME] = SecretStr(VALUE)
    assert kept.forget(NAME) is True
    assert not kept.path.exists()


def test_an_unusable_keyring_is_asked_once_and_its_states_are_unknown(
    kept: SpecSecretStore, secrets: MemorySecrets
) -> None:
    for name in ("A1", "A2", "A3"):
        kept.keep(name, SecretStr(VALUE))
    secrets.broken, secrets.asked = True, []
    assert set(kept.states().values()) == {"unknown"}
    assert secrets.asked == ["A1"]
    with pytest.raises(SecretStoreUnavailable):
        kept.forget("A1")
    assert "A1" in kept.names()


@pytest.mark.parametrize("name", ["https://acme.okta.com", "https://acme.okta.com#new", "", " x", "a\nb", "a" * 201])
def test_names_that_are_oktascims_own_or_no_names_are_refused(kept: SpecSecretStore, name: str) -> None:
    with pytest.raises(UsageProblem):
        kept.keep(name, SecretStr(VALUE))
    with pytest.raises(UsageProblem):
        kept.forget(name)


@pytest.mark.parametrize("value", ["", "  ", "a\nb", "a\x00b", "a\u200bb"])
def test_a_value_that_a_spec_could_not_use_is_refused_and_not_quoted(kept: SpecSecretStore, value: str) -> None:
    with pytest.raises(UsageProblem) as refused:
        kept.keep(NAME, SecretStr(value))
    assert "a\nb" not in str(refused.value)
    assert kept.names() == ()


@pytest.mark.parametrize(
    "text", ["[]", "names: 3", "names: [[1]]", "names: [1]", "more: x", "names: [" + "a, " * 10_001 + "]"]
)
def test_a_record_that_is_none_is_refused_in_words(kept: SpecSecretStore, text: str) -> None:
    kept.directory.mkdir()
    kept.path.write_text(text)
    with pytest.raises(UsageProblem, match="isn't a list of names"):
        kept.names()


@pytest.mark.parametrize("version", ["2", "true", "1.0"])
def test_a_record_of_another_version(kept: SpecSecretStore, version: str) -> None:
    kept.directory.mkdir()
    kept.path.write_text(f"version: {version}")
    with pytest.raises(UsageProblem, match=r"secrets\.yaml:1:10: version: must be 1"):
        kept.names()
