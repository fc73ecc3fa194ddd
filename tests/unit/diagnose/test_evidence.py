"""What an exchange shows without a word, and which of several tells the cause."""

from __future__ import annotations

import pytest

from oktascim.diagnose.evidence import OBSERVATIONS, observed_in, telling
from oktascim.diagnose.exchange import exchanges_in
from oktascim.diagnose.message import parse_message
from oktascim.diagnose.rulebook import rule_book

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
FIND = 'GET /Users?filter=userName eq "ada" -> 200 '
OFF = 'PATCH /Users/7 {"Operations":[{"op":"replace","value":{"active":false}}]}'
ADD = 'PATCH /Groups/7 {"Operations":[{"op":"add","path":"members","value":[{"value":"1"}]}]}'
REMOVE = 'PATCH /Groups/7 {"Operations":[{"op":"remove","path":"members[value eq \\"1\\"]"}]}'
REPLACE = 'PATCH /Groups/7 {"Operations":[{"op":"replace","path":"members","value":[{"value":"1"}]}]}'


@pytest.mark.parametrize(
    ("text", "observations"),
    [
        ('GET /Users -> 200 [{"id":"1"}]', {"no list"}),
        ('GET /Users -> 200 {"data":[{"id":"1"}],"total":1}', {"no Resources"}),
        (f'GET /Users -> 200 {{"schemas":["{LIST}"],"totalResults":3}}', {"no Resources"}),
        (FIND + '{"id":"1","userName":"ada"}', {"no Resources"}),
        ("GET /Users => 204 No Content", {"no body"}),
        (FIND + '{"totalResults":0,"Resources":[]}', {"empty list"}),
        (FIND + '{"totalResults":2,"Resources":[{"userName":"ada"},{"userName":"adam"}]}', {"several found"}),
        (FIND + '{"totalResults":1,"Resources":[{"userName":"bob"}]}', {"another found"}),
        (FIND + '{"totalResults":1,"Resources":[{"userName":"ADA"}]}', set()),
        (FIND + '{"totalResults":"1","Resources":[{"userName":"ada"}]}', {"counts of another type"}),
        ('GET /Users?startIndex=3 -> 200 {"startIndex":1,"Resources":[{"id":"1"}]}', {"page repeated"}),
        ('GET /Users?startIndex=3 -> 200 {"totalResults":1,"Resources":[{"id":"9"}]}', {"counts one page"}),
        ('GET /Users -> 200 {"itemsPerPage":100,"Resources":[]}', {"counts one page"}),
        ('GET /Users -> 200 {"itemsPerPage":100,"Resources":[…]}', set()),
        ('GET /Users -> 200 {"Resources":[{"id":"1","active":"true"}]}', {"wrong type"}),
        ("GET /Users -> 200 text/html <!doctype html>", {"not JSON"}),
        ("GET /Users/7 -> 200 with an empty body", {"no body"}),
        ('GET /Users/7 -> 200 {"totalResults":1,"Resources":[{"id":"7"}]}', {"a list for one"}),
        ('GET /Users -> 200 {"totalResults":true,"Resources":[{"id":"7"}]}', {"counts of another type"}),
        ('GET /Users/7 -> 200 {…,"emails":["ada@acme.example"]}', {"wrong type"}),
        ('GET /Groups/7 -> 200 {"id":"7","members":null}', {"wrong type"}),
        ('POST /Users {"userName":"ada"} -> 201 {"userName":"ada"}', {"no id"}),
        ('POST /Users -> 201 {"id":"","userName":"ada"}', {"no id"}),
        ('POST /Users -> 201 {"id":7,"userName":"ada"}', {"wrong type"}),
        ("POST /Users -> 201, no body", {"no body"}),
        ('POST /Users -> 201, "id": null', {"no id"}),
        ('POST /Users {"userName":"Ada"} -> 201 {"id":"1","userName":"ada"}', {"values differ"}),
        ('POST /Users {"userName":"ada","active":true} -> 201 {"id":"1","active":false}', {"active unchanged"}),
        (OFF + ' -> 200 {"id":"7","active":true}', {"active unchanged"}),
        (OFF + ' -> 204; GET /Users/7 -> "active":true', {"active unchanged"}),
        (OFF + ' -> 200 {"id":"7","active":false,"userName":null,"name":null}', {"values emptied"}),
        (OFF + " -> 204", set()),
        ('PUT /Users/7 {"title":"Lead"} -> 200 {"id":"7","title":"Boss"}', {"values differ"}),
        (ADD + ' -> 200 {"id":"7","members":[]}', {"members unchanged"}),
        (ADD + ' -> 200 {"id":"7","members":[{"value":"1"},{"value":"2"}]}', set()),
        (REMOVE + ' -> 200 {"id":"7","members":[{"value":"1"}]}', {"members unchanged"}),
        (REPLACE + ' -> 200 {"members":[{"value":"1"},{"value":"2"}]}', {"members unchanged"}),
        (OFF + ' -> 400 {"active":true}', set()),
        (OFF + ' -> 302 {"active":true}', set()),
        ("POST /Me -> 200 [1]", set()),
    ],
)
def test_the_response_is_compared_with_the_request(text: str, observations: set[str]) -> None:
    exchange = telling(exchanges_in(text))
    assert observed_in(exchange) == observations


def test_every_observation_is_named_by_a_rule_and_no_other() -> None:
    named = {name for rule in rule_book().rules for condition in rule.when for name in condition.seen or ()}
    assert named == OBSERVATIONS


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("GET /Users -> 200; POST /Users -> 201; GET /Users -> 200", "POST /Users"),
        ("GET /Users/1 -> 404; GET /Users -> 200", "GET /Users/1"),
        ("POST /Users -> 201; PUT /Users/1 -> 400; GET /Users -> 500", "GET /Users"),
        ('POST /Groups -> 201 {"id":""}; PATCH /Groups/ -> 404', "POST /Groups"),
        (FIND + '{"totalResults":0,"Resources":[]}; POST /Users -> 409', "POST /Users"),
    ],
)
def test_which_of_several_exchanges_tells_the_cause(text: str, sent: str) -> None:
    assert telling(exchanges_in(text)).sent == sent


def test_what_came_after_is_kept() -> None:
    assert telling(exchanges_in("PUT /Users/1 -> 200 ok; GET /Users/1 -> 200 old")).later == "GET /Users/1 -> old"


def test_a_body_with_only_a_status_says_nothing() -> None:
    assert parse_message('PUT /Users/4 -> 400 {"schemas":["urn:x:Error"],"status":"400"}').detail == ""
