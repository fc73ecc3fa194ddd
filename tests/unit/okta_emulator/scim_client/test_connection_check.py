"""What the test button and Save ask, and what the administrator reads (OB-246 to OB-255)."""

import pytest

from okta_emulator.scim_client import connection_check
from okta_emulator.scim_client.wire import NoResponse


def run(connection):
    return lambda http: connection_check.check_credentials(connection, http)


def save(connection):
    return lambda http: connection_check.check_at_save(connection, http)


def test_the_test_is_one_read_of_two_users(play, answer, connect):
    played = play(run(connect()), answer.listing({"id": "1"}))
    assert played.lines == ["GET /Users?startIndex=1&count=2"]
    assert (played.outcome.ok, played.outcome.error, played.events) == (True, None, [])


def test_an_empty_server_passes(play, answer, connect):
    assert play(run(connect()), answer.listing()).outcome.ok


def test_a_string_start_index_passes_here(play, answer, connect):
    assert play(run(connect()), answer.listing({"id": "1"}, startIndex="1")).outcome.ok


def test_a_bare_401_gets_the_long_sentence(play, answer, connect):
    played = play(run(connect()), answer.text(401, ""))
    assert played.outcome.error == (
        "Error authenticating: Unauthorized. The connector configuration could not be tested. Make sure that the URL, "
        "Authentication Parameters are correct and that there is an implementation available at the URL provided."
    )
    assert played.events == ["application.integration.authentication_failure FAILURE"]
    assert played.outcome.facts[0].legacy_event_type == "app.api.error.auth"


def test_the_servers_words_stand_alone(play, answer, connect):
    played = play(run(connect()), answer.error(403, "token lacks scim:read"))
    assert played.outcome.error == (
        "Error authenticating: Forbidden. Errors reported by remote server: token lacks scim:read"
    )


@pytest.mark.parametrize(
    ("version", "text"), [("2.0", "No results for users returned"), ("1.1", "No resources for users")]
)
def test_json_that_is_no_list(play, answer, connect, version, text):
    played = play(run(connect(scim_version=version)), answer.json(200, {"hello": "world"}))
    assert played.outcome.error == f"Error authenticating: {text}"


def test_a_page_with_status_200(play, answer, connect):
    played = play(run(connect()), answer.text(200, "<html>"))
    assert played.outcome.error.startswith("Error authenticating: Invalid JSON: Unexpected character ('<' (code 60))")


def test_no_answer_is_null(play, connect):
    played = play(run(connect()), NoResponse("no"))
    assert played.outcome.error == "Error authenticating: null"
    assert played.outcome.facts[0].reason is None


def test_an_echoed_token_is_hidden_in_every_text(play, answer, connect):
    played = play(run(connect()), answer.error(401, "bad token sentinel-7f3a"))
    assert played.outcome.error.endswith("bad token [hidden]")
    assert "sentinel" not in repr(played.outcome)


@pytest.mark.parametrize(
    ("settings", "lines"),
    [
        ({"kind": "template"}, ["GET /Groups?startIndex=1&count=100"]),
        ({"kind": "template", "import_groups": False}, []),
        ({"kind": "wizard"}, ["GET /Users?startIndex=1&count=2", "GET /Groups?startIndex=1&count=100"]),
        ({"kind": "wizard", "import_groups": False}, ["GET /Users?startIndex=1&count=2"]),
        ({"scim_version": "1.1"}, ["GET /Users?startIndex=1&count=2", "GET /Groups?startIndex=1&count=100"]),
    ],
)
def test_save_reads(play, answer, connect, settings, lines):
    played = play(save(connect(**settings)), *(answer.listing() for _ in lines))
    assert played.lines == lines
    assert played.outcome.ok


def test_save_stops_at_users_that_cannot_be_read(play, answer, connect):
    played = play(save(connect(kind="wizard")), answer.error(500, "boom"))
    assert len(played.lines) == 1
    assert not played.outcome.ok


def test_save_does_without_a_group_endpoint(play, answer, connect):
    assert play(save(connect()), answer.error(404, "no groups here")).outcome.ok
    page = play(save(connect()), answer.text(404, "<html>")).outcome
    assert page.error.startswith("Error authenticating: Not Found. Errors reported by remote server: Invalid JSON")
