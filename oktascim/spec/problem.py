"""Problems in a spec file, with their places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from oktascim.errors import UsageProblem
from oktascim.redact import clean

KeyPath = tuple[str | int, ...]
_READ = "Check the path; `oktascim init` writes a first spec."
_CORRECT_ONE = "Correct this line. `oktascim validate` checks it again without contacting Okta."
_CORRECT = "Correct these lines. `oktascim validate` checks them again without contacting Okta."


@dataclass(frozen=True, order=True)
class Position:
    """A position in a text file, as editors count: lines and columns start at 1, and columns count characters."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True)
class Problem:
    """A problem or warning about a spec file; never contains a secret."""

    file: Path
    line: int | None
    """None, like the column, if there is no text to point at."""
    column: int | None
    path: str
    """The path in the data, e.g. `integrations[0].sign_on.mode`; empty for the whole file."""
    message: str
    allowed: tuple[str, ...] = ()
    """The allowed values or keys, if they can be listed."""
    variable: str = ""
    """The environment variable that the value comes from, if the problem is that it isn't set."""

    def __str__(self) -> str:
        file = clean(str(self.file))
        if self.line is None:
            return f"{file} {self.message}"
        where = f"{file}:{self.line}:{self.column}"
        return f"{where}: {self.path}: {self.message}" if self.path else f"{where}: {self.message}"


class SpecError(UsageProblem):
    """One or more spec files can't be used; `problems` holds every problem, in the order of the files."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        unread = [problem for problem in problems if problem.line is None]
        if len(problems) == len(unread) == 1:
            super().__init__(f"{unread[0]}.", fix=_READ)
            return
        count = "a problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__(f"The spec has {count}.", why="\n".join(map(str, problems)), fix=_fix_of(problems))


def _fix_of(problems: Sequence[Problem]) -> str:
    unset = dict.fromkeys(problem.variable for problem in problems)
    if all(unset):
        return f"Set {'it' if len(unset) == 1 else 'them'}: export {' '.join(f'{name}=…' for name in unset)}"
    if all(problem.line is None for problem in problems):
        return _READ
    return _CORRECT_ONE if len(problems) == 1 else _CORRECT


def in_order(problems: Iterable[Problem], files: Sequence[Path]) -> list[Problem]:
    """Problems in the order of the files and their lines; problems outside these files come first."""
    order = {file: number for number, file in enumerate(files, 1)}
    return sorted(problems, key=lambda problem: (order.get(problem.file, 0), problem.line or 0, problem.column or 0))


def dotted(path: KeyPath) -> str:
    """A path in the data for people: `integrations[0].sign_on.mode`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{clean(step)}" for step in path)
    return text.removeprefix(".")


def alternatives(words: Iterable[str], *, last: str = "or") -> str:
    """`a`, `a or b`, `a, b or c`."""
    *first, final = words
    return f"{', '.join(first)} {last} {final}" if first else final
