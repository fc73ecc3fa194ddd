"""`oktascim auth status`: the org, where each setting came from, and what the credential may do."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from oktascim.cli.options import OutputOption, session_of
from oktascim.doctor.health import TOKEN_KINDS
from oktascim.render.formats import Format, Table, label_of
from oktascim.render.layout import Layout
from oktascim.runs.console_access import SavedSessionState, saved_session_of
from oktascim.runs.scopes import lacking
from oktascim.runs.session import Session

if TYPE_CHECKING:
    from oktascim.doctor.permissions import Permission
    from oktascim.settings.org import OrgSettings

_SCOPE = "scope "
_PIPELINES = {"idx": "Identity Engine", "v1": "Classic Engine"}
_CONSOLE_WORDS: dict[SavedSessionState, tuple[str, str]] = {
    "kept": ("saved", "auth login --console; `auth logout --console` removes it"),
    "locked": ("saved, but its key could not be read", "the keyring; see `oktascim doctor`"),
    "none": ("none", ""),
}


class _Shown(NamedTuple):
    """What `auth status` shows of the org.

    Attributes:
        org: members of the org.
        permissions: what may be read.
        limits: (limit, remaining) by bucket.
        console: the org of the saved session of the Admin Console, and whether there is one.
        pipeline: "idx" for Identity Engine, "v1" for Classic Engine.
        granted: the scopes of the access token; None for an API token.
    """

    org: dict[str, Any]
    permissions: tuple[Permission, ...]
    limits: dict[str, tuple[int, int]]
    console: tuple[str, SavedSessionState]
    pipeline: str
    granted: frozenset[str] | None


def auth_status(context: typer.Context, output: OutputOption = Format.TEXT) -> None:
    """Show the org, the source of each setting, what the token may read, rate limits and the saved console session.

    Sends five small reads, one for each kind of object. Okta documents no call that tells who owns an API token, and
    oktascim learns only on use whether a saved session has ended.
    """
    session = session_of(context)
    settings = session.org()
    seen = session.run(lambda: _read(session))
    document = {
        "org": {"url": settings.url.value, **seen.org},
        "identity": {"kind": TOKEN_KINDS[settings.credential.mode], "source": settings.credential.source},
        "sources": {"org_url": settings.url.source, "credential": settings.credential.source},
        "pipeline": seen.pipeline,
        "scopes": None if seen.granted is None else {"granted": sorted(seen.granted), "missing": lacking(seen.granted)},
        "console_session": dict(zip(("org", "state"), seen.console, strict=True)),
        "access": [asdict(one) for one in seen.permissions],
        "rate_limits": [
            {"bucket": bucket, "limit": limit, "remaining": left} for bucket, (limit, left) in seen.limits.items()
        ],
    }
    table, layout = _status_table(settings, seen), session.output.layout
    text = _status_text(table, seen, layout) if layout.columns is not None else None
    session.output.show(document, output, table, text)


async def _read(session: Session) -> _Shown:
    from oktascim.doctor.permissions import read_permissions
    from oktascim.okta.org import pipeline

    async with session.okta() as okta:
        org, permissions = await read_permissions(okta)
        console = await saved_session_of(session, okta)
        return _Shown(org, permissions, okta.limits.state(), console, await pipeline(okta), await okta.granted_scopes())


def _status_table(settings: OrgSettings, seen: _Shown) -> Table:
    org = [(label_of(key), str(value), "GET /api/v1/org") for key, value in seen.org.items() if value is not None]
    reads = [(f"may read {one.read}", "yes" if one.allowed else "no", one.refused or "") for one in seen.permissions]
    missing = {} if seen.granted is None else lacking(seen.granted)
    scopes = [
        *((f"{_SCOPE}{scope}", "granted", "the access token") for scope in sorted(seen.granted or ())),
        *((f"{_SCOPE}{scope}", "missing", f"needed by {', '.join(needing)}") for scope, needing in missing.items()),
    ]
    limits = [
        (f"rate limit {bucket}", f"{left} of {limit} left", "calls a minute for this token")
        for bucket, (limit, left) in seen.limits.items()
    ]
    rows = [
        ("org", settings.url.value, settings.url.source),
        *org,
        ("pipeline", _PIPELINES.get(seen.pipeline, seen.pipeline), "GET /.well-known/okta-organization"),
        ("identity", TOKEN_KINDS[settings.credential.mode], settings.credential.source),
        ("console session", *_CONSOLE_WORDS[seen.console[1]]),
        *reads,
        *scopes,
        *limits,
    ]
    return Table(("what", "value", "from"), rows)


def _status_text(table: Table, seen: _Shown, layout: Layout) -> list[str]:
    """The table as labels and values for a terminal; the scopes in two lines instead of one each."""
    rows = [(what, f"{value}  ({source})" if source else value) for what, value, source in table.rows]
    rows = [row for row in rows if not row[0].startswith(_SCOPE)]
    if seen.granted is not None:
        missing = [f"{scope} ({', '.join(needing)})" for scope, needing in lacking(seen.granted).items()]
        rows += [
            ("scopes", ", ".join(sorted(seen.granted))),
            ("not granted", "; ".join(missing) or "nothing that a command needs"),
        ]
    return layout.fields(rows, indent=0)
