"""Problems that keep an emulated org from starting, with the parts that the command line prints."""

from __future__ import annotations


class EmulatorProblem(Exception):
    """The org or its SCIM server can't be started.

    Args:
        what: one sentence about what happened.
        why: the cause, or None if it is unknown.
        fix: what the user can do next, or None.
    """

    def __init__(self, what: str, *, why: str | None = None, fix: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.fix = fix


class InvalidSetting(EmulatorProblem):
    """A setting of the emulated org has a value that isn't allowed."""
