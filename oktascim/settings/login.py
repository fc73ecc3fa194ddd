"""What `oktascim auth` does to profiles and their tokens."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import SecretStr

from oktascim.errors import UsageProblem
from oktascim.settings.profiles import PROFILE_NAME, Profile, ProfileStore
from oktascim.settings.values import Setting, check_org_url, check_token

Identity = TypeVar("Identity")
Verify = Callable[[str, Setting[SecretStr]], Awaitable[Identity]]


@dataclass(frozen=True)
class ProfileRow:
    """A profile as `auth list` shows it."""

    name: str
    org_url: str
    current: bool


async def login(
    name: str, org_url: Setting[str], token: Setting[SecretStr], store: ProfileStore, verify: Verify[Identity]
) -> Identity:
    """Keep a token in the keyring and its org as the current profile, after Okta has accepted it.

    Args:
        name: the profile's name; an existing one is replaced.
        org_url: the org, as the user gave it.
        token: the API token.
        store: profiles and the keyring.
        verify: asks Okta who this is, given the checked org URL and the token; it raises when Okta refuses.

    Returns:
        What verify returned.

    Raises:
        UsageProblem: the name, the URL or the token is malformed.
        SecretStoreUnavailable: the token could not be kept; then no profile is written.
    """
    if not re.fullmatch(PROFILE_NAME, name):
        raise UsageProblem(
            f"{name!r} isn't a valid profile name.", fix="Use letters, digits, dots, dashes, underscores."
        )
    url = check_org_url(org_url).value
    checked = check_token(token)
    profiles = store.load().with_profile(name, Profile(org_url=url))
    identity = await verify(url, checked)
    store.secrets.set(url, checked.value)
    store.save(profiles)
    return identity


def list_profiles(store: ProfileStore) -> tuple[ProfileRow, ...]:
    """Every profile, by name; the keyring is not asked."""
    profiles = store.load()
    return tuple(
        ProfileRow(name, profile.org_url, name == profiles.current)
        for name, profile in sorted(profiles.profiles.items())
    )


def use_profile(name: str, store: ProfileStore) -> Profile:
    """Make a profile the current one.

    Raises:
        UsageProblem: there is no such profile.
    """
    profiles = store.load()
    profile = profiles.named(name)
    store.save(profiles.with_profile(name, profile))
    return profile


def logout(name: str, store: ProfileStore) -> bool:
    """Remove a profile, and its token unless another profile is for the same org.

    The token stays valid in Okta until it is revoked there.

    Returns:
        True when a token was removed from the keyring.

    Raises:
        UsageProblem: there is no such profile.
        SecretStoreUnavailable: the token could not be removed; then the profile stays.
    """
    profiles = store.load()
    org_url = profiles.named(name).org_url
    left = profiles.without(name)
    shared = any(profile.org_url == org_url for profile in left.profiles.values())
    removed = False if shared else store.secrets.delete(org_url)
    store.save(left)
    return removed
