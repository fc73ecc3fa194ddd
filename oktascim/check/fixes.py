"""Which fix belongs to a failure: by the status of the response, or by the part of it that is wrong."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from oktascim.check.catalogue import catalogue
from oktascim.check.model import READING, Check
from oktascim.check.sent import Sent
from oktascim.scim.objects import GONE, member_ids

_DENIED = frozenset({401, 403})
_NO_METHOD = frozenset({405, 501})
_CREATED = 201
_BY_ID = re.compile(r"/(Users|Groups)/[^/?]+$")


def fix_by_status(sent: Sent, wanted: Any) -> str:
    """The fix for a status that says more than the check that got it, or "".

    Args:
        sent: the request and its response.
        wanted: the expected status, or one comparison; None if any is accepted.
    """
    status = sent.exchange.status
    reads = sent.exchange.method in READING
    succeeds = wanted is None or any(isinstance(one, int) and one < 300 for one in _statuses(wanted))
    if status is None:
        return "answer" if succeeds else ""
    if status in _NO_METHOD and not succeeds:
        return ""
    if wanted == _CREATED and sent.ok:
        return "created-status"
    if status in GONE:
        return "by-id" if reads and succeeds and _BY_ID.search(sent.exchange.url) else ""
    return catalogue().by_status.get(status, "") if succeeds or not reads or status not in _DENIED else ""


def _statuses(wanted: Any) -> list[Any]:
    return list(wanted.get("in", [])) if isinstance(wanted, dict) else [wanted]


def fix_for(check: Check, paths: Sequence[str]) -> str:
    """The fix for the wrong parts of a response: a special one if it applies to all of them."""
    fixes = {_fix_by_path(check, path) for path in paths}
    return fixes.pop() if len(fixes) == 1 else check.fix


def lost_before(found: Any, wanted: Any, lost: Collection[str]) -> bool:
    """Whether what is missing among members is only what the creation of the group had lost.

    Args:
        found: the members.
        wanted: what was expected of them, such as `{members: [ids]}`.
        lost: the ids of users who aren't in the group that was created with them.
    """
    ids = set(map(str, wanted["members"])) if isinstance(wanted, dict) and "members" in wanted else set()
    have = set(member_ids(found))
    return have < ids and ids - have <= set(lost)


def _fix_by_path(check: Check, path: str) -> str:
    parts = [part for part in path.replace("]", "").replace("[", ".").split(".") if not part.isdigit()]
    return next((check.fix_by[part] for part in parts[::-1] if part in check.fix_by), check.fix)
