"""The reader of the package's YAML gives the values that PyYAML gives."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import oktascim
from oktascim.package_yaml import read_package_yaml

FILES = sorted(Path(oktascim.__file__).parent.rglob("*.yaml"))
NOTATIONS = """\
texts: [plain text, "1", '2', 1.1.1, -, null text, tRue]
values: {a: 1, 2: 0.5, c: true, d: false, e: null, f: }
block: |
  two
  lines
folded: >-
  one
  line
base: &base {name: a, count: 1}
same: *base
merged: {name: b, <<: *base, more: [&x [1], *x]}
"""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_files_of_the_package(file: Path) -> None:
    assert read_package_yaml(file) == yaml.load(file.read_text(), Loader=yaml.CSafeLoader)


def test_every_notation(tmp_path: Path) -> None:
    (tmp_path / "notations.yaml").write_text(NOTATIONS)
    assert read_package_yaml(tmp_path / "notations.yaml") == yaml.safe_load(NOTATIONS)
