"""Runs the testers with the deadlines, limits, record and clean-up of all checks."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from oktascim.check.lab import Lab, Made, NotOurs, ServerGone, usable_id
from oktascim.check.model import READING, Check, Fix
from oktascim.check.rfc.scim2_tester import SCIM2_TESTER
from oktascim.check.rfc.scim_sanity import SCIM_SANITY
from oktascim.check.rfc.tester import NoResponse, Outcome, Response, Send, Tester
from oktascim.check.sent import Sent
from oktascim.check.verdict import INTERRUPTED, SERVER_GONE, Verdict, not_run
from oktascim.errors import Interrupted, UsageProblem
from oktascim.quote import quoted
from oktascim.scim.answer import Answer

TESTERS = (SCIM2_TESTER, SCIM_SANITY)

_READ_ONLY_PLACES = frozenset(
    {"ServiceProviderConfig", "ResourceTypes", "Schemas"}
)  # RFC 7644 4: other methods get 405
_LONGEST = 1_000
"""How much is shown of what a tester says: it may list a deviation for each of the server's resources."""
_SEARCH = "/.search"
"""A query that is sent as a POST (RFC 7644 3.4.3)."""
_NOT_SENT = "wasn't sent: this run didn't create that resource."
_NOT_IN_AN_ID = re.compile(r"[^\w.]+")


class _Over(BaseException):
    """Ends a tester, which turns each Exception into a result and goes on; the text is the `why` of `not_run`."""


class RfcLab(Lab):
    """A lab for a tester that chooses its own resource names, so created resources are known only by id."""

    def _guard(self, method: str, target: str, text: str) -> None:
        if method not in READING and target.strip("/") in _READ_ONLY_PLACES:
            return
        if method == "POST" and target == _SEARCH:
            return
        super()._guard(method, target, text)

    async def _note_made(self, method: str, target: str, sent: Sent) -> None:
        """Record what a POST has created: it, or its read-back, shows the name that the tester posted."""
        collection, found = target.strip("/"), usable_id(sent.at("id"))
        if method != "POST" or collection not in {"Users", "Groups"} or not (sent.ok and found):
            return
        name = _posted_name(sent.body)
        if sent.names(name) or (await self.send("GET", f"/{collection}/{quote(found, safe='')}")).names(name):
            self.made[collection, found] = Made(collection, found, name)


def _posted_name(body: str) -> str:
    """The name in a resource that a tester sends; "" if it leaves it out on purpose."""
    posted = json.loads(body or "{}")
    return str(posted.get("userName") or posted.get("displayName") or "")


def require_testers() -> None:
    """Raise UsageProblem if a tester isn't installed."""
    missing = [tester.name for tester in TESTERS if importlib.util.find_spec(tester.module) is None]
    if missing:
        raise UsageProblem(
            f"--rfc needs {' and '.join(tester.name for tester in TESTERS)}; not installed: {', '.join(missing)}.",
            fix="Install them: pip install 'oktascim[rfc]'",
        )


async def run_rfc(lab: RfcLab, *, read_only: bool) -> list[Verdict]:
    """Run the testers.

    Args:
        lab: the server.
        read_only: True runs only their checks that read.

    Returns:
        A verdict for each of their results, all recommended: Okta doesn't require the RFC as such. If the user stopped
        the run, or the server stopped responding, one verdict on each tester that wasn't run to its end.
    """
    send = _sending(lab, asyncio.get_running_loop())
    verdicts: list[Verdict] = []
    for tester in TESTERS:
        try:
            outcomes = await asyncio.to_thread(tester.outcomes, send, read_only)
        except _Over as over:
            verdicts.append(not_run(_check(tester, "", f"{tester.name} checks the rules of the RFC."), str(over)))
        else:
            verdicts += _verdicts(tester, outcomes)
    return verdicts


def _sending(lab: Lab, loop: asyncio.AbstractEventLoop) -> Send:
    """What a tester, which runs in a thread, sends with: the lab, in its loop."""

    def send(method: str, target: str, body: str | None, headers: Mapping[str, str]) -> Response:
        work = lab.send(method, target, body, headers=headers)
        try:
            sent = asyncio.run_coroutine_threadsafe(work, loop).result()
        except Interrupted:
            raise _Over(INTERRUPTED) from None
        except ServerGone:
            raise _Over(SERVER_GONE) from None
        except NotOurs as reason:
            raise NoResponse(str(reason)) from reason
        if not isinstance(sent.answer, Answer):
            raise NoResponse(sent.answer.detail)
        named = {**sent.exchange.response_headers, "location": sent.answer.location}
        return Response(sent.answer.status, named, sent.answer.text)

    return send


def _verdicts(tester: Tester, outcomes: Iterable[Outcome]) -> list[Verdict]:
    """The verdicts on a tester's outcomes; a repeated name gets a number."""
    fix = Fix(
        do=f"Fix each deviation that {tester.name} found; the list of checks shows them all. Okta may not need these "
        "fixes, but other SCIM clients do.",
        source=f"RFC 7643 and RFC 7644; {tester.name}",
    )
    numbers: Counter[str] = Counter()
    verdicts = []
    for outcome in outcomes:
        name = _NOT_IN_AN_ID.sub("-", outcome.name).strip("-")
        numbers[name] += 1
        check = _check(tester, f"{name}.{numbers[name]}" if numbers[name] > 1 else name, quoted(outcome.why, _LONGEST))
        detail = "" if outcome.passed else quoted(outcome.reason, _LONGEST)
        passed = None if _NOT_SENT in detail else outcome.passed
        verdicts.append(Verdict(check, passed, detail, remedy=fix))
    return verdicts


def _check(tester: Tester, name: str, why: str) -> Check:
    return Check(
        id=".".join(filter(None, ("rfc", tester.name, name))),
        group="rfc",
        requirement="recommended",
        blocks="interoperate",
        why=why,
        source=tester.name,
        fix="answer",
    )
