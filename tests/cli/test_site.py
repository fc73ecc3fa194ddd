"""The site, the command reference and the man pages: every command and every page is in them, and every link leads."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "docs"))

import make_reference
import make_site

from tests.conftest import REPOSITORY

NAMES = [name for name, _ in make_reference.every_help()]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with zensical.toml and the pages in build/docs."""
    folder = tmp_path_factory.mktemp("site")
    make_site.main(folder / "build" / "docs")
    shutil.copy(REPOSITORY / "zensical.toml", folder)
    return folder


def _build(folder: Path) -> subprocess.CompletedProcess[str]:
    zensical = Path(sys.executable).with_name("zensical")
    return subprocess.run(
        [zensical, "build", "--clean", "--strict"], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_site_is_built_and_a_link_that_leads_nowhere_breaks_it(site: Path) -> None:
    done = _build(site)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (site / "build" / "site" / "reference" / "app.html").is_file()
    page = site / "build" / "docs" / "spec.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(text + "\n[nowhere](routes.md#nowhere)\n", encoding="utf-8")
    done = _build(site)
    page.write_text(text, encoding="utf-8")
    assert done.returncode != 0
    assert "anchor does not exist" in done.stdout + done.stderr


def _pages(nav: Any) -> Iterator[str]:
    for one in nav if isinstance(nav, list) else nav.values():
        yield from [one] if isinstance(one, str) else _pages(one)


def test_the_navigation_has_every_page_once(site: Path) -> None:
    nav = tomllib.loads((site / "zensical.toml").read_text(encoding="utf-8"))["project"]["nav"]
    docs = site / "build" / "docs"
    assert sorted(_pages(nav)) == sorted(str(page.relative_to(docs)) for page in docs.rglob("*.md"))


def test_every_command_is_in_the_reference_with_its_options() -> None:
    pages = make_reference.reference()
    for name, shown in make_reference.every_help():
        words = name.split()
        text = pages[f"{words[1]}.md" if len(words) > 1 else "index.md"]
        assert f"# {name}\n" in text
        assert all(f"`{row}`" in text for title, rows in shown.tables if title != "Everywhere" for row, _ in rows)


def test_every_command_has_a_man_page_that_roff_reads_without_a_warning(tmp_path: Path) -> None:
    make_reference.write(make_reference.manual(), tmp_path)
    files = sorted(tmp_path.glob("*.1"))
    assert {file.stem for file in files} == {name.replace(" ", "-") for name in NAMES}
    for file in files:
        assert file.read_text(encoding="utf-8").isascii()
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("groff isn't installed")
    done = subprocess.run([groff, "-man", "-ww", "-z", "-Tutf8", *files], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    page = [groff, "-man", "-Tascii", "-P-cbou", tmp_path / "oktascim-app-assign.1"]
    shown = subprocess.run(page, capture_output=True, text=True, check=True)
    assert "oktascim app assign acme-crm --user ada@acme.example" in shown.stdout
