"""User operations: each row of the verb table, byte for byte (OB-270 to OB-284)."""

import dataclasses
import json
import re

import httpx
import pytest

from okta_emulator.scim_client import users
from okta_emulator.scim_client.profile import placeholder_password
from okta_emulator.scim_client.wire import NoResponse

FILTER = "GET /Users?filter=userName%20eq%20%22jane.doe%40example.com%22&startIndex=1&count=100"
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
SERVER_USER = {
    "schemas": [CORE],
    "id": "8ff6",
    "meta": {"resourceType": "User", "version": "v1.0"},
    "userName": "jane.doe@example.com",
    "name": {"familyName": "Old", "givenName": "Jane", "formatted": "Jane Old"},
    "emails": [
        {"value": "private@example.com", "type": "home"},
        {"value": "old@example.com", "type": "work", "primary": True},
    ],
    "active": True,
    "groups": [{"value": "g1"}],
    "nickName": "JD",
}
PUT_BODY = (
    '{"id":"8ff6","externalId":"00uv931EiyRsnwOGa0g3","meta":{"resourceType":"User","version":"v1.0"},'
    f'"schemas":["{CORE}"],"userName":"jane.doe@example.com","displayName":"Jane Doe","locale":"en_US","active":true,'
    '"emails":[{"value":"private@example.com","type":"home"},'
    '{"value":"jane.doe@example.com","type":"work","primary":true}],'
    '"name":{"familyName":"Doe","givenName":"Jane","formatted":"Jane Old"},"groups":[],"nickName":"JD"}'
)
INACTIVE = {**SERVER_USER, "active": False}
PATCH_ACTIVE = (
    '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],'
    '"Operations":[{"op":"replace","value":{"active":true}}]}'
)


def provision(connection, person, **options):
    return lambda http: users.create_or_link(connection, person, http, **options)


def test_create_filters_then_posts(play, answer, connect, jane):
    played = play(provision(connect(), jane), answer.listing(), answer.json(201, SERVER_USER))
    assert played.lines == [FILTER, "POST /Users"]
    body, password = re.subn(r'"password":"[A-Za-z0-9]{8}"', '"password":"*"', played.bodies[1])
    assert password == 1
    assert body == (
        f'{{"schemas":["{CORE}"],"userName":"jane.doe@example.com","name":{{"givenName":"Jane","familyName":"Doe"}},'
        '"emails":[{"primary":true,"value":"jane.doe@example.com","type":"work"}],"displayName":"Jane Doe",'
        '"locale":"en_US","externalId":"00uv931EiyRsnwOGa0g3","groups":[],"password":"*","active":true}'
    )
    assert (played.outcome.ok, played.outcome.external_id) == (True, "8ff6")
    assert played.events == [
        "application.provision.user.push SUCCESS",
        "app.user_management.push_new_user_success SUCCESS",
        "application.provision.user.sync SUCCESS",
    ]


def test_the_captured_length_of_a_11_create(play, answer, connect, jane):
    played = play(provision(connect(scim_version="1.1"), jane), answer.listing(), answer.json(201, SERVER_USER))
    assert played.requests[1].headers["Content-Length"] == "321"
    assert played.bodies[1].startswith('{"schemas":["urn:scim:schemas:core:1.0"],"userName":')


@pytest.mark.parametrize(("policy", "length", "symbols"), [("default", 8, 0), ("symbols", 12, 1)])
def test_a_placeholder_follows_the_password_policy(policy, length, symbols):
    for _ in range(50):
        password = placeholder_password(policy)
        kinds = [str.islower, str.isupper, str.isdigit]
        assert all(any(map(kind, password)) for kind in kinds)
        assert len(password) == length
        assert sum(not letter.isalnum() for letter in password) >= symbols


def test_two_placeholder_passwords_differ(play, answer, connect, jane):
    def password():
        played = play(provision(connect(), jane), answer.listing(), answer.json(201, SERVER_USER))
        return json.loads(played.bodies[1])["password"]

    assert password() != password()


def test_a_404_error_means_create_and_a_404_page_does_not(play, answer, connect, jane):
    created = play(provision(connect(), jane), answer.error(404, "not found"), answer.json(201, SERVER_USER))
    assert created.outcome.ok
    failed = play(provision(connect(), jane), answer.text(404, "<html>"))
    assert failed.outcome.error.startswith(
        "Error while verifying if user jane.doe@example.com exists: Not Found. Errors reported by remote server: "
        "Invalid JSON: Unexpected character"
    )


def test_a_string_start_index_stops_before_the_post(play, answer, connect, jane):
    played = play(provision(connect(), jane), answer.listing(startIndex="1"))
    assert played.lines == [FILTER]
    assert played.outcome.facts[-1].event_type == "application.provision.user.sync"
    assert (played.outcome.facts[-1].result, played.outcome.facts[-1].reason) == ("FAILURE", None)
    assert played.outcome.facts[-1].legacy_event_type == "app.user_management.provision_user_failed"


def test_no_match_without_create_users(play, answer, connect, jane):
    played = play(provision(connect(), jane, create=False), answer.listing())
    assert played.lines == [FILTER]
    assert played.outcome.error == "Matching user not found."


def test_several_matches_are_an_error(play, answer, connect, jane):
    played = play(provision(connect(), jane), answer.listing(SERVER_USER, INACTIVE))
    assert played.outcome.error == "More than one user was found for ID: jane.doe@example.com"


@pytest.mark.parametrize(
    ("reply", "detail"),
    [
        (httpx.Response(201), "Create new user returned empty user."),
        (httpx.Response(201, json={"schemas": [CORE]}), "Create new user returned empty user."),
        (httpx.Response(201, json={"id": "1"}), "No schema's defined in scim user"),
        (
            httpx.Response(409, json={"detail": "jane is not unique"}),
            "Conflict. Errors reported by remote server: jane is not unique",
        ),
        (httpx.Response(400), "Bad Request"),
    ],
)
def test_a_create_that_fails(play, answer, connect, jane, reply, detail):
    played = play(provision(connect(), jane), answer.listing(), reply)
    assert played.outcome.error == f"Error while creating user jane.doe@example.com: {detail}"
    assert played.events == [
        "application.provision.user.push FAILURE",
        "application.provision.user.sync FAILURE",
    ]
    assert [fact.reason for fact in played.outcome.facts] == [detail, None]


def test_a_numeric_id_is_accepted(play, answer, connect, jane):
    played = play(provision(connect(), jane), answer.listing(), answer.json(201, {**SERVER_USER, "id": 1}))
    assert played.outcome.external_id == "1"


def test_the_unique_identifier_names_the_filter_attribute(play, answer, connect, jane):
    connection = connect(unique_identifier="externalKey")
    played = play(provision(connection, jane), answer.listing(), answer.json(201, SERVER_USER))
    assert played.lines[0] == "GET /Users?filter=externalKey%20eq%20%22jane.doe%40example.com%22&startIndex=1&count=100"


@pytest.mark.parametrize("kind", ["template", "wizard"])
def test_link_reads_and_puts_the_merged_resource(play, answer, connect, jane, kind):
    played = play(
        provision(connect(kind=kind), jane),
        answer.listing(SERVER_USER),
        answer.json(200, SERVER_USER),
        answer.json(200, SERVER_USER),
    )
    assert played.lines == [FILTER, "GET /Users/8ff6", "PUT /Users/8ff6"]
    assert played.bodies[2] == PUT_BODY
    assert played.events == [
        "application.provision.user.verify_exists SUCCESS",
        "application.provision.user.push_profile SUCCESS",
        "application.provision.user.sync SUCCESS",
    ]


def test_a_11_template_links_without_reading_again(play, answer, connect, jane):
    played = play(provision(connect(scim_version="1.1"), jane), answer.listing(SERVER_USER), answer.json(200, {}))
    assert played.lines == [FILTER, "PUT /Users/8ff6"]
    assert played.bodies[1] == PUT_BODY


def test_linking_an_inactive_user_activates_first_in_a_template(play, answer, connect, jane):
    played = play(
        provision(connect(), jane),
        answer.listing(INACTIVE),
        answer.text(204, ""),
        answer.json(200, SERVER_USER),
        answer.json(200, SERVER_USER),
    )
    assert played.lines == [FILTER, "PATCH /Users/8ff6", "GET /Users/8ff6", "PUT /Users/8ff6"]
    assert played.bodies[1] == PATCH_ACTIVE
    assert played.bodies[3] == PUT_BODY
    assert "application.provision.user.reactivate SUCCESS" in played.events


def test_a_11_template_does_not_put_the_stale_active(play, answer, connect, jane):
    played = play(
        provision(connect(scim_version="1.1"), jane),
        answer.listing(INACTIVE),
        answer.text(200, ""),
        answer.json(200, {}),
    )
    assert played.bodies[1:] == ['{"schemas":["urn:scim:schemas:core:1.0"],"id":"8ff6","active":true}', PUT_BODY]


def test_linking_an_inactive_user_is_one_put_in_a_wizard_app(play, answer, connect, jane):
    played = play(
        provision(connect(kind="wizard"), jane),
        answer.listing(INACTIVE),
        answer.json(200, INACTIVE),
        answer.json(200, SERVER_USER),
    )
    assert played.lines == [FILTER, "GET /Users/8ff6", "PUT /Users/8ff6"]
    assert played.bodies[2] == PUT_BODY


@pytest.mark.parametrize("kind", ["template", "wizard"])
def test_update_reads_and_puts(play, answer, connect, jane, kind):
    played = play(
        lambda http: users.update(connect(kind=kind), jane, "8ff6", http),
        answer.json(200, SERVER_USER),
        answer.json(200, SERVER_USER),
    )
    assert played.lines == ["GET /Users/8ff6", "PUT /Users/8ff6"]
    assert played.bodies[1] == PUT_BODY
    assert played.events == ["application.provision.user.push_profile SUCCESS"]


def test_an_update_never_changes_the_status_and_returns_what_it_was_given(play, answer, connect, jane):
    given = {**INACTIVE, "password": "TkdFNVdIVkxhM2c9"}
    played = play(
        lambda http: users.update(connect(), jane, "8ff6", http), answer.json(200, given), answer.json(200, {})
    )
    sent = json.loads(played.bodies[1])
    assert (sent["active"], sent["password"]) == (False, "TkdFNVdIVkxhM2c9")
    assert "TkdFNVdIVkxhM2c9" not in repr(played.outcome)


def test_a_new_user_name_goes_to_the_same_id(play, answer, connect, jane):
    renamed = dataclasses.replace(jane, user_name="jane.roe@example.com")
    played = play(
        lambda http: users.update(connect(), renamed, "8ff6", http), answer.json(200, SERVER_USER), answer.json(200, {})
    )
    assert json.loads(played.bodies[1])["userName"] == "jane.roe@example.com"


@pytest.mark.parametrize("gone", [httpx.Response(404), httpx.Response(200, text="")])
def test_an_update_of_nobody_stops(play, connect, jane, gone):
    played = play(lambda http: users.update(connect(), jane, "8ff6", http), gone)
    assert played.lines == ["GET /Users/8ff6"]
    assert played.outcome.error == (
        "Error while trying to push profile update for jane.doe@example.com: No user returned for user 8ff6"
    )
    assert played.outcome.facts[0].reason == "No user returned for user 8ff6"
    assert played.outcome.facts[0].legacy_event_type == "app.api.error.push_profile_update"


def test_deactivate_in_a_20_template_has_the_captured_length(play, answer, connect):
    played = play(lambda http: users.deactivate(connect(), "8ff6", http), answer.text(204, ""))
    assert played.lines == ["PATCH /Users/8ff6"]
    assert played.bodies == [PATCH_ACTIVE.replace("true", "false")]
    assert played.requests[0].headers["Content-Length"] == "118"
    assert played.events == ["application.provision.user.deactivate SUCCESS"]


def test_deactivate_in_a_11_template(play, answer, connect):
    played = play(lambda http: users.deactivate(connect(scim_version="1.1"), "48e0a2da", http), answer.json(200, {}))
    assert played.bodies == ['{"schemas":["urn:scim:schemas:core:1.0"],"id":"48e0a2da","active":false}']


@pytest.mark.parametrize("version", ["2.0", "1.1"])
def test_deactivate_in_a_wizard_app_echoes_the_resource(play, answer, connect, version):
    connection = connect(kind="wizard", scim_version=version)
    played = play(
        lambda http: users.deactivate(connection, "8ff6", http, okta_id="00u1"),
        answer.json(200, SERVER_USER),
        answer.json(200, INACTIVE),
    )
    assert played.lines == ["GET /Users/8ff6", "PUT /Users/8ff6"]
    assert json.loads(played.bodies[1]) == {**INACTIVE, "externalId": "00u1"}


def test_a_server_without_patch_gets_no_put(play, answer, connect):
    played = play(lambda http: users.deactivate(connect(), "8ff6", http), answer.error(501, "no PATCH"))
    assert played.lines == ["PATCH /Users/8ff6"]
    assert played.outcome.error == (
        "Error while deactivating user: Not Implemented. Errors reported by remote server: no PATCH"
    )


def test_deactivate_on_a_dead_server_has_the_phrase_as_reason(play, answer, connect):
    played = play(lambda http: users.deactivate(connect(), "8ff6", http), answer.text(502, ""))
    assert [fact.reason for fact in played.outcome.facts] == ["Bad Gateway"]


def test_linking_an_inactive_user_puts_them_active_in_a_wizard_app(play, answer, connect, jane):
    played = play(
        provision(connect(kind="wizard"), jane),
        answer.listing(INACTIVE),
        answer.json(200, INACTIVE),
        answer.json(200, SERVER_USER),
    )
    assert played.lines == [FILTER, "GET /Users/8ff6", "PUT /Users/8ff6"]
    assert played.bodies[2] == PUT_BODY


@pytest.mark.parametrize(
    ("settings", "lines", "body"),
    [
        (
            {},
            ["PATCH /Users/8ff6"],
            PATCH_ACTIVE.replace('"active":true', '"password":"Tr0ub4dor"'),
        ),
        (
            {"scim_version": "1.1"},
            ["PATCH /Users/8ff6"],
            '{"schemas":["urn:scim:schemas:core:1.0"],"id":"8ff6","password":"Tr0ub4dor"}',
        ),
    ],
)
def test_password_in_templates(play, answer, connect, settings, lines, body):
    played = play(
        lambda http: users.push_password(connect(**settings), "8ff6", "Tr0ub4dor", http), answer.text(204, "")
    )
    assert played.lines == lines
    assert played.bodies == [body]
    assert played.events == ["application.provision.user.push_okta_password SUCCESS"]
    assert "Tr0ub4dor" not in repr(played.outcome)


def test_password_in_a_wizard_app(play, answer, connect):
    played = play(
        lambda http: users.push_password(connect(kind="wizard"), "8ff6", "Tr0ub4dor", http),
        answer.json(200, SERVER_USER),
        answer.json(400, {"detail": "too short"}),
    )
    assert played.lines == ["GET /Users/8ff6", "PUT /Users/8ff6"]
    assert json.loads(played.bodies[1])["password"] == "Tr0ub4dor"
    assert played.outcome.error == "Error pushing password: Bad Request. Errors reported by remote server: too short"
    assert played.events == ["application.provision.user.password FAILURE"]


def test_no_answer_on_assignment(play, connect, jane):
    played = play(provision(connect(), jane), NoResponse("no route"))
    assert played.outcome.error == "Error while verifying if user jane.doe@example.com exists: null"
    assert [fact.reason for fact in played.outcome.facts] == [None, None]


@pytest.mark.parametrize("kind", ["template", "wizard"])
def test_a_profile_that_fails_on_reactivation_reads_as_a_profile_push(play, answer, connect, jane, kind):
    patched = [answer.text(204, "")] if kind == "template" else []
    played = play(
        provision(connect(kind=kind), jane),
        answer.listing(INACTIVE),
        *patched,
        answer.json(200, INACTIVE),
        answer.error(400, "no seat left"),
    )
    assert played.outcome.error == (
        "Error while trying to push profile update for jane.doe@example.com: "
        "Bad Request. Errors reported by remote server: no seat left"
    )


def test_a_match_without_an_id(play, answer, connect, jane):
    played = play(provision(connect(), jane), answer.listing({"userName": "jane.doe@example.com"}))
    assert played.outcome.error == (
        "Error while verifying if user jane.doe@example.com exists: No results for users returned"
    )
