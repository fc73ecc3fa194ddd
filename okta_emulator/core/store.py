"""The org's storage, in SQLite: documents by kind and id, and links between two documents.

There is one connection, which only the server's event loop uses. A request is one transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from okta_emulator.core.collections import Documents, Links
from okta_emulator.core.encoding import decoded, dumped
from okta_emulator.core.problem import InvalidSetting
from okta_emulator.core.records import (
    App,
    AppUser,
    ClientSecret,
    Csr,
    EndedAssignment,
    ExchangeRecord,
    Finding,
    Grant,
    Group,
    GroupAssignment,
    GroupRule,
    Identity,
    Json,
    JsonWebKey,
    Membership,
    NumberedExchange,
    NumberedFinding,
    OrgSettings,
    Policy,
    ProfileMapping,
    ProvisioningSettings,
    PushMapping,
    RoleAssignment,
    Secrets,
    Task,
    TouchedGroup,
    UncertainCreation,
    User,
    UserType,
)

_VERSION = 1
"""Of the tables and their content; raise it if the emulator can no longer read older files."""
_TABLES = ("document", "link", "event", "event_target", "exchange", "finding")
_SQLITE_WORDS = {
    sqlite3.SQLITE_BUSY: "another emulator is using it",
    sqlite3.SQLITE_CANTOPEN: "you can't read and write it, or its folder",
    sqlite3.SQLITE_CORRUPT: "it is damaged",
    sqlite3.SQLITE_NOTADB: "it isn't an emulator's database",
    sqlite3.SQLITE_READONLY: "it can't be written to",
}
_SCHEMA = """
CREATE TABLE IF NOT EXISTS document (
    kind TEXT NOT NULL, id TEXT NOT NULL, name TEXT COLLATE NOCASE, body TEXT NOT NULL, PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS document_by_name ON document (kind, name);
CREATE TABLE IF NOT EXISTS link (
    kind TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (kind, source, target)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS link_by_target ON link (kind, target, source);
CREATE TABLE IF NOT EXISTS event (
    seq INTEGER PRIMARY KEY, published TEXT NOT NULL, persisted TEXT NOT NULL, event_type TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS event_by_published ON event (published, seq);
CREATE TABLE IF NOT EXISTS event_target (
    seq INTEGER NOT NULL, id TEXT NOT NULL, PRIMARY KEY (seq, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS exchange (seq INTEGER PRIMARY KEY, app TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS finding (seq INTEGER PRIMARY KEY, app TEXT NOT NULL, body TEXT NOT NULL);
"""

Copy = sqlite3.Connection
"""The content of a store at one time."""


class Store:
    """The database of one org.

    Args:
        path: the database file, or None for memory.

    Raises:
        InvalidSetting: the file can't be used as the org's database.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.db = _opened(path)
        self.settings: Documents[Identity] = Documents(self.db, "settings")
        self.apps: Documents[App] = Documents(self.db, "app")
        self.provisioning: Documents[ProvisioningSettings] = Documents(self.db, "provisioning")
        self.schemas: Documents[Json] = Documents(self.db, "schema")
        self.users: Documents[User] = Documents(self.db, "user")
        self.groups: Documents[Group] = Documents(self.db, "group")
        self.mappings: Documents[ProfileMapping] = Documents(self.db, "mapping")
        self.push_mappings: Documents[PushMapping] = Documents(self.db, "push_mapping")
        self.secrets: Documents[Secrets] = Documents(self.db, "secrets")
        self.user_types: Documents[UserType] = Documents(self.db, "user_type")
        self.group_rules: Documents[GroupRule] = Documents(self.db, "group_rule")
        self.roles: Links[RoleAssignment] = Links(self.db, "role")
        self.org_settings: Documents[OrgSettings] = Documents(self.db, "org_settings")
        self.import_candidates: Documents[Json] = Documents(self.db, "import_candidate")
        self.imported_groups: Documents[Json] = Documents(self.db, "imported_group")
        self.tasks: Documents[Task] = Documents(self.db, "task")
        self.org_keys: Documents[JsonWebKey] = Documents(self.db, "org_key")
        self.policies: Documents[Policy] = Documents(self.db, "policy")
        self.system_apps: Documents[App] = Documents(self.db, "system_app")
        self.csrs: Links[Csr] = Links(self.db, "csr")
        self.grants: Links[Grant] = Links(self.db, "grant")
        self.client_secrets: Links[ClientSecret] = Links(self.db, "client_secret")
        self.members: Links[Membership] = Links(self.db, "member")
        self.app_users: Links[AppUser] = Links(self.db, "app_user")
        self.server_ids: Links[list[str]] = Links(self.db, "server_ids")
        self.account_owners: Links[str] = Links(self.db, "account_owner")
        self.members_seen: Links[list[str]] = Links(self.db, "members_seen")
        self.groups_seen: Links[list[str]] = Links(self.db, "groups_seen")
        self.touched_groups: Links[TouchedGroup] = Links(self.db, "touched_group")
        self.bystanders: Links[list[str]] = Links(self.db, "bystander")
        self.uncertain: Links[UncertainCreation] = Links(self.db, "uncertain")
        self.ended: Links[EndedAssignment] = Links(self.db, "ended_assignment")
        self.app_groups: Links[GroupAssignment] = Links(self.db, "app_group")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run the block as one transaction. It must not contain an await."""
        self.db.execute("BEGIN")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def add_exchange(self, app_id: str, exchange: ExchangeRecord) -> int:
        """Store a SCIM exchange, and return its number; it must not contain secrets."""
        row = self.db.execute("INSERT INTO exchange (app, body) VALUES (?, ?)", (app_id, dumped(exchange)))
        assert row.lastrowid is not None
        return row.lastrowid

    def exchanges(self, after: int = 0, app_id: str | None = None, most: int = -1) -> list[NumberedExchange]:
        """The SCIM exchanges after a number, with their numbers `n`, oldest first; of one app or of all.

        Args:
            after: the number.
            app_id: the app, or None for all.
            most: how many at most; -1 means all.
        """
        return self._numbered("exchange", after, app_id, most)

    def count_exchanges(self) -> int:
        """The number of SCIM exchanges."""
        number: int = self.db.execute("SELECT count(*) FROM exchange").fetchone()[0]
        return number

    def add_finding(self, app_id: str, finding: Finding) -> None:
        """Store a silent fault of an app's SCIM server; it must not contain secrets."""
        self.db.execute("INSERT INTO finding (app, body) VALUES (?, ?)", (app_id, dumped(finding)))

    def findings(self, after: int = 0, app_id: str | None = None) -> list[NumberedFinding]:
        """The silent faults after a number, with their numbers `n`, oldest first; of one app or of all."""
        return self._numbered("finding", after, app_id)

    def _numbered(self, table: str, after: int, app_id: str | None, most: int = -1) -> list[Any]:
        rows = self.db.execute(
            f"SELECT seq, body FROM {table} WHERE seq > ? AND (? IS NULL OR app = ?) ORDER BY seq LIMIT ?",  # noqa: S608 - ours
            (after, app_id, app_id, most),
        )
        return [{"n": seq} | decoded(body) for seq, body in rows]

    def copy(self) -> Copy:
        """Everything, in memory."""
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        self.db.backup(copy)
        return copy

    def load(self, copy: Copy) -> None:
        """Replace everything with the result of `copy`; not within a transaction."""
        copy.backup(self.db)

    def clear(self) -> None:
        """Delete everything."""
        with self.transaction():
            for table in _TABLES:
                self.db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own table names

    def close(self) -> None:
        """Close the database."""
        self.db.close()


class _Unusable(Exception):
    """A database that can be read but not used; the message says why."""


def _opened(path: Path | None) -> sqlite3.Connection:
    """The database in a file that this process locks, or in memory."""
    if path is None:
        return _prepared(":memory:")
    if path.exists() and not path.is_file():
        raise InvalidSetting(f"Can't use {path} as the emulator's database: it isn't a file.")
    if not path.absolute().parent.is_dir():
        raise InvalidSetting(f"Can't use {path} as the emulator's database: its folder doesn't exist.")
    try:
        return _prepared(str(path.absolute()))
    except (sqlite3.Error, _Unusable) as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the higher bits are SQLite's subcode
        why = _SQLITE_WORDS.get(code, str(error))
        raise InvalidSetting(f"Can't use {path} as the emulator's database: {why}.") from None


def _prepared(name: str) -> sqlite3.Connection:
    """An open database with our tables.

    Raises:
        sqlite3.Error: it can't be opened, read or written.
        _Unusable: it is damaged, of another version, or isn't the emulator's.
    """
    db = sqlite3.connect(name, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        tables = {table for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables and "event_target" not in tables:
            raise _Unusable(_SQLITE_WORDS[sqlite3.SQLITE_NOTADB])
        ((version,),) = db.execute("PRAGMA user_version")
        if version not in (0, _VERSION):  # 0: a new file
            raise _Unusable("it is of another version of the emulator")
        ((state,),) = db.execute("PRAGMA quick_check(1)")
        if state != "ok":
            raise _Unusable(_SQLITE_WORDS[sqlite3.SQLITE_CORRUPT])
        db.execute("PRAGMA locking_mode = EXCLUSIVE")  # a second emulator would change data that this one has read
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = OFF")  # the data survive a crash of the process, not one of the machine
        db.executescript(_SCHEMA)
        db.execute(f"PRAGMA user_version = {_VERSION}")  # a write: takes the lock, or fails if the file is read-only
    except BaseException:
        db.close()
        raise
    return db
