"""What a wizard-made app offers under To App: each option belongs to one of its supported actions (OB-422)."""

from __future__ import annotations

OFFERED_BY = {
    "create": "push_new_users",
    "update": "push_profile_updates",
    "deactivate": "push_profile_updates",
    "sync_password": "push_profile_updates",
}
"""To App option to the supported action that offers it, by the names in the dialog of the test (OB-255)."""

GUESSED = frozenset({"deactivate", "sync_password"})
"""Options that the dialog does not name; that updates offer them is our guess."""
