"""Passwords and recovery questions, kept as salted digests (OB-604 to OB-607).

Our choice: the texts of errors, and that the emulator has no password policy (it accepts any text).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
from dataclasses import dataclass

from okta_emulator.core.body import member, text
from okta_emulator.core.errors import CredentialsUpdateFailed, ValidationFailed, WrongUserStatus
from okta_emulator.core.records import Json, Secrets, User, UserStatus
from okta_emulator.org import assignments, lifecycle
from okta_emulator.org.events import Cause, NewEvent, user_entity
from okta_emulator.org.state import Org

_MAY_CHANGE_PASSWORD: tuple[UserStatus, ...] = ("STAGED", "ACTIVE", "PASSWORD_EXPIRED", "RECOVERY")
_MAY_CHANGE_QUESTION: tuple[UserStatus, ...] = ("STAGED", "ACTIVE", "RECOVERY")
_TEMPORARY_LENGTH = 12  # as recorded
_CHARACTERS = string.ascii_letters + string.digits
_SALT_BYTES = 16


@dataclass(frozen=True)
class NewCredentials:
    """The credentials in a body; None for those that it doesn't set."""

    password: str | None = None
    question: str | None = None
    answer: str | None = None


def credentials_in(credentials: Json) -> NewCredentials:
    """Read `{"password": {"value"}, "recovery_question": {"question", "answer"}}`."""
    asked = member(credentials, "recovery_question")
    password = text(member(credentials, "password"), "value")
    return NewCredentials(password or None, text(asked, "question"), text(asked, "answer"))


def keep(org: Org, user_id: str, new: NewCredentials) -> None:
    """Store the digests of a password and an answer, if there are any."""
    if new.password is None and new.answer is None:
        return
    kept: Secrets = org.store.secrets.get(user_id) or {"password": None, "answer": None}
    password = kept["password"] if new.password is None else _digest(new.password)
    answer = kept["answer"] if new.answer is None else _digest(_plain_answer(new.answer))
    org.store.secrets.put(user_id, {"password": password, "answer": answer})


def change_password(org: Org, cause: Cause, user: User, body: Json) -> User:
    """Change a password, given the old one; a user in recovery becomes active again.

    Raises:
        WrongUserStatus: the user's status doesn't allow it, or the user has no password.
        CredentialsUpdateFailed: the old password is wrong.
        ValidationFailed: there is no new password.
    """
    _require(user, _MAY_CHANGE_PASSWORD)
    _require_password(org, user, text(member(body, "oldPassword"), "value"))
    return _set_password(org, cause, user, text(member(body, "newPassword"), "value"))


def change_question(org: Org, user: User, body: Json) -> User:
    """Change the recovery question and its answer, given the password.

    Raises:
        WrongUserStatus: the user's status doesn't allow it, or the user has no password.
        CredentialsUpdateFailed: the password is wrong.
        ValidationFailed: the question or the answer is missing.
    """
    _require(user, _MAY_CHANGE_QUESTION)
    new = credentials_in(body)
    _require_password(org, user, new.password)
    if not new.question or not new.answer:
        raise ValidationFailed("recovery_question", causes=("recovery_question: question and answer are required",))
    keep(org, user["id"], NewCredentials(question=new.question, answer=new.answer))
    changed: User = {**user, "question": new.question, "lastUpdated": org.now()}
    lifecycle.save(org, changed)
    return changed  # what Okta logs is unknown, so nothing is logged


def answer_question(org: Org, cause: Cause, user: User, body: Json) -> User:
    """Set a new password, given the answer to the recovery question.

    Raises:
        CredentialsUpdateFailed: the answer is wrong.
        ValidationFailed: there is no new password.
    """
    new = credentials_in(body)
    kept = org.store.secrets.get(user["id"])
    if kept is None or new.answer is None or not _matches(_plain_answer(new.answer), kept["answer"]):
        raise CredentialsUpdateFailed(causes=("The recovery question answer did not match our records.",))
    return _set_password(org, cause, user, new.password)


def temporary_password(org: Org, cause: Cause, user: User) -> str:
    """Expire the password and replace it with a random one, which is returned."""
    password = "".join(secrets.choice(_CHARACTERS) for _ in range(_TEMPORARY_LENGTH))
    changed = lifecycle.step(org, cause, user, "expire_password")
    lifecycle.save(org, {**changed, "passwordChanged": org.now()})
    keep(org, user["id"], NewCredentials(password))
    assignments.password_changed(org, cause, changed, password)
    return password


def require_recoverable(user: User) -> None:
    """Reject the forgot-password flow for users who aren't active or have no recovery question.

    Raises:
        WrongUserStatus: the user isn't active or has no recovery question.
    """
    if user["status"] != "ACTIVE" or not user.get("question"):
        raise WrongUserStatus


def _set_password(org: Org, cause: Cause, user: User, password: str | None) -> User:
    if not password:
        raise ValidationFailed("password", causes=("password: The field cannot be left blank",))
    now = org.now()
    changed: User = {**user, "passwordChanged": now, "lastUpdated": now}
    if user["status"] in ("RECOVERY", "PASSWORD_EXPIRED"):
        changed["status"] = "ACTIVE"
    lifecycle.save(org, changed)
    keep(org, user["id"], NewCredentials(password))
    message = "User update password for Okta"
    org.events.write(cause, NewEvent("user.account.update_password", message, [user_entity(changed)]))
    assignments.password_changed(org, cause, changed, password)
    return changed


def _require(user: User, statuses: tuple[UserStatus, ...]) -> None:
    if user["status"] not in statuses or user["passwordChanged"] is None:
        raise WrongUserStatus


def _require_password(org: Org, user: User, password: str | None) -> None:
    kept = org.store.secrets.get(user["id"])
    if kept is None or password is None or not _matches(password, kept["password"]):
        raise CredentialsUpdateFailed(causes=("Old Password is not correct",))


def _plain_answer(answer: str) -> str:
    return " ".join(answer.casefold().split())


def _digest(value: str, salt: str | None = None) -> str:
    salt = salt or secrets.token_hex(_SALT_BYTES // 2)
    return f"{salt}:{hashlib.blake2b(value.encode('utf-8', 'surrogatepass'), salt=salt.encode()).hexdigest()}"


def _matches(value: str, digest: str | None) -> bool:
    return digest is not None and hmac.compare_digest(_digest(value, digest.partition(":")[0]), digest)
