"""How awkward the console is: switches for what differs between orgs, and for trouble on request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from okta_emulator.core.problem import InvalidSetting

Action = Literal["open_app", "open_provisioning", "configure", "test", "save", "to_app"]
Factor = Literal["google_otp", "okta_verify-totp", "okta_verify-push", "webauthn"]

Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]

_LONG_SESSION = 600.0


@dataclass(frozen=True)
class Behaviour:
    """What a person chooses about the console.

    Args:
        paint_seconds: how late a pane appears after a click (OB-415).
        wizard_choice: how the General tab of a wizard-made app offers SCIM; which one an org shows is unknown (OB-420).
        labels: text of the console to the text that is shown instead, as if Okta had renamed it.
        factors: what the sign-in page offers beside the password; with several a list comes first.
        authn: whether `/api/v1/authn` gives a session token, asks for the factor first, or is closed (OB-401).
        admin_role: whether the account has an administrator role.
        ends_session_before: actions before which the session ends, once each.
        challenges_before: actions before which the factor is asked again, once each (OB-405).
        idle_seconds: how long an unused session lasts; Okta's default is 15 minutes (OB-404). A warning covers the page
            before; its words and its button are our choice.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)

    paint_seconds: Seconds = 0.1
    wizard_choice: Literal["radio", "checkbox"] = "radio"
    labels: Mapping[str, str] = field(default_factory=dict)
    factors: Annotated[tuple[Factor, ...], Field(min_length=1)] = ("google_otp",)
    authn: Literal["open", "factor", "closed"] = "open"
    admin_role: bool = True
    ends_session_before: tuple[Action, ...] = ()
    challenges_before: tuple[Action, ...] = ()
    idle_seconds: Seconds = 15 * 60.0

    @property
    def warning_seconds(self) -> float:
        """How long before the end of an unused session its warning appears: 5 minutes or 30 s (OB-404).

        For sessions that are shorter than Okta allows, half of their time (our choice).
        """
        return min(300.0 if self.idle_seconds > _LONG_SESSION else 30.0, self.idle_seconds / 2)


def behaviour_from(sent: bytes) -> Behaviour:
    """The behaviour that a JSON object describes; what it leaves out is as it is by default.

    Raises:
        InvalidSetting: no such switch, or a value that it doesn't take; says which switches and values there are.
    """
    try:
        return TypeAdapter(Behaviour).validate_json(sent)
    except ValidationError as error:
        wrong = "; ".join(_words(one["loc"], one["msg"], one["type"]) for one in error.errors(include_url=False))
        raise InvalidSetting(f"The console does not take this: {wrong}.") from None


def _words(place: tuple[int | str, ...], message: str, kind: str) -> str:
    name = ".".join(map(str, place))
    if kind == "unexpected_keyword_argument":
        return f"there is no switch {name}, there are {', '.join(one.name for one in fields(Behaviour))}"
    return f"{name}: {message}" if name else message
