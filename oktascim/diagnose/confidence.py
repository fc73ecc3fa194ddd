"""How certain a finding is: high needs two signs that agree, the words and the HTTP status or a code."""

from __future__ import annotations

from oktascim.diagnose.finding import Confidence
from oktascim.diagnose.matcher import is_met, is_met_closely, is_met_in_words
from oktascim.diagnose.rulebook import Condition, Rule
from oktascim.diagnose.symptom import Symptom
from oktascim.scim.objects import GONE

HIGH, MEDIUM = 75, 45
"""The weights from which a rule can be of high and of medium confidence."""
HIGH_AFTER_A_COMMON_STATUS = 84
"""The weight that high confidence needs after a status that several categories share."""
HIGH_WITHOUT_AN_ERROR = 86
"""The weight that it needs without a status, or after a 2xx, when the words are the only sign of an error."""
_COMMON = frozenset({400, 401, 403, 404, 422, 500})

SAME_RANK = 8
"""Rules whose weights differ by less compete."""
_OF_A_RESOURCE = ("user.", "group.")
"""Categories that differ only in what they are about."""

_NONE = frozenset({None})
"""Okta got no response, or describes its own failure."""
_NO_ERROR = _NONE | {200, 201, 202, 204}
_FAILED = frozenset({500, 502, 503, 504, 507, 508, 520})

TELLING_STATUSES: dict[str, frozenset[int | None]] = {
    "auth.expired_token": _NONE | {401},
    "auth.insufficient_permissions": frozenset({403}),
    "auth.invalid_credentials": frozenset({401}),
    "auth.wrong_scheme_prefix": frozenset({401}),
    "group.conflict": frozenset({409}),
    "group.membership": frozenset({400, 404}),
    "group.not_found": GONE,
    "network.dns": _NONE,
    "network.ip_allowlist": frozenset({403}),
    "network.timeout": _NONE | {408, 504, 522, 524},
    "network.unreachable": _NONE,
    "okta.import_safeguard": _NONE,
    "okta.license_or_feature": frozenset({402, 403}),
    "okta.mapping": _NONE,
    "protocol.content_type": frozenset({406, 415}),
    "protocol.filter_unsupported": frozenset({400, 501}),
    "protocol.id_missing": frozenset({200, 201}),
    "protocol.not_scim": frozenset({200, 201}),
    "protocol.patch_unsupported": frozenset({405}),
    "rate_limit.okta": frozenset({429}),
    "rate_limit.remote": frozenset({429}),
    "remote.server_error": _FAILED,
    "tls.certificate": _NONE | {495, 496, 525, 526},
    "url.wrong_base": frozenset({404}),
    "user.attribute_required": frozenset({400, 422}),
    "user.conflict": frozenset({400, 409}),
    "user.not_found": GONE,
    "user.reactivation": frozenset({400, 403, 422}),
}
"""The HTTP statuses after which the words of a category leave little doubt.

They follow RFC 7644 section 3.12 and RFC 9110 section 15, less those after which words of the category were wrong in
texts that the rules hadn't been written for. A category without an entry, such as a setting of the app, is high only
with a code.
"""
_TELLING_SCIM_TYPES = frozenset({"uniqueness", "invalidFilter", "invalidPath", "noTarget"})
"""The others, such as invalidValue, name no cause (RFC 7644 section 3.12)."""


def confidence_of(rule: Rule, others: tuple[Rule, ...], symptom: Symptom) -> Confidence:
    """The weight as a word; one step lower if another category nearly fits, or if only the words support it.

    A text that ends in the middle is never high, since the rest could say more, and low if no words support the rule.

    Args:
        rule: the first of the matching rules.
        others: the best rule of each other category, by falling weight.
        symptom: what the rules matched.

    Returns:
        "high", "medium" or "low": how certain the category of the rule is.
    """
    contested = bool(others) and (others[0].weight >= HIGH or rule.weight - others[0].weight < SAME_RANK)
    if symptom.is_cut and not is_met_in_words(rule.when, symptom):
        return "low"
    if rule.weight >= HIGH:
        is_plain = (
            not contested
            and not symptom.is_cut
            and _has_a_second_sign(rule, symptom)
            and is_met_closely(rule.when, symptom)
        )
        return "high" if is_plain else "medium"
    return "medium" if rule.weight >= MEDIUM and not contested else "low"


def _has_a_second_sign(rule: Rule, symptom: Symptom) -> bool:
    """Whether a code that the rule asks for, the status or the operation says the same as the words.

    A server's words alone are ambiguous: "the member is suspended" after a 409 is a conflict, and "already exists" can
    be said of a user and of a group.
    """
    if any(_names_a_code(condition, symptom) for condition in rule.when):
        return True
    if symptom.about is None and rule.category.startswith(_OF_A_RESOURCE):
        return False
    if symptom.action is None and rule.category == "user.not_found":  # in a group push, it is about a member
        return False
    telling = TELLING_STATUSES.get(rule.category, frozenset())
    return symptom.status in telling and rule.weight >= _least_for_high(symptom.status)


def _least_for_high(status: int | None) -> int:
    """The weight that high confidence needs after a status."""
    if status in _NO_ERROR:
        return HIGH_WITHOUT_AN_ERROR
    return HIGH_AFTER_A_COMMON_STATUS if status in _COMMON else HIGH


def _names_a_code(condition: Condition, symptom: Symptom) -> bool:
    """Whether the condition is met by a code of the response that has one meaning."""
    codes = (condition.okta_code or frozenset()) | ((condition.scim_type or frozenset()) & _TELLING_SCIM_TYPES)
    return not codes.isdisjoint({symptom.okta_code, symptom.scim_type} - {None}) and is_met([condition], symptom)
