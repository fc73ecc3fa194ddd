"""The records of the org as the store keeps them: one module for each resource, with the keys of Okta's own JSON."""

from okta_emulator.core.records.apps import (
    App,
    AppChanges,
    AppStatus,
    Hidden,
    JsonWebKey,
    ProvisioningSettings,
    Visibility,
)
from okta_emulator.core.records.assignments import (
    AppCredentials,
    AppUser,
    AppUserStatus,
    GroupAssignment,
    MappingStatus,
    PushMapping,
    Scope,
    SyncState,
)
from okta_emulator.core.records.directory import Group, GroupType, Membership, User, UserStatus
from okta_emulator.core.records.json import Json
from okta_emulator.core.records.log import Entity, EventOutcome, LogEvent, Result, Severity
from okta_emulator.core.records.mappings import MappingProperties, MappingProperty, ProfileMapping
from okta_emulator.core.records.org import Identity
from okta_emulator.core.records.traffic import (
    Exchange,
    Finding,
    Headers,
    JournalEntry,
    NumberedExchange,
    NumberedFinding,
)

__all__ = [
    "App",
    "AppChanges",
    "AppCredentials",
    "AppStatus",
    "AppUser",
    "AppUserStatus",
    "Entity",
    "EventOutcome",
    "Exchange",
    "Finding",
    "Group",
    "GroupAssignment",
    "GroupType",
    "Headers",
    "Hidden",
    "Identity",
    "JournalEntry",
    "Json",
    "JsonWebKey",
    "LogEvent",
    "MappingProperties",
    "MappingProperty",
    "MappingStatus",
    "Membership",
    "NumberedExchange",
    "NumberedFinding",
    "ProfileMapping",
    "ProvisioningSettings",
    "PushMapping",
    "Result",
    "Scope",
    "Severity",
    "SyncState",
    "User",
    "UserStatus",
    "Visibility",
]
