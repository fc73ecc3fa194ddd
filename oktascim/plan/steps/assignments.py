"""The steps on assignments: assign users, assign groups, push groups. They add what is missing and remove nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from oktascim.plan import membership
from oktascim.plan.outcomes import Wanted
from oktascim.plan.steps.base import Step, StepContext
from oktascim.plan.targets import Target


@dataclass(frozen=True)
class AssignUsers(Step):
    """Assign users to the app directly."""

    users: tuple[Target, ...]
    kind: ClassVar[str] = "assign_users"
    after_provisioning: ClassVar[bool] = True

    def describe(self) -> str:
        """What it will do."""
        return f"Assign {', '.join(user.word for user in self.users)}"

    def assigns(self) -> Wanted:
        """Whom it assigns."""
        return Wanted(users={one.id: one.word for one in self.users})

    async def do(self, context: StepContext) -> None:
        """Assign each; no error if it is already assigned."""
        for user in self.users:
            await membership.give_user(context.okta, context.app_id, user)

    async def verify(self, context: StepContext) -> str:
        """Read the assignments."""
        return await membership.see_users(context.okta, context.app_id, self.users)


@dataclass(frozen=True)
class AssignGroups(Step):
    """Assign groups to the app; Okta updates their members in the background."""

    groups: tuple[Target, ...]
    kind: ClassVar[str] = "assign_groups"
    after_provisioning: ClassVar[bool] = True

    def describe(self) -> str:
        """What it will do."""
        return f"Assign the groups {', '.join(group.word for group in self.groups)}"

    def assigns(self) -> Wanted:
        """Whom it assigns."""
        return Wanted(groups={one.id: one.word for one in self.groups})

    async def do(self, context: StepContext) -> None:
        """Assign each; assigning one again changes nothing."""
        for group in self.groups:
            await membership.give_group(context.okta, context.app_id, group)

    async def verify(self, context: StepContext) -> str:
        """Read the assignments."""
        return await membership.see_groups(context.okta, context.app_id, self.groups)


@dataclass(frozen=True)
class PushGroups(Step):
    """Push groups that have no active mapping to the app, under their own names."""

    groups: tuple[Target, ...]
    kind: ClassVar[str] = "push_groups"
    after_provisioning: ClassVar[bool] = True

    def describe(self) -> str:
        """What it will do."""
        return f"Push the groups {', '.join(group.word for group in self.groups)}"

    def assigns(self) -> Wanted:
        """Whom it pushes."""
        return Wanted(pushed={one.id: one.word for one in self.groups})

    async def do(self, context: StepContext) -> None:
        """Create the missing mappings, and activate the inactive ones."""
        await membership.give_pushes(context.okta, context.app_id, self.groups)

    async def verify(self, context: StepContext) -> str:
        """Read the mappings."""
        return await membership.see_pushes(context.okta, context.app_id, self.groups)
