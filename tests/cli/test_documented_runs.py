"""Every command line of the pages is run, in the order of its page, on an emulated org and a real SCIM server.

The pages of the log are run by tests/integration/logs/test_docs.py, the sessions of the README that show output by
test_shown_output.py.
"""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from oktascim.cli.main import run
from oktascim.secret_text import SecretStr
from oktascim.settings.keyring_store import KeyringStore
from tests.conftest import REPOSITORY
from tests.support.terminal import Typist
from tests.support.world import SCIM_TOKEN, World

_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
_ELSEWHERE = {
    r"oktascim (demo|emulator run .*|emulator start .*)": "processes: test_emulator.py and test_emulator_signals.py",
    r"oktascim check https://.*": "tests/integration/check/test_command.py, on servers with faults too",
    r"oktascim verify .*": "seconds each: tests/integration/verify",
    r"oktascim apply acme\.yaml --route console": "needs a browser: tests/browser/test_console_route.py",
    r"oktascim auth secret set \w+": "the same: tests/integration/commands/test_secret.py",
    r"oktascim auth login (?!.*--token-stdin).*": "asks without an echo: tests/unit/settings/test_auth_command.py",
    r"oktascim auth secret (set|rm) .*": "needs a keyring: tests/integration/commands/test_secret.py",
    r"oktascim emulator replay .*": "needs a recording: tests/integration/okta_emulator/test_replay.py",
}
"""Command lines that are not run here, and why or where else."""
_CODES = {
    "oktascim plan integrations/ --exit-code": 3,
    "oktascim plan acme.yaml --exit-code": 3,
    "oktascim create --template scim2-basic": 5,  # the server here wants a bearer token, and that is reported
}
"""Exit codes that are meant where it isn't 0, by the beginning of the line."""
_SERVERS = re.compile(r"https://(?:hr\.)?acme\.example/scim(?:/v2)?")
_ORGS = re.compile(r"https://[a-z-]+\.okta\.com")
_OURS = re.compile(r"(?:.* \| )?oktascim ")
_SPEC = """\
version: 1
{owner}integrations:
  - name: {name}
    label: {label}
    template: scim2-oauth
    sign_on: {{mode: saml, acs_url: https://acme.example/acs, audience: https://acme.example}}
    provisioning:
      base_url: {url}
      credentials: {{token: {{env: ACME_TOKEN}}}}
      to_app: [create, update, deactivate]
    assignments: {{users: [{user}]}}
"""


_RUN_ELSEWHERE = {"logs", "scale", "screens"}
"""Pages whose commands are run by another test, or by no one but the author of pictures."""


def commands(page: str) -> list[str]:
    """The command lines of a page that call oktascim, without comments."""
    file = REPOSITORY / ("README.md" if page == "README" else f"docs/{page}.md")
    text = "".join(_BLOCK.findall(file.read_text(encoding="utf-8"))).replace("\\\n", "")
    lines = re.findall(r"^\$ (.*)$", text, re.MULTILINE)
    return [re.sub(r"\s+#\s.*", "", line).strip() for line in lines if _OURS.match(line)]


_SITE = {file.stem for file in (REPOSITORY / "docs").glob("*.md")} | {"README"}
PAGES = sorted(page for page in _SITE - _RUN_ELSEWHERE if commands(page))


class Screen(io.StringIO):
    """Standard error of somebody who sits at a terminal."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True)
class Reader:
    """Somebody who types what a page says, in a folder with the files that it speaks of."""

    world: World
    folder: Path
    environ: dict[str, str]

    def types(self, line: str, answers: tuple[str, ...] = ()) -> tuple[int, str, str]:
        """Run one command line; `< FILE`, `> FILE` and a pipe into oktascim are understood."""
        first, _, line = line.rpartition(" | ")
        given = ("Error authenticating: null" if first == "pbpaste" else self.types(first)[1]) if first else ""
        words = shlex.split(_ORGS.sub(self.world.org.url, _SERVERS.sub(self.world.scim_url, line)))
        to = None
        if len(words) > 2 and words[-2] in {"<", ">"}:
            *words, sign, name = words
            given = (self.folder / name).read_text(encoding="utf-8") if sign == "<" else given
            to = self.folder / name if sign == ">" else None
        stdout, stderr = io.StringIO(), Screen() if answers else io.StringIO()
        stdin = Typist(answers, stderr) if answers else io.TextIOWrapper(io.BytesIO(given.encode()))
        with patch("sys.stdin", stdin):
            code = run(words[1:], environ=self.environ, stdout=stdout, stderr=stderr, stdin=stdin)
        if to:
            to.write_text(stdout.getvalue(), encoding="utf-8")
        return code, stdout.getvalue(), stderr.getvalue()

    def writes_specs(self, owner: str = "") -> None:
        """Write acme.yaml and a folder of two integrations, one of them the same."""
        (self.folder / "integrations").mkdir(exist_ok=True)
        for name, label, user in (("acme-crm", "Acme CRM", "ada"), ("acme-hr", "Acme HR EMEA", "alan")):
            text = _SPEC.format(
                owner=owner, name=name, label=label, user=f"{user}@acme.example", url=self.world.scim_url
            )
            (self.folder / "integrations" / f"{name}.yaml").write_text(text, encoding="utf-8")
            if name == "acme-crm":
                (self.folder / "acme.yaml").write_text(text, encoding="utf-8")

    def has_applied(self) -> None:
        """Write the specs and apply them."""
        self.writes_specs()
        code, _, err = self.types("oktascim apply integrations/ --yes")
        assert code == 0, err

    def has_begun(self) -> None:
        """The same in an org where nothing else is."""
        self.world.reset()
        self.has_applied()

    def logs_in(self) -> None:
        """Make the profiles `dev` and `prod`."""
        for profile in ("dev", "prod"):
            login = f"oktascim auth login --org-url https://x.okta.com --profile {profile} --token-stdin < token.txt"
            assert self.types(login)[0] == 0


def _without_a_spec(reader: Reader) -> None:
    (reader.folder / "acme.yaml").unlink(missing_ok=True)


_GIVEN: dict[str, Callable[[Reader], None]] = {
    "oktascim init": _without_a_spec,
    "oktascim plan acme.yaml": Reader.writes_specs,
    "oktascim apply acme.yaml": Reader.writes_specs,
    "oktascim plan integrations/ --prune": lambda reader: reader.writes_specs("owner: platform-team\n"),
    "oktascim destroy": Reader.has_begun,
    "oktascim connection show": Reader.has_applied,
    "oktascim create": lambda reader: reader.world.reset(),
    "oktascim export": lambda reader: (reader.has_applied(), _without_a_spec(reader))[0],
    "oktascim connection test --spec": Reader.has_applied,
    "oktascim logs": Reader.has_applied,
    "oktascim plan integrations/ --profile dev": Reader.logs_in,
    "oktascim auth use dev": Reader.logs_in,
    "oktascim auth logout dev": Reader.logs_in,
}
"""What must be there before a line, by its beginning."""
_ANSWERS = {
    "oktascim init acme.yaml": ("1", "Acme CRM", "https://acme.example/scim/v2", "env:ACME_TOKEN", "", "", "", ""),
    "oktascim apply integrations/ --adopt --prune": ("y", "0"),
    "oktascim destroy acme.yaml": ("acme-crm",),
    "oktascim apply acme.yaml": ("y",),
    "oktascim create": ("y",),
}


def _of(line: str, table: Mapping[str, Any], otherwise: Any) -> Any:
    return next((value for start, value in table.items() if line.startswith(start)), otherwise)


@pytest.fixture
def reader(org: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    kept: dict[str, SecretStr] = {"hr": SecretStr(SCIM_TOKEN)}
    monkeypatch.setattr(KeyringStore, "get", lambda _self, name: kept.get(name))
    monkeypatch.setattr(KeyringStore, "set", lambda _self, name, secret: kept.update({name: secret}))
    monkeypatch.setattr(KeyringStore, "delete", lambda _self, name: kept.pop(name, None) is not None)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "token.txt").write_text(org.token, encoding="utf-8")
    (tmp_path / "events.json").write_text("[]", encoding="utf-8")
    secrets = dict.fromkeys(("SCIM_TOKEN", "ACME_TOKEN", "ACME_CRM_TOKEN", "ACME_SCIM_TOKEN", "HR_TOKEN"), SCIM_TOKEN)
    environ = {
        "OKTA_CLIENT_ORGURL": org.org.url, "OKTA_CLIENT_TOKEN": org.token, "TERM": "dumb",
        "OKTASCIM_CONFIG_DIR": str(tmp_path / "config"), "HOME": str(tmp_path), **secrets,
    }  # fmt: skip
    found = Reader(org, tmp_path, environ)
    found.writes_specs()
    return found


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page(reader: Reader, page: str) -> None:
    for line in commands(page):
        if any(re.fullmatch(pattern, line) for pattern in _ELSEWHERE):
            continue
        _of(line, _GIVEN, lambda _reader: None)(reader)
        if "0oa1b2c3d4e5f6g7h8i9" in line:
            line = line.replace("0oa1b2c3d4e5f6g7h8i9", reader.world.apps()[0]["id"])
        code, out, err = reader.types(line, _of(line, _ANSWERS, ()))
        assert code == _of(line, _CODES, 0), f"{line}\n{out}\n{err}"


def test_each_line_that_is_run_elsewhere_is_on_a_page() -> None:
    lines = [line for page in PAGES for line in commands(page)]
    assert [pattern for pattern in _ELSEWHERE if not any(re.fullmatch(pattern, line) for line in lines)] == []
    assert [start for start in (*_GIVEN, *_CODES, *_ANSWERS) if not any(line.startswith(start) for line in lines)] == []
