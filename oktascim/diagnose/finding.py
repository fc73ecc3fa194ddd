"""The result of a diagnosis: the JSON that `oktascim explain -o json` prints, a contract with scripts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Confidence = Literal["high", "medium", "low"]

CATEGORIES: tuple[str, ...] = (
    *("auth.expired_token", "auth.insufficient_permissions", "auth.invalid_credentials", "auth.wrong_scheme_prefix"),
    *("group.conflict", "group.membership", "group.not_found"),
    *("network.dns", "network.ip_allowlist", "network.timeout", "network.unreachable"),
    *("okta.api_token_or_scope", "okta.api_unsupported", "okta.app_state", "okta.config_other"),
    *("okta.import_safeguard", "okta.license_or_feature", "okta.mapping", "okta.provisioning_disabled"),
    *("protocol.bad_schema", "protocol.content_type", "protocol.filter_unsupported", "protocol.id_missing"),
    *("protocol.missing_resources", "protocol.not_scim", "protocol.pagination", "protocol.patch_unsupported"),
    *("rate_limit.okta", "rate_limit.remote", "remote.server_error", "tls.certificate", "unknown", "url.wrong_base"),
    *("user.attribute_invalid", "user.attribute_required", "user.conflict", "user.not_found", "user.reactivation"),
)
"""The values of `category`."""


@dataclass(frozen=True, slots=True)
class OktaAction:
    """What Okta does by itself after such a failure, and what an administrator can trigger.

    Attributes:
        retries_itself: whether Okta tries again by itself; None if unknown.
        retry_helps: whether Retry (Dashboard > Tasks), or Push now for a group, works once the cause is fixed.
        needs_reassign: whether only unassigning and reassigning repeats it.
        text: the same as text.
    """

    retries_itself: bool | None
    retry_helps: bool
    needs_reassign: bool
    text: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another possible cause of the same text."""

    category: str
    cause: str
    fix: str
    rule: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Finding:
    """One diagnosis.

    Attributes:
        category: one of `CATEGORIES`.
        confidence: how certain the category is, given these words alone.
        cause, fix: what is wrong and what to do.
        rule: the id of the deciding rule.
        sources: the documents behind the rule.
        alternatives: other causes, the likelier first.
        events: uuids of the events that this finding explains.
        okta_action: what Okta does next.
    """

    category: str
    confidence: Confidence
    cause: str
    fix: str
    rule: str
    sources: tuple[str, ...]
    alternatives: tuple[Alternative, ...]
    events: tuple[str, ...]
    okta_action: OktaAction

    def to_json(self) -> dict[str, Any]:
        """The finding as JSON-ready values; the keys are stable."""
        return asdict(self)
