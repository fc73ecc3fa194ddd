"""The grammar: every layer of an error text is recognised, and what is not recognised is left whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oktascim.diagnose.actions import ACTIONS
from oktascim.diagnose.message import TEXT_LIMIT, parse_message


def test_the_layers_of_a_tasks_page_line() -> None:
    parsed = parse_message(
        "Automatic provisioning of user Ada Lovelace to app Acme: CRM failed: "
        "Error while creating user ada@acme.example: Conflict. Errors reported by remote server: taken"
    )
    assert (parsed.operation, parsed.user, parsed.app) == ("provisioning", "Ada Lovelace", "Acme: CRM")
    assert (parsed.action, parsed.subject, parsed.status) == ("create_user", "ada@acme.example", 409)
    assert parsed.detail == "taken"


def test_a_group_push_line_with_its_date() -> None:
    parsed = parse_message(
        "Failed on 01-02-2026 03:04:05PM UTC: Unable to update Group Push mapping target App group R&D: Core: "
        "Error while updating user group membership for group R&D: Core: Read timed out"
    )
    assert (parsed.operation, parsed.action) == ("group push", "set_members")
    assert parsed.detail.endswith("Read timed out")


def test_a_line_of_the_on_premises_agent() -> None:
    parsed = parse_message(
        "Failed on 01-02-2026 03:04:05AM UTC: Unable to delete Group Push mapping target App group Sales: "
        "Error while deleting user group Sales: The Provisioning Agent call to deleteGroup failed. Error code: 404, "
        'error: Not Found. Errors reported by the connector : {"errors":[{"statusCode":404,"description":"no group"}]}'
    )
    assert (parsed.operation, parsed.action, parsed.subject) == ("group push", "delete_group", "Sales")
    assert (parsed.status, parsed.detail) == (404, "no group")


def test_a_line_of_a_connector_that_wraps_the_words_of_the_app() -> None:
    parsed = parse_message(
        "Error while creating user ada@acme.example: Errors during execution: Error executing newUser: Bad Request. "
        'Errors reported by the connector : {"Errors":{"description":"name_reserved","code":400}}. Error Code: null'
    )
    assert (parsed.action, parsed.status, parsed.detail) == ("create_user", 400, "name_reserved")


@pytest.mark.parametrize(
    ("call", "action"),
    [
        ("createNewUser", "create_user"),
        ("newUser", "create_user"),
        ("pushUserProfile", "update_user"),
        ("updateUser", "update_user"),
        ("deactivateUser", "deactivate_user"),
        ("reactivateUser", "reactivate_user"),
        ("pushPassword", "set_password"),
        ("createGroup", "create_group"),
        ("addUsersToGroup", "set_members"),
        ("deleteGroup", "delete_group"),
        ("verifyUserExists", "find_user"),
        ("importUsers", "import_users"),
        ("ping", None),
    ],
)
def test_the_call_of_a_connector_says_what_okta_was_doing(call: str, action: str | None) -> None:
    parsed = parse_message(
        f"Errors during execution: Error executing {call}: Bad Request. "
        'Errors reported by the connector : {"Errors":{"description":"name_reserved","code":400}}. Error Code: null'
    )
    assert (parsed.action, parsed.status, parsed.detail) == (action, 400, "name_reserved")


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ("com.acme.idp.client.ApiException: the user is no admin", "the user is no admin"),
        (
            "com.acme.scim.UnsupportedUserPath: Unsupported attribute: null",
            "UnsupportedUserPath: Unsupported attribute: null",
        ),
        ("java.net.UnknownHostException: scim.acme.example", "UnknownHostException: scim.acme.example"),
        ("System.UnauthorizedAccessException: a role is missing", "a role is missing"),
        ("Acme\\Orm\\QueryException: gone away", "QueryException: gone away"),
        ("ActiveRecord::RecordNotFound: no member", "RecordNotFound: no member"),
        ("scim.acme.example", "scim.acme.example"),
        ("name.familyName is needed", "name.familyName is needed"),
    ],
)
def test_the_class_of_an_exception_is_not_taken_for_words(detail: str, words: str) -> None:
    parsed = parse_message(f"Error while creating user ada: {detail}")
    assert parsed.detail == words


@pytest.mark.parametrize(
    ("text", "action", "status"),
    [
        ("Push new user to external application FAILURE: Conflict", "create_user", 409),
        ("Push user's profile to external application FAILURE : Conflict", "update_user", 409),
        ("Push user deactivation to external application FAILURE: Bad Gateway", "deactivate_user", 502),
        ("Push user reactivation in external application FAILURE: Conflict", "reactivate_user", 409),
        ("Could not push profile for user ada, received error: Conflict", "update_user", 409),
        ("Could not create new user. 409 - taken", "create_user", 409),
        ("Error while creating ada@acme.example :Conflict. Errors reported by remote server: x", "create_user", 409),
    ],
)
def test_other_titles_of_the_same_actions(text: str, action: str, status: int) -> None:
    parsed = parse_message(text)
    assert (parsed.action, parsed.status) == (action, status)


def test_a_status_without_a_colon_before_it() -> None:
    parsed = parse_message(
        "Error while updating user group membership for group Sales Team Not Implemented. "
        "Errors reported by remote server: no"
    )
    assert (parsed.action, parsed.subject, parsed.status, parsed.detail) == ("set_members", "Sales Team", 501, "no")


@pytest.mark.parametrize(
    ("text", "action", "subject"),
    [
        ("Error authenticating: null", "authenticate", None),
        ("Error while verifying if user ada@acme.example exists: null", "find_user", "ada@acme.example"),
        ("Error while verifying if user exists: null", "find_user", None),
        ("Error while creating user group Sales: Conflict", "create_group", "Sales"),
        ("Error while creating user ada: Conflict", "create_user", "ada"),
        ("Error while trying to push profile update for ada: Conflict", "update_user", "ada"),
        ("Error while deactivating user ada: Conflict", "deactivate_user", "ada"),
        ("Error while reactivating user: Conflict", "reactivate_user", None),
        ("Error pushing password: Conflict", "set_password", None),
        ("Error while adding user(s) to group Sales: Conflict", "add_members", "Sales"),
        ("Error while removing user(s) from group: Conflict", "remove_members", None),
        ("Error while deleting user group Sales: Conflict", "delete_group", "Sales"),
        ("Error while downloading all users: Conflict", "import_users", None),
        ("Error while refreshing OAuth token: Conflict", "refresh_token", None),
        ("Error refreshing access token: Conflict", "refresh_token", None),
        ("API error: Conflict", "api", None),
    ],
)
def test_actions_and_their_subjects(text: str, action: str, subject: str | None) -> None:
    parsed = parse_message(text)
    assert (parsed.action, parsed.subject) == (action, subject)
    assert parsed.detail in {"null", ""}


def test_every_action_can_be_recognised_in_some_text() -> None:
    recognised = {"authenticate", "find_user", "create_group", "create_user"}
    assert recognised < {name for name, _ in ACTIONS}
    assert len({name for name, _ in ACTIONS}) == len(ACTIONS)


@pytest.mark.parametrize(
    ("text", "status", "detail"),
    [
        ("Conflict", 409, ""),
        ("HTTP 403 Forbidden", 403, ""),
        ("HTTP/1.1 409 Conflict: taken", 409, "taken"),
        ("429", 429, ""),
        ("Unauthorized: expired", 401, "expired"),
        ("Bad Request. Errors reported by remote server:", 400, ""),
        ("the server returned 502 for this call", 502, "the server returned 502 for this call"),
        ("Unprocessable Entity. Errors reported by remote server: a. b", 422, "a. b"),
        ("User not found", None, "User not found"),
        ("Found 500 users", None, "Found 500 users"),
        ("Conflicting schedules", None, "Conflicting schedules"),
    ],
)
def test_statuses(text: str, status: int | None, detail: str) -> None:
    parsed = parse_message(text)
    assert (parsed.status, parsed.detail) == (status, detail)


HTML_COMPLAINT = "Invalid JSON: Unexpected character ('<' (code 60)): expected a valid value"
JACKSON = "was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"


@pytest.mark.parametrize(
    ("text", "body", "detail"),
    [
        (f"Invalid JSON: Unrecognized token 'Forbidden': {JACKSON} at line: 1, column: 10", "text", "Forbidden"),
        (
            f"Unrecognized token 'No': {JACKSON} at [Source: (String)\"No such tenant\"; line: 1, column: 3]",
            "text",
            "No such tenant",
        ),
        (
            f'{HTML_COMPLAINT} at [Source: (String)"<html><title>Sign in</title>"[truncated 9 chars]; line: 1]',
            "html",
            "Sign in",
        ),
        (HTML_COMPLAINT, "html", ""),
        ("<!DOCTYPE html><h1>Not here</h1>", "html", "Not here"),
        ("Unexpected token < in JSON at position 0", "html", ""),
        ("invalid character 'E' looking for beginning of value", "text", ""),
        ("No content to map due to end-of-input", "empty", "No content to map due to end-of-input"),
        ("Invalid JSON: Unrecognized token 'Not'", "text", "Not"),
        ("Unrecognized token 'Cut' at [Source: (String)\"Cut off by the lim", "text", "Cut off by the lim"),
        ("nothing of the kind", None, "nothing of the kind"),
    ],
)
def test_what_a_json_parser_quotes_is_the_real_message(text: str, body: str | None, detail: str) -> None:
    parsed = parse_message(f"Bad Request. Errors reported by remote server: {text}")
    assert (parsed.status, parsed.body, parsed.detail) == (400, body, detail)


def test_the_sentence_of_the_connector_test_is_not_part_of_the_detail() -> None:
    parsed = parse_message(
        "Error authenticating: Unauthorized. The connector configuration could not be tested. Make sure."
    )
    assert (parsed.status, parsed.detail) == (401, "")


@pytest.mark.parametrize(
    ("text", "status", "scim_type", "okta_code", "detail"),
    [
        ('{"scimType":"uniqueness","status":"409","detail":"taken"}', 409, "uniqueness", None, "taken"),
        ('{"Errors":[{"description":"gone","code":"404"}]}', 404, None, None, "gone"),
        ('{"error":"invalid_client","error_description":"who?"}', None, None, None, "invalid_client who?"),
        (
            '400: {"errorCode":"E0000001","errorSummary":"a","errorCauses":[{"errorSummary":"b"}]}',
            400,
            None,
            "E0000001",
            "a b",
        ),
        ("E0000047 came back", None, None, "E0000047", "E0000047 came back"),
        ("scimType=mutability", None, "mutability", None, "scimType=mutability"),
    ],
)
def test_error_bodies_in_json(
    text: str, status: int | None, scim_type: str | None, okta_code: str | None, detail: str
) -> None:
    parsed = parse_message(text)
    assert (parsed.status, parsed.scim_type, parsed.okta_code, parsed.detail) == (status, scim_type, okta_code, detail)


def test_control_and_bidi_characters_do_not_survive() -> None:
    parsed = parse_message("Error authenticating: \x1b[31mUnauthorized\u202e\r\n")
    assert not set("\x1b\u202e\r\n") & set(parsed.text)


@given(st.text(max_size=3 * TEXT_LIMIT))
def test_any_text_is_parsed(text: str) -> None:
    parsed = parse_message(text)
    assert len(parsed.text) <= TEXT_LIMIT
    assert parsed.status is None or 100 <= parsed.status < 600


def test_an_action_behind_a_frame_that_is_not_known() -> None:
    parsed = parse_message("Task 7 of domain.example not done: Error while deactivating user ada: Method Not Allowed")
    assert (parsed.action, parsed.subject, parsed.status, parsed.detail) == ("deactivate_user", "ada", 405, "")


def test_an_exception_class_that_names_a_status_alone() -> None:
    parsed = parse_message("Error while creating user ada: javax.ws.rs.BadRequestException: HTTP 400 Bad Request")
    assert (parsed.status, parsed.detail) == (400, "")


def test_a_phrase_in_quotes_is_read_whole() -> None:
    """The phrase "Not Found" ends in another reason phrase, "Found"."""
    parsed = parse_message('it fails with "Not Found. Errors reported by remote server: no such user"')
    assert parsed.status == 404


@pytest.mark.parametrize(
    "body",
    [
        '{"schemas":["urn:ietf:params:scim:api:messages:2.0:Erro',
        '{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400","det',
        '{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"scimType":"uniqu',
    ],
)
def test_an_error_that_is_cut_off_before_its_detail_says_nothing(body: str) -> None:
    parsed = parse_message(f"Error while creating user ada: Bad Request. Errors reported by remote server: {body}")
    assert (parsed.status, parsed.detail) == (400, "")
