"""Changes of an app's provisioning: written as one with what other requests changed meanwhile, tested, and logged.

A request reads the settings, may wait for the SCIM server, and then writes: another one can have changed them since.
What this module writes is what the request changed, on top of the present settings; what it enables was tested.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import fields, replace

from okta_emulator.core.errors import ConnectorTestFailed, NotFound, ValidationFailed
from okta_emulator.core.records import App
from okta_emulator.org.events import Cause, NewEvent, app_entity
from okta_emulator.org.provisioning import Provisioning, offers, provisioning_of, save_provisioning
from okta_emulator.org.state import Org
from okta_emulator.scim_client.outcome import Outcome

_CONNECTION = ("auth_scheme", "base_url", "authorization", "mode", "oauth")
"""Written together, so that no credential reaches a server that it wasn't entered for."""
_TESTED = (*_CONNECTION, "import_groups")
_SWITCHED_ON = {
    "create": "Pushing new users",
    "update": "Pushing user profile changes",
    "deactivate": "Deprovisioning unassigned users",
    "sync_password": "Pushing user passwords",
}
_SWITCHED_OFF = {
    "deactivate": "Stop deprovisioning unassigned users",
    "sync_password": "Stop pushing user passwords",
}

Check = Callable[[Org, Cause, App, Provisioning], Awaitable[Outcome]]
"""A test of a connection that may be unsaved."""


def change_provisioning(org: Org, cause: Cause, app: App, read: Provisioning, changed: Provisioning) -> Provisioning:
    """Write the settings that were changed since they were read, and log the change in Okta's words.

    Args:
        org: the org.
        cause: who changes the settings.
        app: the app.
        read: the settings that the change began with.
        changed: the settings with the change.

    Returns:
        The settings as written.

    Raises:
        NotFound: the app has been deleted since.
    """
    return _write(org, cause, app, _merged(org, app, read, changed))


async def save_connection(
    org: Org, cause: Cause, app: App, read: Provisioning, changed: Provisioning, *checks: Check
) -> Provisioning:
    """Write changed settings whose connection passes its checks.

    If the connection that would be written isn't the one that was tested, because another request changed it
    meanwhile, it is tested too: nothing is enabled untested.

    Args:
        org: the org.
        cause: who changes the settings.
        app: the app.
        read: the settings that the change began with.
        changed: the settings with the change.
        checks: the tests, in order; none are needed for a connection that stays off.

    Returns:
        The settings as written.

    Raises:
        ConnectorTestFailed: a check failed; the cause is its text.
        NotFound: the app has been deleted since.
    """
    wanted = _merged(org, app, read, changed)
    tested = None if checks else wanted
    while tested is None or not _same(_TESTED, tested, wanted):
        for check in checks:
            outcome = await check(org, cause, app, wanted)
            if not outcome.ok:
                raise ConnectorTestFailed(causes=(outcome.error or "null",))
        tested, wanted = wanted, _merged(org, app, read, changed)
    with org.store.transaction():
        return _write(org, cause, app, wanted)


def require_connection(org: Org, app: App, read: Provisioning) -> None:
    """Check that an app still has the connection that was read before something was awaited.

    Raises:
        NotFound: the app has been deleted since.
        ValidationFailed: the connection was changed; the text is our choice.
    """
    if org.any_app(app["id"]) is None:
        raise NotFound(app["id"], "AppInstance")
    if not _same(_CONNECTION, read, provisioning_of(org, app["id"])):
        raise ValidationFailed("connection", causes=("The connection was changed in the meantime. Try again.",))


def _same(names: tuple[str, ...], one: Provisioning, other: Provisioning) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _merged(org: Org, app: App, read: Provisioning, changed: Provisioning) -> Provisioning:
    """The present settings with what was changed since they were read.

    Raises:
        NotFound: the app has been deleted since.
    """
    if org.any_app(app["id"]) is None:
        raise NotFound(app["id"], "AppInstance")
    names = {one.name for one in fields(Provisioning) if getattr(changed, one.name) != getattr(read, one.name)}
    if not names.isdisjoint(_CONNECTION):
        names.update(_CONNECTION)
    merged = replace(provisioning_of(org, app["id"]), **{name: getattr(changed, name) for name in names})
    return replace(merged, to_app=tuple(option for option in merged.to_app if offers(merged, option)))


def _write(org: Org, cause: Cause, app: App, provisioning: Provisioning) -> Provisioning:
    words = _changes(provisioning_of(org, app["id"]), provisioning)
    save_provisioning(org, app["id"], provisioning)
    debug = {"appname": app["name"]} | ({"customMessage": ", ".join(words)} if words else {})
    event = NewEvent(
        "application.lifecycle.update",
        "Update application",
        [app_entity(app)],
        reason=", ".join(words) or None,
        debug=debug,
    )
    org.events.write(cause, event)
    return provisioning


def _changes(old: Provisioning, new: Provisioning) -> list[str]:
    """What changed, in the texts of the old events API (OB-184).

    The texts about deactivation are recorded as customMessage, and one about passwords as the reason; that each
    appears in both is our choice.
    """
    on = [_SWITCHED_ON[option] for option in new.to_app if option not in old.to_app]
    off = [_SWITCHED_OFF[option] for option in old.to_app if option not in new.to_app and option in _SWITCHED_OFF]
    disabled = old.status == "ENABLED" and new.status == "DISABLED"
    return [*on, *off, *(["Disable provisioning"] if disabled else [])]
