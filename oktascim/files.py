"""Files that are either whole or not there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from oktascim.errors import OktascimError


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """Write a text file beside its place and move it there at the end; after a failure the old one is untouched.

    The file is readable by its owner alone: what an org says of people is nobody else's business.

    Raises:
        OktascimError: it cannot be written (no such directory, no permission, disk full).
    """
    if path.exists() and not path.is_file():  # /dev/stdout must not be replaced, and a folder cannot be
        with _existing(path) as stream:
            yield stream
        return
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise _cannot_write(path, error) from error
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            yield stream
        temporary.replace(path)
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def _existing(path: Path) -> Iterator[TextIO]:
    """Write into a device or a pipe."""
    try:
        with path.open("w", encoding="utf-8") as stream:
            yield stream
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OktascimError(f"Cannot write {path}: {error.strerror or error}.") from error


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a small file, all or nothing; text as UTF-8, bytes as they are.

    Raises:
        OktascimError: it cannot be written.
    """
    with replacing(path) as stream:
        stream.buffer.write(content.encode() if isinstance(content, str) else content)


def _cannot_write(path: Path, error: OSError) -> OktascimError:
    return OktascimError(f"Cannot write {path}: {error.strerror or error}.", why="Nothing was left half written.")
