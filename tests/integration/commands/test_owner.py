"""`owner:` and `--prune`, end to end: what has another owner, or none, is never deleted."""

from __future__ import annotations

from tests.support.world import World

ONE = """\
  - name: NAME
    label: LABEL
    template: scim2-header
    sign_on: {mode: swa}
"""


def file(world: World, owner: str | None, *names: str, to: str = "spec.yaml") -> str:
    """A spec of that owner with plain apps of these names."""
    top = "version: 1\n" + (f"owner: {owner}\n" if owner else "") + "integrations:\n"
    apps = (ONE.replace("NAME", name).replace("LABEL", f"App {name}") for name in names)
    return world.spec(top + "".join(apps), name=to)


def notes(world: World) -> list[str]:
    return sorted(app["settings"]["notes"]["admin"] for app in world.apps())


def test_prune_deletes_only_apps_of_an_owner_that_the_files_name(world: World) -> None:
    for owner, names in (("team", ("a", "b")), ("ops", ("a", "b")), (None, ("c", "d"))):
        assert world.oktascim("apply", file(world, owner, *names), "--yes").code == 0
    one = file(world, "team", "a")
    shown = world.oktascim("plan", one, "--prune", "-o", "json")
    assert [(row["owner"], row["name"]) for row in shown.json["prune"]] == [("team", "b")]
    assert "Plan: 0 to create, 0 to change, 1 to delete, 1 unchanged." in shown.stderr
    done = world.oktascim("apply", one, "--prune", "--yes", "-o", "json")
    assert done.code == 0
    assert [(one["owner"], one["name"], one["status"]) for one in done.json["pruned"]] == [("team", "b", "removed")]
    assert done.stderr.count("App b (") == 1
    assert done.stderr.endswith("Apply complete: 0 created, 0 changed, 1 deleted, 1 unchanged, 0 failed.\n")
    assert notes(world) == ["oktascim:c", "oktascim:d", "oktascim:ops/a", "oktascim:ops/b", "oktascim:team/a"]


def test_prune_is_refused_for_a_file_without_an_owner(world: World) -> None:
    assert world.oktascim("apply", file(world, None, "a", "b"), "--yes").code == 0
    owned, bare = file(world, "team", "x", to="owned.yaml"), file(world, None, "a", to="bare.yaml")
    before = len(world.requests())
    for command in ("plan", "apply"):
        refused = world.oktascim(command, owned, bare, "--prune", "--yes")
        assert refused.code == 2
        assert "bare.yaml" in refused.stderr
        assert "owned.yaml" not in refused.stderr
        assert "owner: platform-team" in refused.stderr
    assert world.requests()[before:] == []


def test_more_deletions_than_allowed_stop_the_run_before_any_write(world: World) -> None:
    names = [f"app-{number}" for number in range(7)]
    assert world.oktascim("apply", file(world, "team", *names), "--yes").code == 0
    one = file(world, "team", "app-0", "new")
    before = len(world.requests())
    for options in (("--yes",), ("--yes", "--prune-max", "0"), ("--yes", "--prune-max", "5")):
        refused = world.oktascim("apply", one, "--prune", *options)
        assert refused.code == 2
        assert "would delete 6 apps" in refused.stderr
        assert "--prune-max 6" in refused.stderr
    assert world.writes_since(before) == []
    assert world.oktascim("apply", one, "--prune", "--yes", "--prune-max", "6").code == 0
    assert notes(world) == ["oktascim:team/app-0", "oktascim:team/new"]


def test_the_table_and_the_summary_name_every_deletion(world: World) -> None:
    assert world.oktascim("apply", file(world, "team", "a", "b", "c"), "--yes").code == 0
    summary = world.folder / "summary.md"
    done = world.oktascim(
        "apply", file(world, "team", "a"), "--prune", "--yes", "-o", "table", GITHUB_STEP_SUMMARY=str(summary)
    )
    for name in ("b", "c"):
        assert done.stdout.count(f"team/{name}\tDelete App {name} (") == 1
        assert done.stderr.count(f"App {name} (") == 1
        assert summary.read_text(encoding="utf-8").count(f"| team/{name} | removed |") == 1


def test_an_old_marker_is_migrated_and_the_plan_says_so(world: World) -> None:
    assert world.oktascim("apply", file(world, None, "a"), "--yes").code == 0
    owned = file(world, "team", "a")
    plan = world.oktascim("plan", owned, "--exit-code")
    assert plan.code == 3
    assert "    ~ owner  none → team" in plan.stdout.splitlines()
    assert world.oktascim("apply", owned, "--yes").code == 0
    assert notes(world) == ["oktascim:team/a"]
    assert world.oktascim("plan", owned, "--exit-code").code == 0


def test_two_owners_have_integrations_of_one_name(world: World) -> None:
    team, ops = file(world, "team", "a", to="team.yaml"), file(world, "ops", "a", to="ops.yaml")
    assert world.oktascim("apply", team, "--yes").code == 0
    planned = world.oktascim("plan", ops)
    assert "is team/a: it belongs to another owner and is left alone" in planned.stderr
    done = world.oktascim("apply", team, ops, "--yes", "-o", "json")
    assert done.code == 0
    assert [(one["owner"], one["name"], one["status"]) for one in done.json["integrations"]] == [
        ("team", "a", "unchanged"),
        ("ops", "a", "done"),
    ]
    for words in (("app", "show", "a"), ("export", "a"), ("destroy", "--app", "a", "--yes")):
        refused = world.oktascim(*words)
        assert refused.code == 2
        assert "team/a or ops/a" in refused.stderr or "ops/a or team/a" in refused.stderr
    assert world.oktascim("apply", team, ops, "--only", "a", "--yes").code == 2
    assert world.oktascim("apply", team, ops, "--only", "ops/a", "--yes").code == 0
    shown = world.oktascim("app", "show", "ops/a", "-o", "json").json
    assert (shown["integration"], shown["owner"]) == ("a", "ops")
    assert world.oktascim("destroy", ops, "--yes").code == 0
    assert notes(world) == ["oktascim:team/a"]


def test_destroy_deletes_an_old_marker_of_that_name_and_no_other_owner(world: World) -> None:
    for owner, name in ((None, "a"), (None, "b"), ("ops", "c")):
        assert world.oktascim("apply", file(world, owner, name), "--yes").code == 0
    assert world.oktascim("destroy", file(world, "team", "a", "c"), "--yes").code == 0
    assert notes(world) == ["oktascim:b", "oktascim:ops/c"]


def test_an_exported_file_keeps_the_owner(world: World) -> None:
    assert world.oktascim("apply", file(world, "team", "a"), "--yes").code == 0
    text = world.oktascim("export", "team/a").stdout
    assert "version: 1\nowner: team\nintegrations:\n  - name: a\n" in text
    assert world.oktascim("plan", world.spec(text, "exported.yaml"), "--exit-code").code == 0


def test_nothing_is_pruned_after_an_integration_failed(world: World) -> None:
    assert world.oktascim("apply", file(world, "team", "a", "b"), "--yes").code == 0
    broken = {"method": "POST", "path": "/api/v1/apps", "action": "status", "status": 400, "body": {}}
    world.okta("POST", "/_emulator/faults", broken)
    one = file(world, "team", "a", "new")
    summary = world.folder / "summary.md"
    done = world.oktascim("apply", one, "--prune", "--yes", "-o", "json", GITHUB_STEP_SUMMARY=str(summary))
    assert done.code == 1
    assert [(one["name"], one["status"]) for one in done.json["pruned"]] == [("b", "skipped")]
    assert "Nothing was pruned" in done.stderr
    assert "| team/b | skipped |" in summary.read_text(encoding="utf-8")
    assert notes(world) == ["oktascim:team/a", "oktascim:team/b"]
    assert world.oktascim("apply", one, "--prune", "--yes").code == 0
    assert notes(world) == ["oktascim:team/a", "oktascim:team/new"]


def test_a_limit_of_deletions_without_prune_is_a_mistake(world: World) -> None:
    before = len(world.requests())
    refused = world.oktascim("apply", file(world, "team", "a"), "--yes", "--prune-max", "3")
    assert refused.code == 2
    assert "--prune-max needs --prune" in refused.stderr
    assert world.requests()[before:] == []
