"""Okta's actions on a SCIM server and their System Log records, as data: one value for each action.

Sources: OB-179 (event types and display messages), OB-181 and OB-331 (legacy names and error templates), OB-332
(current templates name the user). Display messages that OB-179 doesn't have are our wording.
Severities: ERROR is recorded for a failure (OB-180). INFO for a success and the later targets are our choice (OB-187).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from okta_emulator.scim_client.outcome import LogFact

USER_TARGETS = ("AppUser", "AppInstance", "User")
GROUP_TARGETS = ("AppGroup", "AppInstance")
APP_TARGETS = ("AppInstance",)


@dataclass(frozen=True)
class LoggedAction:
    """One action with its success and its failure.

    Args:
        event_type: of the success; success and failure of most actions share it (OB-181).
        message: the display message of the success.
        legacy: the legacy name of the success.
        failed_legacy: the legacy name of the failure.
        targets: the kinds of target, in order.
        action: the start of the error sentence; the subject, with a space before it, replaces `{}`.
        failed_type: the event type of the failure, if it differs.
        failed_message: its display message, if it differs.
        separator: what separates action and detail.
    """

    event_type: str
    message: str
    legacy: str | None
    failed_legacy: str | None
    targets: tuple[str, ...]
    action: str = ""
    failed_type: str | None = None
    failed_message: str | None = None
    separator: str = ": "

    def success(self) -> LogFact:
        """The log entry of a success."""
        return LogFact(self.event_type, self.message, "SUCCESS", None, self.legacy, "INFO", self.targets)

    def failure(self, reason: str | None) -> LogFact:
        """The log entry of a failure.

        Args:
            reason: the DETAIL of the error; the log has it without the action, and no reason for `null`.
        """
        return LogFact(
            event_type=self.failed_type or self.event_type,
            display_message=self.failed_message or self.message,
            result="FAILURE",
            reason=None if reason == "null" else reason,
            legacy_event_type=self.failed_legacy,
            severity="ERROR",
            targets=self.targets,
        )

    def sentence(self, subject: str, detail: str | None) -> str:
        """`<ACTION> <SUBJECT>: <DETAIL>`; a missing detail is `null`."""
        return f"{self.action.format(f' {subject}' if subject else '')}{self.separator}{detail or 'null'}"


AUTHENTICATE = LoggedAction(
    event_type="application.integration.authentication_failure",
    message="Error authenticating",
    legacy=None,
    failed_legacy="app.api.error.auth",
    targets=APP_TARGETS,
    action="Error authenticating",
)
VERIFY_EXISTS = LoggedAction(
    event_type="application.provision.user.verify_exists",
    message="Verify user exists in external application",
    legacy="app.user_management.verified_user_with_thirdparty",
    failed_legacy="app.api.error.check_user_exists",
    targets=USER_TARGETS,
    action="Error while verifying if user{} exists",
)
PUSH_USER = LoggedAction(
    event_type="application.provision.user.push",
    message="Push new user to external application",
    legacy="app.user_management.push_new_user",
    failed_legacy="app.api.error.create_user",
    targets=USER_TARGETS,
    action="Error while creating user{}",
)
PUSHED_USER = LogFact(
    event_type="app.user_management.push_new_user_success",
    display_message="Successfully pushed new user account to app",
    result="SUCCESS",
    reason=None,
    legacy_event_type="app.user_management.push_new_user_success",
    severity="INFO",
    targets=USER_TARGETS,
)
PUSH_PROFILE = LoggedAction(
    event_type="application.provision.user.push_profile",
    message="Push user's profile to external application",
    legacy="app.user_management.push_profile_success",
    failed_legacy="app.api.error.push_profile_update",
    targets=USER_TARGETS,
    action="Error while trying to push profile update for{}",
)
DEACTIVATE = LoggedAction(
    event_type="application.provision.user.deactivate",
    message="Push user deactivation to external application",
    legacy="app.user_management.deactivate_user",
    failed_legacy="app.api.error.deactivate_user",
    targets=USER_TARGETS,
    action="Error while deactivating user{}",
)
REACTIVATE = LoggedAction(
    event_type="application.provision.user.reactivate",
    message="Push user reactivation in external application",
    legacy="app.user_management.reactivate_user",
    failed_legacy="app.api.error.reactivate_user",
    targets=USER_TARGETS,
    action="Error while reactivating user{}",
)
PUSH_PASSWORD = LoggedAction(
    event_type="application.provision.user.push_okta_password",
    message="Push user's Okta password to application",
    legacy="app.user_management.push_okta_password_update",
    failed_legacy="app.api.error.push_password_update",
    targets=USER_TARGETS,
    action="Error pushing password",
    failed_type="application.provision.user.password",
    failed_message="Issue pushing user password to external application",
)
SYNC_USER = LoggedAction(
    event_type="application.provision.user.sync",
    message="Sync user in external application",
    legacy="app.user_management.provision_user",
    failed_legacy="app.user_management.provision_user_failed",
    targets=USER_TARGETS,
)
RATE_LIMITED = LogFact(
    event_type="application.integration.rate_limit_exceeded",
    display_message="API rate limit exceeded",
    result="SUCCESS",  # recorded, although nothing succeeded (OB-182)
    reason=None,
    legacy_event_type="app.api.error.rate.limit.exceeded",
    severity="INFO",
    targets=APP_TARGETS,
)

VERIFY_GROUP = LoggedAction(
    event_type="application.provision.group.verify_exists",
    message="Verify group exists in external application",
    legacy=None,
    failed_legacy="app.api.error.check_group_exists",
    targets=GROUP_TARGETS,
    action="Error while verifying if group{} exists",  # our wording, after the one for users
)
PUSH_GROUP = LoggedAction(
    event_type="application.provision.group_push.pushed",
    message="Push group to external application",
    legacy="app.user_management.grouppush.pushed",
    failed_legacy="app.api.error.upsert_group",
    targets=GROUP_TARGETS,
    action="Error while creating user group{}",
    failed_type="application.provision.group.add",
    failed_message="Add group in external application",
)
RENAME_GROUP = LoggedAction(
    event_type="application.provision.group_push.mapping.app.group.renamed",
    message="Rename group in external application",
    legacy=None,
    failed_legacy=None,
    targets=GROUP_TARGETS,
    action="Error while updating user group{}",  # our wording, after the one for creation
    failed_type="application.provision.group_push.mapping.app.group.renamed.failed",
)
CHANGE_MEMBERS = LoggedAction(
    event_type="application.provision.group_push.updated",
    message="Update group in external application",
    legacy="app.user_management.grouppush.updated",
    failed_legacy="app.api.error.update_group_membership",
    targets=GROUP_TARGETS,
    action="Error while updating user group membership for group{}",
    failed_type="application.provision.group_membership.update",
    failed_message="Update group membership in external application",
    separator=" ",  # the one recorded text has no colon (OB-332)
)
PUSH_MEMBERS = replace(
    CHANGE_MEMBERS,
    event_type="application.provision.group_push.push_memberships",
    message="Push group memberships to external application",
    legacy=None,
)
DELETE_GROUP = LoggedAction(
    event_type="application.provision.group_push.delete_appgroup",
    message="Delete group in external application",
    legacy=None,
    failed_legacy="app.api.error.delete_group",
    targets=GROUP_TARGETS,
    action="Error while deleting user group{}",
    failed_type="application.provision.group.remove",
    failed_message="Remove group in external application",
)
MAPPING_WILL_RETRY = LoggedAction(
    event_type="application.provision.group_push.mapping.update.or.delete.failed",
    message="Change group push mapping, to be tried again",
    legacy=None,
    failed_legacy="app.user_management.grouppush.mapping.update.or.delete.failed",
    targets=GROUP_TARGETS,
)
MAPPING_FAILED = LoggedAction(
    event_type="application.provision.group_push.mapping.update.or.delete.failed.with.error",
    message="Change group push mapping",
    legacy=None,
    failed_legacy="app.user_management.grouppush.mapping.update.or.delete.failed.with.error",
    targets=GROUP_TARGETS,
)
DOWNLOAD_USERS = LoggedAction(
    event_type="application.provision.user.import",
    message="Import users from external application",
    legacy=None,
    failed_legacy="app.api.error.download_users",
    targets=APP_TARGETS,
    action="Error while downloading all users",
)
DOWNLOAD_GROUPS = LoggedAction(
    event_type="application.provision.group.import",
    message="Import groups from external application",
    legacy=None,
    failed_legacy="app.api.error.download_groups",
    targets=APP_TARGETS,
    action="Error while downloading all groups",
)
IMPORT_SCHEMA = LoggedAction(
    event_type="application.configuration.import_schema",
    message="Import schema from external application",
    legacy=None,
    failed_legacy="app.api.error.download_app_schema",
    targets=APP_TARGETS,
    action="Error while downloading app schema",  # our wording, after the one for users
)
