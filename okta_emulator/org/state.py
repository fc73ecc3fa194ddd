"""One emulated org: what its parts share, and its initial contents."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from typing import Any

from okta_emulator.core.clock import OrgClock, whole_seconds
from okta_emulator.core.errors import NotFound
from okta_emulator.core.ids import Ids
from okta_emulator.core.recorder import Recorder
from okta_emulator.core.records import App, Group, Identity, User
from okta_emulator.core.settings import EmulatorSettings
from okta_emulator.core.store import Copy, Store
from okta_emulator.org import builtin
from okta_emulator.org.catalog import CatalogEntry, catalog
from okta_emulator.org.eventlog import EventLog
from okta_emulator.org.events import Cause, Events, WebCall, user_entity
from okta_emulator.org.jobs import Jobs
from okta_emulator.org.service_apps import ServiceApps
from okta_emulator.scim_client.pool import Http

_IDENTITY = "org"
_EVERYONE = "Everyone"


class Org:
    """An org: its settings, clock, contents, log and background jobs.

    Args:
        settings: how it behaves.
        database: the database file, or None for memory.

    Attributes:
        identity: the ids that belong to the org itself.
        is_new: whether it was created now rather than read from the file.
        http: sends every request of the org to another server: to SCIM servers and, for a consent, to token endpoints.
        generation: a number that changes when all data are replaced: by a reset, or by a snapshot.
        recorder: where its SCIM exchanges are also written, or None.
        looks: how often a watchful org looked at what else each form of write has changed, by app.
    """

    def __init__(self, settings: EmulatorSettings, database: Path | None = None) -> None:
        self.settings = settings
        self.switches = settings.switches
        self.clock = OrgClock()
        self.ids = Ids()
        self.store = Store(database)
        self.log = EventLog(self.store.db)
        self.events = Events(self.log, self.clock, lambda: self.switches)
        self.generation = 0
        self.http = Http()
        self.jobs: Jobs[Org] = Jobs(self, settings.pace)
        self.catalog = catalog(settings.catalog_keys)
        self.service_apps = ServiceApps(self.clock)
        self.recorder: Recorder | None = None
        self.looks: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        kept = self.store.settings.get(_IDENTITY)
        self.is_new = kept is None
        self.identity: Identity = kept or self._create()
        builtin.ensure(self.store, self.ids, self.identity)

    def now(self) -> str:
        """The current time in the format of apps, users and groups."""
        return whole_seconds(self.clock.now())

    def any_app(self, app_id: str) -> App | None:
        """An app of the org, or a built-in app that every org has."""
        return self.store.apps.get(app_id) or self.store.system_apps.get(app_id)

    def save_app(self, app: App) -> None:
        """Write an app under its label."""
        collection = self.store.system_apps if app.get("system") else self.store.apps
        collection.put(app["id"], app, name=app["label"])

    def entry_of(self, app: App) -> CatalogEntry | None:
        """The catalog entry of an app, or None for a wizard-made one."""
        return self.catalog.get(app["name"])

    def cause(self, transaction_id: str, web: WebCall | None = None) -> Cause:
        """The administrator, who owns the token, as the cause of a transaction's events."""
        admin = self.store.users.get(self.identity["admin"])
        assert admin is not None
        return Cause(user_entity(admin), transaction_id, web)

    def reset(self, content: Copy | None = None) -> None:
        """Start over: with an earlier content of the store, or with a new and empty org.

        The clock, the switches and the service apps start over too.
        """
        self.service_apps.reset()
        self.switches = self.settings.switches
        self.clock.rewind()
        if content is not None:
            self.load(content)
            return
        self._begin_generation()
        self.store.clear()
        self.identity = self._create()
        builtin.ensure(self.store, self.ids, self.identity)

    def load(self, content: Copy) -> None:
        """Return to an earlier content of the store, and to nothing else; jobs that wait or run are dropped."""
        self._begin_generation()
        self.store.load(content)
        identity = self.store.settings.get(_IDENTITY)
        assert identity is not None
        self.identity = identity

    def turn_at(self, base_url: str) -> AbstractAsyncContextManager[Any]:
        """What an operation of any app must hold while it uses a SCIM server.

        A watchful org runs them one at a time: otherwise, one app's write would look like a fault of another's.
        """
        return self._turns[base_url.rstrip("/")] if self.settings.watchful else nullcontext()

    def _begin_generation(self) -> None:
        """Drop what belongs to the data that are about to be replaced, in which an app can have the same id."""
        self.jobs.drop()
        self.looks.clear()
        self.generation += 1

    def require_generation(self, generation: int, app: App) -> None:
        """Check that the data are still those of an earlier moment, after something was awaited.

        Raises:
            NotFound: they were replaced; an app with the same id is another one.
        """
        if self.generation != generation:
            raise NotFound(app["id"], "AppInstance")

    async def close(self) -> None:
        """Drop all jobs, and close the connections and files."""
        self.jobs.drop()
        await self.http.aclose()
        if self.recorder is not None:
            self.recorder.close()
        self.store.close()

    def _create(self) -> Identity:
        """Create the org's own ids, its administrator and the group Everyone."""
        now = self.now()
        user_type = self.ids.new("oty")
        identity: Identity = {
            "id": self.ids.new("00o"),
            "user_type": user_type,
            "user_schema": f"osc{user_type[3:]}",
            "admin": self.ids.new("00u"),
            "token": self.ids.new("00T"),
            "everyone": self.ids.new("00g"),
            "policy": self.ids.new("rst"),
            "enrollment": self.ids.new("rst"),
            "created": now,
        }
        admin: User = {
            "id": identity["admin"],
            "status": "ACTIVE",
            "created": now,
            "activated": now,
            "statusChanged": now,
            "lastLogin": now,
            "lastUpdated": now,
            "passwordChanged": now,
            "profile": {
                "firstName": "Emulator",
                "lastName": "Admin",
                "mobilePhone": None,
                "secondEmail": None,
                "login": "admin@example.com",
                "email": "admin@example.com",
            },
        }
        everyone: Group = {
            "id": identity["everyone"],
            "created": now,
            "lastUpdated": now,
            "lastMembershipUpdated": now,
            "type": "BUILT_IN",
            "profile": {"name": _EVERYONE, "description": "All users in your organization"},
        }
        with self.store.transaction():
            self.store.settings.put(_IDENTITY, identity)
            self.store.users.put(admin["id"], admin, name=admin["profile"]["login"])
            self.store.groups.put(everyone["id"], everyone, name=_EVERYONE)
            self.store.members.put(everyone["id"], admin["id"], {})
        return identity
