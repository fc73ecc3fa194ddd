"""What was on the page when the browser could not go on: its text, and a picture without secrets."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from playwright.async_api import Error as BrowserError

from oktascim.routes.browser.screen import Screen

EVIDENCE_VARIABLE = "OKTASCIM_CONSOLE_EVIDENCE"
_SHORTEST_SECRET = 4
_MOST_TEXT = 600


@dataclass(frozen=True)
class Evidence:
    """What was seen.

    Attributes:
        text: the beginning of the page's visible text, in one line.
        picture: a PNG that only this user can read, or None where none could be taken.
    """

    text: str
    picture: Path | None

    @property
    def seen(self) -> str:
        """Where the picture is."""
        return f"Picture without secrets: {self.picture}" if self.picture else ""

    def __str__(self) -> str:
        return f"On the page: {self.text.removesuffix('.') or '(nothing)'}. {self.seen}".rstrip()


async def collect(
    screen: Screen,
    environ: Mapping[str, str],
    *,
    origins: Sequence[str],
    harmless: Sequence[str],
    secrets: Sequence[str],
) -> Evidence:
    """Read the page and take its picture.

    Args:
        screen: the page.
        environ: OKTASCIM_CONSOLE_EVIDENCE names the folder for pictures, else the system's temporary one.
        origins: of pages whose picture may be taken; another page could be anything.
        harmless: values that may stand in a field of the picture; every other field is blanked.
        secrets: values that are removed from text and picture wherever they stand.
    """
    hidden = [secret for secret in secrets if len(secret) >= _SHORTEST_SECRET]
    text = " ".join((await screen.text()).split())
    for secret in hidden:
        text = text.replace(secret, "[hidden]")
    known = any(screen.page.url.startswith(f"{origin}/") for origin in origins)
    picture = await _picture(screen, environ, list(harmless), hidden) if known else None
    return Evidence(text[:_MOST_TEXT], picture)


async def _picture(screen: Screen, environ: Mapping[str, str], harmless: list[str], secrets: list[str]) -> Path | None:
    script = files("oktascim.routes.browser").joinpath("hide.js").read_text(encoding="utf-8")
    try:
        await screen.page.evaluate(script, {"harmless": harmless, "secrets": secrets})
        png = await screen.page.screenshot(full_page=True, timeout=5000)
        descriptor, name = tempfile.mkstemp(
            prefix="oktascim-console-", suffix=".png", dir=environ.get(EVIDENCE_VARIABLE) or None
        )
        with os.fdopen(descriptor, "wb") as file:
            file.write(png)
    except (BrowserError, OSError):  # the words of the failure do without it
        return None
    return Path(name)
