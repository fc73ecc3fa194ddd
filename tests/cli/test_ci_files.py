"""The GitHub action and the pre-commit hook: their scripts, run here with a stand-in for gh."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from oktascim import __version__
from oktascim.cli.main import run

REPOSITORY = Path(__file__).parents[2]
ACTION = yaml.safe_load((REPOSITORY / "action.yml").read_text(encoding="utf-8"))
STEPS = {step.get("name", step.get("uses")): step for step in ACTION["runs"]["steps"]}
RUN, COMMENT = STEPS["Run oktascim"], STEPS["Comment on the pull request"]
GH = """#!/bin/sh
printf '%s\\n' "$@" > "$CALLS.$(ls "$CALLS".* 2>/dev/null | wc -l | tr -d ' ')"
case "$*" in
  *viewer*) printf '%s' 'github-actions[bot]' ;;
  *--paginate*) printf "$FOUND" ;;
esac
"""
MARKER = "<!-- oktascim plan -->"


class Runner:
    """Runs the scripts of the action's steps as GitHub does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = folder / "output"
        self.output.touch()

    def program(self, name: str, text: str) -> None:
        """Put a program into the path."""
        file = self.folder / name
        file.write_text(text, encoding="utf-8")
        file.chmod(0o755)

    def script(self, step: dict[str, Any], **environ: str) -> subprocess.CompletedProcess[str]:
        """Run the script of a step."""
        known = {"RUNNER_TEMP": str(self.folder), "GITHUB_OUTPUT": str(self.output), "CALLS": str(self.folder / "call"),
                 "GITHUB_EVENT_NAME": "push"}  # fmt: skip
        path = f"{self.folder}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-c", step["run"]],
            capture_output=True,
            text=True,
            check=False,
            cwd=REPOSITORY,
            env={"PATH": path, "HOME": str(self.folder), **known, **environ},
        )

    @property
    def outputs(self) -> dict[str, str]:
        """What the last step has set."""
        return dict(line.split("=", 1) for line in self.output.read_text(encoding="utf-8").splitlines())

    @property
    def calls(self) -> list[list[str]]:
        """The words of each call of gh."""
        files = sorted(self.folder.glob("call.*"))
        return [file.read_text(encoding="utf-8").splitlines() for file in files]


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def test_no_expression_stands_in_a_script() -> None:
    assert [name for name, step in STEPS.items() if "${{" in step.get("run", "")] == []
    assert set(ACTION["inputs"]) == {
        word for step in ACTION["runs"]["steps"] for word in ACTION["inputs"] if f"inputs.{word}" in json.dumps(step)
    }


def test_the_script_runs_the_real_command(runner: Runner) -> None:
    runner.program("oktascim", f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m oktascim "$@"\n')
    done = runner.script(RUN, COMMAND="validate", SPEC_PATHS="examples/quickstart.yaml\n", ARGUMENTS="-o\njson\n")
    assert done.returncode == 0, done.stdout
    assert '"valid": true' in done.stdout
    assert runner.outputs == {"command": "validate", "exit-code": "0", "changes": "false"}


@pytest.mark.parametrize(
    ("command", "code", "ends_with", "changes", "added"),
    [
        ("plan", 0, 0, "false", "--exit-code"),
        ("plan", 3, 0, "true", "--exit-code"),
        ("plan", 1, 1, "false", "--exit-code"),
        ("apply", 0, 0, "false", "--yes"),
        ("apply", 6, 6, "false", "--yes"),
    ],
)
def test_changes_are_no_failure_and_a_failure_is_one(
    runner: Runner, command: str, code: int, ends_with: int, changes: str, added: str
) -> None:
    runner.program("oktascim", f'#!/bin/sh\nprintf "%s\\n" "$@"\nexit {code}\n')
    done = runner.script(RUN, COMMAND=command, SPEC_PATHS="a b.yaml\n\n$(touch owned)\n", ARGUMENTS="")
    assert (done.returncode, runner.outputs["changes"]) == (ends_with, changes)
    assert runner.outputs["exit-code"] == str(code)
    assert done.stdout.splitlines() == [command, "a b.yaml", "$(touch owned)", added]
    assert not (REPOSITORY / "owned").exists()


@pytest.mark.parametrize(
    ("event", "command", "code"),
    [
        ("push", "apply", 0),
        ("pull_request", "plan", 0),
        ("merge_group", "plan", 0),
        ("issue_comment", "plan", 0),
        ("pull_request_target", None, 2),
    ],
)
def test_only_the_owners_events_apply_by_default(runner: Runner, event: str, command: str | None, code: int) -> None:
    runner.program("oktascim", '#!/bin/sh\nprintf "ran %s\\n" "$1"\n')
    done = runner.script(RUN, COMMAND="", SPEC_PATHS="a.yaml", ARGUMENTS="", GITHUB_EVENT_NAME=event)
    assert done.returncode == code
    assert ("ran" in done.stdout, f"ran {command}" in done.stdout) == (command is not None, command is not None)


def test_another_command_is_refused(runner: Runner) -> None:
    done = runner.script(RUN, COMMAND="destroy", SPEC_PATHS="a.yaml", ARGUMENTS="")
    assert done.returncode == 2
    assert "not 'destroy'" in done.stdout


@pytest.mark.parametrize(("found", "method"), [("", "POST"), ("17\\n18\\n", "PATCH")])
def test_one_comment_is_made_and_then_updated(runner: Runner, found: str, method: str) -> None:
    runner.program("gh", GH)
    (runner.folder / "oktascim.txt").write_text("+ acme\n```\n</pre>\n::error::told once\n", encoding="utf-8")
    comment = {"PULL_REQUEST": "7", "GITHUB_REPOSITORY": "acme/okta", "MARKER": COMMENT["env"]["MARKER"]}
    done = runner.script(COMMENT, CODE="3", FOUND=found, **comment)
    assert done.returncode == 0, done.stderr
    viewer, looked, wrote = runner.calls
    assert viewer[:2] == ["api", "graphql"]
    assert looked[:2] == ["api", "repos/acme/okta/issues/7/comments"]
    assert "select(.user.login == env.AUTHOR and (.body | startswith(env.MARKER)))" in looked[-1]
    assert wrote[:4] == ["api", "--silent", "--method", method]
    assert wrote[4] == f"repos/acme/okta/issues/{'comments/17' if method == 'PATCH' else '7/comments'}"
    assert wrote[5:] == [
        "--raw-field",
        f"body={MARKER}",
        "### oktascim: Changes on merge",
        "",
        "    + acme",
        "    ```",
        "    </pre>",
    ]


def test_the_hook_is_a_command_that_exists_and_takes_files(capsys: pytest.CaptureFixture[str]) -> None:
    (hook,) = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert (hook["id"], hook["language"]) == ("oktascim-validate", "python")
    program, *words = hook["entry"].split()
    assert program == "oktascim"
    example = str(REPOSITORY / "examples" / "quickstart.yaml")
    assert run([*words, example, example], environ={}) == 0
    assert "valid" in "".join(capsys.readouterr())


def test_the_container_copies_what_the_wheel_needs_and_only_what_exists() -> None:
    lines = (REPOSITORY / "Containerfile").read_text(encoding="utf-8").splitlines()
    copied = {
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    }
    assert [name for name in copied if not (REPOSITORY / name).exists()] == []
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert copied >= {*wheel["packages"], *wheel["force-include"], *project["project"]["license-files"], "README.md"}
    kept = (REPOSITORY / ".containerignore").read_text(encoding="utf-8").splitlines()
    assert {f"!{name}" for name in copied} <= set(kept)
    assert lines.index("USER 10001") < lines.index('ENTRYPOINT ["oktascim"]')


def test_the_container_is_linted_pinned_and_without_a_secret() -> None:
    text = (REPOSITORY / "Containerfile").read_text(encoding="utf-8")
    images = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert images == ["docker.io/library/python:${PYTHON}-slim"] * 2
    assert re.search(r"^ARG PYTHON=3\.\d+$", text, re.MULTILINE)
    assert re.findall(r"^(?:ENV|ARG) .*(?:TOKEN|SECRET|PASSWORD|KEY).*$", text, re.MULTILINE) == []
    hadolint = Path(sys.executable).with_name("hadolint")
    if not hadolint.exists():
        pytest.skip("hadolint is installed on Linux on x86-64 only")
    done = subprocess.run([hadolint, REPOSITORY / "Containerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_workflow_builds_the_container_that_is_described() -> None:
    workflow = yaml.safe_load((REPOSITORY / ".github/workflows/container.yml").read_text(encoding="utf-8"))
    said = [step.get("run", "") for step in workflow["jobs"]["build"]["steps"]]
    assert "docker build --file Containerfile --tag oktascim ." in said
    assert workflow["permissions"] == {"contents": "read"}


def test_the_version_is_said_once_everywhere() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    changes = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    assert project["project"]["version"] == __version__
    assert re.findall(r"^## ([0-9.]+)", changes, re.MULTILINE)[0] == __version__
    assert f"oktascim@v{__version__}" in (REPOSITORY / "docs" / "bootstrap.md").read_text(encoding="utf-8")


def test_the_changelog_is_wrapped_like_the_code() -> None:
    lines = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    assert [number for number, line in enumerate(lines, 1) if len(line) > 120] == []
