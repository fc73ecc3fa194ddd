"""Error bodies: every notation that servers and people use for the same facts is read."""

from __future__ import annotations

import pytest

from oktascim.diagnose.body import ErrorBody, error_body_in


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ('{"detail":"taken","status":409,"scimType":"uniqueness"}', ErrorBody("taken", 409, "uniqueness")),
        ('{"Errors":[{"description":"gone","code":"404"}]}', ErrorBody("gone", 404)),
        ('{"Errors":{"description":"gone","code":404}}. Error Code: null', ErrorBody("gone", 404)),
        ('{"errors":[{"statusCode":404,"description":"gone"}]}', ErrorBody("gone", 404)),
        ('{"error":{"code":403,"message":"no","status":"DENIED"}}', ErrorBody("no", 403)),
        ('{"errors":["too long","too old"]}', ErrorBody("too long too old")),
        ('{"detail":[{"loc":["body","title"],"msg":"value missing"}]}', ErrorBody("body title value missing")),
        ('{"errorCode":"E0000001","errorCauses":[{"errorSummary":"b"}]}', ErrorBody("b", error_code="E0000001")),
        ('{"detail":"a","urn:acme:1.0:Error":{"generalErrors":[{"message":"b"}]}}', ErrorBody("a b")),
        ('{"Resources":[],"totalResults":0}', ErrorBody()),
        ('{"title":"Engineer","id":"7"}', ErrorBody()),
        ("{'detail': 'title is gone', 'status': '400'}", ErrorBody("title is gone", 400)),
        (
            '{"status":"400","scimType":"invalidValue","detail":"title is to',
            ErrorBody("title is to", 400, "invalidValue", is_cut=True),
        ),
        ('{"schemas":["urn:x"],"status":"409","scimType":"uniqu', ErrorBody("", 409, "uniqueness", is_cut=True)),
        ('{"status":"400","scimType":"inval', ErrorBody("", 400, is_cut=True)),
        ('{"Errors":{"description":"user_is_deact', ErrorBody("user_is_deact", is_cut=True)),
        (
            '{"error":"invalid","details":{"base":[{"description":"No seat is le',
            ErrorBody("invalid No seat is le", is_cut=True),
        ),
        ('errorMessage="The value already exi', ErrorBody("The value already exi")),
        (
            '{"detail":[{"type":"string_too_long","loc":["body","userName"],"ms',
            ErrorBody("body userName string_too_long", is_cut=True),
        ),
        (r"{\"detail\":\"taken\",\"status\":\"409\"}", ErrorBody("taken", 409)),
        ('{"detail":"two\nlines"}', ErrorBody("two\nlines")),
        ('{"userName":["is taken"],"schemas":["urn:x"]}', ErrorBody("userName is taken")),
        (
            '{"message":"invalid","errors":{"name.familyName":["is needed"]}}',
            ErrorBody("invalid name.familyName is needed"),
        ),
        (
            '{"errors":{"urn:ietf:params:scim:schemas:core:2.0:User:active":["must be true"]}}',
            ErrorBody("active must be true"),
        ),
        (
            '{"status":404,"error":"Not Found","path":"/scim/v2/scim/v2/Users"}',
            ErrorBody("Not Found /scim/v2/scim/v2/Users", 404),
        ),
        ('{"status":404,"error":"Not Found","path":"/scim/v2/Users/42"}', ErrorBody("Not Found", 404)),
        ('Bearer realm="x", scope="okta.apps.read", error="no_scope"', ErrorBody("okta.apps.read no_scope")),
        ("errorMessage=\"The 'title' is long\" method=POST", ErrorBody("The 'title' is long")),
    ],
)
def test_notations_of_an_error_body(text: str, body: ErrorBody) -> None:
    assert error_body_in(text) == body
    assert error_body_in(f"Bad Request. {text}") == body


@pytest.mark.parametrize("text", ["taken", "{", "a {group} of users", "{0} is taken", '{"id": '])
def test_other_texts_have_no_body(text: str) -> None:
    assert error_body_in(text) is None


def test_a_deep_body_is_read_as_far_as_it_goes() -> None:
    depth = 3_000
    found = error_body_in('{"error":' * depth + '"x"' + "}" * depth)
    assert found is None or found.words == ""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"errors":[{"field":"locale","message":"en_UK is unknown"}]}', "locale en_UK is unknown"),
        ('{"fieldErrors":[{"field":"division","code":"NotNull"}]}', "division NotNull"),
        ('{"costCenter":"closed in May"}', "costCenter closed in May"),
        ('{"id":"7","label":"two words"}', ""),
    ],
)
def test_a_complaint_keeps_the_name_of_its_field(body: str, words: str) -> None:
    found = error_body_in(body)
    assert found is not None
    assert found.words == words


def test_the_names_of_members_may_be_capitalised_in_any_way() -> None:
    body = error_body_in('{"ERRORCODE":"E0000001","errorsummary":"no","Message":"taken","STATUS":"409"}')
    assert (body.words, body.status, body.error_code) == ("no taken", 409, "E0000001")
