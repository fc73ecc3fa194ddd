"""Questions to a person at a terminal: asked again until the answer can be used."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from oktascim.errors import UsageProblem
from oktascim.render.streams import Output

Check = Callable[[str], str | None]


def _anything(_answer: str) -> None:
    """Take every answer."""


class Questions:
    """Asks on stderr and reads from stdin; Enter takes the answer in brackets."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def text(self, question: str, option: str, *, default: str | None = None, check: Check = _anything) -> str:
        """Ask for a line of text.

        Args:
            question: what is asked.
            option: the flag that would have answered.
            default: what Enter means; None makes an answer necessary, "" makes it optional.
            check: says what is wrong with an answer, or None.

        Raises:
            UsageProblem: nobody can be asked, or a necessary answer is not given.
        """
        shown = f" [{default}]" if default else ""
        while True:
            answer = self._output.ask(f"{question}{shown}: ", otherwise=option).strip() or default
            if answer is None:
                raise UsageProblem(f"An answer is needed: {question}.", fix=f"Answer, or give {option}.")
            problem = check(answer)
            if problem is None:
                return answer
            self._output.note(f"  {problem}")

    def choose(self, question: str, option: str, choices: Sequence[tuple[str, str]], default: str = "") -> str:
        """Ask for one of several.

        Args:
            question: what is asked.
            option: the flag that would have answered.
            choices: pairs of a value and what it is for.
            default: what Enter means; the first, where none is given.

        Returns:
            The chosen value.
        """
        names = [name for name, _ in choices]
        width = max(map(len, names))
        self._output.note(f"{question}:")
        for number, (name, purpose) in enumerate(choices, 1):
            self._output.note(f"  {number}  {name:{width}}  {purpose}")
        by_number = {str(number): name for number, name in enumerate(names, 1)}

        def check(answer: str) -> str | None:
            return None if answer in names or answer in by_number else f"Answer with 1 to {len(names)}, or a name."

        answer = self.text("Number or name", option, default=default or names[0], check=check)
        return by_number.get(answer, answer)
