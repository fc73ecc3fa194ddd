"""What `doctor` examines: this machine, the settings, the org, and the spec files against both."""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from oktascim.doctor.health import (
    SEE_THE_CALLS,
    HealthCheck,
    accepts_token,
    health_trouble,
    machine_checks,
    org_checks,
    settings_checks,
    terminal_check,
)
from oktascim.doctor.hosts import admin_host_check, org_host_checks, scim_host_checks
from oktascim.doctor.network import PROBE_SECONDS, Probe, probe_hosts
from oktascim.errors import Interrupted, OktascimError
from oktascim.files import Unreadable, read_file
from oktascim.loopback import is_loopback
from oktascim.okta.client import Okta
from oktascim.okta.org import admin_origin
from oktascim.render.layout import plural
from oktascim.runs.interruption import stoppable
from oktascim.runs.scopes import lacking, need_of
from oktascim.runs.session import Session
from oktascim.spec.document import MAX_BYTES
from oktascim.spec.loader import load
from oktascim.spec.models import Integration
from oktascim.spec.problem import SpecError

_SPEC_KEY = re.compile(rb"^integrations\s*:", re.MULTILINE)


@dataclass(frozen=True)
class Health:
    """What was found.

    Attributes:
        checks: in no particular order of areas.
        limits: by rate-limit bucket, the calls per minute and the remaining calls.
    """

    checks: Sequence[HealthCheck]
    limits: dict[str, tuple[int, int]] = field(default_factory=dict)


def examine(session: Session, specs: Sequence[Path]) -> Health:
    """Examine everything. A failure is a failed check, not an error; each probe and each call has a deadline.

    Args:
        session: the run.
        specs: the spec files; () for those in the current folder.

    Raises:
        Interrupted: the user pressed Ctrl-C.
    """
    output = session.output
    terminal = terminal_check(
        interactive=output.interactive, color=output.stdout.color, encoding=output.stdout.encoding
    )
    integrations, of_specs = _read_specs(session, specs)
    checks = [*machine_checks(session.environ, session.secret_store), terminal, *of_specs]
    try:
        settings = session.org()
    except OktascimError as error:
        trouble = health_trouble("settings", "org", error)
        return Health([*checks, trouble, *_of_servers(session, integrations, {}, from_outside=True)])
    checks += settings_checks(settings)
    url = settings.url.value
    try:
        seen = probe_hosts([url, *_servers(integrations)], _seconds(session))
    except OktascimError as error:
        return Health([*checks, health_trouble("org", "network", error)])
    from_outside = not is_loopback(urlsplit(url).hostname or "")
    checks += org_host_checks(url, seen[url], time.time())
    checks += _of_servers(session, integrations, seen, from_outside=from_outside)
    if seen[url].trouble and seen[url].in_time:
        return Health(checks)
    try:
        asked, admin = session.run(lambda: _ask(session, integrations))
    except Interrupted:
        raise
    except OktascimError as error:
        return Health([*checks, health_trouble("org", "token", error)])
    checks += asked.checks
    if admin:  # probed when the loop has ended: waiting for the threads would block it
        checks.append(_admin_host(session, admin))
    return Health(checks, asked.limits)


async def _ask(session: Session, integrations: Sequence[Integration]) -> tuple[Health, str | None]:
    """The checks of the org itself, and the URL of its Admin Console if that is known."""
    async with stoppable(session, session.announce) as okta:
        checks = await org_checks(okta)
        admin = None
        if accepts_token(checks):
            checks.append(await _scopes(okta, integrations))
            try:
                admin = await admin_origin(okta)
            except Interrupted:
                raise
            except OktascimError as error:
                checks.append(_unknown_admin_host(error))
        return Health(checks, okta.limits.state()), admin


async def _scopes(okta: Okta, integrations: Sequence[Integration]) -> HealthCheck:
    """Compare the scopes that Okta granted with those that the specs need, or that all commands need."""
    granted = await okta.granted_scopes()
    if granted is None:
        detail = "an API token has no scopes: it can do whatever its creator's admin roles allow"
        return HealthCheck("org", "scopes", "ok", detail)
    if not integrations:
        missing = lacking(granted)
        without = f"; not granted: {', '.join(missing)} (see `oktascim auth scopes`)" if missing else ""
        return HealthCheck("org", "scopes", "ok", f"granted: {', '.join(sorted(granted))}{without}")
    for command in ("plan", "apply"):
        if missing_here := sorted(need_of(command, integrations).scopes - granted):
            names = ", ".join(missing_here)
            fix = f"Grant {names} (Admin Console, Applications, the app, Okta API Scopes)."
            detail = f"the specs need {names} for {command}"
            return HealthCheck("org", "scopes", "refused" if command == "plan" else "warning", detail, fix)
    return HealthCheck("org", "scopes", "ok", "sufficient to plan and apply the specs")


def _admin_host(session: Session, url: str) -> HealthCheck:
    try:
        return admin_host_check(url, probe_hosts([url], _seconds(session))[url], time.time())
    except OktascimError as error:
        return _unknown_admin_host(error)


def _unknown_admin_host(error: OktascimError) -> HealthCheck:
    what = f"isn't known. {error.what_and_why}"
    return HealthCheck("org", "admin host", "warning", what, error.fix or SEE_THE_CALLS)


def _read_specs(session: Session, given: Sequence[Path]) -> tuple[tuple[Integration, ...], list[HealthCheck]]:
    """The integrations of the spec files, and the check of the files."""
    files = list(given) or list(_spec_files(Path.cwd()))
    if not files:
        fix = "Specify them: oktascim doctor --spec FILE"
        return (), [HealthCheck("settings", "spec files", "missing", "none in this folder", fix)]
    try:
        loaded = load(files, _variables(session))
    except SpecError as error:
        return (), [_spec_trouble(error)]
    except OktascimError as error:
        return (), [health_trouble("settings", "spec files", error)]
    named = ", ".join(dict.fromkeys(str(one.file) for one in loaded))
    found = HealthCheck("settings", "spec files", "ok", f"{plural(len(loaded), 'integration')} in {named}")
    return tuple(one.integration for one in loaded), [found]


def _variables(session: Session) -> Mapping[str, str] | None:
    """What `{env: NAME}` in a spec refers to; None if the profile can't be read, which the check of the org reports."""
    try:
        return session.spec_environ
    except OktascimError:
        return None


def _spec_trouble(error: SpecError) -> HealthCheck:
    first, what, fix = error.problems[0], error.what.removesuffix("."), error.fix
    if first.line is not None:
        what = f"{what}: {first}"
        fix = fix if first.variable else f"oktascim validate {shlex.quote(str(first.file))}"
    return HealthCheck("settings", "spec files", "warning", what, fix)


def _spec_files(folder: Path) -> Iterator[Path]:
    """The spec files in a folder: YAML files with the key `integrations` at the start of a line."""
    for file in sorted(folder.glob("*.y*ml")):
        try:
            content = read_file(file, MAX_BYTES)
        except Unreadable:
            continue
        if _SPEC_KEY.search(content):
            yield file.relative_to(folder)


def _servers(integrations: Sequence[Integration]) -> dict[str, list[str]]:
    """By base URL, the names of the integrations that use it."""
    servers: dict[str, list[str]] = {}
    for one in integrations:
        if one.provisioning:
            servers.setdefault(one.provisioning.base_url, []).append(one.name)
    return servers


def _of_servers(
    session: Session, integrations: Sequence[Integration], seen: dict[str, Probe], *, from_outside: bool
) -> list[HealthCheck]:
    servers = _servers(integrations)
    try:
        found = seen or probe_hosts(servers, _seconds(session))
    except OktascimError as error:
        return [health_trouble("scim", "network", error)]
    return list(scim_host_checks(servers, found, time.time(), from_outside=from_outside))


def _seconds(session: Session) -> float:
    return min(PROBE_SECONDS, session.timeout or PROBE_SECONDS)
