"""HTTP exchanges in a text: what was sent, what came back, and what Okta was doing."""

from __future__ import annotations

import pytest

from oktascim.diagnose.exchange import DescribedExchange, exchanges_in
from oktascim.diagnose.message import parse_message

OFF = (
    '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],'
    '"Operations":[{"op":"replace","value":{"active":false}}]}'
)
ON = OFF.replace("false", "true")


@pytest.mark.parametrize(
    ("text", "status", "answer", "action"),
    [
        ('POST /Users {"userName":"ada"} -> 409 taken', 409, "taken", "create_user"),
        ("POST /scim/v2/Groups => 500", 500, "", "create_group"),
        ('GET /Users?filter=userName eq "ada" → none', None, "none", "find_user"),
        ("GET https://scim.acme.example/v2/Groups?filter=x -> 404", 404, "", "find_group"),
        ("GET /Users?startIndex=1&count=2: 200, active is missing", 200, "active is missing", "import_users"),
        ("GET /Groups/7 returned 404", 404, "", "update_group"),
        ("PUT /Users/42 answers 400 no", 400, "no", "update_user"),
        (f"PATCH /Users/42 {OFF} -> 204", 204, "", "deactivate_user"),
        (f"PATCH /Users/42 {ON} -> 400", 400, "", "reactivate_user"),
        (f"{OFF} -> 500", 500, "", "deactivate_user"),
        ('PUT /Users/{id} {"userName":"ada","active":false} -> 400', 400, "", "update_user"),
        ('PATCH /Groups/7 {"Operations":[{"op":"add","path":"members"}]} -> 400', 400, "", "set_members"),
        ("DELETE /Users/42 -> 404", 404, "", "deactivate_user"),
        ("DELETE /Groups/7 -> 404", 404, "", "delete_group"),
        ("push of a group: PATCH /Groups/7 -> 501", 501, "", "update_group"),
        ('POST /Users {"a":{"b":1}} fails without a word', None, "fails without a word", "create_user"),
        ("GET /Users: the first entry is a robot", None, "the first entry is a robot", "import_users"),
        ("POST /Me -> 404", 404, "", None),
    ],
)
def test_the_parts_of_an_exchange(text: str, status: int | None, answer: str, action: str | None) -> None:
    (exchange,) = exchanges_in(text)
    assert (exchange.status, exchange.answer, exchange.action) == (status, answer, action)


@pytest.mark.parametrize(
    "text",
    [
        "Cannot PATCH /scim/v2/Users/42",
        'No route found for "PUT /Users/42"',
        "Error authenticating: Unauthorized",
        "the server returned 502 for this call",
        "a -> b",
        "java.net.ConnectException: refused ---> inner",
        "",
    ],
)
def test_other_texts_hold_no_exchange(text: str) -> None:
    assert exchanges_in(text) == ()


@pytest.mark.parametrize(
    ("text", "action", "status"),
    [
        ('filter=userName eq "ada" => 0 results', "find_user", None),
        ("lookup before create: filter displayName → none", "find_group", None),
        ("rehire: POST → 409 gone", "create_user", 409),
        ("push of a group, POST -> 409", "create_group", 409),
        ("PATCH active=false on a leaver : 400 no", "deactivate_user", 400),
        ("PATCH add member u-1 : 400 no", "set_members", 400),
        ('{"op":"remove","path":"members[value eq \\"1\\"]"} → 204', "set_members", 204),
        (f"{ON} -> 500", "reactivate_user", 500),
        ('"PUT /scim/Users/7 HTTP/1.1" 404 12', "update_user", 404),
        ("GET /Users?count=2 (404), then nothing", "import_users", 404),
        ('GET /Users?filter=userName eq "a" -> {"detail":"no","status":"501"}', "find_user", 501),
        ("PUT /scim/v2/groups/acme/Users/7 -> 400", "update_user", 400),
        ("GET /<Tenant ID>/Users -> 200", "import_users", 200),
        ("GET /api/v1/users -> 200 []", None, 200),
    ],
)
def test_requests_as_people_abbreviate_them(text: str, action: str | None, status: int | None) -> None:
    (exchange,) = exchanges_in(text)
    assert (exchange.action, exchange.status) == (action, status)


def test_several_exchanges_are_read_in_order() -> None:
    text = 'GET /Users?filter=userName eq "ada" -> none; POST /Users {"userName":"ada"} -> 409 taken; then POST /Me'
    searched, created = exchanges_in(text)
    assert (searched.action, searched.answer) == ("find_user", "none")
    assert (created.action, created.status, created.answer, created.later) == ("create_user", 409, "taken", "POST /Me")


@pytest.mark.parametrize(
    ("status", "answer", "failed"),
    [
        (200, "", False),
        (204, "an error", False),
        (302, "", True),
        (409, "", True),
        (None, "none", False),
        (None, "conflict", True),
        (None, "the server times out", False),
        (None, '"Bad Gateway" and a page', True),
    ],
)
def test_what_is_an_error(status: int | None, answer: str, failed: bool) -> None:
    exchange = DescribedExchange("", status, answer, None)
    assert (exchange.failed, exchange.succeeded) == (failed, status in {200, 204})


def test_the_words_of_the_request_are_not_those_of_the_answer() -> None:
    parsed = parse_message('POST /Users {"detail":"sent"} -> 409 {"detail":"login taken","scimType":"uniqueness"}')
    assert (parsed.action, parsed.status, parsed.detail, parsed.scim_type) == (
        "create_user",
        409,
        "login taken",
        "uniqueness",
    )
    assert parsed.sent == 'POST /Users {"detail":"sent"}'
