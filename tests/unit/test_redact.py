"""What a secret looks like, and what text may do to a terminal."""

from __future__ import annotations

import base64
import html
import json
import re
import textwrap
import unicodedata
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oktascim.disguise import INVISIBLE
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


TOKEN = "00aB/c+d=e&f~g-h_i.jKLMN%op"


def percent(text: str, *, keep: str = "", upper: bool = True) -> str:
    form = quote(text, safe=keep)
    return form if upper else re.sub("%..", lambda found: found[0].lower(), form)


def json_escaped(text: str, *, upper: bool, everything: bool = False) -> str:
    code = "\\u{:04X}" if upper else "\\u{:04x}"
    units = (text[place : place + 1] for place in range(len(text)))
    return "".join(code.format(ord(unit)) if everything or not unit.isalnum() else unit for unit in units)


def entities(text: str, kind: str) -> str:
    code = {"decimal": "&#{};", "hex": "&#x{:x};", "HEX": "&#X{:04X};"}[kind]
    return "".join(character if character.isalnum() else code.format(ord(character)) for character in text)


def named_entities(text: str) -> str:
    return html.escape(text).replace("/", "&sol;").replace("+", "&plus;").replace("=", "&equals;")


def encoded(text: str, *, url_safe: bool = False) -> str:
    return (base64.urlsafe_b64encode if url_safe else base64.b64encode)(text.encode()).decode()


FORMS: dict[str, Callable[[str], str]] = {
    "bare": str,
    "percent": percent,
    "percent, lower case": lambda text: percent(text, upper=False),
    "percent, slash kept": lambda text: percent(text, keep="/"),
    "percent, slash kept, lower case": lambda text: percent(text, keep="/", upper=False),
    "percent, everything": lambda text: "".join(f"%{octet:02x}" for octet in text.encode()),
    "form": quote_plus,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON, slash escaped": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "JSON, \\u002B": lambda text: json_escaped(text, upper=True),
    "JSON, \\u002b": lambda text: json_escaped(text, upper=False),
    "JSON, everything": lambda text: json_escaped(text, upper=False, everything=True),
    "HTML, named": named_entities,
    "HTML, decimal": lambda text: entities(text, "decimal"),
    "HTML, hex": lambda text: entities(text, "hex"),
    "HTML, HEX": lambda text: entities(text, "HEX"),
    "base64": encoded,
    "base64, URL-safe": lambda text: encoded(text, url_safe=True),
    "base64, Bearer": lambda text: encoded(f"Bearer {text}"),
    "base64, SSWS": lambda text: encoded(f"SSWS {text}"),
    "base64, Authorization": lambda text: encoded(f"Authorization: SSWS {text}\r\n"),
    "base64, user and password": lambda text: encoded(f"okta:{text}"),
    "base64, Basic": lambda text: encoded(f"Basic {encoded(f'okta:{text}')}"),
    "base64, broken into lines": lambda text: "\r\n".join(textwrap.wrap(encoded(f"Bearer {text}"), 16)),
}
INSERTED = {
    "nothing": "", "zero width space": "\u200b", "soft hyphen": "\xad", "escape": "\x1b", "tag": "\U000e0041",
    "byte order mark": "\ufeff", "variation selector": "\ufe0f", "joiner": "\u034f", "C1": "\x9b",
}  # fmt: skip


def known(*secrets: str) -> Masker:
    """A masker as a run has it: it knows the secret and the Basic credential with it."""
    masker = Masker()
    for secret in secrets:
        masker.add(secret)
        masker.add(encoded(f"okta:{secret}"))
    return masker


@pytest.mark.parametrize("inserted", INSERTED)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("secret", [TOKEN, "pässwörd+/1&2 ü"])
def test_a_secret_is_found_in_every_disguise(secret: str, form: str, inserted: str) -> None:
    disguised = FORMS[form](secret)
    middle = len(disguised) // 2
    disguised = disguised[:middle] + INSERTED[inserted] + disguised[middle:]
    for mask in (known(secret).mask, known(secret).guard):
        assert mask(f"bad token '{disguised}', sir") == f"bad token '{HIDDEN}', sir"
    data = known(secret).mask_bytes(f'{{"was": "{disguised}"}}\n'.encode())
    assert data == f'{{"was": "{HIDDEN}"}}\n'.encode()


@given(st.lists(st.sampled_from([name for name in FORMS if "base64" not in name]), max_size=3))
def test_up_to_three_disguises_one_over_the_other(names: list[str]) -> None:
    text = TOKEN
    for name in names:
        text = FORMS[name](text)
    assert known(TOKEN).guard(f"<{text}>") == f"<{HIDDEN}>"


@given(st.text(), st.text(), st.sampled_from(sorted(FORMS)))
def test_what_stands_around_a_secret_stays(before: str, after: str, form: str) -> None:
    shown = known(TOKEN).mask(f"{before} <{FORMS[form](TOKEN)}> {after}")
    assert shown == f"{before} <{HIDDEN}> {after}"


@given(st.text(alphabet='aA0%25\\u&#x;+/\u200b"Fé\ud800\U0001f600'))
def test_without_a_secret_a_text_stays_as_it_is(text: str) -> None:
    assert known(TOKEN).mask(text) == text
    data = text.encode("utf-8", "surrogatepass")
    assert known(TOKEN).mask_bytes(data) == data


@pytest.mark.parametrize("weak", ["okta", "token", "password", "provisioning"])
def test_a_weak_secret_is_hidden_in_what_others_say_and_not_in_our_own_words(weak: str) -> None:
    masker = Masker()
    masker.add(weak)
    ours = "Run oktascim connection test; the password or token for provisioning is refused."
    assert masker.guard(ours) == ours
    assert weak not in masker.mask(f"you sent {weak}!")


def test_every_invisible_character_is_seen_through() -> None:
    unseen = re.compile(f"[{INVISIBLE}]")
    missed = [
        f"U+{number:04X}"
        for number in range(0x110000)
        if unicodedata.category(chr(number)) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"} and not unseen.match(chr(number))
    ]
    assert missed == []


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
