"""What a step of the lifecycle is, and what one was found to be; lifecycle.yaml holds the steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

Subject = Literal["user", "group"]
Side = Literal["okta", "scim", "log"]
State = Literal["proven", "failed", "unproven", "not_applicable", "not_run"]
SideAnswer = Literal["agrees", "disagrees", "silent", "not_asked"]

SIDES: tuple[Side, ...] = ("okta", "scim", "log")


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LifecycleStep(_Data):
    """One step of the lifecycle; the members are explained at the top of lifecycle.yaml."""

    id: str
    title: str
    action: str
    subject: Subject
    needs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    after_success: tuple[str, ...] = ()
    shown_by: str = ""
    second: bool = False
    ends: bool = False
    okta: str
    events: tuple[str, ...]
    lie: str
    fix: str = ""
    checks: Mapping[str, tuple[str, ...]]
    source: str

    def is_about(self, word: str) -> bool:
        """Whether --skip means it: its id, or the first parts of it."""
        return self.id == word or self.id.startswith(f"{word}.")


class Lifecycle(_Data):
    """The steps in order, and the words and values that go with them."""

    steps: tuple[LifecycleStep, ...]
    needs: Mapping[str, str]
    values: Mapping[str, str]
    left_out: Mapping[str, str]


@cache
def lifecycle() -> Lifecycle:
    """The lifecycle that travels with the package."""
    text = resources.files("oktascim.verify").joinpath("lifecycle.yaml").read_text(encoding="utf-8")
    return Lifecycle(**yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506


@dataclass(frozen=True)
class Said:
    """What one side says about a step.

    Attributes:
        side: okta (the app user or push mapping), scim (the server, asked by us), log (the System Log).
        answer: `silent` is a log without a word of it, or a side that hasn't got there yet; `not_asked` one that
            can't be asked, which proves nothing.
        words: what was read.
        final: waiting won't change it.
        meaning: what it means, in a sentence, where the words alone don't tell.
    """

    side: Side
    answer: SideAnswer
    words: str
    final: bool = False
    meaning: str = ""

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {"answer": self.answer, "words": self.words}


@dataclass(frozen=True)
class AttributeResult:
    """The result of one attribute in a step that changes many."""

    name: str
    state: State
    words: str

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {"name": self.name, "state": self.state, "words": self.words}


@dataclass(frozen=True)
class StepResult:
    """The outcome of one step.

    Attributes:
        step: the step.
        state: `unproven` where nothing contradicts it but a side could not be asked or said nothing.
        sides: what each side said; empty where the step was not run.
        seconds: from the change in Okta to the last answer.
        detail: what is wrong, or why it was not run.
        fix: what to do about it.
        category: of the diagnosis, where Okta gave an error.
        parts: the attributes of `user.update`.
    """

    step: LifecycleStep
    state: State
    sides: tuple[Said, ...] = ()
    seconds: float = 0.0
    detail: str = ""
    fix: str = ""
    category: str = ""
    parts: tuple[AttributeResult, ...] = ()

    @property
    def summary(self) -> str:
        """The detail with what the server shows, where that is what is wrong."""
        seen = [said.words for said in self.sides if said.side == "scim" and said.answer == "disagrees"]
        return " ".join([self.detail, *(f"Seen: {words}." for words in seen)])

    def to_json(self) -> dict[str, Any]:
        """JSON values; the keys are a contract with scripts."""
        return {
            "id": self.step.id,
            "title": self.step.title,
            "state": self.state,
            "seconds": round(self.seconds, 3),
            "sides": {said.side: said.to_json() for said in self.sides},
            "detail": self.detail,
            "fix": self.fix or None,
            "category": self.category or None,
            "attributes": [part.to_json() for part in self.parts],
            "source": self.step.source,
        }


def judged(sides: tuple[Said, ...]) -> State:
    """The state that the answers of the three sides make: one denial fails, and only three agreements prove."""
    answers = {said.answer for said in sides}
    if "disagrees" in answers:
        return "failed"
    return "proven" if answers == {"agrees"} else "unproven"
