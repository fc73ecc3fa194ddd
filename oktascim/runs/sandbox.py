"""What `emulator run` and `demo` share: an ephemeral org, a SCIM server, and the environment that points at them."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from okta_emulator.core.problem import EmulatorProblem, InvalidSetting
from oktascim.errors import OktascimError, UsageProblem

if TYPE_CHECKING:
    from okta_emulator.core.settings import EmulatorSettings

PEOPLE = (("Ada", "Lovelace"), ("Grace", "Hopper"), ("Alan", "Turing"))
GROUP = "Engineering"
_LAST_WORK_SECONDS = 2


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

    def silent_faults(self) -> list[str]:
        """The silent faults of the SCIM servers so far, one line each; background work has two seconds to end."""
        return asyncio.run(_silent_faults(self.org_url, self.environment["OKTA_CLIENT_TOKEN"]))


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
    with ExitStack() as stack:
        with emulator_errors():
            from okta_emulator.http.server import EmulatedOrg
            from okta_emulator.scim_server import ScimServer

            org = stack.enter_context(EmulatedOrg(settings, port=port))
            token = secrets.token_urlsafe(24)
            server = stack.enter_context(ScimServer(token)) if scim_server else None
        asyncio.run(seed(org.url, settings.token))
        environment = {
            "OKTA_CLIENT_ORGURL": org.url,
            "OKTA_CLIENT_TOKEN": settings.token,
            "OKTASCIM_CONSOLE_USERNAME": org.administrator.login,
            "OKTASCIM_CONSOLE_PASSWORD": org.administrator.password,
            "OKTASCIM_CONSOLE_TOTP_SECRET": org.administrator.totp_secret,
        }
        if server:
            environment |= {"SCIM_BASE_URL": server.base_url, "SCIM_TOKEN": token}
        yield Sandbox(org.url, server.base_url if server else None, environment)


async def _silent_faults(org_url: str, token: str) -> list[str]:
    from pydantic import SecretStr

    from oktascim.okta.client import Okta

    async with Okta(org_url, SecretStr(token)) as okta:
        await okta.get("/_emulator/idle", {"timeout": _LAST_WORK_SECONDS})
        return [str(finding["text"]) for finding in await okta.get("/_emulator/findings")]


def silent_faults_text(faults: Sequence[str]) -> str:
    """What the end of a run says about silent faults; repeated ones are counted, none is left out."""
    counted = Counter(faults)
    number = f"{len(faults)} silent fault{'s' if len(faults) > 1 else ''}"
    lines = [f"  {text}{f' ({count} times)' if count > 1 else ''}" for text, count in counted.items()]
    head = f"{number}: the SCIM server answered 2xx, and its data differ. Okta would report success."
    return "\n".join([head, *lines])


async def seed(org_url: str, token: str) -> None:
    """Put a few people and a group into an org that has none of them yet."""
    from pydantic import SecretStr

    from oktascim.okta.access import ApiToken
    from oktascim.okta.client import Okta
    from oktascim.okta.directory import find_groups, find_user

    async with Okta(org_url, ApiToken(SecretStr(token))) as okta:
        if await find_groups(okta, GROUP):
            return
        group = await okta.post("/api/v1/groups", {"profile": {"name": GROUP, "description": "Those who build"}})
        for first, last in PEOPLE:
            login = f"{first.lower()}@acme.example"
            if await find_user(okta, login) is None:
                profile = {"firstName": first, "lastName": last, "email": login, "login": login}
                user = await okta.post("/api/v1/users", {"profile": profile})
                await okta.put(f"/api/v1/groups/{group['id']}/users/{user['id']}")


@contextmanager
def emulator_errors() -> Iterator[None]:
    """Say what the emulator, a package of its own, raises in the errors of the command line.

    Raises:
        UsageProblem: a setting of the org isn't allowed.
        OktascimError: the extra `emulator` is not installed, or a server does not start.
    """
    try:
        yield
    except ImportError as error:
        raise OktascimError(
            "The emulator isn't installed.", why=f"{error}", fix="pip install 'oktascim[emulator]'"
        ) from None
    except InvalidSetting as problem:
        raise UsageProblem(problem.what, why=problem.why, fix=problem.fix) from None
    except EmulatorProblem as problem:
        raise OktascimError(problem.what, why=problem.why, fix=problem.fix) from None
