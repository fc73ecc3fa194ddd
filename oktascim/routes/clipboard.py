"""The clipboard, which holds the secret during a handoff if `--clipboard` asks for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from oktascim.children import desktop_children
from oktascim.errors import OktascimError, UsageProblem
from oktascim.secret_text import SecretStr

Call = ParamSpec("Call")
Result = TypeVar("Result")

_UNUSABLE, _WITHOUT = (
    "Can't use the clipboard.",
    "Omit --clipboard; the instructions then say where the secret is stored.",
)
_TELLS_OTHERS = "copy_klipper"  # passes the text as a process argument, which other users can read


@dataclass(frozen=True)
class Clipboard:
    """A clipboard that can hold a text for a while.

    Attributes:
        copy: writes a text.
        paste: reads the current text.
    """

    copy: Callable[[str], None]
    paste: Callable[[], str]

    @contextmanager
    def holding(self, secret: SecretStr) -> Iterator[None]:
        """Hold a secret for the duration of the block; text copied in the meantime is kept.

        Raises:
            OktascimError: the clipboard doesn't accept it.
        """
        try:
            self.copy(secret.get_secret_value())
            holds = self.paste() == secret.get_secret_value()
        except RuntimeError as error:  # the base of pyperclip's exception; its message names programs, not the text
            raise OktascimError(_UNUSABLE, why=str(error).splitlines()[0], fix=_WITHOUT) from None
        if not holds:
            raise OktascimError(_UNUSABLE, why="The text that was written can't be read back.", fix=_WITHOUT)
        try:
            yield
        finally:
            with suppress(RuntimeError):  # an unreadable clipboard can't be cleared
                if self.paste() == secret.get_secret_value():
                    self.copy("")


def system_clipboard() -> Clipboard:
    """This machine's clipboard.

    Raises:
        UsageProblem: it has none that keeps the text from other users.
    """
    import pyperclip

    with desktop_children():
        copy, paste = pyperclip.determine_clipboard()
    if not copy or copy.__name__ == _TELLS_OTHERS:
        raise UsageProblem(
            "--clipboard: no usable clipboard found.",
            fix="On Linux, install wl-clipboard (Wayland) or xclip (X11), or omit the option.",
        )
    return Clipboard(_isolated(copy), _isolated(paste))


def _isolated(work: Callable[Call, Result]) -> Callable[Call, Result]:
    """Wrap a clipboard call so that its helper process gets neither stdout, stderr nor the environment's secrets.

    The helper outlives this process and would keep a pipe open.
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
