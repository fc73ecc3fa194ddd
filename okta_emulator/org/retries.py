"""Retry Selected on the Tasks page: runs the same operation again (OB-278, OB-290)."""

from __future__ import annotations

from okta_emulator.core.errors import NotFound, ValidationFailed
from okta_emulator.org.events import Cause
from okta_emulator.org.state import Org
from okta_emulator.org.user_deliveries import ProvisionUser, PushProfile

_JOBS: dict[str, type[ProvisionUser] | type[PushProfile]] = {"provision": ProvisionUser, "profile": PushProfile}


def retry(org: Org, cause: Cause, task_id: str | None) -> int:
    """Retry one task, or with None every task that can be retried; returns how many.

    Raises:
        NotFound: there is no such task.
        ValidationFailed: the page has no Retry button for it.
    """
    if task_id is None:
        tasks = [task for _, task in org.store.tasks.each() if task["retry"]]
    else:
        task = org.store.tasks.get(task_id)
        if task is None:
            raise NotFound(task_id, "Task")
        if not task["retry"]:
            raise ValidationFailed("task", causes=("This task can only be completed manually.",))  # our wording
        tasks = [task]
    for task in tasks:
        org.jobs.submit(_JOBS[task["kind"]](cause, task["app_id"], task["user_id"]))
    return len(tasks)
