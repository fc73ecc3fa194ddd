"""What Okta was doing when it failed, as named in its error texts and event titles."""

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
        (
            r"Error while creating (?:new )?user|Error while creating(?= \S+@\S+ ?:)"
            r"|Push new user to external application|Could not create (?:a )?(?:new )?user(?=\s*[:.,]| \S+@)"
        ),
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
            r"Error while (?:deactivating|deprovisioning) user|(?:Failed|Unable) to (?:deactivate|deprovision) user"
            r"|Push user deactivation to external application"
            r"|Deprovision user from external application"
        ),
    ),
    (
        "reactivate_user",
        (
            r"Error while reactivating user|(?:Failed|Unable) to reactivate user"
            r"|Push user reactivation in external application"
        ),
    ),
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
    ("set_members", r"Error while (?:updating|trying to update) (?:user )?group membership(?: for group)?"),
    ("update_group", r"Error while (?:updating|renaming) (?:user )?group"),
    ("delete_group", r"Error while deleting (?:user )?group"),
    ("add_members", r"Error while adding (?:user|member)(?:\(s\)|s)?(?: .*?)? to group"),
    ("remove_members", r"Error while removing (?:user|member)(?:\(s\)|s)?(?: .*?)? from group"),
    ("rate_limit", r"API rate limit exceeded"),
    ("api", r"API error"),
)
"""Each action, and the words that name it in a text (OB-331)."""

CONNECTOR_CALLS: tuple[tuple[str, str], ...] = (
    ("reactivate_user", r"re-?activat|undelete|unsuspend"),
    ("deactivate_user", r"deactivat|deprovision|suspend|disable\w*user|(?:delete|remove)user\b"),
    ("set_password", r"password"),
    ("set_members", r"member|(?:to|from)group"),
    ("create_group", r"(?:create|new|add)\w*group"),
    ("delete_group", r"(?:delete|remove)\w*group"),
    ("update_group", r"(?:update|rename|push)\w*group"),
    ("create_user", r"(?:create|new|add)\w*(?:user|account)"),
    ("find_user", r"(?:verify|exists|find|lookup)\w*user|user\w*exists"),
    ("import_users", r"(?:import|download|list|getall)\w*users"),
    ("update_user", r"profile|(?:update|modify)\w*(?:user|account)"),
)
"""The operation behind a connector's call ("Error executing pushUserProfile:"), the most specific first."""
