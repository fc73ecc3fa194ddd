"""The apps of an org as a table and as JSON; the shape of the JSON is a contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from oktascim.okta.apps import App
from oktascim.plan.outcomes import MemberOutcome, failed_ones
from oktascim.render.app import app_summary
from oktascim.render.formats import Table
from oktascim.routes.readback import judge


@dataclass(frozen=True)
class AppRow:
    """One app of `app list`.

    Attributes:
        app: as Okta lists it.
        users: its users and the outcomes of their assignments; None if they weren't read.
        more: whether it has more users than these.
    """

    app: App
    users: tuple[MemberOutcome, ...] | None = None
    more: bool = False

    @property
    def provisioning(self) -> str:
        """`failed` if a user is in ERROR, otherwise `on` or `off` by the app's features."""
        if self.users and failed_ones(self.users):
            return "failed"
        return "on" if judge(self.app, None).status == "ENABLED" else "off"

    @property
    def user_count(self) -> int | None:
        """How many users it has; None if not all of them were read."""
        return None if self.users is None or self.more else len(self.users)

    @property
    def template(self) -> str | None:
        """The name of its template, or None."""
        # It reads all templates, so import it only after the first request was sent.
        from oktascim.plan.kind import kind_of

        template = kind_of(self.app)
        return template.name if template else None


def app_list_json(found: Sequence[AppRow]) -> list[dict[str, Any]]:
    """The JSON of `app list`; `users` is null if not all users were counted."""
    return [
        app_summary(row.app, row.template) | {"provisioning": row.provisioning, "users": row.user_count}
        for row in found
    ]


def app_list_table(found: Sequence[AppRow], *, wide: bool, filtered: bool = False) -> Table:
    """One row per app; `500+` users if there are more than were read.

    Args:
        found: the apps.
        wide: whether to add the id, the kind, the sign-on mode and the features.
        filtered: whether options left out other apps.
    """
    columns = ["label", "template", "status", "provisioning", "users", "name or id"]
    rows = [
        [
            row.app.label,
            row.template or "",
            row.app.status,
            row.provisioning,
            "" if row.users is None else f"{len(row.users)}{'+' if row.more else ''}",
            row.app.marker or row.app.id,
            *(
                [row.app.id, row.app.name, row.app.sign_on_mode or "", ", ".join(sorted(row.app.features))]
                if wide
                else []
            ),
        ]
        for row in found
    ]
    empty = "No app matches the filters." if filtered else "No apps."
    return Table([*columns, *(["id", "kind", "sign-on", "features"] if wide else [])], rows, empty=empty)
