"""What a run reports: the JSON is a contract, and one exit code speaks for all."""

from __future__ import annotations

import json

import pytest

from oktascim.catalog import find_template
from oktascim.errors import ExitCode, Interrupted, OktascimError, PersonNeeded, ScimServerFailed
from oktascim.okta.errors import OktaRefusedIdentity
from oktascim.plan.compare import Change
from oktascim.plan.diff import IntegrationPlan
from oktascim.plan.report import Report, StepReport, exit_code
from oktascim.plan.steps.provisioning import Provision
from oktascim.routes.readback import ReadBack
from oktascim.routes.route import Handoff

REFUSED = OktaRefusedIdentity("Refused.", status=401)
PROOF = ReadBack("ENABLED", ("features",), None, frozenset({"create"}))


@pytest.fixture
def report(make, provisioning):
    def build(status: str, error: OktascimError | None = None, **members) -> Report:
        one = make(provisioning=provisioning)
        plan = IntegrationPlan(one, find_template(one.template), None, ())
        return Report(plan, status, "0oa1", error=error, **members)

    return build


@pytest.mark.parametrize(
    ("endings", "code"),
    [
        ([], ExitCode.DONE),
        ([("done", None), ("unchanged", None)], ExitCode.DONE),
        ([("failed", OktascimError("x"))], ExitCode.FAILED),
        ([("blocked", OktascimError("x"))], ExitCode.FAILED),
        ([("failed", None)], ExitCode.FAILED),
        ([("pending", PersonNeeded("x"))], ExitCode.PERSON),
        ([("failed", REFUSED)], ExitCode.IDENTITY),
        ([("failed", ScimServerFailed("x"))], ExitCode.SCIM),
        ([("interrupted", Interrupted("x"))], ExitCode.INTERRUPTED),
        ([("pending", PersonNeeded("x")), ("failed", OktascimError("x"))], ExitCode.FAILED),
        ([("failed", OktascimError("x")), ("failed", ScimServerFailed("x"))], ExitCode.SCIM),
        ([("failed", ScimServerFailed("x")), ("failed", REFUSED)], ExitCode.IDENTITY),
        ([("failed", REFUSED), ("interrupted", Interrupted("x"))], ExitCode.INTERRUPTED),
    ],
)
def test_exit_code(report, endings: list, code: ExitCode) -> None:
    assert exit_code(report(status, error) for status, error in endings) == code


def test_the_json_of_an_integration(report) -> None:
    step = Provision((Change("provisioning.connection", "UNKNOWN", "ENABLED"),), stage="connect")
    error = PersonNeeded("A person.", why="api: no", fix="Open it.")
    steps = (StepReport(step, "pending", error=error),)
    pending = report("pending", error, steps=steps, handoff=Handoff("https://page", ("Click.",)))
    words = {"what": "A person.", "why": "api: no", "fix": "Open it.", "code": None, "request_id": None, "exit_code": 6}
    assert json.loads(json.dumps(pending.to_json())) == {
        "name": "acme",
        "owner": None,
        "label": "Acme",
        "template": "scim2-header",
        "app_id": "0oa1",
        "status": "pending",
        "steps": [
            {
                "step": "provisioning",
                "summary": "Enable provisioning",
                "status": "pending",
                "evidence": None,
                "changes": [{"field": "provisioning.connection", "old": "UNKNOWN", "new": "ENABLED"}],
                "error": words,
            }
        ],
        "outcomes": [],
        "provisioning": {"status": "UNKNOWN", "route": None, "verified_by": [], "attempts": []},
        "handoff": {"page": "https://page", "steps": ["Click."]},
        "notes": [],
        "error": words,
    }


def test_the_proof_is_part_of_the_json(report) -> None:
    shown = report("done", proof=PROOF, route="api").to_json()["provisioning"]
    assert shown == {"status": "ENABLED", "route": "api", "verified_by": ["features"], "attempts": []}
