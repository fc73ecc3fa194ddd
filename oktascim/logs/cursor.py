"""A cursor file: the next link, from which a later run continues."""

from __future__ import annotations

import json
from pathlib import Path

from oktascim.errors import UsageProblem
from oktascim.files import Unreadable, read_file, write_whole

_LONGEST = 100_000
"""In bytes; a filter and a link are far shorter."""


class Cursor:
    """The position to continue from, kept in a file.

    Args:
        path: the file; it need not exist.
        org_url: the origin that the link must belong to.
        expression: the filter that the link must belong to.
    """

    def __init__(self, path: Path, org_url: str, expression: str) -> None:
        self._path = path
        self._identity = {"org": org_url, "filter": expression}

    def load(self) -> str | None:
        """The next link, or None if there is no file yet.

        Raises:
            UsageProblem: the file isn't a cursor, or belongs to another org or query.
        """
        try:
            content = json.loads(read_file(self._path, _LONGEST))
            link = content.pop("next")
            if not isinstance(link, str):
                raise TypeError(link)
        except Unreadable as error:
            if error.missing:
                return None
            raise
        except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
            raise UsageProblem(f"{self._path} isn't an oktascim cursor file.", fix="Use another file.") from None
        different = [name for name in self._identity if content.get(name) != self._identity[name]]
        if different:
            raise UsageProblem(
                f"{self._path} belongs to another {different[0] if 'org' in different else 'query'}.",
                why="A cursor works only with the org, app and conditions that it was created with.",
                fix="Use another file, or delete this one to start over.",
            )
        return link

    def save(self, link: str) -> None:
        """Save a link atomically.

        Raises:
            OktascimError: the file can't be written.
        """
        write_whole(self._path, json.dumps({**self._identity, "next": link}, indent=2) + "\n")
