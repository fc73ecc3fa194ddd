"""The tasks of the org: what the Tasks page lists after a failure, until a retry succeeds (OB-290, OB-330).

Nothing is retried automatically: after an outage or a bad token, accounts stay failed until an administrator retries
them, even after the connection works again.
"""

from __future__ import annotations

from typing import Literal

from okta_emulator.core.records import App, Json, Task, User
from okta_emulator.org.state import Org
from okta_emulator.scim_client.outcome import Outcome

TaskKind = Literal["provision", "profile", "password", "deprovision"]
_FRAMES: dict[TaskKind, str] = {
    "provision": "Automatic provisioning of user {name} to app {label} failed: {error}",
    "profile": "Automatic profile push of user {name} to app {label} failed: {error}",
    "password": "Automatic password push of user {name} to app {label} failed: {error}",  # by analogy; our choice
    "deprovision": "Application accounts need deprovisioning",  # OB-288
}


def settle(org: Org, app: App, kind: TaskKind, user: User, outcome: Outcome) -> None:
    """Keep a task for a failed operation, unless its app was deleted meanwhile; remove it after a success.

    Args:
        org: the org.
        app: the app.
        kind: what was tried.
        user: for whom.
        outcome: how it ended.
    """
    task_id = f"{app['id']}.{kind}.{user['id']}"
    if outcome.ok or org.store.apps.get(app["id"]) is None:
        org.store.tasks.delete(task_id)
        return
    name = f"{user['profile']['firstName']} {user['profile']['lastName']}"
    text = _FRAMES[kind].format(name=name, label=app["label"], error=outcome.error or "null")
    task: Task = {
        "id": task_id,
        "kind": kind,
        "app_id": app["id"],
        "user_id": user["id"],
        "created": org.now(),
        "text": text,
        "retry": kind in ("provision", "profile"),
    }
    org.store.tasks.put(task_id, task, name=app["id"])


def forget(org: Org, app_id: str, user_id: str) -> None:
    """Remove the tasks of an assignment that has ended, except for deprovisioning tasks."""
    for kind in ("provision", "profile", "password"):
        org.store.tasks.delete(f"{app_id}.{kind}.{user_id}")


def listed(org: Org) -> list[Json]:
    """Every task; `retry` says whether the page has a Retry button for it (OB-288)."""
    return [dict(task) for _, task in org.store.tasks.each()]
