"""What the page showed when the browser couldn't continue: its text, and a screenshot without secrets."""

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
    """What the page showed.

    Attributes:
        text: the start of the page's visible text, on one line.
        picture: a PNG that only this user can read, or None if it couldn't be taken.
    """

    text: str
    picture: Path | None

    @property
    def seen(self) -> str:
        """The path of the screenshot."""
        return f"Screenshot (secrets removed): {self.picture}" if self.picture else ""

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
    """Read the page and take a screenshot.

    Args:
        screen: the page.
        environ: OKTASCIM_CONSOLE_EVIDENCE names the folder for screenshots; the default is the temporary folder.
        origins: only pages of these origins are photographed.
        harmless: values that may appear in a field of the screenshot; every other field is blanked.
        secrets: values to remove from the text and the screenshot.
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
    except (BrowserError, OSError):  # the error message works without it
        return None
    return Path(name)
