"""What Okta was doing when it failed, and the words by which its error texts and event titles say so."""

from __future__ import annotations

ACTIONS: tuple[tuple[str, str], ...] = (
    (
        "authenticate",
        r"Error authenticating|Failed to validate Admin credentials|Verification failed|Test API Credentials failed",
    ),
    ("get_token", r"Error (?:while )?retrieving (?:the )?(?:OAuth |access )?token"),
    ("refresh_token", r"Error (?:while )?refreshing (?:the )?(?:OAuth |access )?token"),
    (
        "find_user",
        r"Error while verifying if (?:user\b ?)?(?P<found>.*?) ?exists|Verify user exists in external application",
    ),
    ("create_group", r"Error while creating (?:user )?group"),
    (
        "create_user",
        r"Error while creating (?:new )?user|Error while creating(?= \S+@\S+ ?:)|Push new user to external application",
    ),
    (
        "update_user",
        (
            r"Error while trying to push profile update(?: for)?|Error while updating user(?! group)"
            r"|Could not (?:push|update) (?:the )?profile for|Push user(?:'?s)? profile to external application"
        ),
    ),
    (
        "deactivate_user",
        (
            r"Error while (?:deactivating|deprovisioning) user|Push user deactivation to external application"
            r"|Deprovision user from external application"
        ),
    ),
    ("reactivate_user", r"Error while reactivating user|Push user reactivation in external application"),
    ("activate_user", r"Error while activating user"),
    (
        "set_password",
        (
            r"Error (?:while )?(?:trying to )?push(?:ing)? password(?: update)?(?: for)?"
            r"|Push user(?:'?s)? (?:Okta )?password to (?:external )?application"
        ),
    ),
    ("import_user", r"Error while trying to import user profile(?: for)?|Import profile from external application"),
    ("import_users", r"Error while downloading all users"),
    ("import_groups", r"Error while downloading all groups"),
    ("import_members", r"Error while downloading users for group"),
    ("find_group", r"Error while (?:trying to find an individual group by id|verifying if group)"),
    ("set_members", r"Error while updating user group membership(?: for group)?"),
    ("update_group", r"Error while (?:updating|renaming) (?:user )?group"),
    ("delete_group", r"Error while deleting (?:user )?group"),
    ("add_members", r"Error while adding (?:user|member)(?:\(s\)|s)?(?: .*?)? to group"),
    ("remove_members", r"Error while removing (?:user|member)(?:\(s\)|s)?(?: .*?)? from group"),
    ("rate_limit", r"API rate limit exceeded"),
    ("api", r"API error"),
)
"""What Okta says it was doing, and the words by which it says so (facts/okta-scim-client.md 6.2)."""
