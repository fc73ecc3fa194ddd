"""What child processes see of the environment, told by a child that dumps its own."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import webbrowser
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from oktascim.children import command_environment, desktop_children, desktop_environment, is_ours
from oktascim.redact import Masker
from oktascim.render.streams import Output
from oktascim.routes.browser.browser import launch
from oktascim.routes.clipboard import system_clipboard
from oktascim.runs.person import open_page
from oktascim.runs.session import Session

SECRETS = {
    "OKTA_CLIENT_TOKEN": "00sentinel-org",
    "OKTA_CLIENT_PRIVATEKEY": "sentinel-key",
    "OKTASCIM_CONSOLE_PASSWORD": "sentinel-password",
    "OKTASCIM_CONSOLE_PASSWORD_FROM": "command:echo sentinel-from",
    "OKTASCIM_CONSOLE_TOTP_SECRET": "sentinel-totp",
    "OKTASCIM_EMULATOR_ADMIN_PASSWORD": "sentinel-admin",
    "ACME_SCIM": "sentinel-scim",
    "VAULT_TOKEN": "sentinel-vault",
}
NEEDED = {"LANG": "C.UTF-8", "HTTPS_PROXY": "http://proxy.example", "XDG_RUNTIME_DIR": "/run/user/1", "DISPLAY": ":9"}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (SECRETS | NEEDED).items():
        monkeypatch.setenv(name, value)


def program(folder: Path, name: str) -> Path:
    """A program that writes its environment into `seen.json` beside itself."""
    file = folder / name
    dump = f"import json, os; open({str(folder / 'seen.json')!r}, 'w').write(json.dumps(dict(os.environ)))"
    file.write_text(f"#!{sys.executable}\n{dump}\n")
    file.chmod(0o755)
    return file


def assert_clean(folder: Path) -> None:
    seen = json.loads((folder / "seen.json").read_text())
    assert not seen.keys() & SECRETS.keys()
    assert "sentinel" not in str(seen)
    assert NEEDED.items() <= seen.items()
    assert seen["PATH"]


def test_a_child_in_the_block_sees_no_secret_and_afterwards_all_is_as_before(environment: None, tmp_path: Path) -> None:
    before = dict(os.environ)
    with pytest.raises(ZeroDivisionError), desktop_children():
        subprocess.run([program(tmp_path, "child")], check=True)
        raise ZeroDivisionError
    assert_clean(tmp_path)
    assert dict(os.environ) == before


def test_the_page_is_opened_by_a_program_that_sees_no_secret(
    environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opener = webbrowser.GenericBrowser(str(program(tmp_path, "opener")))
    monkeypatch.setattr(webbrowser, "open", opener.open)
    open_page(Session(Output(Masker(), {}), Masker(), dict(os.environ)), "https://acme.okta.com")
    assert_clean(tmp_path)


def test_the_clipboard_tool_sees_no_secret(environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyperclip.determine_clipboard", lambda: (copy, str))

    def copy(_text: str) -> None:
        subprocess.run([program(tmp_path, "xclip")], check=True)

    system_clipboard().copy("sentinel")
    assert_clean(tmp_path)


def test_the_browser_and_its_driver_see_no_secret(environment: None, tmp_path: Path) -> None:
    error = pytest.importorskip("playwright.async_api").Error
    environ = {"OKTASCIM_BROWSER": str(program(tmp_path, "chrome"))}

    async def start() -> None:
        async with AsyncExitStack() as stack:
            await launch(stack, environ, headed=False)

    with pytest.raises(error):  # it is no browser; and it inherits what its driver has
        asyncio.run(start())
    assert_clean(tmp_path)


def test_a_command_keeps_its_own_variables_and_sees_none_of_ours() -> None:
    seen = command_environment(SECRETS | NEEDED, {"ACME_SCIM"})
    assert seen == {"VAULT_TOKEN": "sentinel-vault", **NEEDED}


@pytest.mark.parametrize("name", ["OKTA_CLIENT_ORGURL", "OKTASCIM_PROFILE", "OKTASCIM_CONSOLE_USERNAME", "MY_TOKEN"])
def test_other_names_are_not_ours(name: str) -> None:
    assert not is_ours(name)


@pytest.mark.parametrize("name", ["https_proxy", "LC_ALL", "Path", "ProgramFiles(x86)", "WAYLAND_DISPLAY"])
def test_a_desktop_program_keeps_what_it_needs(name: str) -> None:
    assert desktop_environment({name: "x"}) == {name: "x"}
