"""Sets or tests the connection of one app, without a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from oktascim.catalog import find_template
from oktascim.okta.apps import App
from oktascim.okta.client import Okta
from oktascim.plan.kind import find_kind, no_template
from oktascim.render.progress import progress_for
from oktascim.routes.readback import read_back
from oktascim.routes.route import Established, establish
from oktascim.routes.task import Stage, Task
from oktascim.runs.engine import ApplyRequest
from oktascim.runs.find_app import find_app
from oktascim.runs.flags import name_from_label
from oktascim.runs.interruption import stoppable
from oktascim.runs.person import Person
from oktascim.runs.route_choice import RouteChoice
from oktascim.runs.session import Session
from oktascim.spec.loader import LoadedIntegration
from oktascim.template import Template

if TYPE_CHECKING:
    from oktascim.scim.report import ProbeReport


async def connect(
    session: Session,
    word: str,
    template: str | None,
    wanted: Callable[[str, str, str | None], LoadedIntegration],
    route: RouteChoice,
    person: Person,
) -> tuple[Established, App]:
    """Set the connection of an existing app, with the first route that works.

    Args:
        session: the run.
        word: the app.
        template: the app's template, or None to detect it.
        wanted: returns, for a template's name, a name of its own and the base URL that Okta shows, the integration with
            base URL and credentials.
        route: the chosen route.
        person: what the person at the terminal can do.

    Returns:
        The outcome, and the app.
    """
    with progress_for(session.output) as progress:
        async with stoppable(session, progress.waits) as okta:
            found = await find_app(okta, word)
            kind = find_template(template) if template else await _template_of(okta, found)
            proof = await read_back(okta, found.id)
            one = wanted(kind.name, name_from_label(found.integration or found.label), proof.base_url)
            assert one.integration.provisioning is not None
            request = ApplyRequest(session, (one,), route=route, person=person)
            is_on = proof.status == "ENABLED"
            stage: Stage = "edit" if is_on else "connect"
            task = Task(found, kind, one.integration.provisioning, stage, found.label, needs_witness=is_on)
            async with request.console_browser(okta) as browser:
                routes = request.routes(okta, one.integration.key, progress, browser)
                established = await establish(okta, task, routes, progress)
            return established, found


async def run_credential_test(session: Session, one: LoadedIntegration) -> ProbeReport:
    """Send the requests of Okta's credential test from this machine, with the integration's credentials."""
    from oktascim.check.members import judge_users
    from oktascim.scim.probe import ANSWER_LIMIT, probe

    wanted = one.integration.provisioning
    assert wanted is not None
    authorization = ApplyRequest(session, (one,)).secrets.of(one.integration.key).authorization()
    version = find_template(one.integration.template).scim_version
    return await probe(
        wanted.base_url,
        version,
        authorization,
        import_groups=bool(wanted.import_groups),
        inside=judge_users,
        limit=min(session.timeout or ANSWER_LIMIT, ANSWER_LIMIT),
        announce=session.announce,
    )


async def _template_of(okta: Okta, found: App) -> Template:
    template = await find_kind(okta, found)
    if template is None:
        raise no_template(found, "If it was created from a template, specify the template with --template.")
    return template
