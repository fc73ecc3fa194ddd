"""What a person can do during a run: whether there is a terminal, and what oktascim opens and copies for them."""

from __future__ import annotations

import webbrowser
from dataclasses import dataclass

from oktascim.children import desktop_children
from oktascim.errors import UsageProblem
from oktascim.routes.browser.browser import has_display
from oktascim.routes.clipboard import Clipboard, system_clipboard
from oktascim.runs.session import Session

_HANDOFF_SECONDS = 15 * 60.0


@dataclass(frozen=True)
class Person:
    """A person's part in a run.

    Attributes:
        wait_seconds: how long a handoff waits for the manual step; 0 without an interactive terminal.
        headed: whether the console route's browser is visible.
        opens_pages: whether the page of a manual step is opened in the person's browser.
        clipboard: receives the secret of a manual step, or None.
    """

    wait_seconds: float = 0.0
    headed: bool = False
    opens_pages: bool = False
    clipboard: Clipboard | None = None


def person_at(
    session: Session, *, headed: bool, no_browser: bool, clipboard: bool = False, integrations: int = 1
) -> Person:
    """The person at this terminal; pages are opened and secrets copied only if the run has a single integration.

    Raises:
        UsageProblem: --clipboard is given without an interactive terminal or a clipboard, or for several secrets.
    """
    present = session.output.interactive
    if clipboard and not present:
        raise UsageProblem("--clipboard needs an interactive terminal.")
    if clipboard and integrations > 1:
        raise UsageProblem("--clipboard holds one secret at a time.", fix="Select an integration with --only NAME.")
    return Person(
        wait_seconds=_HANDOFF_SECONDS if present else 0.0,
        headed=headed,
        opens_pages=present and not no_browser and integrations == 1,
        clipboard=system_clipboard() if clipboard else None,
    )


def open_page(session: Session, page: str) -> None:
    """Open a page in the person's own browser, if this machine has one with a window."""
    if has_display(session.environ):  # a text browser would take over the terminal
        with desktop_children():
            webbrowser.open(page)
