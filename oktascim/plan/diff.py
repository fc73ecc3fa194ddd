"""The plan: a pure function from the desired and the actual state to the steps between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from oktascim.catalog import find_template
from oktascim.okta.apps import App
from oktascim.plan.attributes import attribute_changes
from oktascim.plan.blockers import Blocker, blocker_of, kind_differs
from oktascim.plan.choices import PlanChoices
from oktascim.plan.compare import Change, app_changes, app_fields
from oktascim.plan.culprits import Culprit
from oktascim.plan.outcomes import MemberOutcome
from oktascim.plan.settings import import_changes, mapping_changes
from oktascim.plan.snapshot import Actual, Directory, Snapshot
from oktascim.plan.steps.app import ActivateApp, DeleteApp, UpdateApp
from oktascim.plan.steps.assignments import AssignGroups, AssignUsers, PushGroups
from oktascim.plan.steps.base import Step
from oktascim.plan.steps.creation import CreateApp
from oktascim.plan.steps.group_rules import SetGroupRules, rule_changes
from oktascim.plan.steps.provisioning import (
    CREDENTIALS_FIELD,
    TO_APP_FIELD,
    Provision,
    SetAttributes,
    SetMappings,
    SetToOkta,
)
from oktascim.plan.targets import Target
from oktascim.plan.warnings import warnings_of
from oktascim.routes.readback import ReadBack, judge
from oktascim.routes.task import Stage
from oktascim.spec.models import Assignments, Integration
from oktascim.spec.provisioning import Provisioning
from oktascim.template import Template

PlanAction = Literal["create", "change", "none", "blocked"]


@dataclass(frozen=True)
class IntegrationPlan:
    """What apply would do for one integration.

    Attributes:
        integration: the desired state.
        template: its template.
        app: the app as it is now, or None.
        steps: in the order in which they run; empty if nothing differs or something blocks the plan.
        problem: what blocks the plan, or None.
        proof: what the org shows of its provisioning, or None if there is nothing to compare.
        notes: what the user should know besides the steps, as text.
        culprits: who changed the app in Okta since the last apply, if the log was read.
        outcomes: the outcomes of existing assignments; a failure is reported, but isn't a change.
    """

    integration: Integration
    template: Template
    app: App | None
    steps: tuple[Step, ...]
    problem: Blocker | None = None
    proof: ReadBack | None = None
    notes: tuple[str, ...] = ()
    outcomes: tuple[MemberOutcome, ...] = ()
    culprits: tuple[Culprit, ...] = ()

    @property
    def action(self) -> PlanAction:
        """The whole plan in one word."""
        if self.problem:
            return "blocked"
        if not self.steps:
            return "none"
        return "change" if self.app and not any(isinstance(step, CreateApp) for step in self.steps) else "create"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should not overlook in the steps."""
        wanted = self.integration.provisioning
        return tuple(warnings_of(self.steps, wanted.base_url)) if wanted else ()

    @property
    def waits_for_person(self) -> bool:
        """Whether the app exists, its provisioning isn't enabled yet, and this org has no API for that."""
        provision = any(isinstance(step, Provision) and step.stage == "connect" for step in self.steps)
        return bool(self.app and provision and self.proof and self.proof.status == "UNKNOWN")


def make_plans(integrations: Iterable[Integration], snapshot: Snapshot, choices: PlanChoices) -> list[IntegrationPlan]:
    """The plan of every integration, in the order of the files."""
    return [
        diff(one, snapshot.actual[one.key], snapshot.directory, snapshot.unknown.get(one.key, ()), choices)
        for one in integrations
    ]


def has_changes(plans: Iterable[IntegrationPlan], orphans: Sequence[App] = ()) -> bool:
    """Whether apply would write anything or is blocked; `orphans` are the apps that it would delete."""
    return bool(orphans) or any(plan.action != "none" for plan in plans)


def to_write(plans: Iterable[IntegrationPlan]) -> list[IntegrationPlan]:
    """The plans that apply would carry out."""
    return [plan for plan in plans if plan.action in {"create", "change"}]


def diff(
    one: Integration, actual: Actual, directory: Directory, unknown: tuple[str, ...], choices: PlanChoices
) -> IntegrationPlan:
    """The plan that brings one integration from its actual to its desired state.

    Args:
        one: the desired state.
        actual: the actual state.
        directory: the users and groups that were resolved.
        unknown: what the spec names and the org doesn't have.
        choices: what the user allows beyond the file.
    """
    template = find_template(one.template)
    proof = judge(actual.app, actual.connection) if actual.app and one.provisioning else None
    replaced = actual.app if actual.app and kind_differs(actual, template) else None
    problem = blocker_of(one, actual, template, unknown, replaced, choices)
    if problem:
        return IntegrationPlan(one, template, actual.app, (), problem, proof)
    current = Actual() if replaced else actual
    steps = [*([DeleteApp((), replaced)] if replaced else []), *_steps(one, current, template, directory, choices)]
    return IntegrationPlan(
        one, template, actual.app, tuple(steps), None, proof, tuple(_notes(one, actual)), current.outcomes
    )


def _steps(
    one: Integration, actual: Actual, template: Template, directory: Directory, choices: PlanChoices
) -> Iterator[Step]:
    if actual.app is None:
        yield CreateApp((*_all_fields(one, template), Change("marker", None, one.key)))
    else:
        if actual.app.status != "ACTIVE":
            yield ActivateApp((Change("status", actual.app.status, "ACTIVE"),))
        changes = app_changes(one, template, actual.app)
        if changes:
            yield UpdateApp(changes)
    if one.provisioning:
        yield from _provisioning_steps(one.provisioning, actual, choices)
    yield from _assignment_steps(one.assignments or Assignments(), actual, directory)


def _provisioning_steps(wanted: Provisioning, actual: Actual, choices: PlanChoices) -> Iterator[Step]:
    proof = judge(actual.app, actual.connection) if actual.app else None
    connected = proof is not None and proof.status == "ENABLED"
    changes = list(_connection_changes(wanted, proof, choices))
    stage: Stage = "connect" if not connected else "edit" if changes else "to_app"
    seen = actual.to_app if actual.to_app is not None else (proof.to_app if proof else frozenset())
    if wanted.to_app is not None and (seen != frozenset(wanted.to_app)):
        changes.append(Change(TO_APP_FIELD, sorted(seen), sorted(wanted.to_app)))
    if changes:
        yield Provision(tuple(changes), stage)
    if wanted.to_okta and not (connected and actual.inbound is None):  # manual settings can't be read then
        differing = import_changes(wanted.to_okta, actual.inbound)
        if differing:
            yield SetToOkta(differing)
    differing = attribute_changes(wanted.attributes, actual.schema)
    if differing:
        yield SetAttributes(differing)
    differing = mapping_changes(wanted, actual.mapping)
    if differing:
        yield SetMappings(differing)


def _connection_changes(wanted: Provisioning, proof: ReadBack | None, choices: PlanChoices) -> Iterator[Change]:
    if proof is None or proof.status != "ENABLED":
        yield Change("provisioning.connection", proof.status if proof else None, "ENABLED")
        if proof is None or proof.base_url != wanted.base_url:
            yield Change("provisioning.base_url", proof.base_url if proof else None, wanted.base_url)
        return
    if proof.base_url is not None and proof.base_url != wanted.base_url:
        yield Change("provisioning.base_url", proof.base_url, wanted.base_url)
    if choices.rotate_credentials:
        yield Change(CREDENTIALS_FIELD, "as they are", "sent again")


def _assignment_steps(wanted: Assignments, actual: Actual, directory: Directory) -> Iterator[Step]:
    differing = [(rule, rule_changes(rule, directory.rules.get(rule.name))) for rule in wanted.group_rules or ()]
    rules = tuple(rule for rule, changes in differing if changes)
    if rules:
        groups_of_rules = {word: directory.groups[word] for rule in rules for word in rule.groups}
        yield SetGroupRules(tuple(change for _, changes in differing for change in changes), rules, groups_of_rules)
    users = _missing(wanted.users, directory.users, actual.users)
    if users:
        yield AssignUsers(_added("assignments.users", users), users)
    groups = _missing(wanted.groups, directory.groups, actual.groups)
    if groups:
        yield AssignGroups(_added("assignments.groups", groups), groups)
    active = frozenset(group for group, status in actual.pushed.items() if status == "ACTIVE")
    pushed = tuple(
        Target(target.word, target.id, directory.group_names.get(target.id, target.word))
        for target in _missing(wanted.push_groups, directory.groups, active)
    )
    if pushed:
        changes = tuple(
            Change("assignments.push_groups", actual.pushed.get(group.id), f"{group.word} ACTIVE") for group in pushed
        )
        yield PushGroups(changes, pushed)


def _missing(words: tuple[str, ...] | None, ids: Mapping[str, str], present: frozenset[str]) -> tuple[Target, ...]:
    return tuple(Target(word, ids[word]) for word in words or () if word in ids and ids[word] not in present)


def _added(field: str, targets: Iterable[Target]) -> tuple[Change, ...]:
    return tuple(Change(field, None, target.word) for target in targets)


def _all_fields(one: Integration, template: Template) -> tuple[Change, ...]:
    return tuple(Change(field.field, None, field.wanted) for field in app_fields(one, template))


def _notes(one: Integration, actual: Actual) -> Iterator[str]:
    """What the user should know besides the steps: another owner's app, and what can't be compared."""
    for app in actual.strangers if actual.app is None else ():
        yield (
            f"{app.label} ({app.id}) is {app.marker}: it belongs to another owner and is left alone; "
            "this integration gets its own app."
        )
    wanted = one.provisioning
    if wanted is None or actual.app is None or judge(actual.app, actual.connection).status != "ENABLED":
        return
    hidden = {
        "base_url": actual.connection is not None and actual.connection.base_url is None,
        "credentials": True,
        "import_groups": wanted.import_groups is not None,
        "unique_identifier": wanted.unique_identifier is not None,
        "supported_actions": wanted.supported_actions is not None,
    }
    names = ", ".join(name for name, given in hidden.items() if given)
    yield f"{names} not compared: Okta doesn't show them. --rotate-credentials sends them again."
    if wanted.to_okta and actual.inbound is None:
        yield "to_okta not compared: this org's API doesn't show it for this app. Set it manually under To Okta."
