"""Reads files with a size limit, and writes files atomically."""

from __future__ import annotations

import io
import os
import shlex
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from oktascim.errors import OktascimError, UsageProblem

SECRET_BYTES = 64 * 1024
"""The maximum size of a secret from a file, a command or standard input."""
SETTINGS_BYTES = 256 * 1024
"""The maximum size of a settings file."""
EVENTS_BYTES = 100 * 1024 * 1024
"""The maximum size of a file of exported events."""
STDIN = "-"
"""The name of standard input where an option or argument takes a file."""

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_OPEN_FLAGS = sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_BINARY", "O_CLOEXEC"))
"""Flags so that opening a pipe or terminal doesn't block or take it over; the last two are for Windows and children."""

_KEPT_OF_NAME = 40
"""How many characters of a file's name are used in its temporary file's name, which must also fit into 255 bytes."""


class Unreadable(UsageProblem):
    """A file or stream that oktascim doesn't read.

    Args:
        name: the file's name for people, or "Standard input".
        reason: what follows the name: "is larger than 64 KB".
        missing: whether there is no such file.
        fix: what the user can do next, or None.
    """

    def __init__(self, name: object, reason: str, *, missing: bool = False, fix: str | None = None) -> None:
        super().__init__(f"{name} {reason}.", fix=fix)
        self.reason = reason
        self.missing = missing


def read_file(path: Path, limit: int) -> bytes:
    """The content of a regular file that isn't larger than a limit.

    Args:
        path: the file, or a link to it.
        limit: bytes.

    Raises:
        Unreadable: it doesn't exist, can't be opened, is a folder, pipe or device, or is too large.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | _OPEN_FLAGS)
    except OSError as error:
        raise _failed(path, error) from None
    except ValueError:
        raise Unreadable(path, "can't be read: its name contains a NUL character") from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            kind = next((words for is_kind, words in _KINDS if is_kind(status.st_mode)), "something else")
            raise Unreadable(path, f"is {kind}, not a regular file")
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return read_bounded(stream.read, limit, path)
    finally:
        os.close(descriptor)


def standard_input() -> BinaryIO:
    """Standard input as bytes.

    Raises:
        Unreadable: it is closed.
    """
    if sys.stdin is None:
        raise Unreadable("Standard input", "is closed")
    buffer: BinaryIO | None = getattr(sys.stdin, "buffer", None)
    return buffer or io.BytesIO(sys.stdin.read().encode())  # a text stream without a byte stream is in memory


def read_bounded(read: Callable[[int], bytes], limit: int, name: object) -> bytes:
    """The content of a stream, up to a limit; never reads much more than the limit.

    Args:
        read: the stream's `read`, or its `readline` for one line.
        limit: bytes.
        name: how an error names the stream.

    Raises:
        Unreadable: it gives more, or reading failed.
    """
    try:
        content = read(limit + 1)
    except OSError as error:
        raise _failed(name, error) from None
    if len(content) > limit:
        raise Unreadable(name, f"is larger than {_size(limit)}")
    return content


def require_private(path: Path) -> None:
    """Refuse a file with a secret that other users can read or change.

    A file of another user may be group-readable, because its owner shared it with that group. A file on a read-only
    file system is accepted: container platforms mount secrets that way, readable by everyone, and chmod fails there.

    Raises:
        Unreadable: others can read or change it; the fix is the command to type.
    """
    if os.name == "nt":  # Windows uses access control lists, so the mode says nothing
        return
    try:
        status, system = path.stat(), os.statvfs(path)
    except OSError as error:
        raise _failed(path, error) from None
    own = status.st_uid == os.geteuid()
    if system.f_flag & os.ST_RDONLY or not stat.S_IMODE(status.st_mode) & (0o077 if own else 0o007):
        return
    command = "chmod 600" if own else "sudo chmod o="
    reason = "holds a secret, and other users can read or change it"
    raise Unreadable(path, reason, fix=f"{command} {shlex.quote(str(path))}")


def require_unaltered(path: Path) -> None:
    """Refuse a file that decides where secrets go, and that other users can change; a missing one is fine.

    Raises:
        Unreadable: everyone can change it, or it belongs to another user than root and the one who runs oktascim.
    """
    if os.name == "nt":
        return
    try:
        status = path.stat()
    except OSError:
        return
    user = os.geteuid()
    if user and status.st_uid not in {user, 0}:
        raise Unreadable(path, "belongs to another user", fix="Copy it to one of your own folders.")
    if status.st_mode & stat.S_IWOTH:
        raise Unreadable(path, "can be changed by every user", fix=f"chmod o-w {shlex.quote(str(path))}")


def _failed(name: object, error: OSError) -> Unreadable:
    reason = f"can't be read: {error.strerror or error}"
    return Unreadable(name, reason, missing=isinstance(error, FileNotFoundError))


def _size(limit: int) -> str:
    return f"{limit // 1024**2} MB" if limit >= 1024**2 else f"{limit // 1024} KB"


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """Write a temporary text file and move it into place at the end; a failure leaves the old file untouched.

    Only the owner can read the file, because an org's data about people is private.

    Raises:
        OktascimError: it can't be written (no such directory, no permission, disk full).
    """
    try:
        is_special = path.exists() and not path.is_file()
    except OSError as error:  # the name is too long
        raise _cannot_write(path, error) from error
    if is_special:  # /dev/stdout must not be replaced, and a folder can't be
        with _existing(path) as stream:
            yield stream
        return
    try:
        import tempfile

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
    """Write to a device or pipe."""
    try:
        with path.open("w", encoding="utf-8") as stream:
            yield stream
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OktascimError(f"Can't write {path}: {error.strerror or error}.") from error


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a small file atomically; text as UTF-8, bytes unchanged.

    Raises:
        OktascimError: it can't be written.
    """
    with replacing(path) as stream:
        stream.buffer.write(content.encode() if isinstance(content, str) else content)


def require_writable(path: Path) -> None:
    """Refuse a place that can't hold a result, before the work for it begins.

    Raises:
        OktascimError: its folder doesn't exist or can't be written, or it is a folder itself.
    """
    folder = path.parent
    if path.is_dir():
        raise OktascimError(f"Can't write {path}: it's a folder.", fix="Add the name of a file.")
    if not folder.exists():
        raise OktascimError(
            f"Can't write {path}: there is no folder {folder}.", fix=f"mkdir -p {shlex.quote(str(folder))}"
        )
    if not folder.is_dir():
        raise OktascimError(f"Can't write {path}: {folder} isn't a folder.")
    if (path.is_file() or not path.exists()) and not os.access(folder, os.W_OK | os.X_OK):
        raise OktascimError(f"Can't write {path}: you have no permission to write in {folder}.")


def _cannot_write(path: Path, error: OSError) -> OktascimError:
    return OktascimError(f"Can't write {path}: {error.strerror or error}. No partial file was left.")
