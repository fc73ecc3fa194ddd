"""Every command that prints a table: on 80, 100 and 120 columns no value is cropped, and no word is cut."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any
from unittest.mock import patch

import pytest

from oktascim.render.formats import Table
from oktascim.render.grid import grid
from oktascim.render.layout import Layout
from oktascim.render.results import results_text
from oktascim.render.streams import Output
from oktascim.render.terminal import width_of
from oktascim.secret_text import SecretStr
from oktascim.settings.keyring_store import KeyringStore
from tests.cli.test_documented_commands import commands, tree
from tests.support.org_pool import OrgPool
from tests.support.terminal import shown
from tests.support.world import SCIM_TOKEN, World

WIDTHS = (80, 100, 120)
WIDE = 1000
NAME, LABEL = "acme-hr-europe-middle-east", "Acme HR Europe and Middle East Production"
SPEC = f"""\
version: 1
owner: platform-team
integrations:
  - name: {NAME}
    label: {LABEL}
    template: scim2-oauth
    sign_on: {{mode: saml, acs_url: https://acme.example/acs, audience: https://acme.example}}
    provisioning:
      base_url: {{env: SCIM_BASE_URL}}
      credentials: {{token: {{env: SCIM_TOKEN}}}}
      to_app: [create, update, deactivate]
    assignments: {{users: [grace@acme.example]}}
"""
PROFILES = """\
version: 1
profiles:
  production: {org_url: "https://acme-emea.okta.com", client_id: 0oa1b2c3d4e5f6g7h8i9, protected: true}
  dev: {org_url: "https://dev-12345678.oktapreview.com"}
"""
SECRETS = "version: 1\nnames: [ACME_HR_PRODUCTION_SCIM_TOKEN, OTHER]\n"
APP, SPEC_FILE, URL, BEARER = NAME, "SPEC", "SCIM", ("--token", "env:SCIM_TOKEN")
COMMANDS = (
    "template list",
    "template show custom-saml",
    f"validate {SPEC_FILE}",
    f"plan {SPEC_FILE}",
    f"apply {SPEC_FILE} --yes",
    "app list --wide",
    f"app show {APP}",
    f"app assign {APP} --user ada@acme.example --group Engineering",
    f"app push-group {APP} --group Engineering",
    f"app unassign {APP} --user ada@acme.example",
    f"app deactivate {APP}",
    f"app activate {APP}",
    f"connection show {APP}",
    f"connection test {APP} --spec {SPEC_FILE}",
    f"connection set {APP} --base-url {URL} --token env:SCIM_TOKEN",
    f"connection deactivate {APP}",
    f"connection activate {APP}",
    "auth status",
    "auth scopes",
    "auth list",
    "auth secret list",
    "doctor",
    f"doctor {APP} --evidence FOLDER/evidence.json",
    f"verify {SPEC_FILE} --skip group --skip user.update",
    f"check {URL} --bearer env:SCIM_TOKEN --only users.create --only users.patch",
    f"create --template scim2-oauth --label Wiki --base-url {URL} --token env:SCIM_TOKEN --mode swa --yes",
    "app delete Wiki --yes",
    f"destroy {SPEC_FILE} --yes",
)
"""In this order: each works on what those before it left."""
NO_TABLE = {("logs",): "has formats of its own", ("explain",): "prints text"}
AS_TEXT = [
    line for line in COMMANDS if line.split()[0] in {"template", "validate", "auth"} or line.startswith("app list")
]


@pytest.fixture(scope="module")
def tables(
    org_pool: OrgPool, shared_scim_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, tuple[Table, list[str]]]]:
    """The table of each command, and the words that say the same at a terminal, by command line."""
    seen: list[Table] = []
    draw = Output.table

    def kept(output: Output, table: Table) -> None:
        seen.append(table)
        draw(output, table)

    ring = {"ACME_HR_PRODUCTION_SCIM_TOKEN": SecretStr("x")}
    with (
        pytest.MonkeyPatch.context() as patching,
        org_pool.lend(connections_api="accept") as org,
        patch.object(Output, "table", kept),
    ):
        patching.setattr(KeyringStore, "get", lambda _self, name: ring.get(name))
        patching.setattr(KeyringStore, "set", lambda _self, name, secret: ring.update({name: secret}))
        world = World(org, org.token, shared_scim_url, tmp_path_factory.mktemp("tables"))
        (world.folder / "profiles.yaml").write_text(PROFILES, encoding="utf-8")
        (world.folder / "secrets.yaml").write_text(SECRETS, encoding="utf-8")
        environ = {
            "OKTA_CLIENT_ORGURL": org.url, "OKTA_CLIENT_TOKEN": org.token, "OKTASCIM_CONFIG_DIR": str(world.folder),
            "SCIM_BASE_URL": shared_scim_url, "SCIM_TOKEN": SCIM_TOKEN,
        }  # fmt: skip
        places = {SPEC_FILE: world.spec(SPEC), URL: shared_scim_url}
        found = {}
        for line in COMMANDS:
            words = [places.get(word, word).replace("FOLDER", str(world.folder)) for word in line.split()]
            code, said = shown(WIDE, [*words, "-o", "table"], environ)
            assert code == 0, (line, said)
            texts = [shown(width, words, environ)[1] for width in (*WIDTHS, WIDE)] if line in AS_TEXT else []
            found[line] = (seen[0], texts)
            seen.clear()
    yield found


def words_of(texts: Iterable[str]) -> Counter[str]:
    return Counter(chain.from_iterable(text.split() for text in texts))


def plain(lines: Sequence[str]) -> list[str]:
    return [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]


def over_the_edge(lines: Sequence[str], columns: int) -> list[str]:
    """Lines that the terminal folds, but for a single word that is longer than the terminal."""
    return [line for line in lines if width_of(line) > columns and len(line.split()) > 1]


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("line", COMMANDS)
def test_a_table_is_whole(tables: Any, line: str, columns: int) -> None:
    table, layout = tables[line][0], Layout(columns)
    values = words_of(chain.from_iterable(table.rows))
    assert values
    lines = plain(grid(table.columns, table.rows, layout, key=table.key))
    assert values - words_of(lines) == Counter()
    assert over_the_edge(lines, columns) == []
    if "state" in table.columns and table.columns[-1] == "evidence":
        values_of_text = words_of(cell for row in table.rows for cell in row if cell != "ok")
        text = plain(results_text(table, layout) or ())
        assert values_of_text - words_of(text) == Counter()
        assert over_the_edge(text, columns) == []


@pytest.mark.parametrize("line", AS_TEXT)
def test_what_a_terminal_shows_by_default_is_whole(tables: Any, line: str) -> None:
    *narrow, wide = tables[line][1]
    for columns, lines in zip(WIDTHS, narrow, strict=True):
        assert words_of(wide[1:]) - words_of(lines) == Counter()
        assert over_the_edge(lines, columns) == []


def test_every_command_that_prints_a_table_is_here() -> None:
    def prints(path: tuple[str, ...]) -> bool:
        found = tree()
        for word in path:
            found = found.commands[word]
        return any("--output" in parameter.opts for parameter in found.params)

    printing = {path for path in commands() if prints(path)} - set(NO_TABLE)
    known = {path for path in printing if any(line.split()[: len(path)] == list(path) for line in COMMANDS)}
    assert printing - known == set()
