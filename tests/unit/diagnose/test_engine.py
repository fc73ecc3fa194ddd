"""Findings: ranking, honesty, what Okta does next, events with and without words, and speed that no text can spoil."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oktascim.diagnose.engine import MOST_ALTERNATIVES, explain_events, explain_text
from oktascim.diagnose.finding import CATEGORIES, Finding
from oktascim.diagnose.matcher import FAR_BELOW
from oktascim.diagnose.rulebook import Condition, rule_book

FAILED_PUSH = "application.provision.user.push"
RATE_LIMIT = "application.integration.rate_limit_exceeded"


def event(
    uuid: str, kind: str, reason: str | None = None, *, result: str = "FAILURE", transaction: str | None = None
) -> dict[str, Any]:
    return {
        "uuid": uuid,
        "eventType": kind,
        "displayMessage": "Something happened",
        "outcome": {"result": result, "reason": reason},
        "transaction": {"type": "JOB", "id": transaction} if transaction else None,
    }


def explained(text: str) -> Finding:
    (finding,) = explain_text(text)
    return finding


def categories(finding: Finding) -> set[str]:
    return {finding.category} | {alternative.category for alternative in finding.alternatives}


@pytest.mark.parametrize(
    ("text", "causes"),
    [
        (
            "Error authenticating: null",
            {
                *("network.unreachable", "auth.wrong_scheme_prefix", "tls.certificate", "network.dns"),
                *("url.wrong_base", "network.ip_allowlist"),
            },
        ),
        (
            "Bad Request. Errors reported by remote server: The document is unparsable or violates schema",
            {"user.attribute_invalid", "user.attribute_required", "protocol.bad_schema"},
        ),
        (
            "Error authenticating: Connect to h.example:443 failed: Connect timed out",
            {"network.timeout", "network.ip_allowlist"},
        ),
        ("Matching user not found", {"okta.provisioning_disabled", "user.not_found"}),
        (
            "Error authenticating: No results for users returned",
            {"protocol.missing_resources", "okta.config_other", "url.wrong_base"},
        ),
        (
            "Error while trying to push profile update for ada: Bad Request: Unknown member in request: value",
            {"protocol.patch_unsupported", "user.reactivation", "user.attribute_invalid"},
        ),
        ("Unauthorized", {"auth.expired_token", "auth.invalid_credentials", "auth.insufficient_permissions"}),
        (
            "Error authenticating: Forbidden",
            {"auth.insufficient_permissions", "auth.invalid_credentials", "network.ip_allowlist"},
        ),
    ],
)
def test_an_ambiguous_text_names_all_its_causes(text: str, causes: set[str]) -> None:
    finding = explained(text)
    assert causes <= categories(finding)
    assert finding.confidence != "high" or finding.category in {
        "okta.provisioning_disabled",
        "network.timeout",
        "protocol.missing_resources",
    }


DOINGS = {
    "test": "Error authenticating: ",
    "find": "Error while verifying if user ada exists: ",
    "create": "Error while creating user ada: ",
    "update": "Error while trying to push profile update for ada: ",
    "deactivate": "Error while deactivating user ada: ",
    "reactivate": "Error while reactivating user ada: ",
    "create group": "Error while creating user group Sales: ",
    "update group": "Error while updating user group Sales: ",
    "members": "Error while updating user group membership for group Sales: ",
    "push": "Unable to update Group Push mapping target App group Sales: ",
    "import": "Error while downloading all users: ",
}

REPORT = "Errors reported by remote server:"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Bad Request", {"deactivate": "unknown", "reactivate": "user.reactivation"}),
        ("Bad Request", {"test": "auth.invalid_credentials", "push": "unknown"}),
        ("Unauthorized", {"test": "auth.invalid_credentials", "update": "auth.expired_token"}),
        ("Forbidden", dict.fromkeys(DOINGS, "auth.insufficient_permissions")),
        ("Not Found", {"test": "url.wrong_base", "create": "url.wrong_base", "create group": "url.wrong_base"}),
        ("Not Found", {"update": "user.not_found", "deactivate": "user.not_found", "reactivate": "user.not_found"}),
        ("Not Found", {"update group": "group.not_found", "members": "group.not_found", "push": "group.not_found"}),
        ("Method Not Allowed", {"test": "url.wrong_base", "find": "url.wrong_base", "create": "url.wrong_base"}),
        ("Method Not Allowed", {"update": "protocol.patch_unsupported", "members": "protocol.patch_unsupported"}),
        ("Conflict", {"create": "user.conflict", "reactivate": "user.reactivation"}),
        ("Conflict", {"create group": "group.conflict", "members": "group.membership"}),
        ("Not Implemented", {"import": "url.wrong_base", "members": "protocol.patch_unsupported"}),
        ("Internal Server Error", dict.fromkeys(DOINGS, "remote.server_error")),
        ("null", dict.fromkeys(DOINGS, "network.unreachable")),
    ],
)
def test_a_bare_status_is_judged_by_what_okta_was_doing(status: str, expected: dict[str, str]) -> None:
    assert {doing: explained(DOINGS[doing] + status).category for doing in expected} == expected


@pytest.mark.parametrize(
    "trouble",
    [
        "connect ECONNREFUSED 10.0.0.5:5432",
        "getaddrinfo ENOTFOUND db.internal",
        "certificate has expired",
        "request timed out",
    ],
)
@pytest.mark.parametrize("doing", ["test", "create", "update", "deactivate", "push", "import"])
def test_a_server_that_answers_was_reached(trouble: str, doing: str) -> None:
    report = f"Internal Server Error. Errors reported by remote server: {trouble}"
    answered, unanswered = explained(DOINGS[doing] + report), explained(DOINGS[doing] + trouble)
    assert (answered.category, answered.confidence) == ("remote.server_error", "high")
    assert not {category for category in categories(answered) if category.startswith(("network.", "tls."))}
    assert unanswered.category.startswith(("network.", "tls."))


@pytest.mark.parametrize(
    ("text", "rule", "confidence"),
    [
        (f"{DOINGS['create']}Bad Request. {REPORT} internalId is invalid", "user.attribute_invalid.said", "medium"),
        (f"{DOINGS['create']}Bad Request. {REPORT} two primary e-mails", "user.attribute_invalid.primary", "medium"),
        (f"{DOINGS['members']}Bad Request. {REPORT} invalid values: 4, 9", "group.membership.refused-ids", "medium"),
        (f"{DOINGS['create']}Not Found. {REPORT} office 7 not found", "user.attribute_invalid.names-nothing", "medium"),
        ("group memberships are not pushed, group is empty in the app", "group.membership.left-out", "medium"),
        ("Users stay active after removal in Okta", "okta.provisioning_disabled.deactivation-off", "medium"),
        (f"{DOINGS['push']}Internal Server Error. {REPORT} failed to patch it", "remote.server_error.crash", "medium"),
    ],
)
def test_a_sentence_is_said_where_it_is_true(text: str, rule: str, confidence: str) -> None:
    finding = explained(text)
    assert (finding.rule, finding.confidence) == (rule, confidence)


@pytest.mark.parametrize("doing", ["create", "find"])
@pytest.mark.parametrize("answer", ["Not Found", "Gone", f"Not Found. {REPORT} resource 42 not found"])
def test_what_has_no_linked_account_cannot_miss_it(doing: str, answer: str) -> None:
    finding = explained(DOINGS[doing] + answer)
    assert "user.not_found" not in categories(finding)


@pytest.mark.parametrize(
    "words", ["Invalid count parameter", "startIndex is wrong", "value too long", "User not found"]
)
def test_a_credential_test_waits_for_no_import_and_no_task(words: str) -> None:
    action = explained(f"{DOINGS['test']}Bad Request. {REPORT} {words}").okta_action
    assert not re.search(r"import|Retry Selected|assign", action.text)


def test_a_bare_401_claims_nothing_about_what_worked_before() -> None:
    assert explained("401").cause == (
        "The server returned 401. If these credentials worked before, they have most likely expired or been replaced."
    )


def test_what_is_far_less_telling_is_no_alternative() -> None:
    finding = explained(
        "Error while updating user group Sales: Bad Request. Errors reported by remote server: bad gateway"
    )
    weights = {rule.id: rule.weight for rule in rule_book().rules}
    assert finding.rule == "remote.server_error.gateway"
    assert all(weights[other.rule] >= weights[finding.rule] - FAR_BELOW for other in finding.alternatives)


def test_alternatives_are_few_distinct_and_ranked() -> None:
    finding = explained("Error authenticating: Unauthorized")
    others = [alternative.category for alternative in finding.alternatives]
    assert 0 < len(others) <= MOST_ALTERNATIVES
    assert len({finding.category, *others}) == len(others) + 1


def test_nothing_fits_is_said_with_a_next_step() -> None:
    finding = explained("Zorp blurted quietly")
    assert (finding.category, finding.confidence, finding.rule) == ("unknown", "low", "unknown.general")
    assert "oktascim connection test" in finding.fix


def test_no_text_no_finding() -> None:
    assert explain_text(" \n") == ()


def test_a_name_cannot_mislead() -> None:
    finding = explained(
        "Automatic provisioning of user Rate Limit to app Certificate Expired failed: Error while creating user "
        "timeout@refused.example: Conflict"
    )
    assert finding.category == "user.conflict"


def test_the_documented_shape() -> None:
    document = explained("Error authenticating: null").to_json()
    assert list(document) == [
        *("category", "confidence", "cause", "fix", "rule", "sources", "alternatives", "events", "okta_action"),
    ]
    assert list(document["alternatives"][0]) == ["category", "cause", "fix", "rule", "confidence"]
    assert list(document["okta_action"]) == ["retries_itself", "retry_helps", "needs_reassign", "text"]
    assert json.loads(json.dumps(document))["category"] == "network.unreachable"


@pytest.mark.parametrize(
    ("text", "retries_itself", "retry_helps", "needs_reassign"),
    [
        ("Too Many Requests", True, False, False),
        ("Error authenticating: Connection refused", False, False, False),
        ("Error while creating user ada: Connection refused", None, True, False),
        ("Error while trying to push profile update for ada: Not Found", False, False, True),
        ("Error while deactivating user ada: Bad Gateway", False, False, False),
        ("Error while deactivating user ada: Too Many Requests", True, False, False),
        ("Error while creating user ada: Conflict", False, True, False),
        ("Error while updating user group Sales: Not Found", False, False, False),
        ("Matching user not found", False, False, True),
        ("Error while creating user ada: Not Found", False, True, False),
        ("Error while creating user group Sales: Not Found", None, True, False),
        ("Error authenticating: Not Found", False, False, False),
        ("Unable to update Group Push mapping target App group Sales: Not Found", False, False, False),
        ("Error while deactivating user ada: Method Not Allowed", False, False, False),
    ],
)
def test_what_okta_does_next(text: str, retries_itself: bool | None, retry_helps: bool, needs_reassign: bool) -> None:
    action = explained(text).okta_action
    assert (action.retries_itself, action.retry_helps, action.needs_reassign) == (
        retries_itself,
        retry_helps,
        needs_reassign,
    )


@pytest.mark.parametrize(
    "answer",
    [
        *("Not Found", "Gone", "No user returned for user 9b1d"),
        "Not Found. Errors reported by remote server: User with id 123 not found",
        "Internal Server Error. Errors reported by remote server: no such account",
        "Bad Request. Errors reported by remote server: User is already deactivated",
        "Conflict. Errors reported by remote server: account inactive",
    ],
)
def test_a_leaver_who_is_gone_is_not_brought_back(answer: str) -> None:
    finding = explained(DOINGS["deactivate"] + answer)
    assert finding.category == "user.not_found"
    assert "nothing left to deactivate" in finding.cause
    assert "close the task" in finding.fix
    said = f"{finding.fix} {finding.okta_action.text}"
    assert not re.search(r"assign|Deactivate Users|still active|Retry Selected", said)


@pytest.mark.parametrize(
    "answer",
    [
        *("Internal Server Error", "Service Unavailable", "Unauthorized", "Bad Request"),
        "Bad Request. Errors reported by remote server: cannot delete a user that was not suspended",
        "Bad Request. Errors reported by remote server: the account must be disabled before deletion",
        "Bad Request. Errors reported by remote server: the user cannot be removed because SCIM was disabled",
    ],
)
def test_an_account_that_may_still_be_active_is_deactivated_by_hand(answer: str) -> None:
    finding = explained(DOINGS["deactivate"] + answer)
    assert "still active" in finding.okta_action.text


CLOSES_A_TASK = re.compile(r"\b(close|mark) the task\b")
LOOKS_FIRST = re.compile(r"\b[Ll]ook (up|for)\b|\b([Cc]heck|Find) (the|these|it)\b")


def test_nobody_closes_a_task_before_looking_at_the_account() -> None:
    book = rule_book()
    texts = [rule.fix for rule in book.rules] + [action.text for action in book.okta_actions.values()]
    closing = [(text, found.start()) for text in texts if (found := CLOSES_A_TASK.search(text))]
    assert closing
    assert [text for text, place in closing if not LOOKS_FIRST.search(text[:place])] == []


@pytest.mark.parametrize(
    "answer",
    [
        "Not Found. Errors reported by remote server: <html><title>404 Not Found</title></html>",
        "Not Found. Errors reported by remote server: Cannot PATCH /scim/v2/Users/42",
        "Not Found. Errors reported by remote server: <pre>Cannot PUT /scim/v2/Users/42</pre>",
        f'Not Found. {REPORT} Invalid JSON: Unexpected character at [Source: (String)"<html><h1>No</h1>"; line: 1]',
    ],
)
def test_a_page_at_a_deactivation_is_a_missing_route(answer: str) -> None:
    finding = explained(DOINGS["deactivate"] + answer)
    assert finding.category == "protocol.patch_unsupported"
    assert "account" in finding.fix
    assert "still active" in finding.okta_action.text


@pytest.mark.parametrize(
    ("text", "not_category"),
    [
        ("Removing a license from this user is not allowed", "remote.server_error"),
        ("the only admin cannot be changed", "group.membership"),
        ("externalId must not exceed 20 characters", "okta.mapping"),
        ("GET /Users?startIndex=1&count=2 should list a user. If not, click Edit", "protocol.pagination"),
    ],
)
def test_a_pattern_needs_its_subject(text: str, not_category: str) -> None:
    finding = explained(f"{DOINGS['update']}Bad Request. {REPORT} {text}")
    assert finding.category != not_category
    assert finding.rule != "user.attribute_invalid.domain"


@pytest.mark.parametrize(
    "answer",
    [
        "Conflict",
        f"Conflict. {REPORT} already exists",
        f"Conflict. {REPORT} the name is already in use (could be an inactive account)",
        f"Conflict. {REPORT} already exists here and can't be taken over",
    ],
)
@pytest.mark.parametrize("doing", ["create", "create group"])
def test_a_broken_filter_is_a_cause_of_every_conflict_at_a_creation(doing: str, answer: str) -> None:
    finding = explained(DOINGS[doing] + answer)
    assert finding.category.endswith(".conflict")
    assert "protocol.filter_unsupported" in categories(finding)


@pytest.mark.parametrize("resource", ["Users", "Groups"])
def test_counts_as_strings_are_one_fault_on_users_and_groups(resource: str) -> None:
    body = '{"totalResults":"2","startIndex":"1","itemsPerPage":"2","Resources":[]}'
    finding = explained(f"GET /{resource}?startIndex=1&count=100 -> 200 {body}")
    assert finding.rule == "protocol.bad_schema.list-members"


def test_a_read_only_attribute_in_a_put_points_at_the_rfc() -> None:
    finding = explained(f"{DOINGS['update']}Bad Request. {REPORT} PUT failed: meta is read-only")
    assert (finding.category, "3.5.1" in finding.cause) == ("protocol.bad_schema", True)


@pytest.mark.parametrize("status", ["Bad Request", "Unprocessable Entity", "HTTP 400 Bad Request"])
def test_a_bare_refusal_is_unknown_and_says_where_to_look(status: str) -> None:
    finding = explained(DOINGS["create"] + status)
    assert (finding.category, finding.confidence == "high") == ("unknown", False)
    assert "log" in finding.fix


def may_be_a_deactivation(condition: Condition) -> bool:
    accepted = condition.action is None or "deactivate_user" in condition.action
    return accepted and "deactivate_user" not in (condition.not_action or ())


def test_no_fix_names_a_retry_that_okta_does_not_offer() -> None:
    """Except in rules that ask for another operation than a deactivation."""
    naming = [
        rule.id
        for rule in rule_book().rules
        if re.search(r"Retry Selected|[Tt]hen,? retry", rule.fix)
        and any(may_be_a_deactivation(condition) for condition in rule.when)
    ]
    assert naming == []


def test_no_fix_for_a_deactivation_assigns_the_leaver_again() -> None:
    bringing_back = [
        rule.id
        for rule in rule_book().rules
        if re.search(r"assign again|reassign|Turn on (Create|Deactivate) Users", rule.fix)
        and any(
            may_be_a_deactivation(condition) and (condition.about is None or "user" in condition.about)
            for condition in rule.when
        )
    ]
    assert bringing_back == []


@pytest.mark.parametrize(("suffix", "retries"), [("", True), (".with.error", False)])
def test_the_two_kinds_of_group_push_failure(suffix: str, retries: bool) -> None:
    kind = f"application.provision.group_push.mapping.update.or.delete.failed{suffix}"
    (finding,) = explain_events([event("1", kind, "Internal Server Error")])
    assert finding.okta_action.retries_itself is retries


def test_success_says_nothing_except_a_rate_limit() -> None:
    assert explain_events([event("1", FAILED_PUSH, result="SUCCESS")]) == ()
    (finding,) = explain_events([event("2", RATE_LIMIT, result="SUCCESS")])
    assert (finding.category, finding.events) == ("rate_limit.remote", ("2",))


def test_equal_findings_are_one_with_all_their_events() -> None:
    reason = "Conflict. Errors reported by remote server: ada{}@acme.example is taken"
    events = [event(str(n), FAILED_PUSH, reason.format(n)) for n in range(5)]
    events += [event("t", FAILED_PUSH, "Too Many Requests"), event("s", FAILED_PUSH, result="SUCCESS")]
    findings = explain_events(iter(events))
    assert [(finding.category, finding.events) for finding in findings] == [
        ("user.conflict", ("0", "1", "2", "3", "4")),
        ("rate_limit.remote", ("t",)),
    ]


def test_a_silent_wrapper_is_explained_by_its_transaction() -> None:
    wrapper = event("w", "application.provision.user.sync", transaction="t1")
    spoken = event("v", "application.provision.user.verify_exists", "Service Unavailable", transaction="t1")
    elsewhere = event("x", "application.provision.user.sync", transaction="t2")
    found = {finding.category: finding.events for finding in explain_events([wrapper, elsewhere, spoken])}
    assert found == {"remote.server_error": ("v", "w"), "unknown": ("x",)}


def test_a_silent_event_is_explained_by_its_type() -> None:
    (finding,) = explain_events([event("1", "system.import.roadblock")])
    assert finding.category == "okta.import_safeguard"


def test_the_type_gives_the_action_that_the_reason_lacks() -> None:
    reason = "Not Found"
    (user,) = explain_events([event("1", "application.provision.user.push_profile", reason)])
    (group,) = explain_events([event("2", "application.provision.group.update", reason)])
    assert (user.category, group.category) == ("user.not_found", "group.not_found")


def test_a_group_push_reason_is_read_from_the_display_message() -> None:
    told = event("1", "application.provision.group_push.mapping.update.or.delete.failed.with.error")
    told["displayMessage"] = "Changes could not take effect due to error: Too Many Requests"
    (finding,) = explain_events([told])
    assert finding.category == "rate_limit.remote"


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"outcome": None},
        {"outcome": {"result": "FAILURE"}},
        {"outcome": {"result": "FAILURE", "reason": 7}, "transaction": None},
        {"outcome": {"result": "FAILURE", "reason": "x"}, "eventType": None, "uuid": None},
    ],
)
def test_incomplete_events_are_survived(broken: dict[str, Any]) -> None:
    findings = explain_events([broken])
    assert all(finding.category in CATEGORIES for finding in findings)


@given(st.text(max_size=600))
def test_any_text_gets_one_finding(text: str) -> None:
    findings = explain_text(text)
    assert len(findings) == bool(text.strip())
    assert all(finding.category in CATEGORIES for finding in findings)


NESTED_REPEAT = re.compile(r"\((?:[^()]*[+*]|[^()]*\{\d*,\d*\})[^()]*\)(?:[+*]|\{\d*,\})")
UNBOUNDED_GAP = re.compile(r"(?<!\\)\.[*+](?!\?)")


def test_no_pattern_of_a_rule_can_explode() -> None:
    patterns = [
        (rule.id, pattern.pattern)
        for rule in rule_book().rules
        for condition in rule.when
        for pattern in (condition.says, condition.also_says, condition.not_says)
        if pattern
    ]
    nested = [rule for rule, pattern in patterns if NESTED_REPEAT.search(pattern)]
    gaps = [
        rule for rule, pattern in patterns if UNBOUNDED_GAP.search(pattern.replace("^(?=.*", "").replace("(?!.*", ""))
    ]
    assert (nested, gaps) == ([], [])


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "word",
    [
        "token ",
        "user not ",
        "{",
        "<a",
        '[Source: (String)"',
        "Error while ",
        "x.",
        "1",
        "a" * 50,
        " ",
        "\n",
        "PATCH /Users/",
        "A::",
        "<style>",
        "-> ",
    ],
)
def test_a_hostile_text_of_any_length_is_answered(word: str) -> None:
    (finding,) = explain_text(f"HTTP/1.1 400\n{word * 20_000}")
    assert finding.category in CATEGORIES


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        "an a id " * 100 + "ß",
        '"a":"b",' * 100 + "status=|",
        'PATCH {"Operations":[{"op":"replace"}]} -> 400 ' + "a " * 300,
    ],
)
def test_words_with_two_readings_are_not_tried_in_all_combinations(text: str) -> None:
    (finding,) = explain_text(text)
    assert finding.category in CATEGORIES


def test_a_web_page_in_place_of_scim_points_at_the_address_too() -> None:
    quoted = "Invalid JSON: Unexpected character ('<' (code 60)): expected a valid value"
    finding = explained(
        f'Error authenticating: {quoted} at [Source: (String)"<html>Sign in</html>"; line: 1, column: 2]'
    )
    assert finding.category == "protocol.not_scim"
    assert "login page" in finding.cause
    assert "url.wrong_base" in {other.category for other in finding.alternatives}


@pytest.mark.parametrize("text", ["true", '"x"', "[1,2,3]", '{"a":{}}', "→", "🎉", "...", "{}"])
def test_a_text_that_is_no_failure(text: str) -> None:
    (finding,) = explain_text(text)
    assert (finding.category, finding.confidence) == ("unknown", "medium")
    assert "doesn't describe a failure" in finding.cause
    assert "METHOD /Users {request} -> STATUS {response}" in finding.fix


def test_an_event_without_a_reason_is_a_failure() -> None:
    event = {"uuid": "u", "eventType": "app.generic.provision.assign_user_to_app", "outcome": {"result": "FAILURE"}}
    (finding,) = explain_events([event])
    assert (finding.category, finding.rule) == ("unknown", "unknown.general")


def test_a_status_that_is_repeated_is_about_no_import() -> None:
    (finding,) = explain_text("=> 500 " * 5_000)
    assert (finding.category, finding.rule) == ("remote.server_error", "remote.server_error.crash")
