"""The org's administrator, as the sign-in page knows them: login, password, and one-time codes (RFC 6238)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from okta_emulator.core.problem import InvalidSetting

LOGIN = "admin@example.com"
PASSWORD_VARIABLE = "OKTASCIM_EMULATOR_ADMIN_PASSWORD"  # noqa: S105  a variable's name
TOTP_VARIABLE = "OKTASCIM_EMULATOR_ADMIN_TOTP_SECRET"

_PERIOD = 30
_SECRET_BYTES = 10  # 80 bits, like Okta's


@dataclass
class Administrator:
    """The account that can sign in to the console.

    Args:
        password: its password.
        totp_secret: the base32 secret of its authenticator app.
        login: its user name.
    """

    password: str = field(default_factory=lambda: secrets.token_urlsafe(18), repr=False)
    totp_secret: str = field(
        default_factory=lambda: base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode(), repr=False
    )
    login: str = LOGIN
    _used: set[int] = field(default_factory=set, repr=False)

    def has_password(self, password: str) -> bool:
        """Whether this is the password."""
        return hmac.compare_digest(password.encode(), self.password.encode())

    def accept_code(self, code: str, now: float) -> bool:
        """Whether a code is right and unused; it is then used. One period of clock skew is accepted (our choice)."""
        current = int(now // _PERIOD)
        for counter in (current - 1, current, current + 1):
            if counter not in self._used and hmac.compare_digest(code.encode(), self._code(counter).encode()):
                self._used.add(counter)
                return True
        return False

    def forget_codes(self) -> None:
        """Accept used codes again."""
        self._used.clear()

    def _code(self, counter: int) -> str:
        digest = hmac.digest(base64.b32decode(self.totp_secret), struct.pack(">Q", counter), hashlib.sha1)
        start = digest[-1] & 15
        number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
        return f"{number % 1_000_000:06d}"


def administrator_from(environ: Mapping[str, str]) -> Administrator:
    """The administrator that the environment configures; what it omits is random.

    Raises:
        InvalidSetting: the authenticator's secret isn't base32.
    """
    chance = Administrator()
    try:
        base64.b32decode(environ.get(TOTP_VARIABLE, ""))
    except ValueError:
        raise InvalidSetting(
            f"{TOTP_VARIABLE} isn't base32.", fix="Use capital letters and the digits 2 to 7."
        ) from None
    return Administrator(
        environ.get(PASSWORD_VARIABLE) or chance.password, environ.get(TOTP_VARIABLE) or chance.totp_secret
    )
