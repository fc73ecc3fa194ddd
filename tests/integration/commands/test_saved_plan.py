"""`plan --out FILE`, then `apply FILE`: exactly that plan, or nothing and the field that has changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.world import SCIM_TOKEN, SPEC, World


@pytest.fixture
def plan_file(world: World) -> Path:
    file = world.folder / "acme.plan"
    done = world.oktascim("plan", world.spec(), "--out", str(file))
    assert done.code == 0, done.stderr
    assert f"oktascim apply {file}" in done.stderr
    return file


def test_a_saved_plan_is_carried_out_without_a_question(world: World, plan_file: Path) -> None:
    assert SCIM_TOKEN not in plan_file.read_text(encoding="utf-8")
    done = world.oktascim("apply", str(plan_file))
    assert done.code == 0, done.stderr
    assert done.stdout.endswith("Apply complete: 1 created, 0 changed, 0 unchanged, 0 failed.\n")
    assert [app["label"] for app in world.apps()] == ["Acme CRM"]


def test_a_plan_that_was_applied_is_not_applied_again(world: World, plan_file: Path) -> None:
    assert world.oktascim("apply", str(plan_file)).code == 0
    before = len(world.requests())
    again = world.oktascim("apply", str(plan_file))
    assert again.code == 1
    assert 'acme-crm: label: planned "Acme CRM", now no change' in again.stderr
    assert f'acme-crm: app: planned none, now "{world.apps()[0]["id"]}"' in again.stderr
    assert world.writes_since(before) == []


def test_a_change_in_the_org_is_named_and_nothing_is_written(world: World) -> None:
    spec, file = world.spec(), world.folder / "drift.plan"
    assert world.oktascim("apply", spec, "--yes").code == 0
    world.spec(SPEC.replace("label: Acme CRM", "label: Acme Sales"))
    assert world.oktascim("plan", spec, "--out", str(file)).code == 0
    app = world.apps()[0]
    world.okta("PUT", f"/api/v1/apps/{app['id']}", app | {"label": "By hand"})
    before = len(world.requests())
    done = world.oktascim("apply", str(file), "-o", "json")
    assert done.code == 1
    expected = 'acme-crm: label: planned "Acme CRM" → "Acme Sales", now "By hand" → "Acme Sales"'
    assert expected in done.json["error"]["why"]
    assert world.writes_since(before) == []


def test_a_changed_spec_is_named_also_where_the_plan_is_the_same(world: World, plan_file: Path) -> None:
    spec = world.spec(SPEC + "# a comment\n")
    done = world.oktascim("apply", str(plan_file))
    assert done.code == 1
    assert f"{spec} has changed." in done.stderr
    world.spec(SPEC.replace("web: true", "web: false"))
    assert "acme-crm: visibility.web: planned true, now false" in world.oktascim("apply", str(plan_file)).stderr
    assert world.apps() == []


def test_a_plan_in_another_folder_says_where_to_apply_it(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, spec = tmp_path / "acme.plan", Path(world.spec())
    monkeypatch.chdir(spec.parent)
    assert world.oktascim("plan", spec.name, "--out", str(file)).code == 0
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    done = world.oktascim("apply", str(file))
    assert done.code == 2
    assert f"{spec.name}, which the plan was made from, isn't in this folder." in done.stderr
    assert world.apps() == []


def test_options_that_would_change_the_plan_are_refused(world: World, plan_file: Path) -> None:
    done = world.oktascim("apply", str(plan_file), "--adopt", "--rotate-credentials")
    assert done.code == 2
    assert "--rotate-credentials and --adopt can't be used with a saved plan." in done.stderr


@pytest.mark.parametrize("damage", [{"version": 2}, {"version": True}, {"plan": {}}, {"files": None}])
def test_a_damaged_plan_is_refused_in_words(world: World, plan_file: Path, damage: dict[str, object]) -> None:
    plan_file.write_text(json.dumps(json.loads(plan_file.read_text(encoding="utf-8")) | damage), encoding="utf-8")
    done = world.oktascim("apply", str(plan_file))
    assert done.code == 2
    assert "isn't a plan that this version can carry out" in done.stderr


def test_the_plan_of_another_org_is_refused(world: World, plan_file: Path) -> None:
    document = json.loads(plan_file.read_text(encoding="utf-8"))
    plan_file.write_text(json.dumps(document | {"org_url": "https://other.okta.com"}), encoding="utf-8")
    done = world.oktascim("apply", str(plan_file))
    assert done.code == 1
    assert "The plan is for https://other.okta.com, not for " in done.stderr
    assert world.apps() == []
