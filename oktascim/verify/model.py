"""The steps of the lifecycle, which lifecycle.yaml defines, and their results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from oktascim.package_yaml import read_package_yaml

Subject = Literal["user", "group"]
Role = Literal["first", "second", "leaver"]
Side = Literal["okta", "scim", "log"]
State = Literal["proven", "failed", "unproven", "not_applicable", "not_run"]
SideAnswer = Literal["agrees", "disagrees", "silent", "not_asked"]

_ENDS_ACCESS = frozenset({"deactivate", "unassign"})
SIDES: tuple[Side, ...] = ("okta", "scim", "log")


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LifecycleStep(_Data):
    """One step of the lifecycle; the comment at the top of lifecycle.yaml explains the fields."""

    id: str
    title: str
    action: str
    subject: Subject
    needs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    after_success: tuple[str, ...] = ()
    about: Role = "first"
    ends: bool = False
    okta: str
    events: tuple[str, ...]
    lie: str
    fix: Mapping[str, str] = {}
    checks: Mapping[str, tuple[str, ...]]
    source: str

    def is_about(self, word: str) -> bool:
        """Whether a value of --skip matches it: its id, or the first parts of it."""
        return self.id == word or self.id.startswith(f"{word}.")


class Fault(_Data):
    """What is wrong if the server shows something else than the step's own change; see lifecycle.yaml."""

    says: str
    access: bool = False
    fix: str = ""
    do: str = ""
    checks: tuple[str, ...] = ()


class Lifecycle(_Data):
    """The steps in order, with their texts and values."""

    steps: tuple[LifecycleStep, ...]
    faults: Mapping[str, Fault]
    needs: Mapping[str, str]
    values: Mapping[str, str]
    left_out: Mapping[str, str]


@cache
def lifecycle() -> Lifecycle:
    """The lifecycle that is part of the package."""
    return Lifecycle(**read_package_yaml(Path(__file__).with_name("lifecycle.yaml")))


@dataclass(frozen=True)
class Said:
    """The answer of one side about a step.

    Attributes:
        side: okta (the app user or push mapping), scim (the server, which we query), log (the System Log).
        answer: `silent` is a log that doesn't mention it, or a side that doesn't show it yet; `not_asked` is a side
            that can't be queried, which proves nothing.
        words: what was read, as text.
        final: waiting won't change it.
        meaning: an explanation in one sentence, if the words aren't clear on their own.
        fault: the kind of fault, a key of `faults` in lifecycle.yaml, or "" for one in the step's own change.
    """

    side: Side
    answer: SideAnswer
    words: str
    final: bool = False
    meaning: str = ""
    fault: str = ""

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
        state: `unproven` if nothing contradicts it but a side couldn't be queried or said nothing.
        sides: what each side said; empty if the step wasn't run.
        seconds: from the change in Okta to the last answer.
        detail: what is wrong, why it wasn't run, or what to know about a proven step.
        fix: what to do about it.
        category: the category of the diagnosis, if Okta gave an error.
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
    def is_about_access(self) -> bool:
        """Whether someone has access who must not have it, or has lost it."""
        faults = [lifecycle().faults[said.fault] for said in self.sides if said.fault in lifecycle().faults]
        return self.step.action in _ENDS_ACCESS or any(fault.access for fault in faults)

    @property
    def summary(self) -> str:
        """The detail, with the server's data if that is the fault."""
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
    """The state derived from the three answers: one denial fails the step, and only three agreements prove it."""
    answers = {said.answer for said in sides}
    if "disagrees" in answers:
        return "failed"
    return "proven" if answers == {"agrees"} else "unproven"
