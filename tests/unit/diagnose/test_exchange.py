"""HTTP exchanges in a text: what was sent, what came back, and what Okta was doing."""

from __future__ import annotations

import pytest

from oktascim.diagnose.exchange import DescribedExchange, exchange_in
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
    exchange = exchange_in(text)
    assert exchange is not None
    assert (exchange.status, exchange.answer, exchange.action) == (status, answer, action)


@pytest.mark.parametrize(
    "text",
    [
        "Cannot PATCH /scim/v2/Users/42",
        'No route found for "PUT /Users/42"',
        "Error authenticating: Unauthorized",
        "the server returned 502 for this call",
        "a -> b",
        "",
    ],
)
def test_other_texts_hold_no_exchange(text: str) -> None:
    assert exchange_in(text) is None


@pytest.mark.parametrize(("status", "succeeded"), [(200, True), (204, True), (302, False), (409, False), (None, False)])
def test_what_okta_calls_a_success(status: int | None, succeeded: bool) -> None:
    assert DescribedExchange("", status, "", None).succeeded is succeeded


def test_the_words_of_the_request_are_not_those_of_the_answer() -> None:
    parsed = parse_message('POST /Users {"detail":"sent"} -> 409 {"detail":"login taken","scimType":"uniqueness"}')
    assert (parsed.action, parsed.status, parsed.detail, parsed.scim_type) == (
        "create_user",
        409,
        "login taken",
        "uniqueness",
    )
    assert parsed.sent == 'POST /Users {"detail":"sent"}'
