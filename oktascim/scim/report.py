"""The result of a probe of a SCIM server: verdicts with cause and fix, and their exchanges."""

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
        check: a stable name: url, authorization, dns, tcp, tls_version, tls_certificate,
            tls_host_name, public_address, answer, response_time, redirect, status, json, schemas, resources,
            paging, count, id, groups.
        passed: False if Okta's test or provisioning fails because of it; None for a note about something whose effect
        in Okta isn't known, or if there was nothing to judge. detail: what was found, without control characters and
        secrets. cause: why that is wrong, with the source of the rule, or None. fix: what to change, or None.
        okta_shows: the recorded message in the Admin Console for this failure, or None.
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
        request_headers: as sent, with the value of Authorization replaced by "[hidden]".
        status: the HTTP status, or None without a response.
        response_headers: those known to be harmless, names in lower case.
        body_start: the first characters of the response, without secrets and control characters.
        seconds: from the first byte of the connection to the last of the response.
        error: what failed if there is no complete response, or None.
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
    """The result of a probe; it contains no secrets."""

    base_url: str
    scim_version: ScimVersion
    verdicts: tuple[Judgement, ...]
    exchanges: tuple[Exchange, ...]

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return all(verdict.passed is not False for verdict in self.verdicts)

    @property
    def failure(self) -> ScimServerFailed | None:
        """The failed verdict that Okta reports, else the first, as the error of the command (exit code 5), or None."""
        failures = [verdict for verdict in self.verdicts if verdict.passed is False]
        if not failures:
            return None
        verdict = next((one for one in failures if one.okta_shows), failures[0])
        shows = f"The Admin Console shows: {verdict.okta_shows}" if verdict.okta_shows else None
        why = "\n".join(part for part in (verdict.cause, shows) if part) or None
        return ScimServerFailed(f"The SCIM server failed the test: {verdict.detail}", why=why, fix=verdict.fix)

    def to_json(self) -> dict[str, Any]:
        """JSON values; the keys are a contract with scripts."""
        return {"passed": self.passed, **asdict(self)}
