"""Texts that end in the middle: they are recognised, their JSON is closed, and what they lost is not made up."""

from __future__ import annotations

import json

import pytest

from oktascim.diagnose.cut_off import completed, is_cut_off
from oktascim.diagnose.engine import explain_text
from oktascim.diagnose.message import parse_message

BODY = (
    r'{"schemas":["urn:x"],"status":"400","a":{"b":true,"c":-1.5,"d":null,"e":[{"f":"\"Yo\" \u00e9"},2]},"g":"h {i}"}'
)
CREATION = "Error while creating user ada: {}. Errors reported by remote server: "
COMPLAINT = "Invalid JSON: Unexpected character ('<' (code 60)): expected a valid value at [Source: (String)\""
REASON_LIMIT = 255


@pytest.mark.parametrize("length", range(1, len(BODY) + 1))
def test_json_that_is_cut_off_anywhere_can_be_read(length: int) -> None:
    assert json.loads(completed(BODY[:length])).keys() <= json.loads(BODY).keys()
    assert is_cut_off(BODY[:length]) is (length < len(BODY))


@pytest.mark.parametrize("dots", ["", "…", "...", " …", "……"])
@pytest.mark.parametrize("cut", ['{"detail":', '{"detail":"', '{"detail"', '{"de', "{"])
def test_dots_say_nothing(cut: str, dots: str) -> None:
    assert set(json.loads(completed(cut + dots)).values()) <= {""}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("start", ['{"a": ', '{"a":1, ', '{"a": "b" ', '{"a": ['])
def test_json_that_ends_after_many_blanks_is_completed_at_once(start: str) -> None:
    assert completed(f"{start}{' ' * 100_000}x").startswith(start.rstrip())


@pytest.mark.parametrize("text", ["no JSON", "", "]}", '{"a":1} and {"b', 'a "quote'])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert completed(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "the account is already…",
        "the account is already...",
        "账号已……",
        '"the account is already…"',
        "a" * REASON_LIMIT,
        "a" * (REASON_LIMIT - 1),
        COMPLAINT + "<html><head><title>Sign in</title>",
        COMPLAINT + "No such rou",
        "Not Acceptable. Errors reported by remote server: Invalid JSON: Unexpected character ('<' (code 60",
        "Invalid JSON: Unrecognized token 'Failed': was expecting (JSON String, Number, Array",
        "Invalid JSON: Unexpected character ('<' (code 60)): expected a valid value at [Source: (Str",
        "Bad Request. Errors reported by remote server: Invalid JSON: Unrec",
        "<html><head><title>Bad Gate",
        "<html><body><h1>Bad Gateway</h1></bo",
        "<!DOCTYPE html PUBLIC",
        r"{\"detail\":\"taken",
    ],
)
def test_a_text_that_ends_in_the_middle(text: str) -> None:
    assert is_cut_off(text)


@pytest.mark.parametrize(
    "text",
    [
        "Error while creating user ada: Conflict",
        "Invalid JSON: Unexpected character ('<' (code 60)): expected a valid value (JSON String)",
        "a" * (REASON_LIMIT - 1) + ".",
        "a" * (REASON_LIMIT + 1),
        COMPLAINT + '<html>"; line: 1, column: 2]',
        COMPLAINT + '<html>"[truncated 3961 chars]; line: 1, column: 2]',
        "expected a valid value at [Source: java.io.StringReader@4c76ba04; line: 1, co",
        "<html><head><title>Sign in</title></head><body><p>one<br>two</p></body></html>",
        "a value < 5 and a set {x}",
        "Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON",
    ],
)
def test_a_whole_text(text: str) -> None:
    assert not is_cut_off(text)


@pytest.mark.parametrize(
    ("end", "status", "detail"),
    [
        ("Unauthor", 401, ""),
        ("Not F…", 404, ""),
        ("Not ", None, "Not"),
        ("Bad Request. Errors rep", 400, ""),
        ("Bad Request. Errors reported by the conn…", 400, ""),
        ("Bad Request. Errors reported by remote server: Invalid JSON: Unexpec", 400, ""),
        ("Bad Request. Errors reported by remote server: body must NOT ha…", 400, "body must NOT ha"),
        ('Bad Request. Errors reported by remote server: {"error":{"mess', 400, ""),
    ],
)
def test_what_is_left_of_okta_s_frame_is_read(end: str, status: int | None, detail: str) -> None:
    whole = f"Error while creating user {'a' * (REASON_LIMIT - len(end) - len('Error while creating user : '))}: {end}"
    assert len(whole) == REASON_LIMIT
    parsed = parse_message(whole)
    assert (parsed.action, parsed.status, parsed.detail) == ("create_user", status, detail)


@pytest.mark.parametrize(
    "text",
    [
        CREATION.format("Bad Request") + '{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"sta',
        "StatusCode: BadRequest Message: Processing of the HTTP request resulted in an exception. Please see the HTTP…",
    ],
)
def test_a_cause_that_was_cut_off_is_unknown(text: str) -> None:
    (finding,) = explain_text(text)
    assert finding.category == "unknown"
    assert "cut off" in finding.cause


@pytest.mark.parametrize("end", ["Although the record looks…", f"{COMPLAINT}<!DOCTYPE html><ht"])
def test_words_without_a_cause_are_a_guess(end: str) -> None:
    (finding,) = explain_text(CREATION.format("Bad Request") + end)
    assert finding.confidence == "low"


@pytest.mark.parametrize(
    ("text", "category"),
    [
        (CREATION.format("Conflict") + "the user name ada is already taken", "user.conflict"),
        (
            CREATION.format("Unprocessable Entity") + '{"errors":[{"message":"title must be shorter"',
            "user.attribute_invalid",
        ),
        (CREATION.format("Service Unavailable") + COMPLAINT + "<html><head><title>Maintenance", "remote.server_error"),
    ],
)
def test_words_that_are_left_are_found_but_never_high(text: str, category: str) -> None:
    whole, cut = explain_text(text)[0], explain_text(f"{text}…")[0]
    assert (whole.category, cut.category) == (category, category)
    assert cut.confidence != "high"
