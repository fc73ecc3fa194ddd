"""Reads the org's current state, with as few requests as possible (OB-150 to OB-153).

The list of apps answers most questions for every integration at once. Assignments are read through the users and
groups, which costs one request per user or group for the whole run, on larger buckets. That leaves two requests per
integration: its connection and, if that is enabled and the spec assigns anyone, the list of its users, which shows who
is in ERROR. Otherwise a single assignment is read only if the user's links don't show it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from oktascim.catalog import find_template
from oktascim.okta import apps, connections, directory, group_rules, mappings, push, schemas
from oktascim.okta.apps import App
from oktascim.okta.client import Okta
from oktascim.okta.connections import Connection
from oktascim.okta.errors import NotFound
from oktascim.okta.group_rules import OrgGroupRule
from oktascim.okta.schemas import AppUserSchema
from oktascim.plan.named import every_group_of, every_name, groups_of, pushed_groups_of, rules_of, users_of, wanted_of
from oktascim.plan.outcomes import outcomes_of
from oktascim.plan.ownership import Claim, claims, orphans
from oktascim.plan.snapshot import Actual, Directory, Snapshot
from oktascim.plan.steps.group_rules import rule_troubles
from oktascim.plan.targets import no_user, not_one
from oktascim.plan.twins import settled
from oktascim.routes.readback import features_to_app, judge
from oktascim.spec.models import Integration
from oktascim.template import Template

Found = TypeVar("Found")


async def read(okta: Okta, integrations: Sequence[Integration], *, adopt: bool = False) -> Snapshot:
    """Read everything that the plan of these integrations needs; write nothing.

    Args:
        okta: the org.
        integrations: the integrations in the files.
        adopt: treat a single unmarked app with the same label as the integration's, unless another one claims it too.
    """
    reader = _Reader(okta)
    found, _ = await asyncio.gather(apps.apps_of_org(okta), reader.resolve(integrations))
    claimed = claims(found, integrations, adopt=adopt)
    await reader.relate([one for one in integrations if claimed[one.key].own])
    actual = await asyncio.gather(*(_read_one(reader, one, claimed[one.key]) for one in integrations))
    return Snapshot(
        actual={one.key: seen for one, seen in zip(integrations, actual, strict=True)},
        directory=reader.directory,
        unknown={one.key: reader.unknown_of(one) for one in integrations if reader.unknown_of(one)},
        orphans=orphans(found, integrations),
    )


class _Reader:
    """Reads each user and group once, however many integrations name it."""

    def __init__(self, okta: Okta) -> None:
        self.okta = okta
        self.directory = Directory()
        self._shown: dict[str, frozenset[str]] = {}
        self._given: dict[str, frozenset[str]] = {}
        self._trouble: dict[str, str] = {}
        self._keys: dict[str, str | None] = {}
        self._twin_rules: set[str] = set()

    async def resolve(self, integrations: Sequence[Integration]) -> None:
        """Look up every user, group and group rule that the specs name."""
        users, groups, rules = await asyncio.gather(
            _each(self._user, every_name(integrations, users_of)),
            _each(self._group, every_name(integrations, every_group_of)),
            _each(self._rules_named, every_name(integrations, lambda one: [rule.name for rule in rules_of(one)])),
        )
        self.directory = Directory(
            users={word: user for word, user in users.items() if user},
            groups={word: group["id"] for word, group in groups.items() if group},
            group_names={group["id"]: group["profile"]["name"] for group in groups.values() if group},
            rules={name: found[0] for name, found in rules.items() if len(found) == 1},
        )

    async def relate(self, existing: Sequence[Integration]) -> None:
        """Read the apps of the users and groups that existing integrations name."""
        users, groups = self.directory.users, self.directory.groups
        self._shown, self._given = await asyncio.gather(
            _each(
                lambda user: directory.apps_shown_to(self.okta, user),
                {users[word] for word in every_name(existing, users_of) if word in users},
            ),
            _each(
                lambda group: directory.apps_of_group(self.okta, group),
                {groups[word] for word in every_name(existing, groups_of) if word in groups},
            ),
        )

    def unknown_of(self, integration: Integration) -> tuple[str, ...]:
        """What the integration names and the org doesn't have."""
        words = [*users_of(integration), *every_group_of(integration)]
        troubles = [self._trouble[word] for word in words if word in self._trouble]
        of_rules = rule_troubles(rules_of(integration), self.directory, self._twin_rules)
        return tuple(dict.fromkeys([*troubles, *of_rules]))

    async def assigned_users(
        self, app_id: str, integration: Integration, listed: Sequence[Mapping[str, Any]] | None
    ) -> frozenset[str]:
        """Ids of the wanted users that have the app; without a list, users whose links don't show it are looked up."""
        wanted = {self.directory.users[word] for word in users_of(integration) if word in self.directory.users}
        if listed is not None:
            return frozenset(wanted & {one.get("id") for one in listed})
        doubtful = sorted(user for user in wanted if app_id not in self._shown.get(user, frozenset()))
        looked = await asyncio.gather(*(directory.get_app_user(self.okta, app_id, user) for user in doubtful))
        return frozenset(wanted - {user for user, seen in zip(doubtful, looked, strict=True) if seen is None})

    def assigned_groups(self, app_id: str, integration: Integration) -> frozenset[str]:
        """Ids of the wanted groups that have the app."""
        wanted = {self.directory.groups[word] for word in groups_of(integration) if word in self.directory.groups}
        return frozenset(group for group in wanted if app_id in self._given.get(group, frozenset()))

    async def catalog_key(self, app: App, template: Template) -> str | None:
        """The template's key in this org's catalogue, looked up only if the app doesn't have the built-in key."""
        if template.kind == "wizard" or app.name == template.catalog_key:
            return None
        if template.display_name not in self._keys:
            self._keys[template.display_name] = await apps.catalog_key(self.okta, template.display_name)
        return self._keys[template.display_name]

    async def _user(self, word: str) -> str | None:
        user = await directory.find_user(self.okta, word)
        if user is None:
            self._trouble[word] = no_user(word)
        elif user.get("status") == "DEPROVISIONED":
            self._trouble[word] = f"the user {word} is deactivated"
        return user["id"] if user else None

    async def _rules_named(self, name: str) -> list[OrgGroupRule]:
        found = await group_rules.rules_named(self.okta, name)
        if len(found) > 1:
            self._twin_rules.add(name)
        return found

    async def _group(self, word: str) -> dict[str, Any] | None:
        groups = await directory.find_groups(self.okta, word)
        if len(groups) != 1:
            self._trouble[word] = not_one(word, groups)
        return groups[0] if len(groups) == 1 else None


async def _each(look_up: Callable[[str], Awaitable[Found]], words: Iterable[str]) -> dict[str, Found]:
    """What a look-up finds for each name, all in parallel."""
    asked = tuple(words)
    return dict(zip(asked, await asyncio.gather(*(look_up(word) for word in asked)), strict=True))


async def _read_one(reader: _Reader, one: Integration, claim: Claim) -> Actual:
    own = await settled(reader.okta, claim.own) if len(claim.own) > 1 else claim.own
    if len(own) > 1:
        return Actual(twins=own)
    if not own:
        return Actual(contested=claim.contested, lookalikes=claim.lookalikes, strangers=claim.strangers)
    try:
        return await _read_app(reader, one, own[0])
    except NotFound:
        if await _exists(reader.okta, own[0]):
            raise
        return Actual(strangers=claim.strangers)  # deleted since the list was read


async def _exists(okta: Okta, app: App) -> bool:
    try:
        await apps.get_app(okta, app.id)
    except NotFound:
        return False
    return True


async def _read_app(reader: _Reader, one: Integration, app: App) -> Actual:
    connection, inbound, schema, mapping, pushes = await asyncio.gather(
        _connection(reader.okta, app, one),
        _inbound(reader.okta, app, one),
        _schema(reader.okta, app, one),
        _mapping(reader.okta, app, one),
        _pushes(reader.okta, app, one),
    )
    on = judge(app, connection).status == "ENABLED"
    assigns = users_of(one) or groups_of(one)
    listed = await directory.list_app_users(reader.okta, app.id, expand=False) if on and assigns else None
    users = await reader.assigned_users(app.id, one, listed)
    groups = reader.assigned_groups(app.id, one)
    wanted = wanted_of(one, reader.directory).only({*users, *groups, *(raw["sourceGroupId"] for raw in pushes)})
    return Actual(
        app=app,
        catalog_key=await reader.catalog_key(app, find_template(one.template)),
        connection=connection,
        to_app=await _to_app(reader.okta, app, one, connection),
        inbound=inbound,
        schema=schema,
        mapping=mapping,
        users=users,
        groups=groups,
        pushed={raw["sourceGroupId"]: raw["status"] for raw in pushes},
        outcomes=outcomes_of(wanted, listed or (), pushes) if on else (),
    )


async def _connection(okta: Okta, app: App, one: Integration) -> Connection | None:
    return await connections.get_connection(okta, app.id) if one.provisioning else None


async def _to_app(okta: Okta, app: App, one: Integration, connection: Connection | None) -> frozenset[str] | None:
    wanted = one.provisioning.to_app if one.provisioning else None
    return await features_to_app(okta, app.id, judge(app, connection), wanted)


async def _inbound(okta: Okta, app: App, one: Integration) -> dict[str, Any] | None:
    if not (one.provisioning and one.provisioning.to_okta):
        return None
    feature = await connections.get_feature(okta, app.id, connections.INBOUND_PROVISIONING)
    return feature["capabilities"] if feature else None


async def _schema(okta: Okta, app: App, one: Integration) -> AppUserSchema | None:
    if not (one.provisioning and one.provisioning.attributes):
        return None
    return await schemas.get_app_user_schema(okta, app.id)


async def _mapping(okta: Okta, app: App, one: Integration) -> dict[str, Any] | None:
    if not (one.provisioning and one.provisioning.mappings):
        return None
    return await mappings.get_mapping_to_app(okta, app.id)


async def _pushes(okta: Okta, app: App, one: Integration) -> list[dict[str, Any]]:
    return await push.list_push_mappings(okta, app.id) if pushed_groups_of(one) else []
