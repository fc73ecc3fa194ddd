"""Sends the requests of Okta's credential test to a SCIM server, and judges the responses as Okta is known to."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from oktascim.http.clock import Announce, Clock, announce_nothing
from oktascim.redact import clean
from oktascim.scim.address import explain_refusal, judge_authorization, judge_reach, judge_url
from oktascim.scim.answer import Answer, judge_status, read_object
from oktascim.scim.connect import Endpoint, stages_before
from oktascim.scim.exchange import ScimClient, direct_transport
from oktascim.scim.listing import judge_list, resources_of
from oktascim.scim.report import Exchange, Judgement, ProbeReport, ScimVersion, failed
from oktascim.scim.request import IMPORT_COUNT, OKTA_GIVES_UP, TEST_COUNT, groups_request, users_request
from oktascim.secret_text import SecretStr

ANSWER_LIMIT = OKTA_GIVES_UP
LARGEST_ANSWER = 16 * 1024**2
"""Bytes: Okta's limit is unknown, so that a response is judged by its content as long as it can be read."""

Judgements = tuple[Judgement, ...]
Inside = Callable[[Sequence[Any], ScimVersion], Judgements]
"""Judges the resources of a list."""


async def probe(
    base_url: str,
    scim_version: ScimVersion,
    authorization: SecretStr,
    *,
    import_groups: bool = False,
    inside: Inside | None = None,
    limit: float = ANSWER_LIMIT,
    tls: ssl.SSLContext | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    clock: Clock | None = None,
    announce: Announce = announce_nothing,
) -> ProbeReport:
    """Test a SCIM server and its credential from here.

    The requests are those of OB-246. Certificates must chain to a public authority. Authorities added on this machine
    don't count, because Okta doesn't have them (our choice: Okta's own list of authorities isn't known).

    Args:
        base_url: the SCIM base URL, as in the spec.
        scim_version: the template's SCIM version.
        authorization: the whole value of the Authorization header, as the template builds it.
        import_groups: True also reads the groups, as Okta does on Save if Import Groups is on.
        inside: judges the users themselves; without it, they aren't examined.
        limit: seconds for a whole exchange; Okta closes the connection after 60.
        tls: a context that replaces the public authorities, in tests.
        transport: a stand-in for the network, in tests.
        clock: the clock.
        announce: receives what is waited for, as (reason, seconds), if a response takes long.

    Returns:
        The report. Nothing is sent if the URL or the credential can't be used.
    """
    value = authorization.get_secret_value()
    beforehand = (judge_url(base_url), judge_authorization(value))
    if any(verdict.passed is False for verdict in beforehand):
        return ProbeReport(_shown(base_url), scim_version, beforehand, ())
    network = transport or direct_transport(base_url, tls)
    clock = clock or Clock()
    async with ScimClient(
        base_url, value, limit, clock, network, most_bytes=LARGEST_ANSWER, announce=announce
    ) as client:
        exchange, users = await client.send(users_request(base_url, scim_version, authorization))
        verdicts = beforehand + _judge_users(users, exchange, client.endpoint, scim_version, value, inside)
        exchanges = [exchange]
        if import_groups and isinstance(users, Answer) and users.status == 200:
            exchange, groups = await client.send(groups_request(base_url, scim_version, authorization))
            verdicts += (_judge_groups(groups, scim_version),)
            exchanges.append(exchange)
    return ProbeReport(base_url, scim_version, verdicts, tuple(exchanges))


def _judge_users(
    users: Answer | Judgement,
    exchange: Exchange,
    endpoint: Endpoint,
    version: ScimVersion,
    authorization: str,
    inside: Inside | None,
) -> Judgements:
    if isinstance(users, Judgement):
        return *stages_before(users.check, endpoint), users
    reach = (judge_reach(users.address),) if users.address else ()
    return (
        *stages_before("answer", endpoint, tls_version=users.tls_version),
        *reach,
        Judgement("answer", passed=True, detail="A complete HTTP response."),
        Judgement("response_time", passed=True, detail=f"{exchange.seconds:.2f} s, of {endpoint.limit:g} s allowed."),
        *_judge_answer(users, version, TEST_COUNT, explain_refusal(authorization, users.challenge), inside),
    )


def _judge_answer(
    answer: Answer, version: ScimVersion, count: int, hint: str = "", inside: Inside | None = None
) -> Judgements:
    verdicts = judge_status(answer, hint)
    if answer.status != 200:
        return verdicts
    is_json, body = read_object(answer)
    if body is None:
        return *verdicts, is_json
    resources = resources_of(body)
    return (
        *verdicts,
        is_json,
        *judge_list(body, version, count),
        *(inside(resources, version) if inside and resources else ()),
    )


def _judge_groups(groups: Answer | Judgement, version: ScimVersion) -> Judgement:
    """One verdict for the groups: the first problem of their list (OB-246, OB-248)."""
    found = (groups,) if isinstance(groups, Judgement) else _judge_answer(groups, version, IMPORT_COUNT)
    wrong = next((verdict for verdict in found if verdict.passed is False), None)
    if wrong is None:
        return Judgement("groups", passed=True, detail="GET /Groups returns a list.")
    return failed(
        "groups",
        f"GET /Groups ({wrong.check}): {wrong.detail}",
        cause=wrong.cause or "With Import Groups on, Okta reads the groups when the connection is saved.",
        fix=f"{wrong.fix or 'Serve GET /Groups.'} Or set provisioning.import_groups to false in the spec.",
        okta_shows=wrong.okta_shows,
    )


def _shown(base_url: str) -> str:
    """A refused base URL, without the user name and password that it may contain."""
    scheme, separator, rest = base_url.partition("://")
    return clean(f"{scheme}{separator}{rest.rpartition('@')[2]}")
