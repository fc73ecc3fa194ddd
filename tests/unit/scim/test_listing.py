"""The body of a list: what Okta is known to need."""

from __future__ import annotations

import json

import pytest

from oktascim.scim.answer import Answer, judge_status, read_object
from oktascim.scim.listing import judge_list

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
GOOD = {
    "schemas": [LIST],
    "totalResults": 2,
    "startIndex": 1,
    "itemsPerPage": 2,
    "Resources": [{"id": "1"}, {"id": "2"}],
}
MISSING = object()


def judged(version="2.0", count=2, **changes):
    body = {key: value for key, value in {**GOOD, **changes}.items() if value is not MISSING}
    return {verdict.check: verdict for verdict in judge_list(body, version, count)}


def test_a_good_list():
    verdicts = judged()
    assert list(verdicts) == ["schemas", "resources", "paging", "count", "id"]
    assert all(verdict.passed for verdict in verdicts.values())


@pytest.mark.parametrize("schemas", [MISSING, [], LIST, None, ["urn:ietf:params:scim:api:messages:2.0:Error"]])
def test_the_list_schema_is_required(schemas):
    assert judged(schemas=schemas)["schemas"].passed is False


def test_a_1_1_list_is_told_apart_from_no_list():
    verdict = judged(schemas=["urn:scim:schemas:core:1.0"])["schemas"]
    assert "uses SCIM 1.1" in verdict.fix
    assert judged("1.1", schemas=["urn:scim:schemas:core:1.0"])["schemas"].passed


@pytest.mark.parametrize("resources", [MISSING, None, {}, "x"])
def test_without_resources_okta_says_no_results(resources):
    verdict = judged(Resources=resources)["resources"]
    assert verdict.passed is False
    assert verdict.okta_shows == "Error authenticating: No results for users returned"


def test_an_empty_list_passes_with_the_contradiction_named():
    verdicts = judged(Resources=[], totalResults=0, itemsPerPage=0)
    assert verdicts["resources"].passed
    assert "one server's vendor reports a failed test" in verdicts["resources"].cause
    assert verdicts["id"].passed is None


def test_lower_case_keys_are_read_as_okta_reads_them():
    verdicts = judged(
        **dict.fromkeys(("Resources", "totalResults", "startIndex", "itemsPerPage"), MISSING),
        resources=[{"id": "1"}],
        totalresults=1,
        startindex=1,
        itemsperpage=1,
    )
    assert all(verdict.passed for verdict in verdicts.values())
    assert "lower case" in verdicts["resources"].detail


def test_other_spellings_are_not():
    verdicts = judged(Resources=MISSING, RESOURCES=[])
    assert verdicts["resources"].passed is False


@pytest.mark.parametrize("name", ["totalResults", "startIndex", "itemsPerPage"])
@pytest.mark.parametrize(
    ("value", "detail"),
    [
        ("1", "{}: a string, not a number."),
        (MISSING, "{} is missing."),
        (None, "{} isn't an integer."),
        (True, "{} isn't an integer."),
        (1.5, "{} isn't an integer."),
    ],
)
def test_paging_members_are_integers(name, value, detail):
    verdict = judged(**{name: value})["paging"]
    assert (verdict.passed, verdict.detail) == (False, detail.format(name))


def test_more_than_count_is_too_many():
    verdict = judged(count=1)["count"]
    assert (verdict.passed, verdict.detail) == (False, "2 resources returned, although count=1.")


@pytest.mark.parametrize(
    ("resources", "passed"),
    [
        ([{"id": 1}, {"id": 2}], None),
        ([{"id": "1"}, {}], False),
        ([{"id": ""}], False),
        ([{"id": "bulkId:1"}], False),
        (["a string"], False),
    ],
)
def test_ids(resources, passed):
    assert judged(Resources=resources)["id"].passed is passed


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("", "The response has no body."),
        ("<!DOCTYPE html>", "The response is HTML or XML: [web page]"),
        ("Unsupported path", "The response isn't JSON: Unsupported path"),
        ("[]", "The body is JSON, but not an object: []"),
        ("[" * 100_000, "The response isn't JSON: [[["),
    ],
)
def test_bodies_that_are_no_json_object(text, start):
    verdict, body = read_object(Answer(200, "OK", text))
    assert verdict.passed is False
    assert verdict.detail.startswith(start)
    assert body is None


@pytest.mark.parametrize(
    ("status", "body", "shows"),
    [
        (403, "", "Error authenticating: Forbidden"),
        (404, "<html>", "Error authenticating: Not Found. Errors reported by remote server: Invalid JSON: …"),
        (429, "{}", "Error authenticating: Too Many Requests"),
        (500, json.dumps({"detail": "boom"}),
         "Error authenticating: Internal Server Error. Errors reported by remote server: boom"),
        (429, json.dumps({"Errors": [{"description": "slow down"}]}),
         "Error authenticating: Too Many Requests. Errors reported by remote server: slow down"),
        (418, "", "Error authenticating: I'm a Teapot"),
        (599, "", "Error authenticating: 599"),
    ],
)  # fmt: skip
def test_each_status_has_cause_fix_and_oktas_words(status, body, shows):
    direct, verdict = judge_status(Answer(status, "", body), hint="")
    assert direct.passed
    assert verdict.passed is False
    assert verdict.cause
    assert verdict.fix
    assert verdict.okta_shows.lower() == shows.lower()


def test_a_success_that_is_not_200_is_no_list():
    verdict = judge_status(Answer(204, "No Content", ""), hint="")[1]
    assert (verdict.passed, verdict.detail, verdict.okta_shows) == (False, "The server returned 204 No Content.", None)


def test_a_scim_error_is_told_in_its_own_words_instead_of_cut_json():
    body = json.dumps({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "detail": "The token has expired."})
    detail = judge_status(Answer(401, "Unauthorized", body), hint="")[1].detail
    assert detail == "The server returned 401 Unauthorized: The token has expired."


def test_a_hint_is_given_only_for_a_refusal():
    assert judge_status(Answer(401, "", ""), "Hint.")[1].cause.endswith("Hint.")
    assert "Hint." not in judge_status(Answer(500, "", ""), "Hint.")[1].cause


def test_quotations_are_cut_and_say_so():
    judgement, _ = read_object(Answer(200, "", "x" * 500))
    assert judgement.detail.endswith(f": {'x' * 120}…")


@pytest.mark.parametrize(
    ("location", "fix"),
    [
        ("https://scim.example.com/v2/Users?count=2", "Use the address that the server redirects to as the base URL"),
        ("https://sso.example.com/login", "If it redirects to a sign-in page, exempt the SCIM path from it."),
        ("", "If it redirects to a sign-in page, exempt the SCIM path from it."),
    ],
)
def test_a_redirect_to_a_sign_in_page_is_no_base_url(location: str, fix: str) -> None:
    (redirected,) = judge_status(Answer(302, "Found", "", location=location), "")
    assert (redirected.fix or "").startswith(fix)
