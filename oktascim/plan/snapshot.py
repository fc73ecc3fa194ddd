"""The actual state as values: of one integration, and of all that a plan is made for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from oktascim.okta.apps import App
from oktascim.okta.connections import Connection
from oktascim.okta.group_rules import OrgGroupRule
from oktascim.okta.schemas import AppUserSchema
from oktascim.plan.outcomes import MemberOutcome


@dataclass(frozen=True)
class Directory:
    """What specs name and the org has.

    Attributes:
        users: ids of users, by their name in the spec.
        groups: ids of groups, by their name in the spec.
        group_names: the groups' names by id.
        rules: group rules by name.
    """

    users: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    group_names: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, OrgGroupRule] = field(default_factory=dict)


@dataclass(frozen=True)
class Actual:
    """The actual state of one integration.

    Attributes:
        app: the integration's app, or None.
        twins: every app with that marker, when there is more than one.
        contested: an app without an owner that several integrations of the run claim by the same name.
        lookalikes: apps with the same label and no marker, if the marked one doesn't exist.
        strangers: apps with the same name that belong to another owner.
        catalog_key: the key of the template in this org's catalogue, if the app doesn't have the built-in one.
        connection: the provisioning connection, if it was read.
        to_app: the To App options in the features API, if `features` wasn't conclusive and the API answers.
        inbound: the INBOUND_PROVISIONING capabilities, if the spec needs them and the API answers.
        schema: the schema of the app's user, if the spec needs it.
        mapping: the profile mapping to the app, if the spec needs it.
        users: ids of the wanted users that are assigned.
        groups: ids of the wanted groups that are assigned.
        pushed: source group id to status (ACTIVE, INACTIVE, ERROR) of the app's group push mappings.
        outcomes: the outcomes of wanted users and groups that are assigned or pushed; empty if provisioning is off.
    """

    app: App | None = None
    twins: tuple[App, ...] = ()
    contested: tuple[App, ...] = ()
    lookalikes: tuple[App, ...] = ()
    strangers: tuple[App, ...] = ()
    catalog_key: str | None = None
    connection: Connection | None = None
    to_app: frozenset[str] | None = None
    inbound: dict[str, Any] | None = None
    schema: AppUserSchema | None = None
    mapping: dict[str, Any] | None = None
    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    pushed: Mapping[str, str] = field(default_factory=dict)
    outcomes: tuple[MemberOutcome, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """One reading of the org for a set of integrations.

    Attributes:
        actual: the actual state, by the integration's key.
        directory: the users and groups that were resolved.
        unknown: what the specs name and the org doesn't have, as text, by the integration's key.
        orphans: apps that belong to an owner of these integrations but that none of them describes.
    """

    actual: Mapping[str, Actual]
    directory: Directory
    unknown: Mapping[str, tuple[str, ...]]
    orphans: tuple[App, ...]
