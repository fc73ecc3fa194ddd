"""`/api/v1/users/{id}/lifecycle`, `/credentials` and `/sessions`: a user's status, password and recovery question."""

from __future__ import annotations

import secrets

from okta_emulator.api.call import NO_CONTENT, Answer, Call, Endpoint
from okta_emulator.api.users import credentials_view, user_view
from okta_emulator.core.records import Json
from okta_emulator.org import credentials, lifecycle

_USER = "/api/v1/users/{user_id}"
_TOKEN_BYTES = 15


def take_step(call: Call) -> Answer:
    """POST lifecycle/…: `{}`, or an activation link if none is sent by email."""
    operation = call.path.rpartition("/")[2]
    lifecycle.step(call.org, call.cause, call.user(), operation)
    if operation in ("activate", "reactivate") and not call.flag("sendEmail", default=True):
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        return Answer({"activationUrl": call.url(f"/welcome/{token}"), "activationToken": token})
    return Answer({})


def expire_password(call: Call) -> Answer:
    """POST lifecycle/expire_password: the user, now PASSWORD_EXPIRED."""
    return Answer(user_view(call, lifecycle.step(call.org, call.cause, call.user(), "expire_password")))


def expire_with_temporary(call: Call) -> Answer:
    """POST lifecycle/expire_password_with_temp_password: the temporary password, once."""
    return Answer({"tempPassword": credentials.temporary_password(call.org, call.cause, call.user())})


def reset_password(call: Call) -> Answer:
    """POST lifecycle/reset_password: the user is in RECOVERY; a link, or `{}` if it is sent by email."""
    lifecycle.step(call.org, call.cause, call.user(), "reset_password")
    return Answer(_reset_link(call, "/reset_password"))


def forgot_password(call: Call) -> Answer:
    """POST credentials/forgot_password: a link, or `{}` if it is sent by email; the status stays (documented)."""
    credentials.require_recoverable(call.user())
    return Answer(_reset_link(call, "/signin/reset-password"))


def change_password(call: Call) -> Answer:
    """POST credentials/change_password: the credentials, without secrets."""
    return Answer(credentials_view(credentials.change_password(call.org, call.cause, call.user(), call.body)))


def change_question(call: Call) -> Answer:
    """POST credentials/change_recovery_question: the credentials, without secrets."""
    return Answer(credentials_view(credentials.change_question(call.org, call.user(), call.body)))


def answer_question(call: Call) -> Answer:
    """POST credentials/forgot_password_recovery_question: the credentials, without secrets."""
    return Answer(credentials_view(credentials.answer_question(call.org, call.cause, call.user(), call.body)))


def revoke_sessions(call: Call) -> Answer:
    """DELETE the sessions: 204; there are none, since users don't sign in to the emulator."""
    call.user()
    return NO_CONTENT


def _reset_link(call: Call, page: str) -> Json:
    if call.flag("sendEmail", default=True):
        return {}
    return {"resetPasswordUrl": call.url(f"{page}/{secrets.token_urlsafe(_TOKEN_BYTES)}")}


_STEPS = ("activate", "deactivate", "reactivate", "suspend", "unsuspend", "unlock", "reset_factors")
ENDPOINTS = (
    *(Endpoint("POST", f"{_USER}/lifecycle/{step}", take_step) for step in _STEPS),
    Endpoint("POST", f"{_USER}/lifecycle/expire_password", expire_password),
    Endpoint("POST", f"{_USER}/lifecycle/expire_password_with_temp_password", expire_with_temporary),
    Endpoint("POST", f"{_USER}/lifecycle/reset_password", reset_password),
    Endpoint("POST", f"{_USER}/credentials/forgot_password", forgot_password),
    Endpoint("POST", f"{_USER}/credentials/change_password", change_password),
    Endpoint("POST", f"{_USER}/credentials/change_recovery_question", change_question),
    Endpoint("POST", f"{_USER}/credentials/forgot_password_recovery_question", answer_question),
    Endpoint("DELETE", f"{_USER}/sessions", revoke_sessions),
)
