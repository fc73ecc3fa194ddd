"""Shared by `emulator run` and `demo`: an ephemeral org, a SCIM server, and the environment variables for both."""

from __future__ import annotations

import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

from okta_emulator.core.problem import EmulatorProblem, InvalidSetting
from oktascim.errors import OktascimError, UsageProblem
from oktascim.render.layout import Layout, plural
from oktascim.settings.credential import PRIVATE_KEY

if TYPE_CHECKING:
    from okta_emulator.core.settings import EmulatorSettings
    from okta_emulator.org.planting import Planting
    from okta_emulator.testing import OktaEmulator

Auth = Literal["token", "oauth"]

_CLIENT_ID = "0oasandbox"
_LAST_WORK_SECONDS = 2.0


@dataclass(frozen=True)
class SandboxOptions:
    """What runs with an ephemeral org.

    Args:
        scim_server: whether to run a real SCIM 2.0 server (scim2-server, third-party) as well.
        port: the org's port on loopback; 0 picks a free one.
        seed: the file that the org starts with; None means the example people and their group.
        record: the file that every SCIM exchange is written to.
        tls: whether the org serves HTTPS.
        auth: whether the environment has an API token, or a service app that requires DPoP.
    """

    scim_server: bool = False
    port: int = 0
    seed: Path | None = None
    record: Path | None = None
    tls: bool = False
    auth: Auth = "token"


@dataclass(frozen=True)
class Sandbox:
    """A running emulated org, and its SCIM server, if any.

    Attributes:
        org_url: the org's origin.
        scim_base_url: the SCIM server's base URL, or None.
        environment: the variables that a command needs to reach both; it holds secrets.
        authority: the certificate of an org that serves HTTPS, or None.
    """

    org_url: str
    scim_base_url: str | None
    environment: Mapping[str, str]
    authority: Path | None
    _silent_faults: Callable[[], Sequence[str]]
    _unrecorded: Callable[[], str | None]

    @property
    def introduction(self) -> str:
        """The addresses of the org and the SCIM server, and the certificate of its authority."""
        scim = f", SCIM at {self.scim_base_url}" if self.scim_base_url else ""
        authority = f"\nCertificate of its authority: {self.authority}" if self.authority else ""
        return f"Emulated org at {self.org_url}{scim}{authority}"

    def conclusion(self, layout: Layout) -> list[str]:
        """The lines at the end of a run: silent faults, and an incomplete recording."""
        faults, unrecorded = self._silent_faults(), self._unrecorded()
        said = silent_fault_lines(faults, layout) if faults else []
        return [*said, *(layout.hanging("", f"The recording is incomplete: {unrecorded}.") if unrecorded else [])]


@contextmanager
def sandbox(settings: EmulatorSettings, options: SandboxOptions) -> Iterator[Sandbox]:
    """Run an ephemeral org for as long as the block lasts.

    Args:
        settings: the org's settings.
        options: what runs with it.

    Raises:
        UsageProblem: the seed isn't valid, or the recording can't be written.
        OktascimError: the extra `emulator` is not installed, or a server does not start.
    """
    with ExitStack() as stack:
        with emulator_errors():
            from okta_emulator.org.planting import plant_example
            from okta_emulator.scim_server import ScimServer
            from okta_emulator.testing import OktaEmulator

            token = secrets.token_urlsafe(24)
            server = stack.enter_context(ScimServer(token)) if options.scim_server else None
            scim_environment = {"SCIM_BASE_URL": server.base_url, "SCIM_TOKEN": token} if server else {}
            org = stack.enter_context(
                OktaEmulator(
                    settings.connections_api,
                    seed=options.seed or plant_example,
                    environ=scim_environment,
                    port=options.port,
                    tls=options.tls,
                    record=options.record,
                    settings=settings,
                )
            )
        environment = {
            **org.client_env,
            "OKTASCIM_CONSOLE_USERNAME": org.administrator.login,
            "OKTASCIM_CONSOLE_PASSWORD": org.administrator.password,
            "OKTASCIM_CONSOLE_TOTP_SECRET": org.administrator.totp_secret,
            **scim_environment,
        }
        if options.auth == "oauth":
            environment |= _service_app(org)
        if org.authority is not None:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="oktascim-ca-")))
            environment |= _trust(org.authority, folder)
        yield Sandbox(
            org.url,
            server.base_url if server else None,
            environment,
            org.authority,
            lambda: org.silent_faults(_LAST_WORK_SECONDS),
            lambda: org.unrecorded,
        )


def _service_app(org: OktaEmulator) -> dict[str, str]:
    """Register a service app with every scope; returns the variables that replace the API token."""
    from oktascim.okta.access import EVERY_SCOPE
    from oktascim.okta.keys import ClientKey, new_private_key

    private = new_private_key()
    public = ClientKey(private, "the sandbox").public_jwk()
    org.add_service_app(_CLIENT_ID, public, EVERY_SCOPE, dpop=True)
    return {
        "OKTA_CLIENT_TOKEN": "",
        "OKTA_CLIENT_AUTHORIZATIONMODE": PRIVATE_KEY,
        "OKTA_CLIENT_CLIENTID": _CLIENT_ID,
        "OKTA_CLIENT_PRIVATEKEY": private.get_secret_value(),
        "OKTA_CLIENT_KID": public["kid"],
        "OKTA_CLIENT_SCOPES": ",".join(EVERY_SCOPE),
        "OKTA_CLIENT_DPOPENABLED": "true",
    }


def planting_of(file: Path | None) -> Planting:
    """What creates the seed of a file; without a file, the example people and their group.

    Raises:
        InvalidSetting: the file isn't a seed.
    """
    from okta_emulator.org.planting import plant, plant_example

    if file is None:
        return plant_example
    from okta_emulator.org.seed_reading import read_seed

    return partial(plant, seed=read_seed(file), environ=os.environ)


def _trust(authority: Path, folder: Path) -> dict[str, str]:
    """The variables that make Python and Node clients trust the org in addition to the authorities that we trust."""
    import ssl

    from oktascim.http.environment import tls_context

    trusted = (ssl.DER_cert_to_PEM_cert(one) for one in tls_context().get_ca_certs(binary_form=True))
    bundle = folder / "bundle.pem"
    bundle.write_text("".join([*trusted, authority.read_text(encoding="ascii")]), encoding="ascii")
    return {"SSL_CERT_FILE": str(bundle), "REQUESTS_CA_BUNDLE": str(bundle), "NODE_EXTRA_CA_CERTS": str(authority)}


def silent_fault_lines(faults: Sequence[str], layout: Layout) -> list[str]:
    """The lines about silent faults at the end of a run; repeated faults are counted, and none is omitted."""
    number = plural(len(faults), "silent fault")
    head = f"{number}: the SCIM server's data differs from what Okta expects, and no Okta event reports it."
    lines = layout.hanging("", head)
    for text, count in Counter(faults).items():
        lines += layout.hanging("  ", f"{text}{f' ({count} times)' if count > 1 else ''}", indent=4)
    return lines


@contextmanager
def emulator_errors() -> Iterator[None]:
    """Translate the emulator's errors into command-line errors; the emulator is a separate package.

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
