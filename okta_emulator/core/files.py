"""Reads the files that a command line names: regular ones, up to a size."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from okta_emulator.core.problem import InvalidSetting

_FLAGS = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_NONBLOCK", "O_NOCTTY", "O_BINARY", "O_CLOEXEC"))


def read_text(file: Path, what: str, largest: int) -> str:
    """The text of a regular file; never reads much more than the limit.

    Args:
        file: the file, or a link to it.
        what: the name that errors use: "the seed".
        largest: bytes.

    Raises:
        InvalidSetting: it can't be read, isn't a regular file or UTF-8, or is too large.
    """
    try:
        descriptor = os.open(file, _FLAGS)  # opening a pipe doesn't wait for its other end
    except OSError as error:
        raise InvalidSetting(f"Can't read {what} {file}.", why=error.strerror) from None
    except ValueError:
        raise InvalidSetting(f"Can't read {what} {file}.", why="Its name contains a NUL character.") from None
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # a device has no end
            raise InvalidSetting(f"Can't read {what} {file}.", why="It isn't a regular file.")
        data = stream.read(largest + 1)
    if len(data) > largest:
        raise InvalidSetting(f"{what.capitalize()} {file} is larger than {largest // 1024**2} MiB.")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise InvalidSetting(f"{what.capitalize()} {file} isn't UTF-8 text.") from None
