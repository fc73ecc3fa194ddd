"""The secrets of a run's specs, fetched when needed, and only if they may be sent to the org."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from oktascim.catalog import find_template
from oktascim.plan.diff import IntegrationPlan
from oktascim.runs.session import Session
from oktascim.settings.org import OrgSettings
from oktascim.settings.secret_store import SecretStoreUnavailable
from oktascim.spec.loader import LoadedIntegration
from oktascim.spec.secrets import ResolvedCredentials, SecretSources, missing, place_of, references, resolve_credentials


class SpecSecrets:
    """Fetches the secrets referred to in specs.

    Args:
        session: where the environment, the keyring and the org come from.
        loaded: the integrations and the files they came from.
    """

    def __init__(self, session: Session, loaded: Sequence[LoadedIntegration]) -> None:
        self._session = session
        self._loaded = {one.integration.key: one for one in loaded}

    def require(self, plans: Iterable[IntegrationPlan]) -> None:
        """Fetch every secret that the plans need, so that a missing one stops the run before any write.

        Raises:
            UsageProblem: a secret can't be read.
            ForeignOrg: the specs' secrets may not be sent to this org.
        """
        for plan in plans:
            if any(step.kind == "provisioning" for step in plan.steps):
                self.for_okta(plan.integration.key)

    def missing(self, plans: Iterable[IntegrationPlan]) -> dict[str, str]:
        """Describe the secrets that apply wouldn't find, by integration. Commands aren't run."""
        keys = [plan.integration.key for plan in plans if any(step.kind == "provisioning" for step in plan.steps)]
        said = {key: " ".join(missing(self._loaded[key].integration, self._sources(key))) for key in keys}
        return {key: words for key, words in said.items() if words}

    def for_okta(self, key: str) -> ResolvedCredentials:
        """The secrets of one integration's connection, to be sent to the org.

        Raises:
            UsageProblem: a secret can't be read.
            ForeignOrg: a file in the current folder names the org.
        """
        integration = self._loaded[key].integration
        places = " and the ".join(place_of(reference) for reference in references(integration))
        self._org.require_own_choice(f"the secret of '{key}'", f"the {places}")
        return self.of(key)

    def of(self, key: str) -> ResolvedCredentials:
        """The secrets of one integration's connection, to be sent to its own SCIM server.

        Raises:
            UsageProblem: a secret can't be read.
        """
        integration = self._loaded[key].integration
        try:
            return resolve_credentials(integration, find_template(integration.template), self._sources(key))
        except SecretStoreUnavailable as error:
            raise error.advising("Use {env: NAME}, {file: PATH} or {command: …} in the spec instead.") from None

    def _sources(self, key: str) -> SecretSources:
        session, folder = self._session, self._loaded[key].base_dir
        return SecretSources(session.spec_environ, folder, session.secret_store.get, session.masker, self.variables)

    @cached_property
    def variables(self) -> frozenset[str]:
        """The environment variables that hold the specs' secrets; no child process may see them."""
        named = (reference.env for one in self._loaded.values() for reference in references(one.integration))
        return frozenset(name for name in named if name)

    @cached_property
    def _org(self) -> OrgSettings:
        return self._session.org()
