"""Signing in as a service app: the key pair, what to do in Okta's Admin Console, and what Okta granted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from oktascim.catalog import load_templates
from oktascim.runs.scopes import lacking
from oktascim.runs.session import Session
from oktascim.secret_text import SecretStr
from oktascim.settings.credential import Credential
from oktascim.settings.login import Identity, Verify
from oktascim.settings.secret_store import SecretStore


@dataclass(frozen=True)
class KeyPair:
    """A generated key pair.

    Attributes:
        private: the private key as PEM.
        public: the public key as a JWK.
        key_id: its `kid`.
    """

    private: SecretStr
    public: dict[str, Any]
    key_id: str


def pending_key(store: SecretStore, org_url: str) -> KeyPair:
    """The key pair of an unfinished login to an org, or a new one, kept until a login is finished.

    Raises:
        SecretStoreUnavailable: the keyring can't keep it.
    """
    from oktascim.okta.keys import ClientKey, new_private_key

    name = pending_key_name(org_url)
    private = store.get(name)
    if private is None:
        private = new_private_key()
        store.set(name, private)
    public = ClientKey(private, "the keyring").public_jwk()
    return KeyPair(private, public, public["kid"])


def pending_key_name(org_url: str) -> str:
    """The keyring entry of a private key whose login isn't finished."""
    return f"{org_url}#new"


def guide(org_url: str, public: dict[str, Any]) -> Iterator[str]:
    """The steps of a super administrator in the Admin Console, line by line (OB-208, OB-209, OB-350)."""
    yield f"In the Admin Console of {org_url}:"
    console = next(iter(load_templates().values())).console
    yield f"1. {console.menu} > Create App Integration > API Services. Name it, Save."
    yield f"   If the console offers '{console.classic_wizard}', choose it after Create App Integration."
    yield "2. General > Client Credentials > Edit: Public key / Private key, Save keys in Okta, Add key. Paste this,"
    yield "   then Done and Save:"
    yield ""
    yield from json.dumps(public, indent=2).splitlines()
    yield ""
    yield "3. Okta API Scopes: grant the scopes that you need; `oktascim auth scopes` lists them by command."
    yield "4. Admin roles: assign one, such as Application Administrator."
    yield "5. General: copy the Client ID."


def verified(session: Session, org_url: str) -> Verify:
    """Asks Okta who a credential is."""
    from oktascim.doctor.permissions import read_org
    from oktascim.okta.errors import OktaError
    from oktascim.okta.org import org_names

    async def verify(credential: Credential) -> Identity:
        async with session.okta_for(org_url, credential) as okta:
            granted = await okta.granted_scopes()
            _, org = await read_org(okta)
            try:
                org_id = (await org_names(okta)).id
            except OktaError:  # something in front of the org hides it; the profile works without
                org_id = None
            return Identity((org or {}).get("companyName") or "", granted, org_id)

    return verify


def scope_notes(granted: frozenset[str] | None) -> Iterator[str]:
    """Notes on the scopes that Okta granted; none for an API token."""
    if granted is None:
        return
    yield f"Granted: {', '.join(sorted(granted))}."
    for scope, needing in lacking(granted).items():
        yield f"Not granted: {scope}. Needed by: {', '.join(needing)}."
