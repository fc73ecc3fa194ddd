"""The lifecycle of a user: the statuses that each operation allows and results in (OB-600 to OB-602).

Users can't sign in to an emulated org, so none becomes LOCKED_OUT.
"""

from __future__ import annotations

from dataclasses import dataclass

from okta_emulator.core.errors import NotLockedOut, WrongUserStatus
from okta_emulator.core.records import User, UserStatus
from okta_emulator.org import assignments, group_rules
from okta_emulator.org.events import Cause, NewEvent, user_entity
from okta_emulator.org.state import Org

_SIGNED_UP: tuple[UserStatus, ...] = ("ACTIVE", "PASSWORD_EXPIRED", "RECOVERY", "LOCKED_OUT")


@dataclass(frozen=True)
class _Step:
    """One operation.

    Args:
        before: the statuses that it is allowed in.
        after: the resulting status; None means that it doesn't change.
        event_type: the type of its event.
        message: the event's message.
    """

    before: tuple[UserStatus, ...]
    after: UserStatus | None
    event_type: str
    message: str


def _named(verb: str, before: tuple[UserStatus, ...], after: UserStatus) -> _Step:
    return _Step(before, after, f"user.lifecycle.{verb}", f"{verb.capitalize()} Okta user")


_STEPS: dict[str, _Step] = {
    "activate": _named("activate", ("STAGED", "DEPROVISIONED"), "ACTIVE"),
    "deactivate": _named("deactivate", ("STAGED", "PROVISIONED", "SUSPENDED", *_SIGNED_UP), "DEPROVISIONED"),
    "reactivate": _named("reactivate", ("PROVISIONED", "RECOVERY"), "PROVISIONED"),
    "suspend": _named("suspend", ("ACTIVE", "PASSWORD_EXPIRED"), "SUSPENDED"),
    "unsuspend": _named("unsuspend", ("SUSPENDED",), "ACTIVE"),
    "unlock": _Step(("LOCKED_OUT",), "ACTIVE", "user.account.unlock_by_admin", "Unlock user account by admin"),
    "expire_password": _Step(
        _SIGNED_UP, "PASSWORD_EXPIRED", "user.account.expire_password", "Expire user's Okta password"
    ),
    "reset_password": _Step(_SIGNED_UP, "RECOVERY", "user.account.reset_password", "Fired when password is reset"),
    "reset_factors": _Step(
        ("STAGED", "PROVISIONED", "SUSPENDED", *_SIGNED_UP), None, "user.mfa.factor.reset_all", "Reset all factors"
    ),
}


def step(org: Org, cause: Cause, user: User, operation: str) -> User:
    """Run a lifecycle operation.

    Raises:
        NotLockedOut: an unlock of a user who isn't locked out.
        WrongUserStatus: the user's status doesn't allow the operation.
    """
    wanted = _STEPS[operation]
    if user["status"] not in wanted.before:
        raise NotLockedOut(causes=("The user is not locked out.",)) if operation == "unlock" else WrongUserStatus
    now = org.now()
    after = wanted.after or user["status"]
    if operation == "activate" and user["passwordChanged"] is None:
        after = "PROVISIONED"
    changed: User = {**user, "status": after, "lastUpdated": now}
    if operation in ("activate", "deactivate", "reactivate", "suspend", "unsuspend"):
        changed["statusChanged"] = now
    if operation == "activate":
        changed["activated"] = now
    save(org, changed)
    org.events.write(cause, NewEvent(wanted.event_type, wanted.message, [user_entity(changed)]))
    if operation == "activate":
        assignments.user_activated(org, cause, changed)
        group_rules.user_changed(org, cause, user["id"])
    if operation == "deactivate":
        assignments.user_deactivated(org, cause, changed)
    return changed


def save(org: Org, user: User) -> None:
    """Write a user, with the login as its name."""
    org.store.users.put(user["id"], user, name=user["profile"]["login"])
