"""Switches for the SCIM client's behaviour where Okta's is reported, contradictory or unknown.

Each has a statement in docs/okta-behaviour; the defaults are the most likely answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args, get_type_hints

from okta_emulator.core.problem import InvalidSetting


@dataclass(frozen=True)
class Switches:
    """The switches of one org.

    Args:
        failed_reprovision: whether Okta deactivates an account if its reactivation succeeded, the next profile push
        failed and the user is then unassigned: "orphan" sends no deactivation, "deactivate" does (OB-294).
        placeholder_password: the policy that the password of a new account follows: "default" has eight lower-case
            and upper-case letters and digits, "symbols" twelve with a symbol among them (OB-274).
        filter_spaces: how a space in a filter is encoded: "percent" is `%20`, "plus" is `+` (OB-240).
        group_replacement: where a full push of a template app puts the members: "path" in `members`, "value" in a
            value without path, "named" there with the group's id and name (OB-315).
        wizard_pairs: how often a wizard-made app sends the GET and PUT of a membership change (OB-306).
        profile_push: what a profile update of a template app sends: "put" is GET and PUT of the resource, "patch" one
            PATCH of the mapped attributes without a path (OB-295).
        access_values: how text in `roles` and `entitlements` is sent: "object" as value, display and primary, "value"
            with the value only, "text" as it is (OB-296).
        mapped_on_assignment: the response to an assignment that sets a pushed attribute to a value other than the
            mapping's: "refuse" is E0000075, "accept" keeps it (OB-096).
        cleared_attributes: what the PUT of a profile has for a mapped attribute whose value was cleared in Okta:
            "kept" is what the server has, "null" is a JSON null (OB-318).
        conflict_retry: whether Okta tries again to create an account after a 409: "never" leaves it to an
            administrator, "half_hour" tries again after 30 minutes, up to ten times in all (OB-319).
        import_safeguard: "20" stops an import that would remove more than 20 % of the app's users, "off" stops none
            (OB-298).
        log_reason: how much of an error text an event keeps: "255" characters, or the "full" text (OB-177).
    """

    failed_reprovision: Literal["orphan", "deactivate"] = "orphan"
    placeholder_password: Literal["default", "symbols"] = "default"  # noqa: S105 - the name of a policy
    filter_spaces: Literal["percent", "plus"] = "percent"
    group_replacement: Literal["path", "value", "named"] = "path"
    wizard_pairs: Literal["2", "1"] = "2"
    profile_push: Literal["put", "patch"] = "put"
    access_values: Literal["object", "value", "text"] = "object"
    mapped_on_assignment: Literal["refuse", "accept"] = "refuse"
    cleared_attributes: Literal["kept", "null"] = "kept"
    conflict_retry: Literal["never", "half_hour"] = "never"
    import_safeguard: Literal["20", "off"] = "20"
    log_reason: Literal["255", "full"] = "255"


def switched(switches: Switches, wanted: Mapping[str, Any]) -> Switches:
    """The switches with some of them set.

    Args:
        switches: the current ones.
        wanted: value by name.

    Raises:
        InvalidSetting: an unknown switch, or a value that it doesn't accept.
    """
    allowed = _allowed()
    for name, value in wanted.items():
        if name not in allowed:
            raise InvalidSetting(f"There is no switch {name}.", fix=f"Use one of: {', '.join(allowed)}.")
        if value not in allowed[name]:
            raise InvalidSetting(
                f"The switch {name} can't be '{value}'.", fix=f"Use one of: {', '.join(allowed[name])}."
            )
    return replace(switches, **wanted)


def switches_from(pairs: Iterable[str]) -> Switches:
    """The switches that `NAME=VALUE` texts set; the others have their defaults.

    Raises:
        InvalidSetting: as in `switched`, or a text without `=`.
    """
    wanted = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise InvalidSetting(f"'{pair}' sets no switch.", fix="Write NAME=VALUE.")
        wanted[name.strip()] = value.strip()
    return switched(Switches(), wanted)


def _allowed() -> dict[str, tuple[str, ...]]:
    """The values of each switch, by its name."""
    hints = get_type_hints(Switches)
    return {field.name: get_args(hints[field.name]) for field in fields(Switches)}
