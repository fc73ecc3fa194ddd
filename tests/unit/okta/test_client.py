"""One org's API: pages, retries that cannot do harm, and every refusal as the error that says it best."""

from __future__ import annotations

import httpx
import pytest

from oktascim.errors import ExitCode, IdentityRefused, Interrupted, OktascimError, UsageProblem
from oktascim.http.clock import Stop
from oktascim.http.unreachable import Ambiguous, Unreachable
from oktascim.okta.client import Okta
from oktascim.okta.errors import NotFound, OktaError, OktaRefusedIdentity, RateLimited, UnreadableAnswer, error_from
from oktascim.okta.paging import next_link
from oktascim.redact import Masker

APPS = "/api/v1/apps"
BROKEN = [httpx.ReadError(""), httpx.ReadTimeout(""), httpx.RemoteProtocolError("peer closed"), httpx.WriteError("")]
NOT_CONNECTED = [httpx.ConnectError("refused"), httpx.ConnectTimeout("")]


def named(error: Exception) -> str:
    return type(error).__name__


def page(items: list, *links: str) -> httpx.Response:
    return httpx.Response(200, json=items, headers=[("link", link) for link in links])


def call(fake, method: str, *arguments, **options):
    """Run one method of the client to its end."""

    async def work():
        async with fake.client(**options) as okta:
            return await getattr(okta, method)(*arguments)

    return fake.clock.run(work())


def test_a_read_sends_token_and_user_agent_to_the_org(fake_okta) -> None:
    stub = fake_okta.on(f"GET {APPS}/0oa1", {"id": "0oa1"})
    assert call(fake_okta, "get", f"{APPS}/0oa1") == {"id": "0oa1"}
    headers = stub.requests[0].headers
    assert headers["authorization"] == "SSWS 00token"
    assert headers["accept"] == "application/json"
    assert headers["user-agent"].startswith("oktascim/")


def test_collect_follows_the_next_links_as_okta_wrote_them(fake_okta) -> None:
    here = "https://acme.okta.com"
    ada, bob, cleo = {"id": "0oa1"}, {"id": "0oa2"}, {"id": "0oa3"}
    first = page([ada, bob], f'<{here}{APPS}?limit=2>; rel="self"', f'<{here}{APPS}?after=x%2By&limit=2>; rel="next"')
    second = page([cleo], f'<{here}{APPS}?after=x%2By&limit=2>; rel="self"')
    fake_okta.on(f"GET {APPS}?limit=2", first)
    fake_okta.on(f"GET {APPS}?after=x%2By&limit=2", second)
    assert call(fake_okta, "collect", APPS, {"limit": 2}) == [ada, bob, cleo]
    assert len(fake_okta.requests) == 2


@pytest.mark.parametrize(
    ("header", "url"),
    [
        ('<https://x/a?after=1>; rel="next"', "https://x/a?after=1"),
        ("<https://x/a>; rel=next", "https://x/a"),
        ('<https://x/a>; rel="self", <https://x/b>; rel="next"', "https://x/b"),
        ('<https://x/a>; rel="self"', None),
        ('<?after=1>; rel="next"', "https://x/list?after=1"),
        ('<//y/a>; rel="next"', "https://y/a"),
        ('<>; rel="next"', "https://x/list?limit=2"),
        ("<next>", None),
        ("nonsense", None),
    ],
)
def test_next_link(header: str, url: str | None) -> None:
    request = httpx.Request("GET", "https://x/list?limit=2")
    assert next_link(httpx.Response(200, headers={"link": header}, request=request)) == url


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/api/v1/apps?after=1",
        "http://acme.okta.com/api/v1/apps?after=1",
        "https://acme.okta.com:8443/api/v1/apps?after=1",
        "https://acme.okta.com@evil.example/api/v1/apps",
    ],
)
def test_a_next_link_to_another_origin_is_refused_before_anything_is_sent(fake_okta, elsewhere: str) -> None:
    fake_okta.on(f"GET {APPS}", page([{"id": "0oa1"}], f'<{elsewhere}>; rel="next"'))
    with pytest.raises(OktascimError, match="Refused to send") as caught:
        call(fake_okta, "collect", APPS)
    assert len(fake_okta.requests) == 1
    assert "00token" not in str(caught.value)


def test_a_next_link_that_is_no_url_is_an_error_in_words(fake_okta) -> None:
    fake_okta.on(f"GET {APPS}", page([{"id": "0oa1"}], '<https://acme:port/api>; rel="next"'))
    with pytest.raises(UnreadableAnswer, match="n't a URL"):
        call(fake_okta, "collect", APPS)


def test_an_answer_that_is_no_list_is_said(fake_okta) -> None:
    fake_okta.on(f"GET {APPS}", httpx.Response(200, text="<html>Sign in</html>"))
    with pytest.raises(OktascimError, match="web page"):
        call(fake_okta, "collect", APPS)


@pytest.mark.parametrize("trouble", [*BROKEN, *NOT_CONNECTED], ids=named)
def test_a_read_is_repeated_over_a_broken_connection(fake_okta, trouble: Exception) -> None:
    fake_okta.on(f"GET {APPS}/0oa1", trouble, trouble, {"id": "0oa1"})
    assert call(fake_okta, "get", f"{APPS}/0oa1") == {"id": "0oa1"}
    assert fake_okta.clock.slept == pytest.approx([0.4, 0.8])


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_read_is_repeated_after_a_5xx(fake_okta, status: int) -> None:
    fake_okta.on(f"GET {APPS}/0oa1", httpx.Response(status), {"id": "0oa1"})
    assert call(fake_okta, "get", f"{APPS}/0oa1") == {"id": "0oa1"}


def test_a_read_gives_up_after_four_attempts(fake_okta) -> None:
    fake_okta.on(f"GET {APPS}", *[httpx.ReadError("reset")] * 4)
    with pytest.raises(Unreachable, match=r"Can't reach https://acme\.okta\.com: the connection broke\.\nreset"):
        call(fake_okta, "get", APPS)
    assert len(fake_okta.requests) == 4


def test_a_body_that_cannot_be_decoded_is_an_error_in_words(fake_okta) -> None:
    def garbled(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"not gzip"))

    fake_okta.on(f"GET {APPS}", *[garbled] * 4)
    with pytest.raises(Unreachable, match="can't be decompressed"):
        call(fake_okta, "get", APPS)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
@pytest.mark.parametrize("trouble", BROKEN, ids=named)
def test_a_write_whose_answer_is_lost_is_not_repeated(fake_okta, method: str, trouble: Exception) -> None:
    fake_okta.on(f"{method.upper()} {APPS}/0oa1", trouble)
    with pytest.raises(Ambiguous, match="isn't known"):
        call(fake_okta, method, f"{APPS}/0oa1")
    assert len(fake_okta.requests) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_write_that_okta_failed_is_ambiguous_too(fake_okta, okta_error, status: int) -> None:
    fake_okta.on(f"POST {APPS}", okta_error(status, "E0000009", "Internal Server Error", x_okta_request_id="req7"))
    with pytest.raises(Ambiguous, match=r"E0000009 Internal Server Error .*req7"):
        call(fake_okta, "post", APPS, {"label": "x"})
    assert len(fake_okta.requests) == 1


@pytest.mark.parametrize("trouble", NOT_CONNECTED, ids=named)
def test_a_write_is_repeated_while_no_connection_was_made(fake_okta, trouble: Exception) -> None:
    fake_okta.on(f"POST {APPS}", trouble, trouble, {"id": "0oa1"})
    assert call(fake_okta, "post", APPS, {"label": "x"}) == {"id": "0oa1"}


@pytest.mark.parametrize("method", ["post", "put"])
def test_a_write_without_a_body_says_so(fake_okta, method: str) -> None:
    stub = fake_okta.on(f"{method.upper()} {APPS}/0oa1/lifecycle/activate", httpx.Response(204))
    assert call(fake_okta, method, f"{APPS}/0oa1/lifecycle/activate") is None
    assert stub.requests[0].headers["content-length"] == "0"
    assert "content-type" not in stub.requests[0].headers


def test_an_empty_object_is_a_body(fake_okta) -> None:
    stub = fake_okta.on(f"PUT {APPS}/0oa1/groups/00g1", {})
    call(fake_okta, "put", f"{APPS}/0oa1/groups/00g1", {})
    assert stub.requests[0].content == b"{}"


def test_query_values_are_written_as_okta_reads_them(fake_okta) -> None:
    stub = fake_okta.on(f"DELETE {APPS}/0oa1", httpx.Response(204))
    call(fake_okta, "delete", f"{APPS}/0oa1", {"deleteTargetGroup": False, "limit": 5, "q": "a b"})
    assert stub.requests[0].url.query == b"deleteTargetGroup=false&limit=5&q=a+b"


@pytest.mark.parametrize(
    ("status", "code", "kind", "exit_code"),
    [
        (401, "E0000011", OktaRefusedIdentity, ExitCode.IDENTITY),
        (401, "E0000004", OktaRefusedIdentity, ExitCode.IDENTITY),
        (401, "", OktaRefusedIdentity, ExitCode.IDENTITY),
        (403, "E0000005", OktaRefusedIdentity, ExitCode.IDENTITY),
        (403, "E0000006", OktaRefusedIdentity, ExitCode.IDENTITY),
        (401, "E0000015", OktaError, ExitCode.FAILED),  # the org lacks the feature; the token is fine
        (403, "E0000056", OktaError, ExitCode.FAILED),
        (404, "E0000007", NotFound, ExitCode.FAILED),
        (400, "E0000001", OktaError, ExitCode.FAILED),
    ],
)
def test_refusals(fake_okta, okta_error, status: int, code: str, kind: type, exit_code: ExitCode) -> None:
    fake_okta.on(f"GET {APPS}/0oa1", okta_error(status, code, "Said so.", "Because.", x_okta_request_id="req42"))
    with pytest.raises(OktaError) as caught:
        call(fake_okta, "get", f"{APPS}/0oa1")
    error = caught.value
    assert type(error) is kind
    assert error.exit_code == exit_code
    assert (error.status, error.code, error.causes, error.request_id) == (status, code, ("Because.",), "req42")
    assert "Said so. (Because.) [request id req42]" in error.why


def test_a_missing_scope_is_named(fake_okta) -> None:
    challenge = 'Bearer authorization_uri="https://x", error="insufficient_scope", scope="okta.apps.manage"'
    fake_okta.on(f"POST {APPS}", httpx.Response(403, headers={"www-authenticate": challenge}))
    with pytest.raises(IdentityRefused, match=r"lacks the scope okta\.apps\.manage") as caught:
        call(fake_okta, "post", APPS, {})
    assert caught.value.fix == "Grant okta.apps.manage to the app or role behind this token."


def test_what_okta_says_is_cleaned(fake_okta, okta_error) -> None:
    fake_okta.on(f"GET {APPS}", okta_error(400, "E0000001", "a\x1b[31mred\u202e", "line\nbreak\x07"))
    with pytest.raises(OktaError) as caught:
        call(fake_okta, "get", APPS)
    assert caught.value.summary == "ared"
    assert caught.value.causes == ("line break",)


def test_a_weak_password_that_okta_repeats_is_hidden_and_our_advice_stays() -> None:
    masker = Masker()
    masker.add("okta")
    body = {
        "errorCode": "E0000006",
        "errorSummary": "Remote server: bad password okta",
        "errorCauses": [{"errorSummary": "okta is too short"}],
    }
    response = httpx.Response(403, json=body, request=httpx.Request("GET", "https://acme.okta.com/api/v1/apps"))
    error = error_from(response, mask=masker.mask)
    assert error.why == "Okta returned 403: E0000006 Remote server: bad password [hidden] ([hidden] is too short)"
    assert "`oktascim auth status`" in str(error.fix)
    assert masker.guard(str(error)) == str(error)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"text"', b'{"errorCauses": ["x", null]}'])
def test_an_error_without_oktas_envelope_is_still_an_error_in_words(fake_okta, body: bytes) -> None:
    fake_okta.on(f"GET {APPS}", httpx.Response(418, content=body))
    with pytest.raises(OktaError, match=r"The server returned 418: (no error message|web page)"):
        call(fake_okta, "get", APPS)


@pytest.mark.parametrize("status", [404, 405])
def test_a_refusal_without_oktas_code_asks_for_the_org_url(status: int) -> None:
    request = httpx.Request("GET", "https://wiki.acme.example/api/v1/apps")
    assert "is that of an Okta org" in (error_from(httpx.Response(status, text="<html>", request=request)).fix or "")
    told = httpx.Response(status, json={"errorCode": "E0000022"}, request=request)
    assert error_from(told).fix is None


@pytest.mark.parametrize(
    ("status", "headers", "kind", "words"),
    [
        (404, {}, NotFound, "This doesn't look like an Okta org"),
        (401, {}, OktaError, "This doesn't look like an Okta org"),
        (401, {"www-authenticate": 'Bearer error="invalid_token"'}, IdentityRefused, "Okta rejected the token"),
        (401, {"x-okta-request-id": "req42"}, IdentityRefused, "Okta rejected the token"),
        (502, {}, OktaError, "wiki.acme.example failed during"),
        (502, {"x-okta-request-id": "req42"}, OktaError, "Okta failed during"),
        (302, {"location": "/login"}, OktaError, "redirected GET /api/v1/apps to /login; oktascim doesn't follow"),
    ],
)
def test_only_what_has_oktas_marks_is_said_to_be_oktas(status: int, headers, kind, words: str) -> None:
    request = httpx.Request("GET", "https://wiki.acme.example/api/v1/apps")
    page = "<html><head><title>Acme wiki</title></head><p>very long</p></html>"
    error = error_from(httpx.Response(status, text=page, headers=headers, request=request))
    assert isinstance(error, kind)
    assert isinstance(error, IdentityRefused) == (kind is IdentityRefused)
    assert words in error.what
    assert 'web page "Acme wiki"' in error.why
    assert error.fix


def test_a_redirect_is_not_followed(fake_okta) -> None:
    fake_okta.on(f"GET {APPS}", httpx.Response(302, headers={"location": "https://evil.example/"}))
    with pytest.raises(OktaError, match="oktascim doesn't follow redirects") as caught:
        call(fake_okta, "get", APPS)
    assert "-admin" in caught.value.fix
    assert len(fake_okta.requests) == 1


def test_a_429_is_waited_out_and_announced(fake_okta, okta_error) -> None:
    spent = {"x_rate_limit_limit": "10", "x_rate_limit_remaining": "0", "x_rate_limit_reset": "1759127105"}
    date = "Mon, 29 Sep 2025 06:24:57 GMT"  # 8 s before the reset
    refused = okta_error(429, "E0000047", "API call exceeded rate limit due to too many requests.", date=date, **spent)
    fake_okta.on(f"POST {APPS}", refused, {"id": "0oa1"})
    assert call(fake_okta, "post", APPS, {"label": "x"}) == {"id": "0oa1"}
    assert fake_okta.announced == [("Okta returned 429, too many requests", 9.0)]
    assert fake_okta.clock.elapsed == 9.0


def test_a_429_without_end_is_an_error(fake_okta, okta_error) -> None:
    fake_okta.on(f"GET {APPS}", *[okta_error(429, "E0000047")] * 6)
    with pytest.raises(RateLimited):
        call(fake_okta, "get", APPS)
    assert len(fake_okta.requests) == 6


def test_nothing_is_sent_once_the_run_is_to_end(fake_okta) -> None:
    async def work() -> None:
        stop = Stop()
        async with fake_okta.client(stop=stop) as okta:
            stop.ask()
            with pytest.raises(Interrupted):
                await okta.post(APPS, {})

    fake_okta.clock.run(work())
    assert fake_okta.requests == []


def test_a_wait_ends_when_the_run_is_to_end(fake_okta, okta_error) -> None:
    async def work() -> None:
        stop = Stop()
        async with fake_okta.client(stop=stop, clock=None, announce=lambda _reason, _seconds: stop.ask()) as okta:
            with pytest.raises(Interrupted):
                await okta.get(APPS)

    fake_okta.on(f"GET {APPS}", okta_error(429, "E0000047"))
    fake_okta.clock.run(work())
    assert fake_okta.clock.elapsed == 0


def test_every_exchange_is_traced(fake_okta) -> None:
    seen = []
    fake_okta.on(f"GET {APPS}", [])
    call(fake_okta, "get", APPS, trace=lambda request, response, _seconds: seen.append((request.url.path, response)))
    assert [(path, response.status_code) for path, response in seen] == [(APPS, 200)]


@pytest.mark.parametrize(
    "url",
    ["acme.okta.com", "ftp://acme.okta.com", "http://acme.okta.com", "https://ada:s3cret@acme.okta.com", "https://"],
)
def test_a_token_is_given_only_to_a_safe_origin(url: str) -> None:
    with pytest.raises(UsageProblem, match="The org URL") as caught:
        Okta(url, None)
    assert "s3cret" not in str(caught.value)


def test_a_stop_ends_announcements() -> None:
    told: list[str] = []
    stop = Stop()
    announce = stop.until_asked(lambda reason, _seconds: told.append(reason))
    announce("before", 1)
    stop.ask()
    announce("after", 1)
    assert told == ["before"]
