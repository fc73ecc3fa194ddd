"""The health of this machine, the settings and the org: one line per check, with a fix for each problem."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from typing import Any, Literal

import httpx

from oktascim import __version__
from oktascim.doctor.permissions import READS
from oktascim.errors import ExitCode, IdentityRefused, Interrupted, OktascimError
from oktascim.okta.answers import read_answer
from oktascim.okta.client import Okta
from oktascim.okta.clock_skew import clock_skew
from oktascim.okta.errors import NotFound, OktaRefusedIdentity, UnreadableAnswer
from oktascim.okta.org import org_names
from oktascim.redact import clean
from oktascim.routes.browser.browser import find_browser, why_no_browser
from oktascim.settings.credential import API_TOKEN, PRIVATE_KEY, Mode
from oktascim.settings.org import OrgSettings
from oktascim.settings.secret_store import SecretStore, SecretStoreUnavailable

Area = Literal["machine", "settings", "org", "scim"]
CheckState = Literal["ok", "missing", "warning", "failed", "refused"]

_EXTRAS = {
    "emulator": ("starlette", "uvicorn", "scim2_server"),
    "console": ("playwright", "cryptography"),
    "oauth": ("jwt", "cryptography"),
    "parquet": ("pyarrow",),
    "rfc": ("scim2_tester", "scim2_client", "scim_sanity"),
    "oin": ("openpyxl",),
}
TOKEN_KINDS: Mapping[Mode, str] = {
    API_TOKEN: "API token (SSWS)",
    PRIVATE_KEY: "OAuth 2.0 service app (private key)",
}
"""The kinds of credential by their authorization mode, as shown to people."""

SEE_THE_CALLS = "Run `oktascim doctor -v` to see every call and its response."
"""The fix of a failure that names none."""


@dataclass(frozen=True)
class HealthCheck:
    """The result of one check.

    Attributes:
        area: `machine`, `settings`, `org`, or `scim` for the SCIM servers of specs.
        check: its name.
        state: `missing` means optional and absent, `warning` that something needs attention but prevents no work;
            `failed` and `refused` (by Okta, for the token) prevent work.
        detail: what was found.
        fix: what to do about it, unless it is ok.
    """

    area: Area
    check: str
    state: CheckState
    detail: str
    fix: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The check's JSON."""
        return asdict(self)


def health_exit_code(checks: Iterable[HealthCheck]) -> ExitCode:
    """The exit code for all checks; a refused token takes precedence over other failures."""
    states = {check.state for check in checks}
    if "refused" in states:
        return ExitCode.IDENTITY
    return ExitCode.FAILED if "failed" in states else ExitCode.DONE


def machine_checks(environ: Mapping[str, str], store: SecretStore) -> Iterator[HealthCheck]:
    """Check Python, the extras, a browser and the keyring; sends nothing."""
    yield HealthCheck("machine", "oktascim", "ok", f"{__version__} on Python {platform.python_version()}")
    for extra, modules in _EXTRAS.items():
        absent = [module for module in modules if find_spec(module) is None]
        if absent:
            fix = f"Install it: pip install 'oktascim[{extra}]'"
            yield HealthCheck("machine", f"extra {extra}", "missing", f"no {', '.join(absent)}", fix)
        else:
            yield HealthCheck("machine", f"extra {extra}", "ok", "installed")
    if found := find_browser(environ):
        yield HealthCheck("machine", "browser", "ok", str(found))
    else:
        what, fix = why_no_browser(environ)
        yield HealthCheck("machine", "browser", "missing", what, f"For --route console: {fix}")
    yield _keyring_check(environ, store)


def terminal_check(*, interactive: bool, color: bool, encoding: str) -> HealthCheck:
    """Whether oktascim can prompt here, and show every character.

    Args:
        interactive: whether a person can be asked.
        color: whether stdout gets colour.
        encoding: the encoding of stdout.
    """
    prompts = "can prompt" if interactive else "no prompts: not an interactive terminal"
    detail = f"{prompts}; {'colour' if color else 'no colour'}; encoding {clean(encoding)}"
    if encoding.lower().replace("-", "") in {"utf8", "utf8sig"}:
        return HealthCheck("machine", "terminal", "ok", detail)
    fix = "Set PYTHONUTF8=1, and use a terminal that shows UTF-8."
    return HealthCheck("machine", "terminal", "warning", f"{detail}, which lacks most characters", fix)


def settings_checks(settings: OrgSettings) -> Iterator[HealthCheck]:
    """Report where each setting came from."""
    yield HealthCheck("settings", "org", "ok", f"{settings.url.value} from {settings.url.source}")
    yield HealthCheck("settings", "credential", "ok", f"found in {settings.credential.source}")
    yield HealthCheck("settings", "authorization mode", "ok", TOKEN_KINDS[settings.credential.mode])


def health_trouble(area: Area, check: str, error: OktascimError) -> HealthCheck:
    """An error that ended a part of the examination, as a check."""
    state: CheckState = "refused" if error.exit_code == ExitCode.IDENTITY else "failed"
    return HealthCheck(area, check, state, error.what_and_why, error.fix or SEE_THE_CALLS)


async def org_checks(okta: Okta) -> list[HealthCheck]:
    """Is it an Okta org, does it accept the token, what may the token read? Only what was read counts as ok.

    A 2xx alone is no evidence: a login page, a proxy or another service returns it, too. A failure of one read is a
    check; one that concerns all of them is the last.
    """
    checks: list[HealthCheck] = []
    try:
        checks.append(await _identity_check(okta))
        for kind, (path, scope) in READS.items():
            checks += await _read_checks(okta, kind, path, scope, is_accepted=accepts_token(checks))
    except Interrupted:
        raise
    except IdentityRefused as error:
        checks.append(HealthCheck("org", "token", "refused", error.what_and_why, error.fix or SEE_THE_CALLS))
    except OktascimError as error:
        fix = error.fix or "Check the org URL."
        checks = [*checks[1:], HealthCheck("org", "reachable", "failed", error.what_and_why, fix)]
    return checks


def accepts_token(checks: Iterable[HealthCheck]) -> bool:
    """Whether a read with the token returned what Okta documents."""
    return any((one.check, one.state) == ("token", "ok") for one in checks)


async def _identity_check(okta: Okta) -> HealthCheck:
    """Whether the server says that it is an Okta org; something in front of an org can hide that page (OB-202)."""
    try:
        names = await org_names(okta)
    except NotFound as error:
        fix = error.fix or SEE_THE_CALLS
        return HealthCheck("org", "reachable", "warning", f"doesn't name its org. {error.what_and_why}", fix)
    named = f" {names.id}" if names.id else ""
    return HealthCheck("org", "reachable", "ok", f"{okta.org_url} is the Okta org{named}")


async def _read_checks(okta: Okta, kind: str, path: str, scope: str, *, is_accepted: bool) -> list[HealthCheck]:
    """Whether the token may read one kind of object; the first list also shows that it is accepted, and the clock.

    Raises:
        OktascimError: Okta rejects the token, or there is no response.
    """
    try:
        answer = await okta.request("GET", path, query={"limit": 1})
        found = read_answer(answer)
    except OktaRefusedIdentity as error:
        if error.status != 403:
            raise
        return [_may_not_read(kind, scope, error)]
    except UnreadableAnswer as error:
        return [HealthCheck("org", f"read {kind}", "failed", error.what_and_why, error.fix or SEE_THE_CALLS)]
    seen = f"GET {path} returned {'a' if found else 'an empty'} list"
    read = HealthCheck("org", f"read {kind}", "ok", seen)
    if is_accepted:
        return [read]
    accepted = HealthCheck("org", "token", "ok", f"accepted for GET {path}")
    return [accepted, _clock_check(answer, okta.clock.now()), read]


def _keyring_check(environ: Mapping[str, str], store: SecretStore) -> HealthCheck:
    try:
        store.get("doctor")
    except SecretStoreUnavailable as error:
        fix = "" if environ.get("OKTA_CLIENT_TOKEN") else error.fix
        return HealthCheck("machine", "keyring", "missing", error.what_and_why, fix)
    return HealthCheck("machine", "keyring", "ok", "can be used")


def _may_not_read(kind: str, scope: str, error: OktaRefusedIdentity) -> HealthCheck:
    fix = f"Grant {scope}, or give the token's creator an admin role that can read {kind}."
    return HealthCheck("org", f"read {kind}", "refused", error.what_and_why, fix)


def _clock_check(answer: httpx.Response, now: float) -> HealthCheck:
    skew = clock_skew(answer, now)
    if skew is None:
        fix = "Check that no proxy removes the Date header of responses."
        return HealthCheck("org", "clock", "missing", "Okta's response has no usable Date header", fix)
    if skew.is_small:
        return HealthCheck("org", "clock", "ok", f"within {abs(skew.seconds):.0f} s of Okta's")
    return HealthCheck("org", "clock", "warning", str(skew), "Set this machine's clock, for example with NTP.")
