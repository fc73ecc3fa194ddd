"""Runs scim2-tester through the interface of scim2-client."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import httpx

from oktascim.check.rfc.tester import NoResponse, Outcome, Response, Send, Tester
from oktascim.strict_json import parse_json

_PASSED = {"SUCCESS": True, "COMPLIANT": True, "ACCEPTABLE": True, "SKIPPED": None}


def _outcomes(send: Send, read_only: bool) -> list[Outcome]:
    """Run the tester; read-only, its checks of the discovery endpoints."""
    from scim2_client import BaseSyncSCIMClient, RequestNetworkException
    from scim2_tester import check_server

    class Engine(BaseSyncSCIMClient):
        def request(self, method: str, url: str, **given: Any) -> _Reply:
            target = "/" + url.lstrip("/") + (f"?{urlencode(given['params'])}" if given.get("params") else "")
            body = json.dumps(given["json"]) if given.get("json") is not None else None
            try:
                return _Reply(send(method, target, body, given.get("headers") or {}))
            except NoResponse as reason:
                raise RequestNetworkException(message=str(reason)) from reason

    return [_outcome(result) for result in check_server(Engine(), include_tags={"discovery"} if read_only else None)]


def _outcome(result: Any) -> Outcome:
    name = ".".join(part for part in (result.resource_type, result.title) if part)
    rule = str(result.description or "A rule of the RFC.").strip().partition("\n\n")[0]
    return Outcome(name, rule, _PASSED.get(result.status.name, False), str(result.reason or ""))


class _Reply:
    """A response in the form that scim2-client expects."""

    def __init__(self, response: Response) -> None:
        self.status_code = response.status
        self.headers = httpx.Headers(response.headers)
        self.text = response.text

    def json(self) -> Any:
        """The body as JSON; raises ValueError."""
        return parse_json(self.text)


SCIM2_TESTER = Tester("scim2-tester", "scim2_tester", _outcomes)
