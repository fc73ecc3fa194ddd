"""Whatever a seed file holds, it is a seed or refused in words."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from okta_emulator.core.problem import InvalidSetting
from okta_emulator.org.seed import (
    Seed,
    SeedApp,
    SeedAssignments,
    SeedAttribute,
    SeedGroup,
    SeedPerson,
    SeedProvisioning,
)
from okta_emulator.org.seed_reading import read_seed

PARTS = (Seed, SeedPerson, SeedGroup, SeedApp, SeedProvisioning, SeedAssignments, SeedAttribute)
KEYS = sorted({field for part in PARTS for field in part.model_fields})
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.text(max_size=6)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | LEAVES, inner, max_size=5),
    max_leaves=12,
)
ENTRIES = st.dictionaries(st.sampled_from(KEYS), TREES, max_size=6)
PEOPLE = st.fixed_dictionaries({"login": LEAVES}, optional={"id": LEAVES, "status": LEAVES})
SEEDS = st.fixed_dictionaries(
    {},
    optional={
        "people": st.lists(
            st.fixed_dictionaries({"login": LEAVES}, optional={"id": LEAVES, "status": LEAVES}) | ENTRIES
        ),
        "groups": st.lists(st.fixed_dictionaries({"name": LEAVES}, optional={"members": TREES}) | ENTRIES, max_size=3),
        "apps": st.lists(ENTRIES, max_size=2),
    },
)


def said_of(folder: Path, content: bytes) -> str:
    """What a seed of that content is refused with; "read" if it is a seed."""
    file = folder / "seed.yaml"
    file.write_bytes(content)
    try:
        read_seed(file)
    except InvalidSetting as refused:
        return str(refused)
    return "read"


@settings(max_examples=40)
@given(SEEDS | TREES)
@example({"people": [{"login": "a", "id": ""}]})
@example({"apps": [{"label": "a", "attributes": {"": {}}}]})
def test_any_seed(tmp_path_factory: pytest.TempPathFactory, document: Any) -> None:
    assert said_of(tmp_path_factory.getbasetemp(), yaml.safe_dump(document).encode())


@settings(max_examples=30)
@given(st.binary(max_size=60) | st.text("[]{}:-&*!|>\n \"'a1#%", max_size=40).map(str.encode))
@example(b"[" * 20_000)
@example(b"a: &a [1]\nb: *a\n")
@example(b"? [1]\n: 2\n")
@example(b"people: 2026-99-99")
def test_any_text(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    assert said_of(tmp_path_factory.getbasetemp(), content)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes in folders")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InvalidSetting) as refused:
        read_seed(tmp_path / "pipe")
    assert refused.value.why == "It isn't a regular file."
