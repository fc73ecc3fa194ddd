"""Exchanges in sentences, columns and labels: they read as if they were drawn with an arrow."""

from __future__ import annotations

import pytest

from oktascim.diagnose.message import parse_message
from oktascim.diagnose.narration import with_arrow


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("We POST to /Users and receive 201, without an id", "POST /Users -> 201, without an id"),
        ("Okta PATCHes /Groups/9 (add 1), server says 200 OK", "PATCH /Groups/9 (add 1) -> 200 OK"),
        ("Request: PUT https://a.example/Users/1 Response: 409 taken", "PUT https://a.example/Users/1 -> 409 taken"),
        ("request: PATCH /Users/4, response: 204; the title is old", "PATCH /Users/4 -> 204; the title is old"),
        ('POST /Users {"userName":"a"} | 400 | no e-mail', 'POST /Users {"userName":"a"} -> 400 | no e-mail'),
        ("curl -X PATCH https://a.example/Users/8 returned 404 gone", "PATCH https://a.example/Users/8 -> 404 gone"),
        ("A PATCH on /Users/8 is answered with HTTP 501", "PATCH /Users/8 -> 501"),
        ("When Okta sends a PUT to /Users/8 our API responds with a 405", "PUT /Users/8 -> 405"),
        ('our log shows POST /Users 409 "person present"', 'POST /Users -> 409 "person present"'),
        ('10.0.0.1 - "PATCH /Users/4 HTTP/1.1" 405 -', "PATCH /Users/4 -> 405 -"),
        ('Test of the connector: GET /Users returned {"data":[]}', 'GET /Users -> {"data":[]}'),
        ("since May every GET /Users/{old id} (404), new ids", "GET /Users/{old id} -> 404), new ids"),
        (
            'create user returned 201 {"user_id":"7","userName":"a"}',
            'POST /Users -> 201 {"user_id":"7","userName":"a"}',
        ),
        ("HTTP 409 on POST /Groups: no twins", "POST /Groups -> 409 no twins"),
        ("PUT /Users/5 and the answer is 400", "PUT /Users/5 -> 400"),
        ('201 Created with {"uuid":"7","userName":"ada"}', 'POST /Users -> 201 {"uuid":"7","userName":"ada"}'),
        ('HTTP/1.1 201 Created {"displayName":"Sales"}', 'POST /Groups -> 201 {"displayName":"Sales"}'),
    ],
)
def test_a_told_exchange_gets_an_arrow(text: str, drawn: str) -> None:
    assert with_arrow(text) == drawn


@pytest.mark.parametrize(
    "text",
    [
        "Cannot PATCH /scim/v2/Users/42",
        'No route matches [PATCH] "/Users/4"',
        "POST /Users -> 201; GET /Users/1 returned 404",
        "the server returned 502 for this call",
        "The only PATCH we know is /Users",
        "No handler found: PATCH /Users/4",
        "Cannot find a handler for PATCH /Users/4: 404",
        "",
    ],
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert with_arrow(text) == text


@pytest.mark.parametrize(
    ("text", "status", "seen"),
    [
        ('GET /Users?filter=userName eq "al@a.example" -> sal@a.example', None, "another found"),
        ('GET /Users?startIndex=101&count=100 -> 200 {"startIndex":1,"Resources":[…]}', 200, "page repeated"),
        ('POST /Users -> 201 {"schemas":[…User],"userId":"5","userName":"ada"}', 201, "no id"),
        (
            'PATCH /Users/3 Operations:[{"op":"replace","value":{"active":false}}] -> 204, GET later: "active":true',
            204,
            "active unchanged",
        ),
        ("GET /Users -> 200, content-length: 0", 200, "no body"),
        ("GET /Users?startIndex=1&count=2 | 200 | {}", 200, "no body"),
        ('POST /Users -> 201 "OK"', 201, "not JSON"),
        ("GET /Users -> 200 null", 200, "no body"),
        ('GET /Users -> 200 {"count":1,"people":[{"id":"1"}]}', 200, "no Resources"),
        ('GET /Users -> 200 {"totalResults":1,"startIndex":0,"Resources":[{"id":"1"}]}', 200, "counts one page"),
        ('PUT /Users/7 {"name":{"givenName":"N"}} -> 200 {"name":{"givenName":"Noor"}}', 200, "values differ"),
        ('GET /Users?startIndex=101&count=100 -> 200 {"totalResults":100,"Resources":[…]}', 200, "counts one page"),
    ],
)
def test_what_a_told_response_shows(text: str, status: int | None, seen: str) -> None:
    parsed = parse_message(text)
    assert (parsed.status, parsed.seen) == (status, {seen})


def test_a_lookup_in_vain_is_not_the_cause() -> None:
    parsed = parse_message('PATCH /Groups/2 add members [{"value":"u-8"}] -> 400 "u-8?"; GET /Users/u-8 -> 404')
    assert (parsed.action, parsed.status, parsed.detail) == ("set_members", 400, "u-8?")


def test_a_list_of_operations_and_an_index_are_no_json() -> None:
    parsed = parse_message("PATCH /Groups/8 -> 200; only Operations[0] took effect")
    assert (parsed.detail, parsed.seen) == ("; only Operations[0] took effect", set())


def test_an_arrow_in_the_words_of_a_server_is_no_exchange() -> None:
    text = (
        "Error while creating user ada@a.example: Bad Request. Errors reported by remote server: emails -> at least one"
    )
    assert parse_message(text).action == "create_user"
    assert parse_message(text).sent == ""


def test_a_bare_request_after_a_search_for_a_group_creates_a_group() -> None:
    assert parse_message("push of Sales: filter displayName -> empty, POST -> 409").action == "create_group"
