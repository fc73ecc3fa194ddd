"""What a secret looks like, and what text may do to a terminal."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oktascim.redact import HIDDEN, Masker, clean, redact_body, redact_headers

SECRET = 'pä"ss/w+rd&1 %x'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("bell\x07 back\x08 null\x00 delete\x7f", "bell back null delete"),
        ("c1\x9b31m", "c131m"),
        ("bidi \u202eevil\u202c \u2066x\u2069", "bidi evil x"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("line\u2028and\u2029paragraph", "lineandparagraph"),
        ("a\r\nb\tc", "a b c"),
        ("Zoë 東京 é", "Zoë 東京 é"),
        ("lone \ud800", "lone "),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_clean_keeps_lines_where_asked() -> None:
    assert clean("a\n\tb\x1b[2J", keep_newlines=True) == "a\n\tb[2J"


@given(st.text())
def test_what_is_clean_is_one_line_without_controls(text: str) -> None:
    cleaned = clean(text)
    assert cleaned == clean(cleaned)
    assert not any(character < " " or "\x7f" <= character <= "\x9f" for character in cleaned)


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET, safe=""),
        json.dumps(SECRET),
        json.dumps(SECRET, ensure_ascii=False),
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(SECRET.encode()).decode().rstrip("="),
    ],
)
def test_a_secret_is_hidden_in_every_form_in_which_it_may_come_back(form: str) -> None:
    masker = Masker()
    masker.add(SECRET)
    shown = masker.mask(f"before {form} after")
    assert form.strip('"') not in shown
    assert shown.startswith("before ")
    assert shown.endswith(" after")
    assert HIDDEN in shown


def test_the_longer_secret_is_hidden_whole() -> None:
    masker = Masker()
    masker.add("token")
    masker.add("token-and-more")
    assert masker.mask("token-and-more, token") == f"{HIDDEN}, {HIDDEN}"


@pytest.mark.parametrize("value", ["", "abc", "  "])
def test_what_is_too_short_to_be_a_secret_hides_nothing(value: str) -> None:
    masker = Masker()
    masker.add(value)
    assert masker.mask("abc   def") == "abc   def"


def test_a_secret_is_hidden_in_bytes_that_are_no_text() -> None:
    masker = Masker()
    masker.add("s3cret")
    assert masker.mask_bytes(b"\xff s3cret \xfe") == b"\xff [hidden] \xfe"
    assert masker.mask_bytes(b"\xff\xfe") == b"\xff\xfe"


def test_headers_are_shown_by_an_allow_list() -> None:
    shown = redact_headers(
        {
            "Authorization": "SSWS s3cret",
            "Cookie": "sid=s3cret",
            "DPoP": "s3cret",
            "X-Anything": "s3cret",
            "X-Okta-Request-Id": "req1",
            "X-Rate-Limit-Remaining": "9",
            "Content-Type": "application/json\x1b[2J",
        }
    )
    assert shown == {
        "x-okta-request-id": "req1",
        "x-rate-limit-remaining": "9",
        "content-type": "application/json[2J",
    }


@pytest.mark.parametrize(
    "body",
    [
        {"password": "s3cret"},
        {"profile": {"authScheme": "TOKEN", "token": "s3cret"}},
        {"clientSecret": "s3cret"},
        {"client_assertion": "s3cret"},
        {"apiKey": "s3cret", "api_key": "s3cret"},
        {"credentials": {"password": {"value": "s3cret"}}},
        {"secrets": ["s3cret", {"value": "s3cret"}]},
        {"recovery_question": {"question": "?", "answer": "s3cret"}},
        [{"access_token": "s3cret"}],
        {"passcode": "s3cret"},
    ],
)
def test_members_that_speak_of_a_secret_are_hidden_however_deep(body) -> None:
    assert "s3cret" not in json.dumps(redact_body(body))


def test_everything_else_is_shown() -> None:
    body = {"label": "Acme", "token_type": "Bearer", "token_endpoint": "https://x", "password": None, "tokens": True}
    assert redact_body(body) == body
