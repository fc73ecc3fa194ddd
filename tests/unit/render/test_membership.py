"""app assign and push-group on a terminal: a line for each user and group."""

from __future__ import annotations

from oktascim.errors import OktascimError
from oktascim.plan.membership import Membership
from oktascim.plan.outcomes import push_outcome, user_outcome
from oktascim.plan.targets import Target
from oktascim.render.layout import Layout
from oktascim.render.membership import membership_table, membership_text
from tests.unit.render.test_plan_text import plain

ADA, ALAN, TEAM = Target("ada", "00u1"), Target("alan", "00u2"), Target("Eng", "00g1")


def test_a_change_with_an_outcome_is_one_line_and_a_failed_one_is_not_hidden() -> None:
    changes = [
        Membership("user", ADA, "ada is STAGED"),
        Membership("user", ALAN, error=OktascimError("Okta rejected it.")),
        Membership("push_group", TEAM, "Eng: mapping ACTIVE"),
    ]
    outcomes = [
        user_outcome({"id": "00u1", "status": "PROVISIONED"}, "ada"),
        push_outcome({"sourceGroupId": "00g1", "status": "ACTIVE"}, "Eng"),
    ]
    assert plain(membership_text(changes, outcomes, Layout(80)) or ()) == [
        "✗ user  alan  FAILED  Okta rejected it.",
        "✓ user ada  provisioned  PROVISIONED",
        "✓ push group Eng  provisioned  mapping ACTIVE",
    ]
    assert len(membership_table(changes, outcomes).rows) == 5
