"""An OAuth 2.0 service app: its access token, renewed ahead of its end, and the DPoP proofs where the org wants them.

The token is kept in memory alone. Parallel calls share one renewal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

import httpx

from oktascim.http.client import HttpClient, Limits, Trace
from oktascim.http.clock import Announce, Clock, announce_nothing
from oktascim.http.unreachable import Ambiguous
from oktascim.okta.errors import error_from, unreadable
from oktascim.okta.keys import ClientKey, ProofKey
from oktascim.okta.token_refusal import oauth_error, token_refusal
from oktascim.redact import clean
from oktascim.strict_json import parse_json

TOKEN_PATH = "/oauth2/v1/token"  # noqa: S105  a path
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_RENEWED_AHEAD = 300.0  # seconds before the end, as Okta's SDK does; a tenth of a shorter life
_ATTEMPTS = 4  # a nonce, a lost answer, a rate limit; then whatever Okta said is the answer
_PAUSE = 1.0
_RENEWED = "oktascim_renewed"  # extension of a request: its 401 has led to one renewal
_MOST_BYTES = 1024**2  # of the token endpoint's answer
_LONGEST_TOKEN = 32 * 1024  # characters; it is sent with every call
_LONGEST_LIFE = 366 * 86400  # seconds; Okta's tokens live for an hour
_CHALLENGES = frozenset({400, 401})  # Okta's status of use_dpop_nonce, and that of RFC 9449, section 9


@dataclass(frozen=True)
class Grant:
    """An access token and what came with it.

    Attributes:
        token: the access token.
        scheme: "Bearer" or "DPoP", as it is sent.
        scopes: what was granted; Okta omits the rest without an error (OB-209).
        renew_at: when to ask for the next one, by the monotonic clock.
    """

    token: str
    scheme: str
    scopes: frozenset[str]
    renew_at: float


class ServiceApp:
    """The credential of a service app.

    Args:
        org_url: the org's origin.
        client_id: the app's client ID.
        key: its private key.
        scopes: what is asked for.
        source: where these are from, for the advice when Okta rejects them.
        audience: of the assertion, where it isn't the URL of the token endpoint.
        dpop: whether to send DPoP proofs from the start. If Okta requires them, they are sent anyway.
        remember: receives every access token and assertion, so that no output can show it.
        clock: the clock.
        announce: receives every wait, as (reason, seconds).
        limits: the limits of one call.
        trace: receives every exchange.
        transport: a stand-in for the network, in tests.
    """

    def __init__(
        self,
        org_url: str,
        client_id: str,
        key: ClientKey,
        scopes: tuple[str, ...],
        *,
        source: str = "",
        audience: str | None = None,
        dpop: bool = False,
        remember: Callable[[str], None] = lambda _token: None,
        clock: Clock | None = None,
        announce: Announce = announce_nothing,
        limits: Limits | None = None,
        trace: Trace | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.source = source
        self.asked = frozenset(scopes)
        self._client_id, self._key = client_id, key
        self._audience = audience or f"{org_url}{TOKEN_PATH}"
        self._remember, self._announce = remember, announce
        self._clock = clock or Clock()
        self._proofs = ProofKey() if dpop else None
        self._nonce: str | None = None
        self._grant: Grant | None = None
        self._renewal = asyncio.Lock()
        self._http = HttpClient(
            org_url,
            headers={"Accept": "application/json"},
            limits=replace(limits or Limits(), most_bytes=_MOST_BYTES),
            clock=self._clock,
            announce=announce,
            trace=trace,
            transport=transport,
        )

    async def close(self) -> None:
        """Close the connection to the token endpoint."""
        await self._http.close()

    async def grant(self) -> Grant:
        """The access token that is valid now; a new one where there is none or it is about to end.

        Raises:
            IdentityRefused: Okta gives none to this app; the words say which part it refused.
            Unreachable: no answer.
        """
        async with self._renewal:
            if self._grant is None or self._clock.monotonic() >= self._grant.renew_at:
                self._grant = await self._new_grant()
            return self._grant

    async def granted_scopes(self) -> frozenset[str]:
        """The scopes of the access token.

        Raises:
            IdentityRefused: as for `grant`.
        """
        return (await self.grant()).scopes

    async def sign(self, request: httpx.Request) -> None:
        """Put the access token, and its proof where there is one, on a request.

        Raises:
            IdentityRefused: as for `grant`.
        """
        grant = await self.grant()
        request.headers["Authorization"] = f"{grant.scheme} {grant.token}"
        if self._proofs and grant.scheme == "DPoP":
            request.headers["DPoP"] = self._proof(request, grant.token)

    def try_again(self, response: httpx.Response) -> bool:
        """Learn a new nonce; drop a token that is refused with 401, once.

        Returns:
            True if the same request, signed again, may pass: it lacked the nonce, or its token was refused.
        """
        if self._learn_nonce(response) and response.status_code in _CHALLENGES:
            return True
        if response.status_code != httpx.codes.UNAUTHORIZED:
            return False
        used = response.request.headers.get("Authorization", "").partition(" ")[2]
        if response.request.extensions.get(_RENEWED):
            return False
        response.request.extensions = {**response.request.extensions, _RENEWED: True}
        if self._grant and self._grant.token == used:
            self._grant = None
        return True

    async def _new_grant(self) -> Grant:
        ends = self._clock.monotonic() + self._http.limits.seconds  # for all attempts, as for any other call
        for attempt in range(1, _ATTEMPTS + 1):
            last = attempt == _ATTEMPTS
            try:
                response = await self._http.send(self._token_request())
            except Ambiguous:  # a token that was lost; requesting another one does no harm
                if last or self._clock.monotonic() + _PAUSE >= ends:
                    raise
                await self._pause("the token endpoint broke off")
                continue
            if response.is_success:
                return self._granted(response)
            last = last or self._clock.monotonic() + _PAUSE >= ends
            if not last and self._may_pass_next_time(response):
                continue
            if not last and (response.status_code >= 500 or response.status_code == httpx.codes.TOO_MANY_REQUESTS):
                await self._pause(f"the token endpoint returned {response.status_code}")
                continue
            if not oauth_error(response)[0]:  # no refusal of Okta's: something else answered, or Okta failed
                raise error_from(response, self.source)
            raise token_refusal(response, self.source, self._clock.now())
        raise AssertionError("the last attempt returns or raises")

    def _token_request(self) -> httpx.Request:
        assertion = self._key.assertion(self._client_id, self._audience, self._clock.now())
        self._remember(assertion)
        form = {
            "grant_type": "client_credentials",
            "scope": " ".join(sorted(self.asked)),
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": assertion,
        }
        request = self._http.build("POST", TOKEN_PATH, data=form)
        if self._proofs:
            request.headers["DPoP"] = self._proof(request)
        return request

    def _proof(self, request: httpx.Request, token: str | None = None) -> str:
        assert self._proofs
        url = str(request.url.copy_with(query=None, fragment=None))
        return self._proofs.proof(request.method, url, self._clock.now(), nonce=self._nonce, token=token)

    def _may_pass_next_time(self, response: httpx.Response) -> bool:
        """A nonce to use, or the org's request for proofs, isn't a failure (OB-212)."""
        if self._learn_nonce(response):
            return True
        if self._proofs is None and oauth_error(response)[0] == "invalid_dpop_proof":
            self._proofs = ProofKey()
            return True
        return False

    def _learn_nonce(self, response: httpx.Response) -> bool:
        nonce = response.headers.get("dpop-nonce")
        if nonce is None or self._proofs is None or nonce == self._nonce:
            return False
        self._nonce = nonce
        return True

    def _granted(self, response: httpx.Response) -> Grant:
        self._learn_nonce(response)
        try:
            body = parse_json(response.content)
        except ValueError:
            body = None
        match body:
            case {"access_token": str(token), "token_type": str(scheme), "expires_in": int(seconds) | float(seconds)}:
                scopes = body.get("scope", " ".join(self.asked))
            case _:
                raise unreadable(response, "It isn't a token response (RFC 6749, section 5.1).")
        if not (0 < len(token) <= _LONGEST_TOKEN and token.isascii() and token.isprintable()):
            raise unreadable(response, "Its access_token can't be used.")
        if not isinstance(scopes, str):
            raise unreadable(response, "Its scope isn't text.")
        if not 0 < seconds <= _LONGEST_LIFE:
            raise unreadable(response, "Its expires_in is no time that a token lives.")
        if scheme.lower() not in {"bearer", "dpop"}:
            raise unreadable(response, f"Its token_type is {clean(scheme)!r}.")
        self._remember(token)
        ahead = min(_RENEWED_AHEAD, seconds / 10)
        shown = "DPoP" if scheme.lower() == "dpop" else "Bearer"
        return Grant(token, shown, frozenset(scopes.split()), self._clock.monotonic() + seconds - ahead)

    async def _pause(self, reason: str) -> None:
        self._announce(f"{reason}; then once more", _PAUSE)
        await self._clock.sleep(_PAUSE)
