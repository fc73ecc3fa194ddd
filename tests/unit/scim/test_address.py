"""Base URLs and credentials, judged before anything is sent."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from oktascim.scim.address import explain_refusal, judge_authorization, judge_reach, judge_url
from oktascim.scim.probe import probe
from oktascim.secret_text import SecretStr


@pytest.mark.parametrize(
    "url",
    [
        "https://scim.acme.example/scim/v2",
        "https://scim.acme.example",
        "https://scim.acme.example:8443/v2",
        "http://127.0.0.1:8080/v2",
        "http://localhost/v2",
        "https://scim.acme.example/Users/v2",
    ],
)
def test_good_base_urls(url):
    assert judge_url(url).passed


@pytest.mark.parametrize(
    ("url", "detail"),
    [
        ("http://scim.acme.example/v2", "The base URL must start with https://."),
        ("http://127.0.0.1.acme.example/v2", "The base URL must start with https://."),
        ("https://scim_server.acme.example/v2", "The base URL must not have an underscore in its host name."),
        ("https://scim.acme.example/v2?x=1", "The base URL must end with its path."),
        ("https://scim.acme.example/v2#top", "The base URL must end with its path."),
        ("https://scim.acme.example/v2/Users", "The base URL must not end in /Users."),
        ("https://scim.acme.example/v2/groups/", "The base URL must not end in /groups."),
        ("https://ada:pw@scim.acme.example", "The base URL must not contain a user name or password."),
        ("scim.acme.example/v2", "The base URL must be a URL that starts with https://."),
        ("ftp://scim.acme.example", "The base URL must be a URL that starts with https://."),
        ("https://scim.acme.example/v 2", "The base URL must not contain spaces or line breaks."),
        ("https://scim.acme.example:port", "The base URL isn't a URL."),
        ("https://", "The base URL must be a URL that starts with https://."),
        ("", "The base URL must be a URL that starts with https://."),
    ],
)
def test_bad_base_urls(url, detail):
    verdict = judge_url(url)
    assert (verdict.passed, verdict.detail) == (False, detail)
    assert verdict.fix


def test_what_no_source_settles_is_noted_and_not_failed():
    slash = judge_url("https://scim.acme.example/v2/")
    assert slash.passed is None
    assert slash.okta_shows == "Base Url: Does not match required pattern"
    assert judge_url("https://scim.acme.example/scim_v2").passed is None


@pytest.mark.parametrize(
    ("value", "detail"),
    [
        ("", "The credential is empty."),
        (" \n", "The credential is empty."),
        ("Bearer sentinel\n", "The credential starts or ends with white space or a line break."),
        ("Bearer senti\rnel", "The credential contains a control character or a non-ASCII character."),
        ("Bearer sentinelé", "The credential contains a control character or a non-ASCII character."),
    ],
)
def test_credentials_that_no_header_can_carry(value, detail):
    verdict = judge_authorization(value)
    assert (verdict.passed, verdict.detail) == (False, detail)
    assert "senti" not in f"{verdict.cause}{verdict.fix}"


def test_a_credential_that_can_be_sent_is_not_shown():
    assert judge_authorization("Bearer sentinel").detail == "The scheme is Bearer."
    assert judge_authorization("sentinel").detail == "No scheme; sent verbatim."


@pytest.mark.parametrize(
    ("value", "challenge", "hint"),
    [
        ("sentinel", "", "without adding Bearer"),
        ("Bearer Bearer sentinel", "", "Bearer appears twice"),
        (
            "Bearer sentinel",
            'Basic realm="x"',
            "The server asks for Basic (WWW-Authenticate), but Bearer was sent.",
        ),
        ("bearer sentinel", "Bearer", ""),
        ("Bearer sentinel", "", ""),
    ],
)
def test_what_the_form_of_a_credential_tells_of_a_refusal(value, challenge, hint):
    found = explain_refusal(value, challenge)
    assert (hint in found) if hint else (found == "")
    assert "sentinel" not in found


@pytest.mark.parametrize(
    ("address", "passed"),
    [("8.8.8.8", True), ("127.0.0.1", None), ("10.1.2.3", None), ("::1", None), ("fe80::1%eth0", None)],
)
def test_whether_oktas_cloud_can_reach_an_address(address, passed):
    assert judge_reach(address).passed is passed


@pytest.mark.parametrize(
    ("url", "secret"),
    [("http://scim.acme.example", "Bearer x"), ("https://u:hunter22@acme.example", "Bearer x"), ("https://a.b", "x\n")],
)
def test_nothing_is_sent_when_it_cannot_be_right(url, secret):
    def refuse(request):
        raise AssertionError("a request was sent")

    report = asyncio.run(probe(url, "2.0", SecretStr(secret), transport=httpx.MockTransport(refuse)))
    assert not report.passed
    assert report.exchanges == ()
    assert "hunter22" not in str(report.to_json())
