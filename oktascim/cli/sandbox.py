"""What `emulator run` and `demo` share: an ephemeral org, a SCIM server, and the environment that points at them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from oktascim.errors import OktascimError

if TYPE_CHECKING:
    from oktascim.emulator.settings import EmulatorSettings


@dataclass(frozen=True)
class Sandbox:
    """A running emulated org, and the SCIM server beside it, if any.

    Attributes:
        org_url: the org's origin.
        scim_base_url: the SCIM server's base URL, or None.
        environment: what a command needs to find both; it holds secrets.
    """

    org_url: str
    scim_base_url: str | None
    environment: Mapping[str, str]


@contextmanager
def sandbox(settings: EmulatorSettings, *, scim_server: bool, port: int = 0) -> Iterator[Sandbox]:
    """Run an ephemeral org, seeded with a few people, for as long as the block lasts.

    Args:
        settings: how the org behaves.
        scim_server: whether to run a real SCIM 2.0 server (scim2-server, by others) beside it.
        port: the org's port on loopback; 0 takes a free one.

    Raises:
        OktascimError: the extra `emulator` is not installed, or a server does not start.
    """
    try:
        from oktascim.emulator.provisioner.scimserver import ScimServer
        from oktascim.emulator.server import EmulatedOrg
    except ImportError as error:
        raise missing_extra(error) from None
    with ExitStack() as stack:
        org = stack.enter_context(EmulatedOrg(settings, port=port))
        environment = {"OKTA_CLIENT_ORGURL": org.url, "OKTA_CLIENT_TOKEN": settings.token}
        base_url = None
        if scim_server:
            token = secrets.token_urlsafe(24)
            base_url = stack.enter_context(ScimServer(token)).base_url
            environment |= {"SCIM_BASE_URL": base_url, "SCIM_TOKEN": token}
        yield Sandbox(org.url, base_url, environment)


def missing_extra(error: ImportError) -> OktascimError:
    """The error for an installation without the extra `emulator`."""
    return OktascimError("The emulator is not installed.", why=f"{error}", fix="pip install 'oktascim[emulator]'")
