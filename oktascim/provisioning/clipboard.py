"""The clipboard, on which a person who asks for it finds the secret of a step that is handed over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from pydantic import SecretStr

from oktascim.errors import OktascimError, UsageProblem

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
        except RuntimeError as error:  # the base of pyperclip's exception; its words name programs, not texts
            raise OktascimError("The clipboard cannot be used.", why=str(error).splitlines()[0]) from None
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

    copy, paste = pyperclip.determine_clipboard()
    if not copy or copy.__name__ == _TELLS_OTHERS:
        raise UsageProblem(
            "There is no clipboard here for --clipboard.",
            fix="On Linux install wl-clipboard (Wayland) or xclip (X11); or leave the option out.",
        )
    return Clipboard(copy, paste)
