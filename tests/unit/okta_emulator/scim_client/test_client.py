"""One request as Okta sends it: headers, URL, body; and what is recorded of it."""

import base64

import pytest

from okta_emulator.scim_client import client
from okta_emulator.scim_client.wire import ConnectTimedOut, NoResponse


def send(connection, *args, **kwargs):
    return lambda http: client.send(connection, http, *args, **kwargs)


def test_headers_of_a_body_request_in_scim_20(play, answer, connect):
    played = play(send(connect(), "POST", "/Users", body={"a": "é"}), answer.json(201, {}))
    assert [(key.decode(), value.decode()) for key, value in played.requests[0].headers.raw] == [
        ("Accept", "application/scim+json"),
        ("Accept-Charset", "utf-8"),
        ("Content-Type", "application/scim+json; charset=utf-8"),
        ("User-Agent", "Okta SCIM Client 1.0.0"),
        ("Authorization", "Bearer sentinel-7f3a"),
        ("Content-Length", "10"),
        ("Host", "scim.example"),
        ("Connection", "Keep-Alive"),
        ("Accept-Encoding", "gzip,deflate"),
    ]
    assert played.bodies == ['{"a":"é"}']


def test_a_get_has_no_content_headers_and_scim_11_has_its_own_media_type(play, answer, connect):
    played = play(send(connect(scim_version="1.1"), "GET", "/Users"), answer.json(200, {}))
    assert [key.decode() for key, _ in played.requests[0].headers.raw] == [
        "Accept",
        "Accept-Charset",
        "User-Agent",
        "Authorization",
        "Host",
        "Connection",
        "Accept-Encoding",
    ]
    assert played.requests[0].headers["Accept"] == "application/json"


def test_a_delete_has_a_content_type_and_no_body(play, answer, connect):
    played = play(send(connect(), "DELETE", "/Groups/g1"), answer.text(204, ""))
    headers = played.requests[0].headers
    assert headers["Content-Type"] == "application/scim+json; charset=utf-8"
    assert "Content-Length" not in headers
    assert played.bodies == [""]


def test_the_authorization_is_sent_verbatim(play, answer, connect):
    played = play(send(connect(authorization="raw töken"), "GET", "/Users"), answer.json(200, {}))
    assert played.requests[0].headers.raw[3] == (b"Authorization", "raw töken".encode())


@pytest.mark.parametrize("base", ["https://scim.example/scim/v2", "https://scim.example/scim/v2/"])
def test_one_slash_joins_base_and_path(play, answer, connect, base):
    played = play(send(connect(base_url=base), "GET", "/Users", query="startIndex=1&count=2"), answer.json(200, {}))
    assert played.requests[0].url.raw_path == b"/scim/v2/Users?startIndex=1&count=2"


def test_credentials_in_the_base_url_do_not_replace_the_authorization(play, answer, connect):
    played = play(send(connect(base_url="https://u:pass-word-1@scim.example"), "GET", "/Users"), answer.json(200, {}))
    assert played.requests[0].headers["Authorization"] == "Bearer sentinel-7f3a"
    assert "pass-word-1" not in repr(played.outcome.exchange)


@pytest.mark.parametrize(
    ("value", "query"),
    [
        (
            "test.user@okta.local",
            "filter=userName%20eq%20%22test.user%40okta.local%22&startIndex=1&count=100",
        ),
        ('a"b\\c', "filter=userName%20eq%20%22a%5C%22b%5C%5Cc%22&startIndex=1&count=100"),
        ("a&b=é+", "filter=userName%20eq%20%22a%26b%3D%C3%A9%2B%22&startIndex=1&count=100"),
    ],
)
def test_the_filter_is_encoded(play, answer, connect, value, query):
    assert client.filter_query("userName", value) == query
    played = play(send(connect(), "GET", "/Users", query=query), answer.json(200, {}))
    assert played.requests[0].url.query.decode() == query  # it must not be encoded twice


def test_ids_are_percent_encoded(play, answer, connect):
    path = client.resource_path("Groups", "Test SCIMv2/a@b?#%")
    assert path == "/Groups/Test%20SCIMv2%2Fa%40b%3F%23%25"
    played = play(send(connect(), "GET", path), answer.json(200, {}))
    assert played.requests[0].url.raw_path == b"/scim/v2" + path.encode()


def test_a_lone_surrogate_from_a_server_can_still_be_sent(play, answer, connect):
    played = play(send(connect(), "PUT", "/Users/1", body={"a": "\ud800"}), answer.json(200, {}))
    assert played.bodies == ['{"a":"?"}']


def test_the_record_hides_authorization_and_passwords(play, answer, connect):
    echo = 'You sent Bearer sentinel-7f3a, "password": "s3cr\\"et"'
    body = {"password": "pw-12345", "Operations": [{"value": {"password": "pw-12345"}}]}
    played = play(
        send(connect(), "PATCH", "/Users/1", body=body), answer.text(400, echo, **{"Set-Cookie": "s=c00kie-1"})
    )
    recorded = repr(played.outcome.exchange)
    assert played.requests[0].headers["Authorization"] == "Bearer sentinel-7f3a"
    for secret in ("sentinel-7f3a", "pw-12345", "s3cr", "c00kie-1"):
        assert secret not in recorded
    assert played.outcome.exchange.response_body == 'You sent [hidden], "password": "[hidden]"'


def test_a_basic_password_is_hidden_in_an_echo(play, answer, connect):
    basic = base64.b64encode(b"okta:open-sesame").decode()
    played = play(send(connect(authorization=f"Basic {basic}"), "GET", "/Users"), answer.text(401, "not open-sesame"))
    assert played.outcome.exchange.response_body == "not [hidden]"
    assert basic not in repr(played.outcome.exchange)


def test_a_connection_does_not_show_its_authorization(connect):
    assert "sentinel" not in repr(connect())


def test_the_record_has_the_times(play, answer, connect):
    exchange = play(send(connect(), "GET", "/Users"), answer.json(200, {})).outcome.exchange
    assert exchange.started.endswith("Z")
    assert exchange.started[-5] == "."
    assert exchange.seconds >= 0


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (
            ConnectTimedOut(),
            "Connect to scim.example:443 [scim.example/scim.example] failed: Connect timed out",
        ),
        (TimeoutError(), "Read timed out"),
        (NoResponse("refused"), "null"),
        (
            NoResponse("[SSL: TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert"),
            "Received fatal alert: protocol_version",
        ),
    ],
)
def test_network_failures_become_okta_words(play, connect, failure, error):
    reply = play(send(connect(), "GET", "/Users"), failure).outcome
    assert (reply.ok, reply.status, reply.exchange.error) == (False, None, error)


@pytest.mark.parametrize("base", ["http://[::1/", "http://127.0.0.1:99999", "ftp://scim.example", "http://a..b"])
def test_a_base_url_that_cannot_be_used_is_a_reply_too(play, connect, base):
    reply = play(send(connect(base_url=base), "GET", "/Users")).outcome
    assert reply.exchange.error == "null"
    assert reply.exchange.url.startswith(base)


def test_redirects_are_not_followed_and_cookies_not_kept(play, answer, connect):
    async def twice(http):
        await client.send(connect(), http, "GET", "/Users")
        return await client.send(connect(), http, "GET", "/Users")

    moved = answer.text(302, "", Location="https://elsewhere.example/", **{"Set-Cookie": "a=b"})
    played = play(twice, moved, answer.json(200, {}))
    assert [request.url.host for request in played.requests] == ["scim.example", "scim.example"]
    assert "Cookie" not in played.requests[1].headers
