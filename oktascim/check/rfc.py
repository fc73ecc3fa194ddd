"""Runs scim2-tester, a third-party RFC tester, over our own connection: same deadlines, limits, record and clean-up."""

from __future__ import annotations

import asyncio
import importlib.util
import json
from collections import Counter
from typing import Any
from urllib.parse import urlencode

import httpx

from oktascim.check.lab import Lab, Made, NotOurs, ServerGone
from oktascim.check.model import READING, Check, Fix
from oktascim.check.sent import Sent
from oktascim.check.verdict import INTERRUPTED, SERVER_GONE, Verdict, not_run
from oktascim.errors import Interrupted, UsageProblem
from oktascim.scim.answer import Answer

_READ_ONLY_PLACES = frozenset(
    {"ServiceProviderConfig", "ResourceTypes", "Schemas"}
)  # RFC 7644 4: other methods get 405
_FIX = Fix(
    do="Follow the RFC where scim2-tester found a deviation. Okta may not need it; other SCIM clients do.",
    source="RFC 7643 and RFC 7644; scim2-tester",
)


class _Over(BaseException):
    """Ends the tester, which turns each Exception into a result and goes on; `why` is that of `not_run`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class RfcLab(Lab):
    """A lab for a tester that chooses its own resource names, so created resources are known only by id."""

    def _guard(self, method: str, target: str, text: str) -> None:
        if method not in READING and target.strip("/") in _READ_ONLY_PLACES:
            return
        super()._guard(method, target, text)

    async def _note_made(self, method: str, target: str, sent: Sent) -> None:
        found = sent.at("id")
        if method == "POST" and sent.ok and isinstance(found, str) and found:
            collection = target.strip("/")
            self.made[collection, found] = Made(collection, found, str(sent.at("userName") or sent.at("displayName")))


def require_tester() -> None:
    """Raise UsageProblem if scim2-tester isn't installed."""
    if importlib.util.find_spec("scim2_tester") is None:
        raise UsageProblem(
            "--rfc needs scim2-tester, which isn't installed.", fix="Install it: pip install 'oktascim[rfc]'"
        )


async def run_rfc(lab: RfcLab, *, read_only: bool) -> list[Verdict]:
    """Run the tester.

    Args:
        lab: the server.
        read_only: True runs only its discovery checks.

    Returns:
        A verdict for each of its results, all recommended: Okta doesn't require the RFC as such. If the user stopped
        the run, or the server stopped responding, one verdict on the tester, which wasn't run to its end.
    """
    loop = asyncio.get_running_loop()
    try:
        results = await asyncio.to_thread(_results, lab, loop, read_only)
    except _Over as over:
        return [not_run(_check("rfc", "scim2-tester checks the rules of the RFC."), over.why)]
    numbers: Counter[str] = Counter()
    verdicts = []
    for result in results:
        name = ".".join(part for part in ("rfc", result.resource_type, result.title) if part)
        numbers[name] += 1
        verdicts.append(_verdict(f"{name}.{numbers[name]}" if numbers[name] > 1 else name, result))
    return verdicts


def _results(lab: RfcLab, loop: asyncio.AbstractEventLoop, read_only: bool) -> list[Any]:
    """The tester's results; it runs in a thread and sends through the loop."""
    from scim2_client import BaseSyncSCIMClient, RequestNetworkException
    from scim2_tester import check_server

    class Engine(BaseSyncSCIMClient):
        def request(self, method: str, url: str, **given: Any) -> _Response:
            target = "/" + url.lstrip("/") + (f"?{urlencode(given['params'])}" if given.get("params") else "")
            body = json.dumps(given["json"]) if given.get("json") is not None else None
            work = lab.send(method, target, body, headers=given.get("headers"))
            try:
                sent = asyncio.run_coroutine_threadsafe(work, loop).result()
            except Interrupted:
                raise _Over(INTERRUPTED) from None
            except ServerGone:
                raise _Over(SERVER_GONE) from None
            except NotOurs as reason:
                raise RequestNetworkException(message=str(reason)) from reason
            if not isinstance(sent.answer, Answer):
                raise RequestNetworkException(message=sent.answer.detail)
            return _Response(sent, sent.answer)

    return list(check_server(Engine(), include_tags={"discovery"} if read_only else None))


class _Response:
    """A response in the form that scim2-client expects."""

    def __init__(self, sent: Sent, answer: Answer) -> None:
        self.status_code = answer.status
        self.headers = httpx.Headers({**sent.exchange.response_headers, "location": answer.location})
        self.text = answer.text

    def json(self) -> Any:
        """The body as JSON; raises ValueError."""
        return json.loads(self.text)


def _verdict(name: str, result: Any) -> Verdict:
    passed = {"SUCCESS": True, "COMPLIANT": True, "ACCEPTABLE": True, "SKIPPED": None}.get(result.status.name, False)
    why = " ".join(str(result.description or "A rule of the RFC.").strip().partition("\n\n")[0].split())
    check = _check(name, why)
    return Verdict(check, passed, "" if passed else " ".join(str(result.reason or "").split()), remedy=_FIX)


def _check(name: str, why: str) -> Check:
    return Check(
        id=name,
        group="rfc",
        requirement="recommended",
        blocks="interoperate",
        why=why,
        source="scim2-tester",
        fix="answer",
    )
