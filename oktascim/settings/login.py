"""What `oktascim auth` does to profiles and their tokens."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from oktascim.errors import UsageProblem
from oktascim.secret_text import SecretStr
from oktascim.settings.credential import Credential
from oktascim.settings.profiles import PROFILE_NAME, Profile, ProfileStore
from oktascim.settings.values import Setting, check_token


class Identity(NamedTuple):
    """Who a credential is.

    Attributes:
        company: the org's name; "" where the credential may not read it.
        granted: the scopes of a service app; None for an API token.
        org_id: the org's id, or None where the org doesn't tell it.
    """

    company: str
    granted: frozenset[str] | None
    org_id: str | None


Verify = Callable[[Credential], Awaitable[Identity]]


@dataclass(frozen=True)
class ProfileRow:
    """A profile, as shown by `auth list`.

    Attributes:
        name: its name.
        org_url: the org's origin.
        current: whether commands use it by default.
        client_id: of its service app; None where it has an API token.
        protected: whether commands that write to the org need its name.
    """

    name: str
    org_url: str
    current: bool
    client_id: str | None
    protected: bool


async def login(
    name: str, profile: Profile, secret: Setting[SecretStr], store: ProfileStore, verify: Verify
) -> Identity:
    """Keep a secret in the keyring and its org as the current profile, after Okta has accepted it.

    Args:
        name: the profile's name; an existing one is replaced.
        profile: the org, and the service app if the secret is a private key.
        secret: an API token, or the service app's private key.
        store: profiles and the keyring.
        verify: asks Okta who this is; it raises when Okta rejects the credential.

    Returns:
        The result of verify.

    Raises:
        UsageProblem: the name or the token is malformed.
        SecretStoreUnavailable: the secret could not be kept; then no profile is written.
    """
    if not re.fullmatch(PROFILE_NAME, name):
        raise UsageProblem(
            f"{name!r} isn't a valid profile name.", fix="Use letters, digits, dots, dashes, underscores."
        )
    if profile.client_id is None:
        check_token(secret)
    store.load()  # a file that can't be read is reported before Okta is asked
    identity = await verify(profile.credential(secret.value, secret.source))
    store.secrets.set(profile.secret_name, secret.value)
    store.save(store.load().with_profile(name, replace(profile, org_id=identity.org_id)))
    return identity


def list_profiles(store: ProfileStore) -> tuple[ProfileRow, ...]:
    """Every profile, by name; doesn't use the keyring."""
    profiles = store.load()
    return tuple(
        ProfileRow(name, profile.org_url, name == profiles.current, profile.client_id, profile.protected)
        for name, profile in sorted(profiles.profiles.items())
    )


def use_profile(name: str, store: ProfileStore) -> Profile:
    """Make a profile current.

    Raises:
        UsageProblem: there is no such profile.
    """
    profiles = store.load()
    profile = profiles.named(name)
    store.save(store.load().with_profile(name, profile))
    return profile


def logout(name: str, store: ProfileStore) -> bool:
    """Remove a profile, and its token or private key unless another profile uses the same one.

    It stays valid in Okta until it is revoked there.

    Returns:
        True when a secret was removed from the keyring.

    Raises:
        UsageProblem: there is no such profile.
        SecretStoreUnavailable: the token couldn't be removed; the profile stays.
    """
    profiles = store.load()
    secret = profiles.named(name).secret_name
    left = profiles.without(name)
    shared = any(profile.secret_name == secret for profile in left.profiles.values())
    removed = False if shared else store.secrets.delete(secret)
    store.save(left)
    return removed
