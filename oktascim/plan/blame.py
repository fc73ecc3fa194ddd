"""Looks up in the System Log who changed the apps that differ from their spec."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from oktascim.errors import UsageProblem
from oktascim.okta.client import Okta
from oktascim.okta.errors import OktaError, UnreadableAnswer
from oktascim.okta.logs import SCOPE, LogQuery, read_page
from oktascim.plan.culprits import TYPES, culprits_of
from oktascim.plan.diff import IntegrationPlan

_KEPT = timedelta(days=90)  # how long Okta keeps events (OB-174)
_MOST_APPS = 20


async def with_culprits(okta: Okta, plans: Sequence[IntegrationPlan]) -> list[IntegrationPlan]:
    """The plans, with the users who changed the apps that differ: one read of the log for up to 20 apps.

    If no app differs, the log isn't read. If the token can't read the log, the plans stay as they are.
    """
    ids = [plan.app.id for plan in plans if plan.app and _may_have_drifted(plan)][:_MOST_APPS]
    granted = await okta.granted_scopes() if ids else None
    if not ids or (granted is not None and SCOPE not in granted):
        return list(plans)
    now = datetime.fromtimestamp(okta.clock.now(), UTC)
    try:
        page = await read_page(okta, LogQuery(_filter(ids), now - _KEPT, now, newest_first=True))
        events = page.events.values
    except (OktaError, UnreadableAnswer, UsageProblem):
        return list(plans)
    return [
        replace(plan, culprits=culprits_of(plan.app.id, events)) if plan.app and plan.app.id in ids else plan
        for plan in plans
    ]


def _may_have_drifted(plan: IntegrationPlan) -> bool:
    """Whether something differs that the log can show: not assignments, and not a connection that never existed."""
    kinds = {step.kind for step in plan.steps if not (step.kind == "provisioning" and plan.waits_for_person)}
    return bool(kinds & {"update_app", "activate_app", "provisioning", "to_okta", "mappings"})


def _filter(ids: Sequence[str]) -> str:
    types = " or ".join(f'eventType eq "{kind}"' for kind in TYPES)
    targets = " or ".join(f'target.id eq "{app_id}"' for app_id in ids)
    return f"({types}) and ({targets})"
