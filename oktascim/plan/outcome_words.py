"""Outcomes in words: the error for those that failed, the note on those that are pending, the command that explains."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from oktascim.errors import ScimServerFailed
from oktascim.plan.outcomes import MemberOutcome, failed_ones, first_failure

_NAMED_AT_MOST = 5


def named(outcomes: Sequence[MemberOutcome]) -> str:
    """The first few of them by name, and how many more there are."""
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
    """The error that reports all failures together, or None where nobody failed."""
    failed = failed_ones(outcomes)
    if not failed:
        return None
    whys: dict[str, list[MemberOutcome]] = {}
    for one in failed:
        said = " ".join(part for part in (_quoted(one.reason), one.cause) if part)
        whys.setdefault(said or f"Okta gives no reason ({one.evidence}).", []).append(one)
    fixes = dict.fromkeys(one.fix for one in failed if one.fix)
    return ScimServerFailed(
        f"Okta could not provision {named(failed)}.",
        why="\n".join(f"{named(ones)}: {why}" for why, ones in whys.items()),
        fix="\n".join((*fixes, f"See the failures: `{explain_command(app_id, failed)}`.")),
    )


def pending_note(app_id: str, outcomes: Sequence[MemberOutcome], waited: float) -> str | None:
    """What to say of those whom Okta has not got to, or None where there are none."""
    pending = [one for one in outcomes if one.state == "pending"]
    if not pending:
        return None
    after = f" after {waited:.0f} s" if waited else ""
    return f"Okta hasn't finished provisioning {named(pending)}{after}. Look again: `oktascim app show {app_id}`."


def _quoted(reason: str | None) -> str | None:
    return f'Okta says "{reason}".' if reason else None
