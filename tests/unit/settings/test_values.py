"""Org URLs and tokens: what is taken, what is refused, and whether the words help."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oktascim.errors import ExitCode, UsageProblem
from oktascim.secret_text import SecretStr
from oktascim.settings.values import Setting, check_org_url, check_token


@pytest.mark.parametrize(
    ("given_url", "origin"),
    [
        ("https://acme.okta.com", "https://acme.okta.com"),
        ("https://acme.okta.com/", "https://acme.okta.com"),
        ("https://acme.okta.com:443", "https://acme.okta.com"),  # or a profile wouldn't protect it
        ("https://acme.okta.com:0443/", "https://acme.okta.com"),
        ("https://acme.okta.com:80", "https://acme.okta.com:80"),
        (" https://ACME.Okta.com \n", "https://acme.okta.com"),
        ("https://acme.oktapreview.com:8443", "https://acme.oktapreview.com:8443"),
        ("https://login.acme.example", "https://login.acme.example"),
        ("https://sign-in-admin.acme.example", "https://sign-in-admin.acme.example"),
        ("http://127.0.0.1:7777", "http://127.0.0.1:7777"),
        ("http://localhost:7777/", "http://localhost:7777"),
        ("http://[::1]:7777", "http://[::1]:7777"),
    ],
)
def test_org_urls_get_one_form(given_url, origin):
    assert check_org_url(Setting(given_url, "--org-url")) == Setting(origin, "--org-url")


@pytest.mark.parametrize(
    ("url", "what", "fix"),
    [
        ("https://acme-admin.okta.com", "the Admin Console's", "Use https://acme.okta.com"),
        ("https://acme-admin.okta.com/admin/apps", "the Admin Console's", "Use https://acme.okta.com"),
        ("https://acme.okta.com.com", "ends in .com twice", "Use https://acme.okta.com"),
        ("https://acme.okta.com/app/UserHome?x=1", "a path, query or fragment", "Use https://acme.okta.com"),
        ("https://acme.okta.com/api/v1", "a path, query or fragment", "Use https://acme.okta.com"),
        ("https://acme.okta.com#top", "a path, query or fragment", "Use https://acme.okta.com"),
        ("http://acme.okta.com", "must use https", "Use https://acme.okta.com"),
        ("http://127.0.0.1.acme.example", "must use https", "Use https://127.0.0.1.acme.example"),
        ("acme.okta.com", "doesn't begin with https://", "Use https://acme.okta.com"),
        ("acme", "doesn't begin with https://", "Use https://acme.okta.com"),
        ("acme-admin", "doesn't begin with https://", "Use https://acme.okta.com"),
        ("acme.okta.com/", "doesn't begin with https://", "Use https://acme.okta.com"),
        ("acme.okta.com.com", "doesn't begin with https://", "Use https://acme.okta.com"),
        ("acme.OktaPreview", "doesn't begin with https://", "Use https://acme.oktapreview.com"),
        ("okta", "names okta, not an org", "Write it as https://your-org.okta.com"),
        ("Okta.com", "names okta.com, not an org", "Write it as https://your-org.okta.com"),
        ("https://okta", "names okta, not an org", "Write it as https://your-org.okta.com"),
        ("ftp://acme.okta.com", "doesn't begin with https://", "Use https://acme.okta.com"),
        ("https://okta.com", "not an org", "Write it as https://your-org.okta.com"),
        ("https://{yourOktaDomain}", "doesn't name a host", "Write it as https://your-org.okta.com"),
        ("https://", "doesn't name a host", "Write it as https://your-org.okta.com"),
        ("https://acme okta.com", "a space or a control character", "Write it as https://your-org.okta.com"),
        ("https://acme.okta.com\x1b[2J", "a space or a control character", "Write it as https://your-org.okta.com"),
        ("https://acme.okta.com:99999", "a port", "Write it as https://your-org.okta.com"),
        ("https://[acme", "isn't a URL", "Write it as https://your-org.okta.com"),
        ("", "is empty", "Write it as https://your-org.okta.com"),
    ],
)
def test_a_wrong_org_url_is_explained(url, what, fix):
    with pytest.raises(UsageProblem) as problem:
        check_org_url(Setting(url, "OKTA_CLIENT_ORGURL"))
    assert problem.value.exit_code == ExitCode.USAGE
    assert problem.value.what.startswith("The org URL from OKTA_CLIENT_ORGURL ")
    assert what in problem.value.what
    assert problem.value.fix == fix


def test_a_password_in_the_org_url_is_refused_and_not_repeated():
    with pytest.raises(UsageProblem) as problem:
        check_org_url(Setting("https://ada:sentinel-9f8e@acme.okta.com", "--org-url"))
    assert "sentinel" not in str(problem.value)


@given(st.text(max_size=80))
def test_any_text_is_either_an_origin_or_a_usage_problem(text):
    try:
        origin = check_org_url(Setting(text, "--org-url")).value
    except UsageProblem:
        return
    assert check_org_url(Setting(origin, "again")).value == origin


@pytest.mark.parametrize(
    ("token", "what"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        ("SSWS 00sentinel", "begins with 'SSWS'"),
        ("ssws 00sentinel", "begins with 'SSWS'"),
        ("Bearer 00sentinel", "begins with 'Bearer'"),
        ("Authorization: SSWS 00sentinel", "begins with 'Authorization:'"),
        ('"00sentinel"', "quotation marks"),
        ("00sentinel\n", "white space or a line break"),
        ("00senti nel", "a space, a control character"),
        ("00senti\x00nel", "a space, a control character"),
        ("00sentinelé", "non-ASCII"),
        ("\N{ZERO WIDTH SPACE}00sentinel", "non-ASCII"),
    ],
)
def test_a_wrong_token_is_explained_and_never_quoted(token, what):
    with pytest.raises(UsageProblem) as problem:
        check_token(Setting(SecretStr(token), "OKTA_CLIENT_TOKEN"))
    assert problem.value.what.startswith("The API token from OKTA_CLIENT_TOKEN ")
    assert what in problem.value.what
    assert "nel" not in str(problem.value).replace("non-ASCII", "")


def test_a_good_token_passes_unchanged():
    token = Setting(SecretStr("00aB_-cd"), "--token-stdin")
    assert check_token(token) is token
    assert "00aB" not in repr(token)
