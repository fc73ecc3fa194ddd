"""The checks of hosts: the org's, its Admin Console's, and those of the SCIM servers in specs."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import httpx

from oktascim.doctor.health import Area, CheckState, HealthCheck
from oktascim.doctor.network import MOST_PROBES, PROBE_SECONDS, Probe
from oktascim.http.origin import origin_of
from oktascim.http.unreachable import causes_of
from oktascim.redact import clean
from oktascim.scim.connect import Endpoint, explain_failure
from oktascim.scim.report import Judgement

_RENEWAL_DAYS = 14  # our choice: a certificate that isn't renewed this late is probably forgotten
_OKTA_CALLS = "Okta calls from its own network, not from this machine"
_ALLOW_LIST = (
    "If a firewall is in front of a server, allow the egress IP ranges of your Okta cell (Okta's help: "
    '"Okta IP addresses to allow"), then run `oktascim connection test`.'
)


def org_host_checks(url: str, seen: Probe, now: float) -> Iterator[HealthCheck]:
    """Proxy, DNS, TCP and TLS of the org's host, up to the first that fails.

    Args:
        url: the org's origin.
        seen: the probe of it.
        now: seconds since the epoch.
    """
    if seen.proxy:
        yield HealthCheck("org", "proxy", "ok", f"{clean(seen.proxy.url)} from {seen.proxy.variable}")
    else:
        yield HealthCheck("org", "proxy", "ok", "none; the org is reached directly")
    host = httpx.URL(url).host
    named = "the proxy is" if seen.proxy else f"{host} is"
    if seen.addresses and host not in seen.addresses:
        yield HealthCheck("org", "DNS", "ok", f"{named} {', '.join(seen.addresses[:4])}")
    if seen.connected:
        yield HealthCheck("org", "TCP", "ok", "accepts a connection")
    if seen.certificate:
        yield _certificate_check("org", "TLS", seen, now)
    if seen.trouble:
        yield _trouble("org", _stage(seen), url, seen, "failed" if seen.in_time else "warning")


def admin_host_check(url: str, seen: Probe, now: float) -> HealthCheck:
    """The host of the Admin Console, which the console route and the manual steps use."""
    if seen.trouble:
        return _trouble("org", "admin host", url, seen, "warning")
    if seen.certificate:
        return _certificate_check("org", "admin host", seen, now, url)
    return HealthCheck("org", "admin host", "ok", f"{url} accepts a connection")


def scim_host_checks(
    servers: Mapping[str, Sequence[str]], seen: Mapping[str, Probe], now: float, *, from_outside: bool
) -> Iterator[HealthCheck]:
    """Whether the SCIM servers of the specs can be reached from this machine. Okta calls them from its own network.

    Args:
        servers: by base URL, the names of the integrations that use it.
        seen: the probes, by base URL.
        now: seconds since the epoch.
        from_outside: whether the org is in Okta's network; an emulated org calls from this machine.
    """
    for url, names in servers.items():
        check = f"server of {names[0]}" + (f" and {len(names) - 1} more" if len(names) > 1 else "")
        if url in seen:
            yield _scim_check(check, url, seen[url], now, from_outside=from_outside)
    if left := len(servers.keys() - seen.keys()):
        fix = "Run doctor for fewer files: oktascim doctor --spec FILE"
        yield HealthCheck("scim", "other servers", "warning", f"{left} not checked; at most {MOST_PROBES} are", fix)
    if servers and from_outside:
        yield HealthCheck("scim", "caller", "ok", f"{_OKTA_CALLS}. {_ALLOW_LIST}")


def _scim_check(check: str, url: str, seen: Probe, now: float, *, from_outside: bool) -> HealthCheck:
    origin = origin_of(httpx.URL(url))
    if from_outside and (address := seen.private_address):
        fix = "Give the server a public address, or use Okta's on-premises provisioning agent."
        detail = f"{origin} is {address}, a private address. {_OKTA_CALLS}."
        return HealthCheck("scim", check, "warning", detail, fix)
    if seen.trouble:
        fault = _tls_fault_for_okta(seen, httpx.URL(url)) if from_outside else None
        if fault:
            detail = f"Okta can't call {origin}: {fault.detail} {fault.cause or ''}".strip()
            return HealthCheck("scim", check, "warning", detail, fault.fix)
        return _trouble("scim", check, origin, seen, "warning")
    if seen.certificate:
        return _certificate_check("scim", check, seen, now, origin)
    if seen.proxy:
        return HealthCheck("scim", check, "ok", f"{origin} is reached through the proxy; not checked further")
    return HealthCheck("scim", check, "ok", f"{origin} accepts a connection")


def _tls_fault_for_okta(seen: Probe, url: httpx.URL) -> Judgement | None:
    """The TLS fault as Okta meets it, which trusts public authorities alone; None if TLS isn't what failed."""
    if seen.failure is None or not any(isinstance(cause, ssl.SSLError) for cause in causes_of(seen.failure)):
        return None
    at = Endpoint(url.host, url.port or 443, encrypted=True, limit=PROBE_SECONDS)
    return explain_failure(seen.failure, (), at)


def _certificate_check(area: Area, check: str, seen: Probe, now: float, url: str = "") -> HealthCheck:
    certificate = seen.certificate
    assert certificate is not None
    days = int((certificate.expires - datetime.fromtimestamp(now, UTC)).total_seconds() // 86400)
    until = f"valid until {certificate.expires:%Y-%m-%d}"
    what = f"{certificate.protocol}, certificate from {clean(certificate.issuer)}, {until}"
    detail = f"{url}: {what}" if url else what
    if days >= _RENEWAL_DAYS:
        return HealthCheck(area, check, "ok", detail)
    return HealthCheck(area, check, "warning", f"{detail}: {days} days left", "Renew the certificate.")


def _stage(seen: Probe) -> str:
    if not seen.in_time and not seen.addresses:
        return "network"
    if not seen.addresses:
        return "DNS"
    return "TLS" if seen.connected else "TCP"


def _trouble(area: Area, check: str, url: str, seen: Probe, state: CheckState) -> HealthCheck:
    assert seen.trouble is not None
    detail = f"Can't reach {url}: {seen.trouble.what}. {seen.trouble.why or ''}".strip()
    return HealthCheck(area, check, state, detail, seen.trouble.fix)
