"""What is said of assignments that Okta couldn't provision."""

from __future__ import annotations

import pytest

from oktascim.plan.outcomes import MemberOutcome
from oktascim.render.outcomes import trouble_notes


@pytest.mark.parametrize(
    ("kinds", "who"),
    [
        (("user",), "u0 is"),
        (("user", "member"), "2 users are"),
        (("push_group", "push_group"), "2 groups are"),
        (("user", "push_group"), "2 users and groups are"),
    ],
)
def test_the_note_counts_users_and_groups_by_their_name(kinds: tuple[str, ...], who: str) -> None:
    failed = [MemberOutcome(kind, f"u{n}", f"00u{n}", "failed", "ERROR") for n, kind in enumerate(kinds)]  # type: ignore[arg-type]
    (note,) = trouble_notes("0oa1", failed)
    assert note.startswith(f"{who} in ERROR. To see why:\n  oktascim logs --app 0oa1 ")
