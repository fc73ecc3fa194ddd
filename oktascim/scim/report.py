"""What a probe of a SCIM server found: verdicts, each with cause and fix, and the exchanges behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from oktascim.errors import ScimServerFailed

ScimVersion = Literal["2.0", "1.1"]


@dataclass(frozen=True)
class Judgement:
    """One check and its result.

    Attributes:
        check: what was looked at; a stable name: url, authorization, dns, tcp, tls_version, tls_certificate,
            tls_host_name, public_address, answer, response_time, redirect, status, json, schemas, resources,
            paging, count, id, groups.
        passed: False when Okta's test fails or provisioning breaks on it; None when it is worth knowing but no
            source says what Okta does, or there was nothing to judge.
        detail: what was seen, without control characters and secrets.
        cause: why that is wrong, with the source of the rule, or None.
        fix: what to change, or None.
        okta_shows: the message in the Admin Console for this failure, where one is recorded, else None.
    """

    check: str
    passed: bool | None
    detail: str
    cause: str | None = None
    fix: str | None = None
    okta_shows: str | None = None


def failed(
    check: str, detail: str, *, cause: str | None = None, fix: str | None = None, okta_shows: str | None = None
) -> Judgement:
    """A verdict against the server."""
    return Judgement(check, passed=False, detail=detail, cause=cause, fix=fix, okta_shows=okta_shows)


@dataclass(frozen=True)
class Exchange:
    """One request and what came back.

    Attributes:
        method: the HTTP method.
        url: the whole URL.
        request_headers: as sent, the value of Authorization replaced by "[hidden]".
        status: the HTTP status, or None where no answer came.
        response_headers: those that are known to be harmless, names in lower case.
        body_start: the first characters of the answer, secrets and control characters removed.
        seconds: from the first byte of the connection to the last of the answer.
        error: what broke where no whole answer came, or None.
    """

    method: str
    url: str
    request_headers: Mapping[str, str]
    status: int | None
    response_headers: Mapping[str, str]
    body_start: str
    seconds: float
    error: str | None


@dataclass(frozen=True)
class ProbeReport:
    """The result of a probe; it holds no secret."""

    base_url: str
    scim_version: ScimVersion
    verdicts: tuple[Judgement, ...]
    exchanges: tuple[Exchange, ...]

    @property
    def passed(self) -> bool:
        """True when nothing speaks against the server."""
        return all(verdict.passed is not False for verdict in self.verdicts)

    @property
    def failure(self) -> ScimServerFailed | None:
        """The first failed verdict as the error of the command (exit code 5), or None."""
        for verdict in self.verdicts:
            if verdict.passed is False:
                shows = f"The Admin Console shows: {verdict.okta_shows}" if verdict.okta_shows else None
                why = "\n".join(part for part in (verdict.cause, shows) if part) or None
                return ScimServerFailed(f"The SCIM server failed the test: {verdict.detail}", why=why, fix=verdict.fix)
        return None

    def to_json(self) -> dict[str, Any]:
        """JSON values; the keys are a contract with scripts."""
        return {"passed": self.passed, **asdict(self)}
