"""How certain a finding is: high needs two signs that agree, the words and the HTTP status or a code."""

from __future__ import annotations

from itertools import chain

from oktascim.diagnose.finding import Confidence
from oktascim.diagnose.matcher import is_met_closely
from oktascim.diagnose.rulebook import Rule
from oktascim.diagnose.symptom import Symptom

HIGH, MEDIUM = 75, 45
"""The weights from which a rule can be of high and of medium confidence."""
HIGH_AFTER_A_COMMON_STATUS = 84
"""The weight that high confidence needs after a status that several categories share."""
HIGH_WITHOUT_AN_ERROR = 86
"""The weight that it needs where there is no status, or a 2xx: then the words stand alone."""
_COMMON = frozenset({400, 401, 403, 404, 422, 500})

_SAME_RANK = 8
_OF_A_RESOURCE = ("user.", "group.")
"""Categories that differ only in what they are about."""

_NONE = frozenset({None})
"""Okta got no response, or speaks of itself."""
_REJECTED = frozenset({400, 422})
_FAILED = frozenset({500, 501, 502, 503, 504, 507, 508, 520, 521, 522, 523, 524, 525, 526, 527, 530})
_ANSWERED = frozenset({200, 201, 202, 204})

USUAL_STATUSES: dict[str, frozenset[int | None]] = {
    "auth.expired_token": frozenset({401}),
    "auth.insufficient_permissions": frozenset({403}),
    "auth.invalid_credentials": frozenset({401}),
    "auth.wrong_scheme_prefix": frozenset({401}),
    "group.conflict": frozenset({409}),
    "group.membership": _REJECTED | {404} | _ANSWERED,
    "group.not_found": frozenset({404, 410}),
    "network.dns": _NONE,
    "network.ip_allowlist": _NONE | {403},
    "network.timeout": _NONE | {408, 504, 522, 524},
    "network.unreachable": _NONE,
    "okta.api_token_or_scope": frozenset({401, 403}),
    "okta.api_unsupported": _NONE | _REJECTED,
    "okta.app_state": _NONE,
    "okta.config_other": _NONE | {400, 403},
    "okta.import_safeguard": _NONE,
    "okta.license_or_feature": _NONE | {402, 403},
    "okta.mapping": _NONE | _REJECTED,
    "okta.provisioning_disabled": _NONE,
    "protocol.bad_schema": _NONE | _REJECTED | _ANSWERED,
    "protocol.content_type": frozenset({400, 406, 415}),
    "protocol.filter_unsupported": frozenset({400, 501}) | _ANSWERED,
    "protocol.id_missing": _NONE | _ANSWERED,
    "protocol.missing_resources": _NONE | _ANSWERED,
    "protocol.not_scim": _NONE | _ANSWERED,
    "protocol.pagination": _NONE | _ANSWERED,
    "protocol.patch_unsupported": frozenset({400, 405, 501}) | _ANSWERED,
    "rate_limit.okta": frozenset({429}),
    "rate_limit.remote": frozenset({429}),
    "remote.server_error": _FAILED,
    "tls.certificate": _NONE | {495, 496, 525, 526},
    "unknown": _NONE,
    "url.wrong_base": _NONE | {301, 302, 307, 308, 404, 405} | _ANSWERED,
    "user.attribute_invalid": _REJECTED,
    "user.attribute_required": _REJECTED,
    "user.conflict": _REJECTED | {409},
    "user.not_found": frozenset({404, 410}),
    "user.reactivation": _REJECTED | {403},
}
"""The HTTP statuses that support a category (RFC 7644 section 3.12 and RFC 9110 section 15)."""
_OF_A_CREDENTIAL_TEST = _NONE | {400, 401}
"""With these a credential test or a request for a token fails when the credentials are the cause (RFC 6749 5.2)."""


def confidence_of(rule: Rule, others: tuple[Rule, ...], symptom: Symptom) -> Confidence:
    """The weight as a word; one step lower if another category nearly fits, or if only the words speak for it.

    Args:
        rule: the first of the matching rules.
        others: the best rule of each other category, by falling weight.
        symptom: what the rules matched.

    Returns:
        "high", "medium" or "low": how certain the category of the rule is.
    """
    contested = bool(others) and (others[0].weight >= HIGH or rule.weight - others[0].weight < _SAME_RANK)
    if rule.weight >= HIGH:
        is_plain = not contested and _has_a_second_sign(rule, symptom) and is_met_closely(rule.when, symptom)
        return "high" if is_plain else "medium"
    return "medium" if rule.weight >= MEDIUM and not contested else "low"


def _has_a_second_sign(rule: Rule, symptom: Symptom) -> bool:
    """Whether a code that the rule asks for, the status or the operation says the same as the words.

    A server's words alone are ambiguous: "the member is suspended" after a 409 is a conflict, and "already exists" can
    be said of a user and of a group.
    """
    codes = {code for condition in rule.when for code in chain(condition.scim_type or (), condition.okta_code or ())}
    if codes & {symptom.scim_type, symptom.okta_code} - {None}:
        return True
    if symptom.about is None and rule.category.startswith(_OF_A_RESOURCE):
        return False
    if symptom.action is None and rule.category == "user.not_found":  # in a group push, it is about a member
        return False
    if symptom.status in _COMMON and rule.weight < HIGH_AFTER_A_COMMON_STATUS:
        return False
    if symptom.status in _NONE | _ANSWERED and rule.weight < HIGH_WITHOUT_AN_ERROR:
        return False
    is_of_credentials = symptom.about == "connection" and rule.category.startswith("auth.")
    usual = USUAL_STATUSES[rule.category] | (_OF_A_CREDENTIAL_TEST if is_of_credentials else frozenset())
    return symptom.status in usual
