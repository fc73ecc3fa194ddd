"""The credential test, and what follows when a connection is saved (OB-246)."""

from __future__ import annotations

from okta_emulator.core.store import Record
from okta_emulator.org.deliveries import deliver
from okta_emulator.org.events import Cause, app_entity
from okta_emulator.org.provisioning import Provisioning
from okta_emulator.org.state import Org
from okta_emulator.scim_client import connection_check
from okta_emulator.scim_client.outcome import Outcome


async def test(org: Org, cause: Cause, app: Record, provisioning: Provisioning) -> Outcome:
    """Run "Test API Credentials" with settings that need not be saved."""
    targets = {"AppInstance": app_entity(app)}
    return await deliver(org, cause, app, connection_check.check_credentials, targets, provisioning, retried=False)


async def verify(org: Org, cause: Cause, app: Record, provisioning: Provisioning) -> Outcome:
    """Run the test and, if it passes, what Save reads."""
    tested = await test(org, cause, app, provisioning)
    return await verify_on_save(org, cause, app, provisioning) if tested.ok else tested


async def verify_on_save(org: Org, cause: Cause, app: Record, provisioning: Provisioning) -> Outcome:
    """Run what Save reads."""
    targets = {"AppInstance": app_entity(app)}
    return await deliver(org, cause, app, connection_check.check_at_save, targets, provisioning, retried=False)
