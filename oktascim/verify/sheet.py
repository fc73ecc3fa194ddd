"""The sheet of a test plan: which cases a run has covered, with the evidence, and which remain to be done manually."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict

from oktascim.package_yaml import read_package_yaml
from oktascim.verify.model import StepResult

CaseOutcome = Literal["passed", "partly", "failed", "unproven", "manual", "not_applicable"]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PlanCase(_Data):
    """One case of a plan; the comment at the top of oin.yaml explains the fields."""

    id: str
    what: str
    steps: tuple[str, ...] = ()
    by_hand: str = ""
    needs: tuple[str, ...] = ()


class CasePlan(_Data):
    """A plan: the known cases, and the total number."""

    total: int
    set_up: int
    spreadsheet: str
    guide: str
    cases: tuple[PlanCase, ...]
    crud: tuple[PlanCase, ...]
    needs: Mapping[str, str]


@dataclass(frozen=True)
class SheetRow:
    """A case with its outcome.

    Attributes:
        case: the case.
        outcome: `partly` if the steps pass and manual tests remain.
        evidence: what the steps have shown, or why the case isn't applicable.
    """

    case: PlanCase
    outcome: CaseOutcome
    evidence: str

    @property
    def left_to_do(self) -> str:
        """What to do manually, or ""."""
        return "" if self.outcome == "not_applicable" else self.case.by_hand

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "id": self.case.id,
            "what": self.case.what,
            "outcome": self.outcome,
            "steps": list(self.case.steps),
            "evidence": self.evidence,
            "by_hand": self.left_to_do or None,
        }


@cache
def load_plan(name: str) -> CasePlan:
    """A plan by name; `oin` is the only one."""
    return CasePlan(**read_package_yaml(Path(__file__).with_name(f"{name}.yaml")))


@dataclass(frozen=True)
class Sheet:
    """A plan after a run: its rows in order, the cases of the plan first, then those of the CRUD suite."""

    name: str
    plan: CasePlan
    rows: tuple[SheetRow, ...]

    @property
    def unlisted(self) -> str:
        """The cases that the sheet omits, as a sentence; "" if it has every case of the plan."""
        left = self.plan.total - (len(self.rows) - len(self.plan.crud))
        if left <= 0:
            return ""
        return (
            f"The test plan has {self.plan.total} cases ({self.plan.set_up} of them set things up). {left} are not in"
            f" this sheet: their ids are only in Okta's spreadsheet, {self.plan.spreadsheet}. Add --plan-file with that"
            " file to list them."
        )

    @property
    def counts(self) -> dict[str, int]:
        """The number of rows with each outcome."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in get_args(CaseOutcome) if found[outcome]}

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "name": self.name,
            "counts": self.counts,
            "cases": [row.to_json() for row in self.rows],
            "unlisted": self.unlisted or None,
        }


def sheet_of(
    name: str, results: Sequence[StepResult], has: Collection[str], spreadsheet: Mapping[str, str] | None = None
) -> Sheet:
    """The sheet of a plan.

    Args:
        name: the name of the plan.
        results: the steps of a run.
        has: the features that the integration has switched on.
        spreadsheet: the titles of all cases, by id; a case that the plan doesn't map is manual.
    """
    plan, by_id = load_plan(name), {one.step.id: one for one in results}
    mapped = {case.id for case in plan.cases}
    others = (PlanCase(id=one, what=what) for one, what in (spreadsheet or {}).items() if one not in mapped)
    cases = (*plan.cases, *others, *plan.crud)
    return Sheet(name, plan, tuple(_row(plan, case, [by_id[step] for step in case.steps], has) for case in cases))


def _row(plan: CasePlan, case: PlanCase, results: Sequence[StepResult], has: Collection[str]) -> SheetRow:
    missing = [plan.needs[need] for need in case.needs if need not in has]
    off = [one.detail for one in results if one.state == "not_applicable"]
    if missing or off:
        return SheetRow(case, "not_applicable", (missing + off)[0])
    if not results:
        return SheetRow(case, "manual", "")
    states = {one.state for one in results}
    evidence = "; ".join(_evidence(one) for one in results)
    if "failed" in states:
        return SheetRow(case, "failed", evidence)
    if states != {"proven"}:
        return SheetRow(case, "unproven", evidence)
    return SheetRow(case, "partly" if case.by_hand else "passed", evidence)


def _evidence(result: StepResult) -> str:
    if result.detail:
        return f"{result.step.id}: {result.detail}"
    return f"{result.step.id}: {', '.join(f'{said.side}: {said.words}' for said in result.sides)}"
