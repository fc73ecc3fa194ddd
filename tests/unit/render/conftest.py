"""Reports and plans to render."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from oktascim.catalog import find_template
from oktascim.errors import Interrupted, OktascimError, PersonNeeded
from oktascim.okta.apps import App, app_from
from oktascim.plan.blockers import Blocker
from oktascim.plan.compare import Change
from oktascim.plan.diff import IntegrationPlan
from oktascim.plan.outcomes import user_outcome
from oktascim.plan.report import Report, StepReport
from oktascim.plan.steps.app import DeleteApp, UpdateApp
from oktascim.plan.steps.assignments import AssignUsers
from oktascim.plan.steps.base import Step
from oktascim.plan.steps.creation import CreateApp
from oktascim.plan.steps.provisioning import Provision
from oktascim.plan.targets import Target
from oktascim.redact import Masker
from oktascim.render.streams import Output
from oktascim.routes.readback import ReadBack
from oktascim.spec.models import Integration

APP = app_from({"id": "0oa1", "name": "scim2testapp", "label": "Acme", "status": "ACTIVE"})
LONG = app_from(
    {
        "id": "0oa1b2c3d4e5f6g7h8i9",
        "name": "scim2headerauth",
        "label": "Acme Customer Relations EMEA",
        "status": "INACTIVE",
        "features": ["PUSH_NEW_USERS"],
        "settings": {"notes": {"admin": "oktascim:platform-team/acme-crm"}},
    }
)
IN_ERROR = {"id": "00u1", "status": "STAGED", "syncState": "ERROR", "lastUpdated": "2026-11-28T11:00:00Z"}
FAILED = user_outcome(IN_ERROR, "ada@acme.example")
CREATE = CreateApp((Change("label", None, "Acme"), Change("visibility.web", None, True)))
UPDATE = UpdateApp((Change("visibility.web", True, False),))
PROVISION = Provision((Change("provisioning.to_app", ["create"], ["create", "update"]),), stage="connect")
ASSIGN = AssignUsers((Change("assignments.users", None, "ada"),), (Target("ada", "00u1"),))
UNKNOWN = ReadBack("UNKNOWN", (), None, frozenset())


@dataclass
class Desk:
    """An Output whose streams are texts, and which knows one secret."""

    stdout: io.StringIO = field(default_factory=io.StringIO)
    stderr: io.StringIO = field(default_factory=io.StringIO)

    def __post_init__(self) -> None:
        masker = Masker()
        masker.add("s3cret&token")
        self.output = Output(masker, {}, stdout=self.stdout, stderr=self.stderr)

    @property
    def err(self) -> str:
        return self.stderr.getvalue()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def planned(
    name: str, *steps: Step, app: App | None = None, template: str = "scim2-header", **members: Any
) -> IntegrationPlan:
    one = {"name": name, "label": "Acme", "template": template, "sign_on": {"mode": "saml"}}
    return IntegrationPlan(Integration.model_validate(one), find_template(template), app, steps, **members)


@pytest.fixture
def plans() -> dict[str, IntegrationPlan]:
    """One of every kind."""
    return {
        "create": planned("new", CREATE, PROVISION, ASSIGN),
        "change": planned("old", UPDATE, app=APP),
        "none": planned("same", app=APP),
        "blocked": planned("stuck", problem=Blocker("It is stuck.", "Free it."), app=APP),
        "replace": planned("other", DeleteApp((), APP), CREATE, app=APP),
        "wizard": planned(
            "risky", UPDATE, app=replace(APP, features=frozenset({"GROUP_PUSH"})), template="custom-saml"
        ),
        "pending": planned("waits", PROVISION, ASSIGN, app=APP, proof=UNKNOWN),
    }


@pytest.fixture
def reports(plans: dict[str, IntegrationPlan]) -> list[Report]:
    """One of every ending."""
    person = PersonNeeded("A person must.", why="api: no", fix="1. Click.")
    failed = OktascimError("Okta rejected s3cret&token.", why="<why> & \x1b[2Jmore", fix="Fix it.")
    blocked = OktascimError("It is stuck.", fix="Free it.")
    stopped = Interrupted("Interrupted before the next request.")
    return [
        Report(plans["create"], "done", "0oa2", (StepReport(CREATE, "done", "read back"),)),
        Report(plans["none"], "unchanged", "0oa1"),
        Report(
            plans["pending"], "failed", "0oa1",
            (StepReport(UPDATE, "pending", error=person), StepReport(ASSIGN, "failed", error=failed)),
            error=failed,
        ),
        Report(plans["blocked"], "blocked", "0oa1", error=blocked),
        Report(plans["change"], "interrupted", "0oa1", (StepReport(UPDATE, "not_run", error=stopped),), error=stopped),
    ]  # fmt: skip
