"""The clipboard, on which a person who asks for it finds the secret of a step that is handed over."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from pydantic import SecretStr

from oktascim.children import desktop_children
from oktascim.errors import OktascimError, UsageProblem

Call = ParamSpec("Call")
Result = TypeVar("Result")

_UNUSABLE, _WITHOUT = "The clipboard cannot be used.", "Leave --clipboard out: the place of the secret is named then."
_TELLS_OTHERS = "copy_klipper"  # hands the text over as an argument of a process, which others can read


@dataclass(frozen=True)
class Clipboard:
    """Somewhere to put a text for a while.

    Attributes:
        copy: puts a text there.
        paste: what is there.
    """

    copy: Callable[[str], None]
    paste: Callable[[], str]

    @contextmanager
    def holding(self, secret: SecretStr) -> Iterator[None]:
        """Hold a secret for the length of the block; what somebody has copied meanwhile stays.

        Raises:
            OktascimError: the clipboard does not take it.
        """
        try:
            self.copy(secret.get_secret_value())
            holds = self.paste() == secret.get_secret_value()
        except RuntimeError as error:  # the base of pyperclip's exception; its words name programs, not texts
            raise OktascimError(_UNUSABLE, why=str(error).splitlines()[0], fix=_WITHOUT) from None
        if not holds:
            raise OktascimError(_UNUSABLE, why="What was put there is not there.", fix=_WITHOUT)
        try:
            yield
        finally:
            with suppress(RuntimeError):  # a clipboard that cannot be read any more holds nothing that could be removed
                if self.paste() == secret.get_secret_value():
                    self.copy("")


def system_clipboard() -> Clipboard:
    """This machine's clipboard.

    Raises:
        UsageProblem: it has none that a program can use in private.
    """
    import pyperclip

    with desktop_children():
        copy, paste = pyperclip.determine_clipboard()
    if not copy or copy.__name__ == _TELLS_OTHERS:
        raise UsageProblem(
            "There is no clipboard here for --clipboard.",
            fix="On Linux install wl-clipboard (Wayland) or xclip (X11); or leave the option out.",
        )
    return Clipboard(_apart(copy), _apart(paste))


def _apart(work: Callable[Call, Result]) -> Callable[Call, Result]:
    """The work with stdout, stderr and the environment's secrets out of reach of the helper that holds the text.

    The helper outlives us, and would hold a pipe.
    """

    @wraps(work)
    def quietly(*args: Call.args, **kwargs: Call.kwargs) -> Result:
        kept = [(number, os.dup(number)) for number in (1, 2)]
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            for number, _ in kept:
                os.dup2(nowhere, number)
            with desktop_children():
                return work(*args, **kwargs)
        finally:
            for number, copy in kept:
                os.dup2(copy, number)
                os.close(copy)
            os.close(nowhere)

    return quietly
