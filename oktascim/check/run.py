"""A whole check run: the connection test, the selected checks, and the clean-up, even after a failure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx

from oktascim.check.bodies import Names, new_run_id
from oktascim.check.catalogue import catalogue
from oktascim.check.cleanup import delete_created
from oktascim.check.given import NotRun, make_user
from oktascim.check.lab import Lab, Made, ServerGone
from oktascim.check.members import judge_users
from oktascim.check.model import Check, Fix
from oktascim.check.report import CheckReport
from oktascim.check.rfc.run import RfcLab, require_testers, run_rfc
from oktascim.check.runner import Watch, run_checks
from oktascim.check.sent import Sent
from oktascim.check.settling import LONGEST, Settling
from oktascim.check.verdict import Verdict, not_run
from oktascim.errors import Interrupted, UsageProblem
from oktascim.http.clock import Announce, Clock, Stop, announce_nothing
from oktascim.scim.exchange import ScimClient, direct_transport
from oktascim.scim.probe import probe
from oktascim.scim.report import Judgement, ProbeReport, ScimVersion
from oktascim.secret_text import SecretStr

# If one of these fails, the base URL, the credential or the network is wrong, and nothing else can work.
_FATAL = frozenset(
    {"url", "authorization", "dns", "tcp", "tls_version", "tls_certificate", "tls_host_name", "answer"}
    | {"redirect", "status", "json"}
)


@dataclass(frozen=True)
class ServerUnderTest:
    """The server under test: its base URL, its SCIM version, and the Authorization value."""

    base_url: str
    version: ScimVersion
    authorization: SecretStr


@dataclass(frozen=True)
class CheckChoices:
    """How to check.

    Attributes:
        only, skip: ids, the first parts of ids, or groups.
        tags: only checks with one of these.
        read_only: True never writes.
        pause: seconds to wait after each write.
        parallel: checks at once.
        limit: seconds for one exchange.
        domain: the domain of test users' names.
        rfc: True also runs the third-party testers of the RFC.
        settle: seconds to repeat a read that contradicts a write, unless there is a pause.
    """

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    read_only: bool = False
    pause: float = 0.0
    parallel: int = 1
    limit: float = 60.0
    domain: str = "example.com"
    rfc: bool = False
    settle: float = LONGEST


@dataclass(frozen=True)
class CheckMeans:
    """What a run gets from its caller.

    Attributes:
        stop: the request to stop.
        planned: receives the number of checks.
        watch: receives every verdict.
        watch_exchange: receives every exchange.
        clock, transport: time and the network, or stand-ins.
        announce: receives what is waited for, as (reason, seconds), if a response takes long.
    """

    stop: Stop = field(default_factory=Stop)
    planned: Callable[[int], None] = lambda _number: None
    watch: Watch = lambda _verdict: None
    watch_exchange: Callable[[Sent], None] = lambda _sent: None
    clock: Clock = field(default_factory=Clock)
    transport: httpx.AsyncBaseTransport | None = None
    announce: Announce = announce_nothing


def chosen(version: ScimVersion, choices: CheckChoices) -> list[Check]:
    """The checks to run.

    Raises:
        UsageProblem: a word or a tag matches no check, or no check is left.
    """
    of_version = [check for check in catalogue().checks if version in check.scim]
    for word in (*choices.only, *choices.skip):
        if not any(check.is_about(word) for check in (catalogue().checks if word in choices.skip else of_version)):
            groups = sorted({check.group for check in of_version})
            raise UsageProblem(
                f"No check for SCIM {version} is named {word}.",
                fix=f"Use an id from docs/checks.md, the first parts of one, or a group: {', '.join(groups)}.",
            )
    tags = {tag for check in catalogue().checks for tag in check.tags}
    for unknown in (tag for tag in choices.tags if tag not in tags):
        raise UsageProblem(f"No check has the tag {unknown}.", fix=f"Use one of: {', '.join(sorted(tags))}.")
    found = [
        check
        for check in of_version
        if not choices.only or any(check.is_about(word) for word in choices.only)
        if not any(check.is_about(word) for word in choices.skip)
        if not choices.tags or set(choices.tags) & set(check.tags)
        if not (choices.read_only and check.writes)
    ]
    if not found:
        raise UsageProblem(
            "These options exclude every check.", fix="Drop one of --only, --skip, --tag and --read-only."
        )
    return found


async def check_server(target: ServerUnderTest, choices: CheckChoices, means: CheckMeans) -> CheckReport:
    """Check a server.

    Raises:
        UsageProblem: the choices match no check; nothing was sent.
        Interrupted: the user stopped the run during the connection test.
    """
    checks = chosen(target.version, choices)
    if choices.rfc:
        require_testers()
    run_id = new_run_id()
    means.planned(len(checks))
    probing = probe(
        target.base_url,
        target.version,
        target.authorization,
        limit=choices.limit,
        transport=means.transport,
        clock=means.clock,
        inside=judge_users if choices.read_only else None,
        announce=means.announce,
    )
    probed = await means.stop.unless_asked(probing)
    connection = [_of_probe(verdict, probed) for verdict in probed.verdicts]
    if any(verdict.passed is False and verdict.check in _FATAL for verdict in probed.verdicts):
        rest = [not_run(check, "the connection test failed.") for check in checks]
        return CheckReport(target.base_url, target.version, run_id, (*connection, *rest))
    network = means.transport or direct_transport(target.base_url)
    value = target.authorization.get_secret_value()
    base_url = target.base_url.rstrip("/")
    async with ScimClient(base_url, value, choices.limit, means.clock, network, announce=means.announce) as client:
        names = Names(run_id, choices.domain)
        place = (client, base_url, target.version, value, names, choices.pause)
        lab = Lab(*place, means.clock, means.stop, means.watch_exchange)
        lab.settling = Settling(0.0 if choices.pause else choices.settle)
        verdicts, left = await _run(lab, checks, choices, means)
        if choices.rfc:
            tester = RfcLab(*place, means.clock, means.stop, means.watch_exchange, seen=lab.seen)
            try:
                verdicts += await run_rfc(tester, read_only=choices.read_only)
            finally:
                left += await delete_created(tester)
    interrupted = any(one.interrupted for one in verdicts)
    return CheckReport(
        base_url, target.version, run_id, (*connection, *verdicts), tuple(lab.seen), tuple(left), interrupted
    )


async def _run(
    lab: Lab, checks: Sequence[Check], choices: CheckChoices, means: CheckMeans
) -> tuple[list[Verdict], list[Made]]:
    try:
        if not choices.read_only and any(check.writes for check in checks):
            await _seed(lab)
        verdicts = await run_checks(lab, checks, means.watch, parallel=choices.parallel)
    finally:
        left = await delete_created(lab)
    return verdicts, left


async def _seed(lab: Lab) -> None:
    """Create one user for the whole run, so that no list is empty; if that fails, the checks show it."""
    try:
        await make_user(lab)
    except (NotRun, ServerGone, Interrupted):
        return


def _of_probe(verdict: Judgement, report: ProbeReport) -> Verdict:
    """A verdict of the connection test as a verdict of this run."""
    check = Check(
        id=f"connection.{verdict.check}",
        group="connection",
        blocks="connect",
        why=verdict.cause or "Okta's credential test sends this request.",
        source="docs/connection-test.md",
        fix="answer",
    )
    remedy = Fix(do=verdict.fix or "See docs/connection-test.md.", source="docs/connection-test.md")
    sent = None
    if report.exchanges:
        seen = report.exchanges[0]
        sent = Sent(seen, Judgement("", None, seen.error or seen.body_start))
    return Verdict(check, verdict.passed, verdict.detail, remedy=remedy, sent=sent)
