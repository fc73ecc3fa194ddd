"""The rows of `app list`: the apps, and the users of those that have provisioning on."""

from __future__ import annotations

import asyncio
from enum import StrEnum

from oktascim.okta.apps import apps_of_org
from oktascim.okta.client import Okta
from oktascim.okta.directory import first_app_users, list_app_users
from oktascim.plan.outcomes import user_outcome
from oktascim.render.app_list import AppRow
from oktascim.runs.interruption import stoppable
from oktascim.runs.session import Session

COUNTED_UNASKED = 5
"""The most apps whose users are counted without `--users`: 6 of a free org's 10 calls a minute (OB-155)."""


class ProvisioningFilter(StrEnum):
    """The values of `--provisioning`."""

    ON = "on"
    OFF = "off"
    FAILED = "failed"


async def list_rows(
    session: Session, template: str | None, provisioning: ProvisioningFilter | None, users: bool | None
) -> list[AppRow]:
    """The selected apps. Users are read only for those that pass the other filters and have provisioning on."""
    async with stoppable(session, session.announce) as okta:
        rows = [AppRow(one) for one in await apps_of_org(okta)]
        rows = [row for row in rows if template in {None, row.template}]
        if provisioning is not None:
            wanted = "off" if provisioning is ProvisioningFilter.OFF else "on"
            rows = [row for row in rows if row.provisioning == wanted]
        failed = provisioning is ProvisioningFilter.FAILED
        few = sum(row.provisioning == "on" for row in rows) <= COUNTED_UNASKED
        if not (failed or (few if users is None else users)):
            return rows
        counted = list(await asyncio.gather(*(_counted(okta, row, whole=failed or users is True) for row in rows)))
        return [row for row in counted if not failed or row.provisioning == "failed"]


async def _counted(okta: Okta, row: AppRow, *, whole: bool) -> AppRow:
    """The row with the app's users; unless `whole`, only those that one request returns."""
    if row.provisioning == "off":
        return row
    if whole:
        users, more = await list_app_users(okta, row.app.id, expand=False), False
    else:
        users, more = await first_app_users(okta, row.app.id)
    return AppRow(row.app, tuple(user_outcome(one) for one in users), more)
