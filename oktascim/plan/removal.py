"""Removes apps: deactivates, deletes, verifies that they are gone. No error if an app is already gone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from oktascim.errors import ExitCode, Interrupted, OktascimError
from oktascim.http.unreachable import MOST_SENDS, Ambiguous
from oktascim.okta import apps
from oktascim.okta.apps import App
from oktascim.okta.client import Okta
from oktascim.okta.errors import NotFound
from oktascim.routes.observer import Observer

_DELETE = "Deactivate and delete the app"


@dataclass(frozen=True)
class Removal:
    """The result of removing one app, and the evidence."""

    app: App
    status: Literal["removed", "failed", "interrupted", "skipped"]
    evidence: str | None = None
    error: OktascimError | None = None

    def to_json(self) -> dict[str, Any]:
        """The removal's JSON."""
        return {
            "name": self.app.integration,
            "owner": self.app.owner,
            "label": self.app.label,
            "app_id": self.app.id,
            "status": self.status,
            "evidence": self.evidence,
            "error": self.error.what if self.error else None,
        }


def removal_exit_code(removals: Sequence[Removal]) -> ExitCode:
    """One exit code for all."""
    if any(removal.status == "interrupted" for removal in removals):
        return ExitCode.INTERRUPTED
    return next((removal.error.exit_code for removal in removals if removal.error), ExitCode.DONE)


async def remove_all(okta: Okta, to_delete: Sequence[App], observer: Observer) -> list[Removal]:
    """Remove apps; the failure of one doesn't stop the others.

    An app whose marker changed since it was listed is kept: it now belongs to another integration.
    """

    async def removal_of(app: App) -> Removal:
        name = app.marker or app.label
        observer.planned(name, 1)
        observer.began(name, _DELETE)
        try:
            evidence = await remove(okta, app.id, still=app.marker)
        except Interrupted as error:
            return Removal(app, "interrupted", error=error)
        except OktascimError as error:
            observer.failed(name, _DELETE, error.what)
            return Removal(app, "failed", error=error)
        observer.ended(name, _DELETE, evidence)
        return Removal(app, "removed", evidence)

    return list(await asyncio.gather(*(removal_of(app) for app in to_delete)))


def keep_all(spared: Sequence[App]) -> list[Removal]:
    """The results for apps to prune if the run failed earlier: they are kept."""
    return [Removal(app, "skipped", "kept: the run did not complete") for app in spared]


async def remove(okta: Okta, app_id: str, *, still: str | None = None) -> str:
    """Deactivate and delete one app, and prove that it is gone.

    Okta deletes only inactive apps, and under load it returns 500 to a delete that succeeds when sent again
    (OB-033, OB-034).

    Args:
        okta: the org.
        app_id: the app.
        still: the marker that it must still have; None deletes it whatever its marker is.

    Returns:
        What proves it.

    Raises:
        OktascimError: it still exists, or has another marker.
    """
    for attempt in range(1, MOST_SENDS + 1):
        try:
            app = await apps.get_app(okta, app_id)
            if still and app.marker != still:
                raise OktascimError(
                    f"The app {app_id} was left alone: its marker changed from {still} to {app.marker or 'none'}.",
                    fix="Run `oktascim plan` again.",
                )
            if app.status == "ACTIVE":
                await apps.deactivate_app(okta, app_id)
            await apps.delete_app(okta, app_id)
        except NotFound:
            return f"GET /api/v1/apps/{app_id} returns 404"
        except Ambiguous:
            if attempt == MOST_SENDS:
                raise
    raise OktascimError(f"The app {app_id} still exists after its deletion.")
