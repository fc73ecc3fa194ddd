"""The users that an import found, until an administrator or the app's rules confirm them; neither sends a request."""

from __future__ import annotations

from okta_emulator.core.errors import NotFound
from okta_emulator.core.records import App, AppUser, Json
from okta_emulator.org import users
from okta_emulator.org.events import Cause, NewEvent, app_entity, app_user_entity, user_entity
from okta_emulator.org.import_matching import Rules, rules_of
from okta_emulator.org.provisioning import provisioning_of
from okta_emulator.org.state import Org


def candidates(org: Org, app_id: str) -> list[Json]:
    """The imported users that await confirmation."""
    return list(org.store.import_candidates.named(app_id))


def confirm(org: Org, cause: Cause, app: App, external_id: str, user_id: str | None = None) -> Json:
    """Confirm a candidate: link the matched user, or create a new one; sends no request.

    Args:
        org: the org.
        cause: who confirms.
        app: the app.
        external_id: the server's id of the imported user.
        user_id: an Okta user other than the matched one.

    Raises:
        NotFound: there is no such candidate or user.
        ValidationFailed: a new user lacks a value that an Okta user requires.
    """
    candidate = org.store.import_candidates.get(f"{app['id']}.{external_id}")
    if candidate is None:
        raise NotFound(external_id, "ImportedUser")
    rules = rules_of(provisioning_of(org, app["id"]).inbound)
    return confirm_candidate(org, cause, app, candidate | ({"user_id": user_id} if user_id else {}), rules)


def confirm_candidate(org: Org, cause: Cause, app: App, candidate: Json, rules: Rules) -> Json:
    """Confirm a candidate as its `user_id` says; None creates a user."""
    user_id = candidate["user_id"]
    if user_id is None:
        body = {"profile": candidate["profile"]}
        user = users.create_user(org, cause, body, activate=rules.activates)
    else:
        found = org.store.users.get(user_id)
        if found is None:
            raise NotFound(user_id, "User")
        user = found
    now = org.now()
    present = org.store.app_users.get(app["id"], user["id"])
    fresh: AppUser = {
        "id": user["id"],
        "app_user_id": org.ids.new("0ua"),
        "externalId": None,
        "created": now,
        "lastUpdated": now,
        "scope": "USER",
        "status": "PROVISIONED",
        "statusChanged": now,
        "syncState": "DISABLED",
        "lastSync": now,
        "credentials": {"userName": candidate["user_name"]},
        "profile": {},
    }
    app_user: AppUser = {**(present or fresh), "externalId": candidate["external_id"], "status": "PROVISIONED"}
    org.store.app_users.put(app["id"], user["id"], app_user)
    org.store.import_candidates.delete(f"{app['id']}.{candidate['external_id']}")
    targets = [app_user_entity(app_user, user), app_entity(app), user_entity(user)]
    kind, message = ("match", "Imported user was matched") if user_id else ("create", "Imported user was created")
    org.events.write(cause, NewEvent(f"system.import.user.{kind}", message, targets))
    return {"user_id": user["id"], "external_id": candidate["external_id"]}
