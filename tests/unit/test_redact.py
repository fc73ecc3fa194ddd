"""What a secret looks like, and what text may do to a terminal."""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from itertools import product
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oktascim.disguise import INVISIBLE, is_plain
from oktascim.redact import HIDDEN, Masker, clean, redact_body, redact_headers
from tests.support.disguises import FORMS, INSERTED, TOKEN, disguise, encoded, percent

SECRET = 'pä"ss/w+rd&1 %x'
PIECES = [
    *(form(TOKEN) for form in FORMS.values()),
    *(FORMS[outer](FORMS[inner](TOKEN)) for outer in FORMS for inner in FORMS if "base64" not in outer + inner),
    *(
        TOKEN[:9],
        TOKEN[9:],
        "\n",
        "%",
        "%\n",
        "\\",
        "\\\n",
        "&",
        "&amp;",
        "%25",
        "\\u",
        "0041",
        "41",
        ";",
        "x" * 90,
        "{" * 400,
    ),
]
"""What a page is made of here: the token in one or two disguises, its parts, parts of escapes, and text between."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("a\x1b[38;2;1;2;3mb\x1b[?25lc", "abc"),
        ("a\x1b]0;title\x07b\x1b]8;;http://x\x1b\\c", "abc"),
        ("a\x1bP1$r\x9cb\x9d0;t\x9cc\x90x\x1b\\d", "abcd"),
        ("a\x1bcb\x1b(Bc\x1b7d", "abcd"),
        ("no end: \x1b]0;all of this stays", "no end: 0;all of this stays"),
        ("no end: \x1b[31", "no end: 31"),
        ("bell\x07 back\x08 null\x00 delete\x7f", "bell back null delete"),
        ("c1\x9b31m", "c1"),
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
    assert clean("a\n\tb\x1b[2J", keep_newlines=True) == "a\n\tb"


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


def known(*secrets: str) -> Masker:
    """A masker as a run has it: it knows the secret and the Basic credential with it."""
    masker = Masker()
    for secret in secrets:
        masker.add(secret)
        masker.add(encoded(f"okta:{secret}"))
    return masker


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_found_in_every_disguise(form: str) -> None:
    for secret in (TOKEN, "pässwörd+/1&2 ü"):
        masker = known(secret)
        for inserted in INSERTED:
            disguised = disguise(secret, form, inserted)
            for mask in (masker.mask, masker.guard):
                assert mask(f"bad token '{disguised}', sir") == f"bad token '{HIDDEN}', sir", (form, inserted)
            data = f'{{"was": "{disguised}"}}\n'.encode()
            assert not masker.clears(data), (form, inserted)
            for mask_data in (masker.mask_bytes, *([masker.mask_plain] if is_plain(data) else [])):
                assert mask_data(data) == f'{{"was": "{HIDDEN}"}}\n'.encode(), (form, inserted)


def test_up_to_three_disguises_one_over_the_other() -> None:
    masker = known(TOKEN)
    names = [name for name in FORMS if "base64" not in name]
    shown = []
    for order in (order for depth in (1, 2, 3) for order in product(names, repeat=depth)):
        text = TOKEN
        for name in order:
            text = FORMS[name](text)
        if masker.guard(f"<{text}>") != f"<{HIDDEN}>":
            shown.append(order)
    assert shown == []


@given(st.lists(st.sampled_from(PIECES), max_size=8))
def test_a_page_is_masked_alike_whether_it_is_searched_quickly_or_in_full(pieces: list[str]) -> None:
    data = "".join(pieces).encode()
    masked = known(TOKEN).mask_bytes(data)
    if is_plain(data):
        assert known(TOKEN).mask_plain(data) == masked
    if known(TOKEN).clears(data):
        assert masked == data


@pytest.mark.parametrize(
    ("before", "secret"),
    [("%\n", TOKEN), ("%2\n", TOKEN), ("\\\n", f"n{TOKEN}"), ("&\n", f"lt;{TOKEN}"), ("%\n\n", TOKEN)],
)
def test_a_line_feed_before_a_secret_does_not_make_an_escape_of_its_start(before: str, secret: str) -> None:
    data = f"{before}{percent(secret, keep='/;')}".encode()
    assert known(secret).mask_plain(data) == known(secret).mask_bytes(data) == f"{before}{HIDDEN}".encode()


def test_a_page_without_escapes_and_secrets_is_cleared() -> None:
    page = b'{"actor":{"displayName":"Ada Lovelace"},"uuid":"0a490e5b-a01a-4243-b5c7-d88455cbafb6"}\n' * 50
    for masker in (Masker(), known(TOKEN), known("pässwörd+/1&2 ü", "a\nb\nc")):
        assert masker.clears(page)
        for unclear in ("é".encode(), b"\x1b", b"\t", b"\x7f"):
            assert not masker.clears(page + unclear)
    late = Masker()
    assert late.clears(page)
    late.add("Ada Lovelace")
    assert not late.clears(page)


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


@pytest.mark.parametrize("kept", [20, 28, 39])
@pytest.mark.parametrize("form", ["bare", "percent", "JSON, everything", "HTML, hex", "base64"])
def test_a_secret_that_a_server_cut_off_is_hidden(form: str, kept: int) -> None:
    """Okta's log keeps 255 characters of an error, and a SCIM server may have repeated the credential at their end."""
    secret = "q7R/t9Y+u1I=o3P~a5S-d6F_g8H.j0K:l2Z;x4C,"
    masked = known(secret).mask(f"rejected: {FORMS[form](secret[:kept])}")
    assert masked == "rejected: [hidden]"
    assert known(secret).mask(f"{secret[:kept]}… is wrong") == "[hidden]… is wrong"
    assert known(secret).guard(secret[:kept]) == secret[:kept], "our own words aren't changed by half a secret"


def test_less_than_half_of_a_secret_and_the_host_of_a_secret_url_are_shown() -> None:
    masker = known("https://acme.example/hooks/q7Rt9Yu1Io3Pa5Sd6F", "q7Rt9Yu1Io3Pa5Sd6Fg8Hj0Kl2Zx4C")
    text = "https://acme.example/ rejects q7Rt9Yu1"
    assert masker.mask(text) == text


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
        "content-type": "application/json",
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


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("s3cret-token", "plain s3cret-token"),
        ("s3cret-token", "a control inside: s3cret\x00-\ntoken"),
        ("s3cret\ntoken", "of two lines: s3cret\ntoken"),
        ("s3cret-token", "escaped: s3cret%2Dtoken"),
        ("s3cret-token", "escaped in ASCII: s3cret\\u002dt\\u006fken"),
        ("s3cret-token", "beside a letter that isn't ASCII: é s3cret%2Dtoken"),
    ],
)
def test_a_secret_is_found_by_the_quick_search_and_by_the_thorough_one(secret: str, text: str) -> None:
    masker = Masker()
    masker.add(secret)
    assert "token" not in masker.mask(text)
    if is_plain(text.encode()):
        assert b"token" not in masker.mask_plain(text.encode())


@pytest.mark.parametrize("character", ["\t", "\r", "\x00", "\x7f", "é", "\u200b", "\udcff"])
def test_plain_is_what_has_only_printable_ascii_and_line_feeds(character: str) -> None:
    assert is_plain(bytes(range(0x20, 0x7F)) + b"\n")
    assert not is_plain(f"a{character}b".encode(errors="surrogatepass"))
