"""The Tasks of the dashboard: failed operations, with Retry Selected (OB-288, OB-290, OB-431)."""

from __future__ import annotations

from starlette.responses import Response

from okta_emulator.admin_console.addresses import TASKS
from okta_emulator.admin_console.visit import Visit
from okta_emulator.core.errors import OrgError
from okta_emulator.org import tasks
from okta_emulator.org.retries import retry

_RETRY_SECONDS = 5.0
_MOST_ROWS = 200


async def dashboard(visit: Visit) -> Response:
    """GET /admin/dashboard: the tasks, and nothing else of the real page."""
    return visit.page("dashboard.html", "Dashboard", tasks=TASKS)


async def show(visit: Visit) -> Response:
    """GET of the list of tasks."""
    return _listed(visit)


async def retry_selected(visit: Visit) -> Response:
    """POST of the list: retry the ticked tasks; shows the list again once they ended, or after five seconds."""
    posted = await visit.posted()
    ticked = [name.removeprefix("task.") for name, value in posted.items() if name.startswith("task.") and value]
    problems = []
    for task in ticked:
        try:
            retry(visit.org, visit.cause, task)
        except OrgError as error:
            problems.append("; ".join(error.causes) or error.text)
    ended = await visit.org.jobs.idle(_RETRY_SECONDS)
    started = len(ticked) - len(problems)
    words = (
        f"Retried tasks: {started}." if ended else f"Retrying tasks: {started}. Open this page again for the result."
    )
    return _listed(visit, words, problems)


def _listed(visit: Visit, words: str = "", problems: list[str] | None = None) -> Response:
    found = tasks.listed(visit.org)
    rows = [{**task, "created": task["created"][:19].replace("T", " ")} for task in found[:_MOST_ROWS]]
    shown = (problems or [])[:_MOST_ROWS]
    return visit.fragment("tasks.html", tasks=rows, waiting=len(found), url=TASKS, words=words, problems=shown)
