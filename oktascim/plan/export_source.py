"""Reads everything that a spec can express about an existing app."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from oktascim.okta import connections, directory, mappings, push, schemas
from oktascim.okta.apps import App
from oktascim.okta.client import Okta
from oktascim.okta.connections import Connection
from oktascim.okta.schemas import AppUserSchema
from oktascim.plan.kind import find_kind, no_template
from oktascim.template import Template

_GONE = "DEPROVISIONED"


@dataclass(frozen=True)
class ExportSource:
    """What the org shows of one app.

    Attributes:
        app: the app.
        template: its template.
        connection: its provisioning connection.
        inbound: the INBOUND_PROVISIONING capabilities, or None if the features API doesn't manage the app.
        schema: the schema of the app's user.
        mapping: the profile mapping to the app, or None.
        users: logins of the users who are assigned directly.
        groups: names of the assigned groups; ids for names that aren't unique.
        push_groups: the same for the groups that are pushed.
        notes: what the org shows and a spec can't express.
    """

    app: App
    template: Template
    connection: Connection
    inbound: Mapping[str, Any] | None = None
    schema: AppUserSchema = field(default_factory=AppUserSchema)
    mapping: Mapping[str, Any] | None = None
    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    push_groups: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


async def read_export_source(okta: Okta, app: App) -> ExportSource:
    """Read everything that a spec can express about an app; write nothing.

    Raises:
        UsageProblem: a spec can't describe this kind of app.
    """
    template = await find_kind(okta, app)
    if template is None:
        raise no_template(app, "`oktascim template list` shows the kinds of app that a spec can describe.")
    connection, inbound, (schema, mapping), people, groups, pushes = await asyncio.gather(
        connections.get_connection(okta, app.id),
        connections.get_feature(okta, app.id, connections.INBOUND_PROVISIONING),
        _profile(okta, app),
        _people(okta, app),
        directory.list_app_groups(okta, app.id),
        push.list_push_mappings(okta, app.id),
    )
    users, gone = people
    return ExportSource(
        app=app,
        template=template,
        connection=connection,
        inbound=inbound["capabilities"] if inbound else None,
        schema=schema,
        mapping=mapping,
        users=users,
        groups=await _group_names(okta, [group["id"] for group in groups]),
        push_groups=await _group_names(okta, [raw["sourceGroupId"] for raw in pushes if raw["status"] == "ACTIVE"]),
        notes=(*gone, *_idle(pushes)),
    )


async def _profile(okta: Okta, app: App) -> tuple[AppUserSchema, dict[str, Any] | None]:
    """The schema of the app's user, and the profile mapping to it."""
    schema, mapping = await asyncio.gather(
        schemas.get_app_user_schema(okta, app.id), mappings.get_mapping_to_app(okta, app.id)
    )
    return schema, mapping


async def _people(okta: Okta, app: App) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Logins of the users assigned directly, and a note about deactivated ones, which are omitted."""
    direct = [raw for raw in await directory.list_app_users(okta, app.id) if raw.get("scope") == "USER"]
    embedded = [(raw.get("_embedded") or {}).get("user") for raw in direct]
    users = [user or await directory.find_user(okta, raw["id"]) for raw, user in zip(direct, embedded, strict=True)]
    living = sorted(_login_of(user) for user in users if user and user.get("status") != _GONE)
    gone = len(direct) - len(living)
    return tuple(living), ((f"Assigned users who are deactivated, and omitted: {gone}.",) if gone else ())


def _login_of(user: dict[str, Any]) -> str:
    profile: dict[str, str] = user.get("profile") or {}
    return profile.get("login") or str(user.get("id"))


async def _group_names(okta: Okta, group_ids: list[str]) -> tuple[str, ...]:
    """Each group by its name, or by its id if another group has the same name."""

    async def word(group_id: str) -> str:
        groups = await directory.find_groups(okta, group_id)
        if not groups:  # deleted since its assignment was read
            return group_id
        name: str = groups[0]["profile"]["name"]
        named = [other["id"] for other in await directory.find_groups(okta, name)]
        return name if named == [group_id] else group_id

    return tuple(sorted(await asyncio.gather(*(word(group_id) for group_id in group_ids))))


def _idle(pushes: list[dict[str, Any]]) -> tuple[str, ...]:
    idle = sum(raw["status"] != "ACTIVE" for raw in pushes)
    return (f"Push groups that are paused or in error, and omitted: {idle}.",) if idle else ()
