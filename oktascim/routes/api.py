"""The `api` route: `connections/default` and `features`, trusted only after a read-back.

Okta doesn't list the SCIM template apps among those that accept credentials through these calls (OB-050). The
route is still tried once: no recording shows how a template app responds, and the secret goes only to the org it is
meant for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from oktascim.okta.client import Okta
from oktascim.okta.connections import (
    USER_PROVISIONING,
    activate_connection,
    put_feature,
    refuses_features,
    set_token_connection,
)
from oktascim.okta.errors import OktaError, OktaRefusedIdentity
from oktascim.routes.refusal import connection_refused, words_of_failed_test
from oktascim.routes.route import Attempt, RouteName, Secrets
from oktascim.routes.task import Task
from oktascim.secret_text import SecretStr
from oktascim.spec.secrets import ResolvedCredentials

_IMPORT_GROUPS_UNSET = (
    "The API can't set import_groups. Check Import Groups under Provisioning > Integration, or use --route console."
)


@dataclass(frozen=True)
class ApiRoute:
    """Sets the connection and the To App options through the public API.

    Attributes:
        okta: the org.
        secrets: fetches the integration's secrets.
    """

    okta: Okta
    secrets: Secrets
    name: RouteName = "api"

    async def attempt(self, task: Task) -> Attempt:
        """Send the credentials, activate the connection, and set the To App options; stop at the first refusal."""
        if task.template.kind == "wizard":
            return Attempt(
                "api", "Okta documents no API for the SCIM connection of a custom app (App Integration Wizard)."
            )
        if task.connects:
            refusal = await _connect(self.okta, task, self.secrets())
            if refusal:
                return Attempt("api", refusal)
        if task.wanted.to_app is not None:
            refusal = await _set_to_app(self.okta, task.app.id, frozenset(task.wanted.to_app))
            if refusal:
                return Attempt("api", refusal)
        note = _IMPORT_GROUPS_UNSET if task.connects and task.wanted.import_groups is not None else None
        return Attempt("api", "Set through the Management API.", acted=True, note=note)


async def _connect(okta: Okta, task: Task, credentials: ResolvedCredentials) -> str | None:
    try:
        connection = await set_token_connection(okta, task.app.id, task.wanted.base_url, _token(credentials))
        if connection.governed and not connection.enabled:
            await activate_connection(okta, task.app.id)
    except OktaRefusedIdentity:
        raise
    except OktaError as error:
        if words := words_of_failed_test(error):
            raise connection_refused(credentials, words) from error
        return f"Okta rejected the credentials: {error.why}"
    if not connection.governed:
        return (
            "This org doesn't accept SCIM credentials for this app through the API: the write returned success, "
            "but connections/default still reports UNKNOWN."
        )
    return None


def _token(credentials: ResolvedCredentials) -> SecretStr:
    """The credential without its scheme, as it appears in the Authorization header (OB-069)."""
    scheme_word = (credentials.authentication.header or "").partition("{")[0]
    return SecretStr(credentials.authorization().get_secret_value().removeprefix(scheme_word))


async def _set_to_app(okta: Okta, app_id: str, wanted: frozenset[str]) -> str | None:
    try:
        await put_feature(okta, app_id, USER_PROVISIONING, capabilities(wanted))
    except OktaError as error:
        if refuses_features(error):
            return f"The features API doesn't manage this app: {'; '.join(error.causes)}"
        raise
    return None


def capabilities(wanted: frozenset[str]) -> dict[str, Any]:
    """The USER_PROVISIONING body for a set of To App options (OB-058)."""

    def status(option: str) -> dict[str, str]:
        return {"status": "ENABLED" if option in wanted else "DISABLED"}

    password = status("sync_password")
    if "sync_password" in wanted:
        password |= {"seed": "OKTA", "change": "CHANGE"}
    return {
        "create": {"lifecycleCreate": status("create")},
        "update": {"profile": status("update"), "lifecycleDeactivate": status("deactivate"), "password": password},
    }
