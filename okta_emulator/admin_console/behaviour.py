"""Switches for the console's behaviour: differences between orgs, and fault injection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge, Le, MinLen

from okta_emulator.core.problem import InvalidSetting

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

ConsoleAction = Literal["open_app", "open_provisioning", "configure", "test", "save", "to_app"]
Factor = Literal["google_otp", "okta_verify-totp", "okta_verify-push", "webauthn"]

CODE_FIELDS: Mapping[str, str] = {"google_otp": "credentials.passcode", "okta_verify-totp": "credentials.totp"}
"""The factors that take a one-time code, and the form field of the code."""

Seconds = Annotated[float, Ge(0), Le(86_400)]

_LONG_SESSION = 600.0


@dataclass(frozen=True)
class Behaviour:
    """The switches.

    Args:
        paint_seconds: delay between a click and the pane that it opens (OB-415).
        wizard_choice: how the General tab of a wizard-made app offers SCIM; which one an org shows is unknown (OB-420).
        labels: replacements for texts of the console, by text, as if Okta had renamed them.
        factors: the factors that the sign-in page offers after the password; it lists them if there are several.
        authn: whether `/api/v1/authn` returns a session token, asks for the factor first, or refuses (OB-401).
        admin_role: whether the account has an administrator role.
        ends_session_before: actions before which the session ends, once each.
        challenges_before: actions before which the console asks for the factor again, once each (OB-405).
        idle_seconds: how long an unused session lasts; Okta's default is 15 minutes (OB-404). A warning covers the page
            before that; its text and its button are our choice.
    """

    __pydantic_config__ = {"extra": "forbid", "strict": True}  # noqa: RUF012 - the dataclass has no such field

    paint_seconds: Seconds = 0.1
    wizard_choice: Literal["radio", "checkbox"] = "radio"
    labels: Mapping[str, str] = field(default_factory=dict)
    factors: Annotated[tuple[Factor, ...], MinLen(1)] = ("google_otp",)
    authn: Literal["open", "factor", "closed"] = "open"
    admin_role: bool = True
    ends_session_before: tuple[ConsoleAction, ...] = ()
    challenges_before: tuple[ConsoleAction, ...] = ()
    idle_seconds: Seconds = 15 * 60.0

    @property
    def warning_seconds(self) -> float:
        """How long before the end of an unused session its warning appears: 5 minutes or 30 seconds (OB-404).

        Half of the session where it is shorter than Okta allows (our choice).
        """
        return min(300.0 if self.idle_seconds > _LONG_SESSION else 30.0, self.idle_seconds / 2)


def behaviour_from(sent: bytes) -> Behaviour:
    """The behaviour that a JSON object describes; switches that it omits have their defaults.

    Raises:
        InvalidSetting: an unknown switch, or a value that it doesn't allow; the message lists what is allowed.
    """
    from pydantic import TypeAdapter, ValidationError  # imported here because it takes a fifth of the start-up time

    try:
        return TypeAdapter(Behaviour).validate_json(sent)
    except ValidationError as error:
        wrong = "; ".join(_explained(detail) for detail in error.errors(include_url=False))
        raise InvalidSetting(f"The console's behaviour isn't valid: {wrong}.") from None


def _explained(detail: ErrorDetails) -> str:
    name = ".".join(map(str, detail["loc"]))
    if detail["type"] == "unexpected_keyword_argument":
        return f"there is no switch {name}; the switches are {', '.join(switch.name for switch in fields(Behaviour))}"
    words = detail["msg"].replace("Input should be", "must be")
    return f"{name}: {words}" if name else words.replace("must be", "it must be", 1)
