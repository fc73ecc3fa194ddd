"""The screens of docs/screens.md on terminals of several widths: no value is cropped, no line runs over the edge."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from docs import screens
from oktascim.render.terminal import width_of
from tests.conftest import REPOSITORY
from tests.support.org_pool import OrgPool
from tests.support.terminal import shown
from tests.support.world import SCIM_TOKEN, World

WIDE = 1000
"""As wide as no line is: what a terminal of this width shows is whole."""
_FRAME = dict.fromkeys(map(ord, "│┌├└"))
"""What joins the events of one transaction: as long as they are."""
READING = [one for one in screens.SCREENS if one.name not in {"plan", "apply", "init", "help"}]


@dataclass(frozen=True)
class Place:
    """An org in the state of the pictures, seen on a terminal of any width."""

    world: World
    environ: dict[str, str]

    def shown(self, columns: int, *words: str, answers: tuple[str, ...] = ()) -> list[str]:
        """The lines that a command writes to a terminal, without colour."""
        code, lines = shown(columns, words, self.environ, answers)
        assert code == 0
        return lines


@pytest.fixture(scope="module")
def place(org_pool: OrgPool, shared_scim_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with org_pool.lend(connections_api="accept") as org, screens.strict_server() as strict:
        world = World(org, org.token, shared_scim_url, tmp_path_factory.mktemp("screens"))
        environ = {
            "OKTA_CLIENT_ORGURL": org.url, "OKTA_CLIENT_TOKEN": org.token, "STRICT_URL": strict,
            "SCIM_BASE_URL": shared_scim_url, "SCIM_TOKEN": SCIM_TOKEN, "OKTASCIM_CONFIG_DIR": str(world.folder),
        }  # fmt: skip
        found = Place(world, environ)
        found.shown(WIDE, "apply", world.spec(screens.BEFORE), "--yes")
        with httpx.Client(base_url=org.url, headers={"Authorization": f"SSWS {org.token}"}) as http:
            screens.revoke_token(http)
        yield found


def characters(lines: list[str]) -> Counter[str]:
    """How often each character stands in a text, all digits as one; the one for what was cut off never does."""
    counted = Counter(re.sub(r"\d", "0", "".join("".join(lines).translate(_FRAME).split())))
    assert counted["…"] == 0
    return counted


def over_the_edge(lines: list[str], columns: int) -> list[str]:
    """Lines that the terminal folds, but for commands and addresses, which are one piece to be copied."""
    return [line for line in lines if width_of(line) > columns and not re.match(r"\s*oktascim |.*https?://\S+$", line)]


@pytest.mark.parametrize("columns", [80, 100, 120])
@pytest.mark.parametrize("screen", READING, ids=lambda screen: screen.name)
def test_a_screen_is_whole(place: Place, screen: Any, columns: int) -> None:
    lines = place.shown(columns, *screen.words)
    assert characters(lines) == characters(place.shown(WIDE, *screen.words))
    assert over_the_edge(lines, columns) == []


@pytest.mark.parametrize("columns", [80, 100, 120])
def test_a_plan_is_whole(place: Place, columns: int) -> None:
    file = place.world.spec(screens.AFTER, "after.yaml")
    lines = place.shown(columns, "plan", file)
    assert "~ acme-crm" in "\n".join(lines)
    assert characters(lines) == characters(place.shown(WIDE, "plan", file))
    assert over_the_edge(lines, columns) == []


def test_a_run_is_whole(place: Place) -> None:
    """One integration for each width, the same but for a letter of its name."""
    seen = {}
    for letter, columns in zip("abcd", (80, 100, 120, WIDE), strict=True):
        text = screens.AFTER.replace("acme-crm", f"crm-{letter}").replace("Acme CRM", f"CRM {letter}")
        file = place.world.spec(text, f"apply-{letter}.yaml")
        lines = place.shown(columns, "apply", file, "--only", f"crm-{letter}", "--yes")
        assert over_the_edge(lines, columns) == []
        kept = [line for line in lines if not line.startswith("Waiting up to")]
        seen[columns] = characters([re.sub(r"(crm-|CRM )[a-d]|\d+\.\d s", "", line) for line in kept])
    assert seen[80] == seen[100] == seen[120] == seen[WIDE]


@pytest.mark.parametrize("columns", [80, 100, 120])
def test_the_questions_of_init_are_whole(place: Place, columns: int, tmp_path: Path) -> None:
    answers = next(one.answers for one in screens.SCREENS if one.name == "init")
    lines = place.shown(columns, "init", os.path.relpath(tmp_path / "acme.yaml"), answers=answers)
    wide = place.shown(WIDE, "init", os.path.relpath(tmp_path / "wide.yaml"), answers=answers)
    assert sum(characters(lines).values()) == sum(characters(wide).values())
    assert [line for line in over_the_edge(lines, columns) if str(tmp_path.name) not in line] == []


def test_the_page_shows_each_screen_now_and_before() -> None:
    text = (REPOSITORY / "docs" / "screens.md").read_text(encoding="utf-8")
    for screen in screens.SCREENS:
        for picture in (f"images/{screen.name}.svg", f"images/before/{screen.name}.svg"):
            assert f"]({picture})" in text
            assert (REPOSITORY / "docs" / picture).is_file()
        now = (REPOSITORY / "docs" / "images" / f"{screen.name}.svg").read_text(encoding="utf-8")
        assert f"oktascim&#160;{'&#160;'.join(screen.words)}" in now
