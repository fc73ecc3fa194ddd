"""The steps on people: assign users, assign groups, push groups. They add what is missing and take nobody away."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from oktascim.okta import directory, push
from oktascim.okta.errors import OktaError
from oktascim.plan.steps.base import NotTaken, Run, Step

ALREADY_ASSIGNED = "E0000062"  # facts/okta-api.md 6.2


@dataclass(frozen=True)
class Target:
    """A user or group: the word in the spec, its id, and for a group its name."""

    word: str
    id: str
    name: str = ""


@dataclass(frozen=True)
class AssignUsers(Step):
    """Assign users to the app in their own right."""

    users: tuple[Target, ...]
    kind: ClassVar[str] = "assign_users"
    after_provisioning: ClassVar[bool] = True

    def describe(self) -> str:
        """What it will do."""
        return f"Assign {', '.join(user.word for user in self.users)}"

    async def do(self, run: Run) -> None:
        """Assign each; one that is assigned already is fine."""
        for user in self.users:
            try:
                await directory.assign_user(run.okta, run.app_id, user.id)
            except OktaError as error:
                if error.code != ALREADY_ASSIGNED:
                    raise

    async def verify(self, run: Run) -> str:
        """Read each assignment; what Okta says of its provisioning is part of the evidence."""
        seen = await asyncio.gather(*(directory.get_app_user(run.okta, run.app_id, user.id) for user in self.users))
        missing = [user.word for user, app_user in zip(self.users, seen, strict=True) if app_user is None]
        if missing:
            raise NotTaken(f"Not assigned after all: {', '.join(missing)}.")
        states = (
            f"{user.word} is {app_user['status']}" for user, app_user in zip(self.users, seen, strict=True) if app_user
        )
        return ", ".join(states)


@dataclass(frozen=True)
class AssignGroups(Step):
    """Assign groups to the app; their members follow in the background."""

    groups: tuple[Target, ...]
    kind: ClassVar[str] = "assign_groups"
    after_provisioning: ClassVar[bool] = True

    def describe(self) -> str:
        """What it will do."""
        return f"Assign the groups {', '.join(group.word for group in self.groups)}"

    async def do(self, run: Run) -> None:
        """Assign each; assigning one again changes nothing."""
        for group in self.groups:
            await directory.assign_group(run.okta, run.app_id, group.id)

    async def verify(self, run: Run) -> str:
        """Read each assignment."""
        seen = await asyncio.gather(*(directory.get_app_group(run.okta, run.app_id, group.id) for group in self.groups))
        missing = [group.word for group, app_group in zip(self.groups, seen, strict=True) if app_group is None]
        if missing:
            raise NotTaken(f"Not assigned after all: {', '.join(missing)}.")
        return f"{', '.join(group.word for group in self.groups)} assigned; members follow in the background"


@dataclass(frozen=True)
class PushGroups(Step):
    """Push groups to the app under their own names.

    Attributes:
        groups: those without an active mapping.
        mapping_ids: (group id, mapping id) of those whose mapping exists but is paused or in error.
    """

    groups: tuple[Target, ...]
    mapping_ids: tuple[tuple[str, str], ...]
    kind: ClassVar[str] = "push_groups"
    after_provisioning: ClassVar[bool] = True

    def describe(self) -> str:
        """What it will do."""
        return f"Push the groups {', '.join(group.word for group in self.groups)}"

    async def do(self, run: Run) -> None:
        """Create a mapping for each group that has none, and activate the others.

        A group has one mapping per app (facts/okta-api.md 5.5), so what exists is read before anything is sent.
        """
        present = {raw["sourceGroupId"] for raw in await push.list_push_mappings(run.okta, run.app_id)}
        paused = dict(self.mapping_ids)
        for group in self.groups:
            if group.id in paused:
                await push.activate_push_mapping(run.okta, run.app_id, paused[group.id])
            elif group.id not in present:
                await push.create_push_mapping(run.okta, run.app_id, group.id, group.name)

    async def verify(self, run: Run) -> str:
        """Read the mappings; one in error says why."""
        mappings = {raw["sourceGroupId"]: raw for raw in await push.list_push_mappings(run.okta, run.app_id)}
        troubled = [
            f"{group.word} is {mappings.get(group.id, {}).get('status', 'missing')}"
            for group in self.groups
            if mappings.get(group.id, {}).get("status") != "ACTIVE"
        ]
        if troubled:
            reasons = [raw["errorSummary"] for raw in mappings.values() if raw.get("errorSummary")]
            raise NotTaken(
                f"Group push is not active: {', '.join(troubled)}.",
                why="; ".join(reasons) or None,
                fix=f"Run `oktascim logs --app {run.app_id} --failures --explain`.",
            )
        return f"{', '.join(group.word for group in self.groups)} pushed (mapping ACTIVE)"
