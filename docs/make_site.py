"""Collects the pages of the site in build/docs; `make docs-site` builds them with zensical and checks every link."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from make_reference import reference, write

ROOT = Path(__file__).parents[1]
_ROOT_PAGES = {"README.md": "index.md", "CHANGELOG.md": "changelog.md", "SECURITY.md": "reporting.md"}
"""Pages outside docs/ in the repository, and their names in the site."""
_LINK = re.compile(r"\]\(([^)#:]+)(#[^)]*)?\)")


def main(folder: Path) -> None:
    """Write all pages.

    Args:
        folder: where to write them; emptied first.
    """
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "docs", folder, ignore=shutil.ignore_patterns("*.py", "*.yaml", "__pycache__"))
    shutil.copy(ROOT / "action.yml", folder)
    write(reference(), folder / "reference")
    for page in folder.glob("*.md"):
        _rewrite(page, page.read_text(encoding="utf-8"))
    for name, target in _ROOT_PAGES.items():
        _rewrite(folder / target, (ROOT / name).read_text(encoding="utf-8"))


def _rewrite(page: Path, text: str) -> None:
    """Write a page with links relative to its place in the site."""

    def target(link: re.Match[str]) -> str:
        path = link[1].removeprefix("../").removeprefix("docs/")
        return f"]({_ROOT_PAGES.get(path, path)}{link[2] or ''})"

    page.write_text(_LINK.sub(target, text), encoding="utf-8")


if __name__ == "__main__":
    main(ROOT / "build" / "docs")
