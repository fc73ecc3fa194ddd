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
        users: ids of users, by the word in the spec.
        groups: ids of groups, by the word in the spec.
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
        lookalikes: apps of the same label without any marker, when the marked one does not exist.
        strangers: apps of the same name that another owner's files made.
        catalog_key: the key of the template in this org's catalogue, where the built-in one did not fit the app.
        connection: the provisioning connection, where it was read.
        to_app: the To App options that the features API shows, where `features` left a doubt and it answers.
        inbound: the INBOUND_PROVISIONING capabilities, where the spec asks and the API answers.
        schema: the schema of the app's user, where the spec asks.
        mapping: the profile mapping to the app, where the spec asks.
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
