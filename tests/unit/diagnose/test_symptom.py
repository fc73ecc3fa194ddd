"""What rules may look at, and for which events they do not look at all."""

from __future__ import annotations

import pytest

from oktascim.diagnose.engine import explain_events, explain_text


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("user.session.start", "INVALID_CREDENTIALS"),
        ("app.oauth2.as.authorize", "no_matching_scope"),
        ("system.agent.ad.connect", "Name or service not known"),
        ("user.authentication.sso", "User not assigned to the application"),
    ],
)
def test_what_fails_elsewhere_is_not_laid_at_the_scim_servers_door(kind: str, reason: str) -> None:
    (finding,) = explain_events([{"uuid": "u", "eventType": kind, "outcome": {"result": "FAILURE", "reason": reason}}])
    assert (finding.rule, finding.alternatives) == ("unknown.elsewhere", ())


def test_a_frame_in_unusual_letters_is_no_obstacle() -> None:
    """The long s matches s regardless of case, but isn't its lower case."""
    (finding,) = explain_text("Automatic proviſioning of user Ada to app Acme failed: Unauthorized")
    assert finding.category.startswith("auth.")
