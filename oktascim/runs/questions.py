"""Prompts at a terminal, repeated until the answer is valid."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from oktascim.render.streams import Output

AnswerCheck = Callable[[str], str | None]


def _anything(_answer: str) -> None:
    """Accept every answer."""


class Questions:
    """Asks on stderr and reads from stdin; Enter accepts the answer in brackets."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def text(self, question: str, option: str, *, default: str | None = None, check: AnswerCheck = _anything) -> str:
        """Ask for a line of text.

        Args:
            question: the prompt.
            option: the flag that answers the question.
            default: the answer on Enter; "" makes the answer optional, None asks again until there is one.
            check: returns what is wrong with an answer, or None.

        Raises:
            UsageProblem: the terminal isn't interactive, or the input ends before a required answer.
        """
        shown = f" [{default}]" if default else ""
        while True:
            given = self._output.ask(f"{question}{shown}: ", otherwise=option, required=default is None).strip()
            answer = given or default
            problem = "An answer is required (Ctrl-C to cancel)." if answer is None else check(answer)
            if answer is not None and problem is None:
                return answer
            self._output.note_painted(self._output.note_layout.hanging("  ", problem or ""))

    def choose(
        self,
        question: str,
        option: str,
        choices: Sequence[tuple[str, str]],
        *,
        default: str | None = None,
        also: Collection[str] = (),
    ) -> str:
        """Ask for one of several values.

        Args:
            question: the prompt, a complete sentence.
            option: the flag that answers the question.
            choices: pairs of a value and its description.
            default: the answer on Enter; None asks again until there is an answer.
            also: other values that may be typed by name.

        Returns:
            The chosen value.
        """
        self._output.note(question)
        for number, (_, words) in enumerate(choices, 1):
            self._output.note(f"  {number}  {words}")
        by_number = {str(number): value for number, (value, _) in enumerate(choices, 1)}
        known = {*by_number.values(), *also}

        def check(answer: str) -> str | None:
            return None if answer in by_number or answer in known else f"Answer with 1 to {len(choices)}, or a name."

        answer = self.text("Number or name", option, default=default, check=check)
        return by_number.get(answer, answer)
