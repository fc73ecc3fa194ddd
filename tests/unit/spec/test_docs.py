"""What docs/spec.md and docs/templates.md say is what the code does."""

import io
import json
import re
import typing
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from oktascim.catalog import load_templates
from oktascim.cli.main import run
from oktascim.runs.spec_file import SCHEMA_FILE
from oktascim.spec.json_schema import json_schema
from oktascim.spec.loader import parse, warnings
from oktascim.spec.part import SpecPart
from oktascim.spec.provisioning import SupportedAction, ToAppOption
from oktascim.template import Grade

DOCS = Path(__file__).parents[3] / "docs"
SPEC_PAGE = (DOCS / "spec.md").read_text(encoding="utf-8")
TEMPLATE_PAGE = (DOCS / "templates.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", SPEC_PAGE, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=["first", "full"])
def test_the_examples_load_without_a_warning(example: str) -> None:
    loaded = parse(example, Path("docs/spec.md"))
    assert loaded
    assert warnings(loaded) == ()


def test_every_key_of_the_format_is_described() -> None:
    keys = {key for part in SpecPart.__subclasses__() for key in part.model_fields}
    described = set(re.findall(r"[a-z_0-9]+", SPEC_PAGE))
    assert keys - described == set()


def test_every_allowed_value_is_described() -> None:
    values = {*typing.get_args(ToAppOption), *typing.get_args(SupportedAction)}
    assert all(f"`{value}`" in SPEC_PAGE for value in values)


def test_the_table_of_templates_is_the_catalogue() -> None:
    rows = dict(re.findall(r"^\| `([a-z0-9-]+)` \| (.*) \|$", TEMPLATE_PAGE, re.MULTILINE))
    assert list(rows) == list(load_templates())
    for template in load_templates().values():
        display_name, version, key, grade, header = rows[template.name].split(" | ")
        assert (display_name, version, grade) == (
            template.display_name,
            template.scim_version,
            template.catalog_key_grade,
        )
        if template.kind == "catalog":
            assert key == (f"`{template.catalog_key}`" if template.catalog_key else "unknown")
            assert header == f"`{template.authentication().header}`"


def test_the_grades_are_explained() -> None:
    assert all(f"\n| {grade} | " in TEMPLATE_PAGE for grade in typing.get_args(Grade))


def test_the_json_schema_describes_and_checks_a_spec() -> None:
    schema = json_schema()
    assert schema["$defs"]["Visibility"]["properties"]["web"]["description"] == "Shown on the web dashboard."
    assert "OB-" not in str(schema)
    validator = jsonschema_rs.validator_for(schema)
    for example in EXAMPLES:
        data = yaml.safe_load(example)
        assert validator.is_valid(data)
        data["integrations"][0]["provisioning"]["base_url"] = {"env": "ACME_SCIM_URL"}
        assert validator.is_valid(data)
        data["integrations"][0]["template"] = "scim2-hedaer"
        assert not validator.is_valid(data)
        data = yaml.safe_load(example)
        data["integrations"][0]["labl"] = "x"
        assert not validator.is_valid(data)


def test_the_hint_for_vs_code_names_the_schema_that_is_printed_and_the_folder_of_the_pages() -> None:
    """What VS Code does with it: the schema of that file for each file that the pattern matches."""
    hint = re.search(r"```json\n(\{\"yaml.schemas\".*?)```", SPEC_PAGE, re.DOTALL)
    assert hint
    ((schema, patterns),) = json.loads(hint[1])["yaml.schemas"].items()
    assert Path(schema) == Path(SCHEMA_FILE)
    assert f"$ oktascim schema > {SCHEMA_FILE}\n" in SPEC_PAGE
    assert f"# yaml-language-server: $schema={SCHEMA_FILE}\n" in SPEC_PAGE
    assert [Path("integrations/acme.yaml").match(pattern) for pattern in patterns] == [True]
    out = io.StringIO()
    assert run(["schema"], environ={}, stdout=out) == 0
    assert json.loads(out.getvalue()) == json_schema()


def test_every_key_of_the_json_schema_has_a_description() -> None:
    schema = json_schema()
    undescribed = {
        f"{part}.{key}"
        for part, definition in {**schema["$defs"], "Spec": schema}.items()
        for key, value in definition.get("properties", {}).items()
        if part != "FromEnvironment" and "description" not in value
    }
    assert undescribed == set()


def test_the_examples_of_the_json_schema_are_valid() -> None:
    schema = json_schema()
    for part, definition in schema["$defs"].items():
        for key, value in definition.get("properties", {}).items():
            validator = jsonschema_rs.validator_for({**value, "$defs": schema["$defs"]})
            assert [example for example in value.get("examples", ()) if not validator.is_valid(example)] == [], (
                part + key
            )
