"""The emulator's outbound HTTP without a network: a function answers each request."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from okta_emulator.scim_client.pool import Http
from okta_emulator.scim_client.wire import Request, Response


class Answering(Http):
    """Passes each request to a function, which returns the answer or raises."""

    def __init__(self, handle: Callable[[httpx.Request], httpx.Response]) -> None:
        super().__init__()
        self._handle = handle

    async def send(self, request: Request) -> Response:
        """Return the function's answer."""
        url, headers = str(request.target), list(request.headers)
        answer = self._handle(httpx.Request(request.method, url, headers=headers, content=request.body))
        return Response(answer.status_code, answer.reason_phrase, tuple(answer.headers.multi_items()), answer.text)
