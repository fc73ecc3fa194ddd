"""What `emulator run` and `demo` share: an ephemeral org, a SCIM server, and the environment that points at them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from oktascim.errors import OktascimError

if TYPE_CHECKING:
    from oktascim.emulator.settings import EmulatorSettings

PEOPLE = (("Ada", "Lovelace"), ("Grace", "Hopper"), ("Alan", "Turing"))
GROUP = "Engineering"


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
        asyncio.run(seed(org.url, settings.token))
        environment = {
            "OKTA_CLIENT_ORGURL": org.url,
            "OKTA_CLIENT_TOKEN": settings.token,
            "OKTASCIM_CONSOLE_USERNAME": org.administrator.login,
            "OKTASCIM_CONSOLE_PASSWORD": org.administrator.password,
            "OKTASCIM_CONSOLE_TOTP_SECRET": org.administrator.totp_secret,
        }
        base_url = None
        if scim_server:
            token = secrets.token_urlsafe(24)
            base_url = stack.enter_context(ScimServer(token)).base_url
            environment |= {"SCIM_BASE_URL": base_url, "SCIM_TOKEN": token}
        yield Sandbox(org.url, base_url, environment)


async def seed(org_url: str, token: str) -> None:
    """Put a few people and a group into an org that has none of them yet."""
    from pydantic import SecretStr

    from oktascim.okta.client import Okta
    from oktascim.okta.directory import find_groups, find_user

    async with Okta(org_url, SecretStr(token)) as okta:
        if await find_groups(okta, GROUP):
            return
        group = await okta.post("/api/v1/groups", {"profile": {"name": GROUP, "description": "Those who build"}})
        for first, last in PEOPLE:
            login = f"{first.lower()}@acme.example"
            if await find_user(okta, login) is None:
                profile = {"firstName": first, "lastName": last, "email": login, "login": login}
                user = await okta.post("/api/v1/users", {"profile": profile})
                await okta.put(f"/api/v1/groups/{group['id']}/users/{user['id']}")


def missing_extra(error: ImportError) -> OktascimError:
    """The error for an installation without the extra `emulator`."""
    return OktascimError("The emulator is not installed.", why=f"{error}", fix="pip install 'oktascim[emulator]'")
