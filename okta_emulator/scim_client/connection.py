"""What an operation on a SCIM server needs: the app's connection, a person, group members."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from okta_emulator.core.switches import Switches
from okta_emulator.scim_client.bystanders import Bystanders

ScimVersion = Literal["2.0", "1.1"]
AppKind = Literal["template", "wizard"]


@dataclass(frozen=True)
class Connection:
    """The connection of one app to its SCIM server.

    Args:
        base_url: the SCIM base URL as configured; `/Users` and `/Groups` are added to its path.
        authorization: the value of the Authorization header (OB-233 to OB-235); never shown.
        scim_version: "2.0" or "1.1".
        kind: "template" sends PATCH where Okta's catalog apps do, "wizard" GET and PUT (OB-270).
        unique_identifier: the attribute of the existence check (OB-241).
        import_groups: whether Import Groups is on; Save reads the groups then (OB-246).
        timeout: seconds until a request without a response is closed (OB-242).
        connect_timeout: seconds until a TCP connect is abandoned. Our choice: Okta's own value is unknown.
        batch_size: members per group PATCH; Okta can configure it, 256 was observed (OB-305).
        watchful: whether each write is followed by a read of our own, which Okta doesn't send, to find silent faults.
        bystanders: with watchful, what the next write must leave as it is.
        switches: what to do where Okta's behaviour isn't certain.
        app_label: the app's label, for texts that contain it.
    """

    base_url: str
    authorization: str = field(repr=False)
    scim_version: ScimVersion = "2.0"
    kind: AppKind = "template"
    unique_identifier: str = "userName"
    import_groups: bool = True
    timeout: float = 60.0
    connect_timeout: float = 10.0
    batch_size: int = 256
    watchful: bool = False
    bystanders: Bystanders | None = field(default=None, repr=False, compare=False)
    switches: Switches = field(default_factory=Switches)
    app_label: str = "the app"


@dataclass(frozen=True)
class CustomAttribute:
    """A custom attribute of the app's users, with a value.

    Args:
        path: its external name, such as `costCode` or `emails.^[type=='home'].value`.
        namespace: its external namespace; "" is the core schema.
        value: the value, in the type of its schema.
    """

    path: str
    namespace: str
    value: Any


@dataclass(frozen=True)
class Person:
    """A user as the app receives them.

    Args:
        okta_id: Okta's user id (`00u...`), sent as `externalId`.
        user_name: the app user name.
        attributes: the app user's profile in Okta's names (firstName, email, department, ...); `emailType` is "work"
            unless it says something else, and "" sends none.
        custom: the custom attributes of the app user.
        cleared: the mapped attributes that have no value, in Okta's names.
    """

    okta_id: str
    user_name: str
    attributes: dict[str, Any] = field(default_factory=dict)
    custom: tuple[CustomAttribute, ...] = ()
    cleared: tuple[str, ...] = ()


@dataclass(frozen=True)
class Member:
    """A group member as Okta sends it: the server's user id and the user name (OB-301)."""

    value: str
    display: str | None = None
