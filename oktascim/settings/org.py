"""The org that a run talks to, and which secrets it may get."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from oktascim.errors import IdentityRefused
from oktascim.redact import clean
from oktascim.settings.credential import Credential
from oktascim.settings.okta_yaml import HERE
from oktascim.settings.profiles import Profile
from oktascim.settings.values import Setting


@dataclass(frozen=True)
class OrgSettings:
    """The org and the credential for it, each with its source.

    Attributes:
        url: the org's origin, such as `https://acme.okta.com`.
        credential: an API token, or a service app with its private key.
        protected_by: the profile that protects the org from writes, or None.
        protected_elsewhere: the profiles that protect orgs with another URL; it may be the same org under another name.
    """

    url: Setting[str]
    credential: Credential
    protected_by: str | None = None
    protected_elsewhere: Mapping[str, Profile] = field(default_factory=dict)

    def require_own_choice(self, secret: str, place: str) -> None:
        """Refuse to send another secret to an org that is named only by a file in the current folder.

        Args:
            secret: its name, such as "the token of 'acme-crm'".
            place: the source of the secret.

        Raises:
            ForeignOrg: a file in the current folder names the org, not a flag, the environment or a profile.
        """
        if self.url.source == HERE:
            raise ForeignOrg(secret, place, self.url)


class ForeignOrg(IdentityRefused):
    """A file in the current folder names the org, but the secret comes from elsewhere, so it isn't sent."""

    def __init__(self, secret: str, place: str, url: Setting[str]) -> None:
        super().__init__(
            f"{secret[0].upper()}{secret[1:]} isn't sent to {clean(url.value)}.",
            why=f"The org is from {url.source}, the secret from {place}. A file in the current folder may be "
            "someone else's, so its org gets only a token from the same file or one stored for that org.",
            fix=f"If this is your org, name it: --org-url {clean(url.value)} (or OKTA_CLIENT_ORGURL, or a profile).",
        )
