"""Okta's error texts (OB-254, OB-330 to OB-333)."""

import tracemalloc

import pytest

from okta_emulator.scim_client import client, texts
from okta_emulator.scim_client.dialect import SCIM_11, SCIM_20

WAS_EXPECTING = "was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"


def detail(play, connect, dialect, answer):
    reply = play(lambda http: client.send(connect(), http, "GET", "/Users"), answer).outcome
    return texts.detail_of(reply, dialect)


def test_the_servers_detail_follows_the_reason_phrase(play, answer, connect):
    assert detail(play, connect, SCIM_20, answer.error(409, "jane is not unique")) == (
        "Conflict. Errors reported by remote server: jane is not unique"
    )


def test_scim_11_errors_lie_elsewhere(play, answer, connect):
    body = {"Errors": [{"description": "no such user", "code": "404"}]}
    assert detail(play, connect, SCIM_11, answer.json(404, body)) == (
        "Not Found. Errors reported by remote server: no such user"
    )


@pytest.mark.parametrize("body", ["", "  \n", "[]", "null", "{}", '{"detail":7}', '{"Errors":[7]}'])
@pytest.mark.parametrize("dialect", [SCIM_20, SCIM_11])
def test_a_body_without_words_leaves_the_bare_phrase(play, answer, connect, body, dialect):
    assert detail(play, connect, dialect, answer.text(401, body)) == "Unauthorized"


def test_a_word_is_an_unrecognized_token(play, answer, connect):
    assert detail(play, connect, SCIM_20, answer.text(502, "error code: 502")) == (
        f"Bad Gateway. Errors reported by remote server: Invalid JSON: Unrecognized token 'error': {WAS_EXPECTING} "
        'at [Source: (String)"error code: 502"; line: 1, column: 6]'
    )


def test_a_page_is_an_unexpected_character(play, answer, connect):
    assert detail(play, connect, SCIM_20, answer.text(403, "<html>\n<b>\x1b[31mno</b>")) == (
        "Forbidden. Errors reported by remote server: Invalid JSON: Unexpected character ('<' (code 60)): expected a "
        "valid value (number, String, array, object, 'true', 'false' or 'null') "
        'at [Source: (String)"<html> <b>no</b>"; line: 1, column: 2]'
    )


def test_a_body_that_ends_too_early(play, answer, connect):
    assert detail(play, connect, SCIM_20, answer.text(500, '{"detail":')) == (
        "Internal Server Error. Errors reported by remote server: Invalid JSON: Unexpected end-of-input "
        'at [Source: (String)"{"detail":"; line: 1, column: 11]'
    )


def test_a_long_body_with_control_characters_is_quoted_short_and_in_one_line(play, answer, connect):
    text = detail(play, connect, SCIM_20, answer.text(500, "oops\x1b[31m\r\n" + "x" * 5000))
    assert text.isprintable()
    assert len(text) < 800


def test_a_deeply_nested_body_is_an_error_text_too(play, answer, connect):
    assert "nested too deeply" in detail(play, connect, SCIM_20, answer.text(500, "[" * 100_000))


def test_an_unknown_status_is_its_number():
    assert texts.reason_phrase(599) == "599"
    assert texts.reason_phrase(422) == "Unprocessable Entity"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"NaN": "Infinity", "a": NaN}', "Invalid JSON: Unrecognized token 'NaN'"),
        ('{"a\\"": -Infinity}', "Invalid JSON: Unrecognized token 'Infinity'"),
        ('{"a": 1e400}', "Invalid JSON: a number is too large"),
        ('{"a": ' + "9" * 4_301 + "}", "Invalid JSON: a number is too large"),
        ('{"a": ' + "[" * 101 + "]" * 101 + "}", "Invalid JSON: nested too deeply"),
        ("[" * 5_000, "Invalid JSON: nested too deeply"),
    ],
)
def test_what_could_not_be_sent_back_is_not_json(body, said):
    with pytest.raises(texts.NotJson) as caught:
        texts.parse_json(body)
    assert str(caught.value).startswith(said)


def test_a_name_that_looks_like_a_number_is_json():
    assert texts.parse_json('{"NaN": "Infinity"}') == {"NaN": "Infinity"}


def test_the_place_of_a_constant_after_a_long_text_is_found_in_little_memory():
    body = '{"a": "' + "x" * 500_000 + '", "b": NaN}'
    tracemalloc.start()
    try:
        with pytest.raises(texts.NotJson):
            texts.parse_json(body)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * len(body)
