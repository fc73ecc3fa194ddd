"""What every command receives: this run's streams, settings, secrets and clock."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from oktascim.errors import Declined, Interrupted
from oktascim.redact import Masker
from oktascim.render.layout import wait_line
from oktascim.render.streams import Output

if TYPE_CHECKING:
    from oktascim.http.client import Limits, Trace
    from oktascim.http.clock import Announce, Stop
    from oktascim.okta.access import Access
    from oktascim.okta.client import Okta
    from oktascim.secret_text import SecretStr
    from oktascim.settings.credential import Credential
    from oktascim.settings.org import OrgSettings
    from oktascim.settings.org_sources import OrgFlags
    from oktascim.settings.profiles import ProfileStore
    from oktascim.settings.secret_store import SecretStore
    from oktascim.spec.secrets import SecretSources

Result = TypeVar("Result")


@dataclass
class Session:
    """One run of the program."""

    output: Output
    masker: Masker
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    org_url: str | None = None
    profile: str | None = None
    profiles_named: tuple[str, ...] = ()
    i_mean: str | None = None
    verbosity: int = 0
    timeout: float | None = None
    yes: bool = False
    _protecting: dict[str, str | None] = field(default_factory=dict, init=False)

    @property
    def flags(self) -> OrgFlags:
        """The org settings that were given as flags."""
        from oktascim.settings.org_sources import OrgFlags

        return OrgFlags(org_url=self.org_url, profile=self.profile)

    @cached_property
    def secret_store(self) -> SecretStore:
        """The OS keyring; opened when a value in it is first used."""
        from oktascim.settings.keyring_store import KeyringStore

        return KeyringStore(self.environ, self.masker, interactive=self.output.interactive)

    @cached_property
    def profiles(self) -> ProfileStore:
        """The named profiles on this machine."""
        from oktascim.settings.profiles import ProfileStore, config_directory

        return ProfileStore(config_directory(self.environ), self.secret_store)

    @cached_property
    def spec_environ(self) -> Mapping[str, str]:
        """The variables that `{env: NAME}` in a spec refers to: the profile's `vars`, then the environment."""
        from oktascim.settings.org_sources import vars_of_profile

        return {**self.environ, **vars_of_profile(self.flags, self.environ, self.profiles)}

    def at(self, profile: str) -> Session:
        """The same run with the org of another profile."""
        return replace(self, profile=profile, profiles_named=(), org_url=None)

    def confirm_org(self) -> None:
        """Ask the user to type a protected org's name before anything is written to it.

        Raises:
            Declined: it is protected, and the user didn't type its name.
            ProtectedOrg: it is protected, and no option names it.
            UnknownOrg: it may be protected under another name.
        """
        from oktascim.runs.protection import ProtectedOrg, is_meant

        org = self.org()
        protecting = self.run(self._protecting_profile) if org.protected_elsewhere else org.protected_by
        if protecting is None or is_meant(org, protecting, self.i_mean):
            return
        if self.i_mean is None and self.output.interactive:
            question = f"{org.url.value} is protected. To write to it, type {protecting}: "
            self.i_mean = self.output.ask(question, otherwise=f"--i-mean {protecting}").strip()
            if not is_meant(org, protecting, self.i_mean):
                raise Declined("the name doesn't match. Nothing was changed.")
        if not is_meant(org, protecting, self.i_mean):
            raise ProtectedOrg(org, protecting, self.i_mean)

    async def _protecting_profile(self) -> str | None:
        async with self.okta() as okta:
            return await self._asked_once(self.org(), okta)

    async def _asked_once(self, org: OrgSettings, okta: Okta) -> str | None:
        """The profile that protects the org; the org isn't asked if the user gave this very address."""
        from oktascim.runs.protection import is_address, protecting_profile

        if is_address(org, self.i_mean):
            return None
        if org.url.value not in self._protecting:
            self._protecting[org.url.value] = await protecting_profile(org, okta)
        return self._protecting[org.url.value]

    def org(self) -> OrgSettings:
        """The org to use, and where each value came from.

        Raises:
            UsageProblem: no org or no token was found.
        """
        from oktascim.settings.org_sources import resolve_org

        return resolve_org(
            self.flags,
            environ=self.environ,
            home=Path.home(),
            cwd=Path.cwd(),
            store=self.profiles,
            masker=self.masker,
        )

    def okta(self, announce: Announce | None = None, stop: Stop | None = None) -> Okta:
        """The org's Management API; waits are announced on stderr, or to `announce` if given."""
        from oktascim.runs.protection import ProtectedOrg, is_meant

        org = self.org()

        async def guard(okta: Okta) -> None:
            protecting = await self._asked_once(org, okta)
            if protecting is not None and not is_meant(org, protecting, self.i_mean):
                raise ProtectedOrg(org, protecting, self.i_mean)

        return self.okta_for(org.url.value, org.credential, announce, stop, guard)

    def okta_for(
        self,
        org_url: str,
        credential: Credential,
        announce: Announce | None = None,
        stop: Stop | None = None,
        guard: Callable[[Okta], Awaitable[None]] | None = None,
    ) -> Okta:
        """The Management API of any org, with any credential."""
        from oktascim.okta.client import Okta

        return Okta(
            org_url,
            self.access(org_url, credential, announce),
            guard=guard,
            mask=self.masker.mask,
            stop=stop,
            announce=announce or self.announce,
            limits=self.limits,
            trace=self.trace,
        )

    def access(self, org_url: str, credential: Credential, announce: Announce | None = None) -> Access:
        """A credential for that org, ready to sign requests; only for a private key, a passphrase is read.

        Raises:
            UnusableKey: the private key isn't one that Okta accepts.
            UsageProblem: the passphrase of the key can't be read.
        """
        from oktascim.okta.access import access_of
        from oktascim.settings.credential import PRIVATE_KEY

        return access_of(
            org_url,
            credential,
            passphrase=self._passphrase() if credential.mode == PRIVATE_KEY else None,
            remember=self.masker.add,
            announce=announce or self.announce,
            limits=self.limits,
            trace=self.trace,
        )

    def _passphrase(self) -> SecretStr | None:
        from oktascim.runs.environment import PRIVATE_KEY_PASSPHRASE, secret_of

        return secret_of(PRIVATE_KEY_PASSPHRASE, self.secret_sources())

    @property
    def trace(self) -> Trace | None:
        """Shows every exchange on stderr, as -v asks for."""
        from oktascim.render.trace import tracer

        return tracer(self.output, self.verbosity)

    def secret_sources(self, withheld: frozenset[str] = frozenset()) -> SecretSources:
        """The sources of oktascim's own secrets; a `command:` doesn't see the variables in `withheld`."""
        from oktascim.spec.secrets import SecretSources

        return SecretSources(self.environ, Path.cwd(), self.secret_store.get, self.masker, withheld)

    @property
    def limits(self) -> Limits:
        """The limits of one call, from --timeout."""
        from oktascim.http.client import Limits

        return Limits() if self.timeout is None else Limits(seconds=self.timeout)

    def announce(self, reason: str, seconds: float) -> None:
        """Print on stderr why the run is waiting."""
        self.output.note(wait_line(reason, seconds))

    def run(self, work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        """Run a coroutine to completion.

        Raises:
            Interrupted: the user pressed Ctrl-C.
        """
        import asyncio

        try:
            return asyncio.run(work())
        except KeyboardInterrupt:
            raise Interrupted("Interrupted.") from None
