"""Reads files with a size limit, and writes files that are either whole or not there."""

from __future__ import annotations

import os
import shlex
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from oktascim.errors import OktascimError, UsageProblem

SECRET_BYTES = 64 * 1024
"""The most that a file, a command or standard input may give for one secret."""
SETTINGS_BYTES = 1024 * 1024
"""The most that a settings file may hold."""
EVENTS_BYTES = 100 * 1024 * 1024
"""The most that a file of exported events may hold."""

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_OPEN_FLAGS = sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_BINARY", "O_CLOEXEC"))
"""Opening a pipe or a terminal must neither wait nor take it over; the last two keep Windows and children out."""

_KEPT_OF_NAME = 40
"""Characters of a file's name in that of its temporary file, which has to fit into 255 bytes as well."""


class Unreadable(UsageProblem):
    """A file or stream that oktascim doesn't read.

    Args:
        name: the file as a person would name it, or "standard input".
        reason: what follows the name: "is larger than 64 KB".
        missing: whether there is no such file.
        fix: what the user can do next, or None.
    """

    def __init__(self, name: object, reason: str, *, missing: bool = False, fix: str | None = None) -> None:
        super().__init__(f"Cannot read {name}: it {reason}.", fix=fix)
        self.reason = reason
        self.missing = missing


def read_file(path: Path, limit: int, *, private: bool = False) -> bytes:
    """The content of a regular file that isn't larger than a limit.

    Args:
        path: the file; a link to one will do.
        limit: bytes.
        private: refuse a file that other users can read, because it holds a secret.

    Raises:
        Unreadable: it doesn't exist, can't be opened, is a folder, pipe or device, is too large, or isn't private.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | _OPEN_FLAGS)
    except FileNotFoundError:
        raise Unreadable(path, "doesn't exist", missing=True) from None
    except OSError as error:
        raise Unreadable(path, f"can't be opened ({error.strerror or error})") from None
    except ValueError:
        raise Unreadable(path, "has a NUL character in its name") from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            kind = next((words for is_kind, words in _KINDS if is_kind(status.st_mode)), "something else")
            raise Unreadable(path, f"is {kind}, not a regular file")
        if private:
            _require_private(path, status, descriptor)
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return read_stream(stream, limit, path)
    finally:
        os.close(descriptor)


def read_stream(stream: BinaryIO, limit: int, name: object) -> bytes:
    """What a stream holds up to its end, if that isn't more than a limit; no more than the limit is ever kept.

    Args:
        stream: an open file, pipe or standard input.
        limit: bytes.
        name: how an error names it.

    Raises:
        Unreadable: it holds more, or reading failed.
    """
    try:
        content = stream.read(limit + 1)
    except OSError as error:
        raise Unreadable(name, f"can't be read ({error.strerror or error})") from None
    if len(content) > limit:
        raise Unreadable(name, f"is larger than {_size(limit)}")
    return content


def _require_private(path: Path, status: os.stat_result, descriptor: int) -> None:
    """Refuse a file with a secret that others can read or change.

    A file of another user may be readable by a group: its owner gave it to that group. A file on a read-only file
    system is taken as it is: container platforms mount secrets that way, readable by all, and nobody can change it.
    """
    if os.name == "nt" or os.fstatvfs(descriptor).f_flag & os.ST_RDONLY:
        return
    own = status.st_uid == os.geteuid()
    if stat.S_IMODE(status.st_mode) & (0o077 if own else 0o007):
        command = "chmod 600" if own else "sudo chmod o="
        raise Unreadable(
            path, "holds a secret, but other users can read or change it", fix=f"{command} {shlex.quote(str(path))}"
        )


def _size(limit: int) -> str:
    return f"{limit // 1024**2} MB" if limit >= 1024**2 else f"{limit // 1024} KB"


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """Write a text file beside its place and move it there at the end; after a failure the old one is untouched.

    The file is readable by its owner alone: what an org says of people is nobody else's business.

    Raises:
        OktascimError: it cannot be written (no such directory, no permission, disk full).
    """
    try:
        is_special = path.exists() and not path.is_file()
    except OSError as error:  # a name that is too long
        raise _cannot_write(path, error) from error
    if is_special:  # /dev/stdout must not be replaced, and a folder cannot be
        with _existing(path) as stream:
            yield stream
        return
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:_KEPT_OF_NAME]}.")
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
