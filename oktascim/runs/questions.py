"""Questions to a person at a terminal: asked again until the answer can be used."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from oktascim.render.streams import Output

AnswerCheck = Callable[[str], str | None]


def _anything(_answer: str) -> None:
    """Take every answer."""


class Questions:
    """Asks on stderr and reads from stdin; Enter takes the answer in brackets."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def text(self, question: str, option: str, *, default: str | None = None, check: AnswerCheck = _anything) -> str:
        """Ask for a line of text.

        Args:
            question: what is asked.
            option: the flag that would have answered.
            default: what Enter means; "" makes the answer optional, None asks again until there is one.
            check: says what is wrong with an answer, or None.

        Raises:
            UsageProblem: nobody can be asked, or the input ends before a necessary answer.
        """
        shown = f" [{default}]" if default else ""
        while True:
            given = self._output.ask(f"{question}{shown}: ", otherwise=option, required=default is None).strip()
            answer = given or default
            problem = "Please answer; Ctrl-C ends." if answer is None else check(answer)
            if answer is not None and problem is None:
                return answer
            self._output.note(f"  {problem}")

    def choose(
        self,
        question: str,
        option: str,
        choices: Sequence[tuple[str, str]],
        *,
        default: str | None = None,
        also: Collection[str] = (),
    ) -> str:
        """Ask for one of several.

        Args:
            question: what is asked, a whole sentence.
            option: the flag that would have answered.
            choices: pairs of a value and what a person reads for it.
            default: what Enter means; None asks again until there is an answer.
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
