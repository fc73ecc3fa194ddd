"""The users and groups that a check run creates, as Okta sends them (OB-272 to OB-277, OB-300 to OB-305)."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from oktascim.scim.report import ScimVersion

SCHEMAS: Mapping[ScimVersion, Mapping[str, str]] = {
    "2.0": {
        "schema.user": "urn:ietf:params:scim:schemas:core:2.0:User",
        "schema.group": "urn:ietf:params:scim:schemas:core:2.0:Group",
        "schema.list": "urn:ietf:params:scim:api:messages:2.0:ListResponse",
        "schema.error": "urn:ietf:params:scim:api:messages:2.0:Error",
        "schema.patch": "urn:ietf:params:scim:api:messages:2.0:PatchOp",
        "schema.enterprise": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    },
    "1.1": {
        **{f"schema.{kind}": "urn:scim:schemas:core:1.0" for kind in ("user", "group", "list", "error", "patch")},
        "schema.enterprise": "urn:scim:schemas:extension:enterprise:1.0",
    },
}


class Names:
    """Unique names, all with the run id.

    Args:
        run: the run id.
        domain: the domain of user names and e-mail addresses.
    """

    def __init__(self, run: str, domain: str) -> None:
        self.run = run
        self.domain = domain
        self._numbers: Iterator[int] = itertools.count(1)

    def user(self) -> dict[str, str]:
        """The variable parts of a new user; a capital letter in userName exposes servers that change the case."""
        number = next(self._numbers)
        name = f"Check{number}.{self.run}"
        return {
            "userName": f"{name}@{self.domain}",
            "email": f"mail{number}.{self.run}@{self.domain}",
            "givenName": f"Check{number}",
            "familyName": f"Oktascim-{self.run}",
            "displayName": f"Check{number} Oktascim-{self.run}",
            "externalId": f"00u{self.run}{number}",
        }

    def group(self) -> str:
        """The name of a new group."""
        return f"Check{next(self._numbers)} {self.run}"


def new_run_id(command: str = "check") -> str:
    """A run id: the command and eight hexadecimal digits, such as `check-1f0c9a3e`."""
    return f"{command}-{secrets.token_hex(4)}"


def user_body(version: ScimVersion, who: Mapping[str, str], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The POST of a user; Okta sends only mapped attributes (OB-272)."""
    return {
        "schemas": [SCHEMAS[version]["schema.user"]],
        "userName": who["userName"],
        "name": {"givenName": who["givenName"], "familyName": who["familyName"]},
        "emails": [{"primary": True, "value": who["email"], "type": "work"}],
        "displayName": who["displayName"],
        "locale": "en-US" if version == "2.0" else "en_US",
        "externalId": who["externalId"],
        "groups": [],
        "password": secrets.token_urlsafe(9) + "aA1!",
        "active": True,
        **changes,
    }


def group_body(version: ScimVersion, name: str, members: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """The POST of a group with its members; in SCIM 1.1, an empty group has no members key."""
    body: dict[str, Any] = {"schemas": [SCHEMAS[version]["schema.group"]], "displayName": name}
    return body if version == "1.1" and not members else {**body, "members": list(members)}
