"""The org's API token in a request."""

from __future__ import annotations

import hmac

_SCHEME = "SSWS"


def is_token(authorization: str, token: str) -> bool:
    """Whether an Authorization header carries the org's token.

    Okta's own Python SDK 3.4 writes no space after `SSWS`, and live orgs accept it.
    """
    scheme, given = authorization[: len(_SCHEME)], authorization[len(_SCHEME) :].strip()
    return scheme == _SCHEME and hmac.compare_digest(given.encode(), token.encode())
