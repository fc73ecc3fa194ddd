"""Reads regular files up to a size, so that a pipe or a device can't hold the emulator up."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from okta_emulator.core.problem import InvalidSetting

_OPEN_FLAGS = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_NONBLOCK", "O_NOCTTY", "O_BINARY", "O_CLOEXEC"))


def read_regular(file: Path, most: int, what: str) -> bytes:
    """The content of a regular file.

    Args:
        file: the file, or a link to it.
        most: bytes.
        what: what the file is, for the errors: "seed".

    Raises:
        InvalidSetting: it doesn't exist, can't be opened, is no regular file, or is larger.
    """
    try:
        descriptor = os.open(file, _OPEN_FLAGS)
    except OSError as error:
        raise InvalidSetting(f"Cannot read the {what} {file}.", why=error.strerror) from None
    except ValueError:
        raise InvalidSetting(f"Cannot read the {what}: its name contains a NUL character.") from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise InvalidSetting(f"The {what} {file} isn't a regular file.")
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            content = stream.read(most + 1)
    finally:
        os.close(descriptor)
    if len(content) > most:
        raise InvalidSetting(f"The {what} {file} is larger than {most // 1024**2} MiB.")
    return content
