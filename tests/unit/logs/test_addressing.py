"""Commands that a diagnosis suggests name what the events name."""

from __future__ import annotations

from oktascim.diagnose.engine import explain_text
from oktascim.logs.addressing import addressed, facts_of
from tests.support.log_events import make_event

FINDING = explain_text("Error authenticating: Unauthorized")[0].__class__(
    category="unknown",
    confidence="low",
    cause="See `oktascim app show APP`.",
    fix="Run `oktascim app assign APP --user USER`, `oktascim apply FILE`, `oktascim template show NAME`. No APP.",
    rule="r",
    sources=(),
    alternatives=(),
    events=(),
    okta_action=explain_text("x")[0].okta_action,
)


def event(app: str, user: str) -> dict[str, str]:
    targets = [
        {"type": "AppInstance", "id": "0oa1", "alternateId": app},
        {"type": "User", "id": "00u1", "alternateId": user},
    ]
    return facts_of(make_event(1, target=targets))


def test_the_app_and_the_person_of_the_event_stand_in_the_commands() -> None:
    said = addressed(FINDING, [event("Acme CRM", "ada@acme.example")])
    assert said.cause == "See `oktascim app show 'Acme CRM'`."
    assert said.fix.startswith("Run `oktascim app assign 'Acme CRM' --user ada@acme.example`, `oktascim apply FILE`")
    assert said.fix.endswith(" No APP.")


def test_what_is_known_otherwise_comes_first() -> None:
    said = addressed(FINDING, [event("Acme CRM", "ada")], {"APP": "team/acme-crm", "NAME": "scim2-header"})
    assert said.cause == "See `oktascim app show team/acme-crm`."
    assert "`oktascim template show scim2-header`" in said.fix


def test_events_that_disagree_fill_in_nothing() -> None:
    said = addressed(FINDING, [event("Acme CRM", "ada"), event("Acme CRM", "grace")])
    assert "`oktascim app assign 'Acme CRM' --user USER`" in said.fix


def test_a_label_cannot_smuggle_in_a_command() -> None:
    assert "'x; rm -rf ~'" in addressed(FINDING, [event("x; rm -rf ~", "ada")]).cause
    assert addressed(FINDING, [event("x` `y", "ada")]).cause == FINDING.cause
