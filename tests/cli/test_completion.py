"""Completion: names of the org from a cache, never a prompt, never a word that a shell would run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from oktascim.cli import completion
from oktascim.cli.completion import (
    FRESH,
    cached_words,
    complete_app,
    complete_integration,
    complete_profile,
    keep_names,
)
from oktascim.okta.apps import app_from

NOTHING: dict[str, str | None] = {"org_url": None, "profile": None}


def app(label: str, note: str = "", app_id: str = "0oa1") -> Any:
    return app_from(
        {"id": app_id, "name": "x", "label": label, "status": "ACTIVE", "settings": {"notes": {"admin": note}}}
    )


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no settings but those that the test makes."""
    for name in [name for name in os.environ if name.startswith(("OKTA_", "OKTASCIM_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OKTASCIM_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def context() -> Any:
    root = typer.Context(typer.main.get_command(typer.Typer(callback=lambda: None)), info_name="oktascim")
    root.params = dict(NOTHING)
    return root


def test_an_app_is_offered_by_a_word_that_a_shell_leaves_alone() -> None:
    apps = [
        app("Acme CRM", "oktascim:team/acme-crm"),
        app("Plain"),
        app("$(touch owned)", app_id="0oa2"),
        app("--yes", app_id="0oa3"),
        app("a\x1b[31m", app_id="0oa4"),
    ]
    assert cached_words(apps) == [
        ["0oa2", "$(touch owned)", None],
        ["0oa3", "--yes", None],
        ["0oa4", cached_words(apps)[2][1], None],
        ["Plain", "Plain", None],
        ["acme-crm", "Acme CRM", "team/acme-crm"],
    ]
    assert "\x1b" not in json.dumps(cached_words(apps), ensure_ascii=False)


def test_names_are_kept_for_the_org_and_read_again_when_they_are_old(
    org: Any, here: Path, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKTA_CLIENT_ORGURL", org.org.url)
    monkeypatch.setenv("OKTA_CLIENT_TOKEN", org.token)
    org.okta("POST", "/api/v1/apps", {"name": "scim2headerauth", "label": "Acme", "signOnMode": "AUTO_LOGIN"})
    file = completion._cache_file(NOTHING, os.environ)
    file.parent.mkdir()
    keep_names(file, NOTHING, os.environ)
    started: list[Path] = []
    monkeypatch.setattr(completion, "_start_reading", lambda file, _chosen: started.append(file))
    assert complete_app(context, "A") == [("Acme", "Acme")]
    assert complete_app(context, "x") == []
    assert complete_integration(context, "") == []
    assert started == []
    old = file.stat().st_mtime - FRESH - 1
    os.utime(file, (old, old))
    assert complete_app(context, "Ac") == [("Acme", "Acme")]
    assert started == [file]
    monkeypatch.setenv("OKTA_CLIENT_ORGURL", "https://another.okta.com")
    assert complete_app(context, "Ac") == []


def test_no_settings_and_a_damaged_file_offer_nothing(here: Path, context: Any) -> None:
    file = completion._cache_file(NOTHING, os.environ)
    file.parent.mkdir()
    keep_names(file, NOTHING, os.environ)
    assert json.loads(file.read_text(encoding="utf-8")) == []
    file.write_text("{", encoding="utf-8")
    assert complete_app(context, "") == []


def test_a_token_in_the_keyring_is_never_asked_for(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "profiles.yaml").write_text(
        "version: 1\ncurrent: dev\nprofiles: {dev: {org_url: 'https://dev.okta.com'}}\n", encoding="utf-8"
    )

    def opened(*_words: object) -> None:
        pytest.fail("the keyring was opened")

    monkeypatch.setattr("oktascim.settings.keyring_store.KeyringStore._call", opened)
    file = here / "names.json"
    keep_names(file, NOTHING, os.environ)
    assert file.read_text(encoding="utf-8") == "[]"
    assert complete_profile("d") == ["dev"]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("oktascim app sh", {"show"}),
        ("oktascim pl", {"plan"}),
        ("oktascim init --template scim2-h", {"scim2-header"}),
        ("oktascim apply x.yaml --route a", {"auto", "api"}),
    ],
)
def test_a_shell_gets_words(here: Path, line: str, offered: set[str]) -> None:
    words = line.split()
    shell = {"_OKTASCIM_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    done = subprocess.run(
        [sys.executable, "-m", "oktascim"], capture_output=True, text=True, check=False, env={**os.environ, **shell}
    )
    assert (set(done.stdout.split()), done.stderr) == (offered, "")


def test_a_key_press_starts_the_reading_once_and_goes_on(
    here: Path, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []

    class Silent:
        """A process that doesn't end while the key press waits."""

        def __init__(self, command: list[str], **_options: object) -> None:
            started.append(command)

        def wait(self, seconds: float) -> None:
            assert seconds <= 0.3
            raise subprocess.TimeoutExpired("oktascim", seconds)

    monkeypatch.setattr("subprocess.Popen", Silent)
    assert complete_app(context, "") == []
    assert complete_app(context, "") == []
    assert [command[2] for command in started] == ["oktascim.cli.completion"]
