"""Outcomes as text: the error for failures, the note on pending ones, and the command that explains them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from oktascim.errors import ScimServerFailed
from oktascim.plan.outcomes import MemberOutcome, failed_ones, first_failure

_NAMED_AT_MOST = 5
_RETRY = "An administrator must clear the error in the Admin Console: Dashboard > Tasks. No API does it."


def first_names(outcomes: Sequence[MemberOutcome]) -> str:
    """The first few by name, and how many more there are."""
    names = ", ".join(one.name for one in outcomes[:_NAMED_AT_MOST])
    more = len(outcomes) - _NAMED_AT_MOST
    return f"{names} and {more} more" if more > 0 else names


def explain_command(app_id: str, failed: Sequence[MemberOutcome]) -> str:
    """The command that shows and explains the failures of these."""
    person = failed[0].name if len(failed) == 1 and failed[0].kind != "push_group" else None
    who = f" --user {shlex.quote(person)}" if person else ""
    since = first_failure(failed)
    start = f" --since {since:%Y-%m-%dT%H:%M:%SZ}" if since else ""
    return f"oktascim logs --app {app_id}{who} --failures --explain{start}"


def failure_of(app_id: str, outcomes: Sequence[MemberOutcome]) -> ScimServerFailed | None:
    """The error that reports all failures together, or None if none failed."""
    failed = failed_ones(outcomes)
    if not failed:
        return None
    fixes = [one.fix for one in failed if one.fix] + [one.retry or _RETRY for one in failed]
    return ScimServerFailed(
        f"Okta could not provision {first_names(failed)}.",
        why="\n".join(_whys(failed)),
        fix="\n".join((*dict.fromkeys(fixes), "See the failures:", explain_command(app_id, failed))),
    )


def _whys(failed: Sequence[MemberOutcome]) -> Iterator[str]:
    """Each reason once, with those that have it; only the first few reasons, since each may name another user."""
    whys: dict[str, list[MemberOutcome]] = {}
    for one in failed:
        seen = "" if one.cause else f" ({one.evidence})"
        said = f'Okta reports "{one.reason}".' if one.reason else f"Okta gives no reason{seen}."
        whys.setdefault(f"{said} {one.cause or ''}".rstrip(), []).append(one)
    for why in list(whys)[:_NAMED_AT_MOST]:
        yield f"{first_names(whys[why])}: {why}"
    if len(whys) > _NAMED_AT_MOST:
        yield f"There are {len(whys) - _NAMED_AT_MOST} more reasons."


def pending_note(app_id: str, outcomes: Sequence[MemberOutcome], waited: float) -> str | None:
    """The note on those that Okta hasn't processed yet, or None if there are none.

    Args:
        app_id: the app.
        outcomes: all outcomes.
        waited: the seconds spent waiting for them; fewer than requested if the rate limit left no calls for a look.
    """
    pending = [one for one in outcomes if one.state == "pending"]
    if not pending:
        return None
    after = f" after {waited:.0f} s" if waited >= 1 else ""
    return f"Okta hasn't finished provisioning {first_names(pending)}{after}. Look again: `oktascim app show {app_id}`."
