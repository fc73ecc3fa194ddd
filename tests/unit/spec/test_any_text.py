"""Whatever a file holds, the loader returns integrations or a SpecError with a place for each problem."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from oktascim.spec.document import MAX_VALUES
from oktascim.spec.loader import load, parse, warnings
from oktascim.spec.messages import MOST_PROBLEMS
from oktascim.spec.models import Integration, Spec
from oktascim.spec.problem import SpecError
from oktascim.spec.provisioning import Provisioning

FILE = Path("spec.yaml")
KEYS = sorted(
    {*Spec.model_fields, *Integration.model_fields, *Provisioning.model_fields, "mode", "env", "token", "users"}
)
WORDS = [
    "saml",
    "swa",
    "scim2-header",
    "custom-saml",
    "https://[x",
    "https://a:99999/b",
    "http://a_b.example",
    "crm",
    "\0",
]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(WORDS)


def mappings(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), values, max_size=6)


TREES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | mappings(inner), max_leaves=25)
INTEGRATIONS = st.fixed_dictionaries(
    {
        "name": st.just("crm") | TREES,
        "label": st.just("CRM") | TREES,
        "template": st.sampled_from(["scim2-header", "custom-saml"]) | TREES,
        "sign_on": st.fixed_dictionaries({"mode": st.sampled_from(["saml", "swa"])}, optional={"login_url": LEAVES})
        | TREES,
    },
    optional={
        "provisioning": st.fixed_dictionaries(
            {"base_url": LEAVES, "credentials": mappings(TREES)},
            optional={"to_app": TREES, "to_okta": TREES, "mappings": TREES},
        ),
        "assignments": TREES,
    },
)


def check(text: str) -> None:
    try:
        loaded = parse(text, FILE)
    except SpecError as error:
        assert error.problems
        lines = text.count("\n") + 1
        if error.what == f"{FILE} is empty.":
            assert error.problems[0].line is None
            return
        assert all(1 <= (one.line or 0) <= lines + 1 and (one.column or 0) >= 1 for one in error.problems)
        assert error.why
    else:
        warnings(loaded)


@given(st.text())
@example("&a [*a, *a]")
@example("integrations: 7")
@example("integrations: {x: 1}")
@example('{"version": 1, "integrations": "x"}')
@example("version: 1\nintegrations: [{sign_on: https://[x}]")
@example('label: "\\ud800"')
@example("\ufeff\ufeffa: 1")
@example("? ")
@example("%YAML 9.9\n---\na: 1")
@example("[" * 100_000)
@example("{a: " * 100_000)
@example("- " * 100_000)
@example("? " * 100_000)
@example("a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]")
def test_any_text(text: str) -> None:
    check(text)


@given(TREES)
def test_any_document(tree: Any) -> None:
    check(yaml.safe_dump(tree, allow_unicode=True))


@given(st.lists(INTEGRATIONS, max_size=3))
def test_nearly_right_integrations(integrations: list[Any]) -> None:
    check(yaml.safe_dump({"version": 1, "integrations": integrations}, allow_unicode=True))


@given(st.binary())
def test_any_bytes(tmp_path_factory: Any, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_bytes(content)
    try:
        load([file])
    except SpecError as error:
        assert error.problems


def test_too_many_values_are_refused_where_they_begin() -> None:
    with pytest.raises(SpecError) as caught:
        parse("a: [" + "x,\n" * (MAX_VALUES + 10) + "]", FILE)
    assert [str(one) for one in caught.value.problems] == [
        f"spec.yaml:{MAX_VALUES - 1}:1: holds more than 100,000 values; split it into several files"
    ]


def test_of_thousands_of_problems_the_rest_is_counted() -> None:
    with pytest.raises(SpecError) as caught:
        parse("version: 1\nintegrations:\n" + "  - 7\n" * 20_000, FILE)
    assert len(caught.value.problems) == MOST_PROBLEMS + 1
    assert str(caught.value.problems[0]) == "spec.yaml:1:1: has 19,000 more problems"
