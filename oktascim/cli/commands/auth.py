"""`oktascim auth`: named profiles; their tokens are in the OS keyring."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple
from urllib.parse import urlsplit

import typer
from pydantic import SecretStr

from oktascim.cli.completion import complete_profile
from oktascim.cli.options import OutputOption, session_of
from oktascim.errors import UsageProblem
from oktascim.files import SECRET_BYTES, read_bounded, standard_input
from oktascim.render.streams import Format, Table
from oktascim.runs.console_access import (
    SavedSessionState,
    forget_console_session,
    save_console_session,
    saved_session_of,
    saved_sessions,
)
from oktascim.runs.session import Session
from oktascim.settings.login import Verify, list_profiles, login, logout, use_profile
from oktascim.settings.secret_store import SecretStoreUnavailable
from oktascim.settings.values import OKTA_DOMAINS, Setting, check_org_url

if TYPE_CHECKING:
    from oktascim.doctor.permissions import Permission
    from oktascim.settings.org import OrgSettings

app = typer.Typer(no_args_is_help=True)

ProfileArgument = Annotated[str, typer.Argument(help="The profile's name.", autocompletion=complete_profile)]
_KINDS = {"SSWS": "API token (SSWS)", "PrivateKey": "OAuth 2.0 service app (private key)"}
_CONSOLE_WORDS: dict[SavedSessionState, tuple[str, str]] = {
    "kept": ("saved", "auth login --console; `auth logout --console` removes it"),
    "locked": ("saved, but its key could not be read", "the keyring; see `oktascim doctor`"),
    "none": ("none", ""),
}
_WITHOUT_KEYRING = """Without a keyring, use one of these instead of `auth login`:
OKTA_CLIENT_ORGURL and OKTA_CLIENT_TOKEN in the environment, e.g. export OKTA_CLIENT_TOKEN="$(cat token.txt)"
orgUrl and token below okta > client in ~/.okta/okta.yaml, readable only by you (chmod 600)
the same in ./okta.yaml, for the commands that you run in that folder"""


class _Shown(NamedTuple):
    """What `auth status` shows of the org.

    Attributes:
        org: members of the org.
        access: what may be read.
        limits: (limit, remaining) by bucket.
        console: the org of the saved session of the Admin Console, and whether there is one.
    """

    org: dict[str, Any]
    access: tuple[Permission, ...]
    limits: dict[str, tuple[int, int]]
    console: tuple[str, SavedSessionState]


@app.command("login")
def auth_login(
    context: typer.Context,
    token_stdin: Annotated[bool, typer.Option("--token-stdin", help="Read the API token from standard input.")] = False,
    console: Annotated[
        bool, typer.Option("--console", help="Sign in to the Admin Console in a browser instead, and save the session.")
    ] = False,
) -> None:
    """Check an API token with Okta and save it in the OS keyring as a profile.

    `--org-url` names the org and `--profile` the profile; without it the profile is called after the org. The token
    is asked for without being shown; there is no option that takes it, because others could read the command line.

    `--console` opens the Admin Console in a browser with a window; the session of your sign-in is saved encrypted, and
    the console route uses it until it ends. It needs an org that is signed in to already.

    Example: `oktascim auth login --org-url https://acme.okta.com --token-stdin < token.txt`
    """
    session = session_of(context)
    if console:
        org = session.run(lambda: save_console_session(session))
        session.output.note(f"Signed in to the Admin Console of {org}. The session is saved until Okta ends it.")
        return
    url = check_org_url(_org_url(session))
    name = session.profile or _name_after(url.value)
    _require_keyring(session)
    token = _token(session, from_stdin=token_stdin)
    session.masker.add(token.value.get_secret_value())
    company = session.run(lambda: login(name, url, token, session.profiles, _verifier(session)))
    session.output.note(
        f"Signed in to {url.value}{company}. The token is in the keyring; {name} is now the current profile."
    )


@app.command("status")
def auth_status(context: typer.Context, output: OutputOption = Format.TABLE) -> None:
    """Show the org, where each setting came from, what the token may read, the rate limits and a saved console session.

    Five small reads, one for each kind of thing. Okta has no documented call that says whose an API token is. Whether
    it has ended a saved session only the use of it can tell.
    """
    session = session_of(context)
    settings = session.org()
    seen = session.run(lambda: _read(session))
    document = {
        "org": {"url": settings.url.value, **seen.org},
        "identity": {"kind": _KINDS[settings.credential.mode], "source": settings.credential.source},
        "sources": {"org_url": settings.url.source, "credential": settings.credential.source},
        "console_session": dict(zip(("org", "state"), seen.console, strict=True)),
        "access": [asdict(one) for one in seen.access],
        "rate_limits": [
            {"bucket": bucket, "limit": limit, "remaining": left} for bucket, (limit, left) in seen.limits.items()
        ],
    }
    session.output.show(document, output, _status_table(settings, seen))


@app.command("list")
def auth_list(context: typer.Context, output: OutputOption = Format.TABLE) -> None:
    """List the profiles on this machine, without contacting Okta or the keyring."""
    session = session_of(context)
    rows = list_profiles(session.profiles)
    table = Table(
        ("profile", "org", "in use"),
        [(row.name, row.org_url, "yes" if row.current else "") for row in rows],
        empty="No profiles. Create one with `oktascim auth login`.",
    )
    session.output.show([asdict(row) for row in rows], output, table)


@app.command("use")
def auth_use(context: typer.Context, profile: ProfileArgument) -> None:
    """Set the profile that commands use if neither flags nor the environment name an org.

    Example: `oktascim auth use production`
    """
    session = session_of(context)
    chosen = use_profile(profile, session.profiles)
    session.output.note(f"{profile} is now the current profile: {chosen.org_url}.")


@app.command("logout")
def auth_logout(
    context: typer.Context,
    profile: Annotated[str | None, typer.Argument(help="The profile's name.", show_default=False)] = None,
    console: Annotated[bool, typer.Option("--console", help="Remove only the saved Admin Console session.")] = False,
) -> None:
    """Remove a profile, its token from the keyring unless another profile is for the same org, and a saved session.

    `--console` removes the session alone: that of the profile, or without one that of the org in use.

    Examples: `oktascim auth logout dev`, `oktascim auth logout --console`
    """
    session = session_of(context)
    if console:
        session.profile = profile or session.profile
        org, removed = session.run(lambda: forget_console_session(session))
        session.output.note(
            f"Removed the console session of {org}." if removed else f"No saved console session for {org}."
        )
        return
    if profile is None:
        raise UsageProblem("Which profile?", fix="oktascim auth logout PROFILE; `oktascim auth list` names them.")
    org_url = session.profiles.load().named(profile).org_url
    saved_sessions(session).forget(org_url)
    removed = logout(profile, session.profiles)
    what = "profile and token are removed" if removed else "the profile is removed, no token of its own was saved"
    session.output.note(f"{profile}: {what}. The token itself is valid until it is revoked in Okta.")


def _org_url(session: Session) -> Setting[str]:
    if session.org_url:
        return Setting(session.org_url, "--org-url")
    known = session.profiles.load().profiles.get(session.profile or "")
    if known:
        return Setting(known.org_url, f"profile {session.profile}")
    if url := session.environ.get("OKTA_CLIENT_ORGURL"):
        return Setting(url, "OKTA_CLIENT_ORGURL")
    return Setting(session.output.ask("Org URL (https://your-org.okta.com): ", otherwise="--org-url"), "the prompt")


def _name_after(org_url: str) -> str:
    host = urlsplit(org_url).hostname or ""
    org, _, domain = host.partition(".")
    return org if domain in OKTA_DOMAINS else host


def _require_keyring(session: Session) -> None:
    """Look for the keyring before a token is asked for or sent.

    Raises:
        SecretStoreUnavailable: it would not keep the token; the fix names what does without it.
    """
    try:
        session.secret_store.probe()
    except SecretStoreUnavailable as error:
        raise error.advising(_WITHOUT_KEYRING) from None


def _token(session: Session, *, from_stdin: bool) -> Setting[SecretStr]:
    if from_stdin:
        return Setting(SecretStr(_first_line()), "--token-stdin")
    if not session.output.interactive:
        raise UsageProblem(
            "Can't prompt for the API token: not an interactive terminal.",
            fix="Pass it on standard input: oktascim auth login --token-stdin < token.txt",
        )
    return Setting(SecretStr(getpass.getpass("API token (not shown): ")), "the prompt")


def _first_line() -> str:
    """The first line of standard input, which need not end after it."""
    try:
        line = read_bounded(standard_input().readline, SECRET_BYTES, "The first line of standard input")
        return line.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise UsageProblem("Standard input isn't UTF-8 text.", fix="Use only the token.") from None


def _verifier(session: Session) -> Verify[str]:
    """Reads the org with the token, and gives its company's name, or ""."""
    from oktascim.doctor.permissions import read_org
    from oktascim.okta.access import ApiToken
    from oktascim.okta.client import Okta

    async def verify(org_url: str, token: Setting[SecretStr]) -> str:
        announce, limits, mask, trace = session.announce, session.limits, session.masker.mask, session.trace
        access = ApiToken(token.value, token.source)
        async with Okta(org_url, access, mask=mask, announce=announce, limits=limits, trace=trace) as okta:
            _, org = await read_org(okta)
        company = (org or {}).get("companyName")
        return f" ({company})" if company else ""

    return verify


async def _read(session: Session) -> _Shown:
    from oktascim.doctor.permissions import read_permissions

    async with session.okta() as okta:
        org, permissions = await read_permissions(okta)
        console = await saved_session_of(session, okta)
        return _Shown(org, permissions, okta.limits.state(), console)


def _status_table(settings: OrgSettings, seen: _Shown) -> Table:
    org = [(key, str(value), "GET /api/v1/org") for key, value in seen.org.items() if value is not None]
    reads = [(f"may read {one.read}", "yes" if one.allowed else "no", one.refused or "") for one in seen.access]
    limits = [
        (f"rate limit {bucket}", f"{left} of {limit} left", "calls a minute for this token")
        for bucket, (limit, left) in seen.limits.items()
    ]
    rows = [
        ("org", settings.url.value, settings.url.source),
        *org,
        ("identity", _KINDS[settings.credential.mode], settings.credential.source),
        ("console session", *_CONSOLE_WORDS[seen.console[1]]),
        *reads,
        *limits,
    ]
    return Table(("what", "value", "from"), rows)
