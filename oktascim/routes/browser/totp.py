"""One-time codes (RFC 6238), none of which is used twice.

Written here: pyotp refuses Okta's 80-bit secrets (OB-207) unless a subclass lowers `min_secret_length_bits`, and it
would replace the four lines of `totp` alone.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass, field

from oktascim.errors import UsageProblem
from oktascim.http.clock import Clock
from oktascim.routes.observer import Observer
from oktascim.secret_text import SecretStr

PERIOD = 30
_DIGITS = 6
_ENOUGH_LEFT = 5.0


def totp(key: bytes, counter: int) -> str:
    """The six digits for a counter (RFC 4226 5.3); the counter of RFC 6238 is the Unix time divided by 30 s."""
    digest = hmac.new(key, struct.pack(">Q", counter), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}}"


def decode_secret(secret: SecretStr) -> bytes:
    """Decode a base32 secret as authenticator apps show it, ignoring spaces, case and missing padding.

    Raises:
        UsageProblem: it isn't base32; the value isn't quoted.
    """
    text = "".join(secret.get_secret_value().split()).rstrip("=").upper()
    try:
        key = base64.b32decode(text + "=" * (-len(text) % 8))
    except binascii.Error:
        key = b""
    if not key:
        raise UsageProblem(
            "The TOTP secret of the console account isn't base32.",
            fix="Use the setup key shown below the QR code (A to Z, 2 to 7), not a six-digit code.",
        )
    return key


@dataclass
class Codes:
    """The codes of one authenticator; each is returned once.

    A code that is about to expire isn't used either: Okta could check it too late (OB-403).
    """

    key: bytes = field(repr=False)
    clock: Clock
    _used: int = 0

    async def next(self, observer: Observer) -> str:
        """A fresh code; announces and waits for the next period if the current code is used or about to expire."""
        now = self.clock.now()
        counter = int(now // PERIOD)
        if counter <= self._used or (counter + 1) * PERIOD - now < _ENOUGH_LEFT:
            counter = max(counter, self._used) + 1
            pause = counter * PERIOD - now + 0.1
            if pause >= 1:
                observer.waits("the next one-time code, to sign in to the Admin Console", pause)
            await self.clock.sleep(pause)
        self._used = counter
        return totp(self.key, counter)
