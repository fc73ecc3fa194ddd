"""Whatever a Runscope export holds, it is a suite or refused in words."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from oktascim.check.suite import Suite, read_suite
from oktascim.errors import UsageProblem

KEYS = [
    "step_type",
    "method",
    "url",
    "headers",
    "assertions",
    "variables",
    "scripts",
    "before_scripts",
    "body",
    "duration",
]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=10,
)
ASSERTIONS = st.fixed_dictionaries(
    {
        "source": st.just("response_json") | TREES,
        "comparison": st.sampled_from(["equal", "is_less_than"]) | TREES,
        "value": TREES,
    }
)
VARIABLES = st.fixed_dictionaries({"name": TREES, "source": st.just("response_json") | TREES, "property": TREES})
STEPS = st.fixed_dictionaries(
    {"step_type": st.just("request"), "method": st.just("GET"), "url": st.just("https://x")},
    optional={
        "headers": TREES, "note": TREES, "body": TREES, "scripts": TREES, "before_scripts": TREES,
        "assertions": st.lists(ASSERTIONS | TREES, max_size=2) | TREES,
        "variables": st.lists(VARIABLES | TREES, max_size=2) | TREES,
    },
)  # fmt: skip
PAUSES = st.fixed_dictionaries({"step_type": st.just("pause"), "duration": TREES})
SUITES = st.fixed_dictionaries(
    {"steps": st.lists(STEPS | PAUSES | TREES, min_size=1, max_size=3)}, optional={"name": TREES}
)


def read(folder: Path, content: bytes) -> Suite | None:
    file = folder / "suite.json"
    file.write_bytes(content)
    try:
        return read_suite(file)
    except UsageProblem:
        return None


@settings(max_examples=80)
@given(SUITES | TREES)
@example({"steps": [{"step_type": []}]})
@example({"steps": [{"step_type": "request", "method": "GET", "url": "x", "assertions": 3}]})
@example({"steps": [{"step_type": "request", "method": "GET", "url": "x", "assertions": [{"source": []}]}]})
@example({"steps": [{"step_type": "request", "method": "GET", "url": "x", "variables": True}]})
@example({"steps": [{"step_type": "pause", "duration": float("nan")}]})
def test_any_suite(tmp_path_factory: pytest.TempPathFactory, document: Any) -> None:
    read(tmp_path_factory.getbasetemp(), json.dumps(document).encode())


@pytest.mark.parametrize(
    "content", [b"[" * 100_000, b'{"steps": [' + b"[" * 500, b"\xff\xfe\x00", b"", b'{"steps": [NaN]}']
)
def test_what_is_no_json_is_refused(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content) is None


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes in folders")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageProblem, match="is a pipe"):
        read_suite(tmp_path / "pipe")
