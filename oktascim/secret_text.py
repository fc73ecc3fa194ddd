"""A secret as a value that shows itself nowhere: not in a repr, a message or an f-string."""

from __future__ import annotations


class SecretStr:
    """A text that is shown as `**********`.

    It has the interface of pydantic's type of this name, whose import takes a tenth of a command's start.

    Args:
        value: the secret.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def get_secret_value(self) -> str:
        """The secret itself."""
        return self._value

    def __repr__(self) -> str:
        return f"SecretStr('{self}')"

    def __str__(self) -> str:
        return "**********" if self._value else ""

    def __copy__(self) -> SecretStr:
        return self

    def __deepcopy__(self, _memo: object) -> SecretStr:
        return self

    def __getstate__(self) -> object:
        raise TypeError("a secret isn't pickled")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretStr) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)
