"""Imports from an app's SCIM server: users, groups, and their matches in Okta (OB-291, OB-292, OB-297, OB-298).

An import reads whole lists. The users that it finds are candidates until they are confirmed (import_candidates.py).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from okta_emulator.core.errors import OrgError, ValidationFailed
from okta_emulator.core.records import App, Json
from okta_emulator.org import tasks
from okta_emulator.org.deliveries import deliver
from okta_emulator.org.events import Cause, NewEvent, app_entity, app_user_entity, user_entity
from okta_emulator.org.import_candidates import candidates, confirm_candidate
from okta_emulator.org.import_matching import Rules, login_of, match, rules_of
from okta_emulator.org.new_group import new_app_group
from okta_emulator.org.provisioning import delivers, provisioning_of, supports
from okta_emulator.org.provisioning_changes import require_connection
from okta_emulator.org.state import Org
from okta_emulator.scim_client import imports
from okta_emulator.scim_client.outcome import ImportedGroup, ImportedUser, ImportOutcome, Outcome

_SAFEGUARD_SHARE = 0.2


@dataclass
class _Counts:
    """What the dialog after an import shows, for users or for groups."""

    scanned: int = 0
    found: Counter[str] = field(default_factory=Counter)

    def view(self) -> Json:
        return {"scanned": self.scanned, **{key: self.found[key] for key in ("new", "updated", "unchanged", "removed")}}


async def run_import(org: Org, cause: Cause, app: App) -> Json:
    """Import users, and groups where Import Groups is on.

    Args:
        org: the org.
        cause: who starts it.
        app: an app with provisioning.

    Returns:
        {"status": COMPLETE, ROADBLOCK or FAILED, "error", "users", "groups", "candidates"}.

    Raises:
        ValidationFailed: the app imports nothing, or its connection was changed meanwhile.
        NotFound: the app was deleted meanwhile.
    """
    provisioning = provisioning_of(org, app["id"])
    if not delivers(org, app) or not supports(provisioning, "import"):
        raise ValidationFailed("import", causes=("Import is not enabled for the app instance.",))  # our wording
    rules = rules_of(provisioning.inbound)
    targets = {"AppInstance": app_entity(app)}
    before = _linked(org, app)
    _log(org, cause, app, "start", "Import started")
    found = await deliver(org, cause, app, imports.import_users, targets, provisioning)
    groups: Outcome | None = None
    if found.ok and provisioning.import_groups:
        groups = await deliver(org, cause, app, imports.import_groups, targets, provisioning)
    require_connection(org, app, provisioning)
    failed = next((outcome for outcome in (found, groups) if outcome is not None and not outcome.ok), None)
    if failed is not None:
        return _result("FAILED", failed.error, _Counts(), _Counts(), [])
    assert isinstance(found, ImportOutcome)
    with org.store.transaction():
        removed = _removed(org, app, found, before)
        if _roadblock(org, app, removed):
            _log(org, cause, app, "roadblock", "Import stopped by the import safeguard", result="FAILURE")
            return _result("ROADBLOCK", None, _Counts(scanned=len(found.users)), _Counts(), [])
        user_counts = _take_users(org, cause, app, found, removed, rules)
        group_counts = _Counts()
        if isinstance(groups, ImportOutcome):
            group_counts = _take_groups(org, app, groups.groups)
        _log(org, cause, app, "complete", "Import complete")
        return _result("COMPLETE", None, user_counts, group_counts, candidates(org, app["id"]))


def _linked(org: Org, app: App) -> dict[str, str]:
    """The server's ids of the app's linked users, by the users' ids."""
    users = org.store.app_users.from_source(app["id"])
    return {user_id: one["externalId"] for user_id, one in users if one["externalId"] is not None}


def _removed(org: Org, app: App, found: ImportOutcome, before: dict[str, str]) -> list[str]:
    """The linked users that the server no longer has, or that are inactive there; not those linked since the start."""
    active = {user.external_id for user in found.users if user.active}
    linked = _linked(org, app)
    return [user for user, one in linked.items() if one not in active and before.get(user) == one]


def _roadblock(org: Org, app: App, removed: list[str]) -> bool:
    """Whether the import safeguard stops an import that removes over 20 % of the app's users (OB-298; a switch)."""
    assigned = sum(1 for _ in org.store.app_users.from_source(app["id"]))
    return org.switches.import_safeguard == "20" and bool(assigned) and len(removed) / assigned > _SAFEGUARD_SHARE


def _take_users(org: Org, cause: Cause, app: App, found: ImportOutcome, removed: list[str], rules: Rules) -> _Counts:
    counts = _Counts(scanned=len(found.users))
    linked = set(_linked(org, app).values())
    everyone = [user for _, user in org.store.users.each() if user["status"] != "DEPROVISIONED"]
    for user_id in removed:
        _end(org, cause, app, user_id)
        counts.found["removed"] += 1
    for imported in found.users:
        if imported.external_id in linked:
            counts.found["unchanged"] += imported.active
        elif imported.active:
            counts.found[_take(org, cause, app, imported, match(imported, everyone, rules), rules)] += 1
    return counts


def _take(org: Org, cause: Cause, app: App, imported: ImportedUser, found: tuple[str, str | None], rules: Rules) -> str:
    """Store an imported user as a candidate, confirm it if the rules say so, and return what it counts as."""
    disposition, user_id = found
    login = login_of(imported, rules)
    key = f"{app['id']}.{imported.external_id}"
    known = org.store.import_candidates.get(key)
    candidate: Json = {
        "external_id": imported.external_id,
        "user_name": imported.user_name,
        "disposition": disposition,
        "user_id": user_id,
        "profile": imported.attributes | {"login": login, "email": imported.attributes.get("email", login)},
    }
    org.store.import_candidates.put(key, candidate, name=app["id"])
    if disposition in rules.confirms:
        try:
            confirm_candidate(org, cause, app, candidate, rules)
        except OrgError as error:
            why = "; ".join(error.causes) or error.text
            org.store.import_candidates.put(key, candidate | {"error": why}, name=app["id"])
    return "new" if known is None else "unchanged" if known["profile"] == candidate["profile"] else "updated"


def _end(org: Org, cause: Cause, app: App, user_id: str) -> None:
    """End the assignment of a user that the server no longer has; nothing is sent."""
    app_user, user = org.store.app_users.get(app["id"], user_id), org.store.users.get(user_id)
    org.store.app_users.delete(app["id"], user_id)
    tasks.forget(org, app["id"], user_id)
    if app_user is not None and user is not None:
        targets = [app_user_entity(app_user, user), app_entity(app), user_entity(user)]
        org.events.write(cause, NewEvent("system.import.user.delete", "Imported user was removed", targets))


def _take_groups(org: Org, app: App, imported: tuple[ImportedGroup, ...]) -> _Counts:
    """The app's groups: groups that Okta pushed itself are ignored (OB-297)."""
    pushed = {mapping["external_id"] for mapping in org.store.push_mappings.named(app["id"])}
    own = [group for group in imported if group.external_id not in pushed]
    known = {one["external_id"]: one["group_id"] for one in org.store.imported_groups.named(app["id"])}
    people = {one["externalId"]: user_id for user_id, one in org.store.app_users.from_source(app["id"])}
    counts = _Counts(scanned=len(own))
    for group in own:
        counts.found[_take_group(org, app, group, known.get(group.external_id), people)] += 1
    for external_id in known.keys() - {group.external_id for group in own}:
        org.store.groups.delete(known[external_id])
        org.store.imported_groups.delete(f"{app['id']}.{external_id}")
        counts.found["removed"] += 1
    return counts


def _take_group(
    org: Org, app: App, imported: ImportedGroup, group_id: str | None, people: dict[str | None, str]
) -> str:
    present = org.store.groups.get(group_id or "")
    group = present or new_app_group(org, app, imported.name)
    wanted = {people[member] for member in imported.member_ids if member in people}
    members = {user_id for user_id, _ in org.store.members.from_source(group["id"])}
    changed = wanted != members or group["profile"]["name"] != imported.name
    group["profile"] = {**group["profile"], "name": imported.name}
    org.store.groups.put(group["id"], group, name=imported.name)
    for user_id in members - wanted:
        org.store.members.delete(group["id"], user_id)
    for user_id in wanted - members:
        org.store.members.put(group["id"], user_id, {})
    link = {"external_id": imported.external_id, "group_id": group["id"]}
    org.store.imported_groups.put(f"{app['id']}.{imported.external_id}", link, name=app["id"])
    return "new" if present is None else "updated" if changed else "unchanged"


def _result(status: str, error: str | None, user_counts: _Counts, group_counts: _Counts, waiting: list[Json]) -> Json:
    return {
        "status": status,
        "error": error,
        "users": user_counts.view(),
        "groups": group_counts.view(),
        "candidates": waiting,
    }


def _log(org: Org, cause: Cause, app: App, kind: str, message: str, *, result: str = "SUCCESS") -> None:
    failed = result == "FAILURE"
    event = NewEvent(
        f"system.import.{kind}",
        message,
        [app_entity(app)],
        result="FAILURE" if failed else "SUCCESS",
        severity="WARN" if failed else "INFO",
    )
    org.events.write(cause, event)
