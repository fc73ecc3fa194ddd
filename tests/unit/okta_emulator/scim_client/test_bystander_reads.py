"""What a watchful org reads around a write, and what counts as a change of something else."""

import pytest

from okta_emulator.scim_client import users
from okta_emulator.scim_client.bystanders import Bystanders
from okta_emulator.scim_client.wire import NoResponse

BOB = {"id": "8", "userName": "bob@example.com", "active": True, "meta": {"version": "1"}, "groups": [{"value": "g"}]}
LOOK = "GET /Users/8"


def deactivated(play, answer, connect, *answers):
    """Deactivate user 7, with user 8 as a bystander."""
    connection = connect(watchful=True, bystanders=Bystanders({"active": ["/Users/7", "/Users/8"], "inactive": []}))

    def deactivating(http):
        return users.deactivate(connection, "7", http)

    return play(deactivating, *answers)


def texts(played):
    return [fault.text for fault in played.outcome.silent_faults]


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (BOB | {"meta": {"version": "2"}, "groups": [], "roles": [1], "nickName": "B"}, None),
        (BOB | {"active": False}, "has changed too: active is false when read again, not true"),
        (
            {"id": "8", "active": True},
            'has changed too: userName is missing when read again; expected "bob@example.com"',
        ),
        (None, "is gone too (404)"),
    ],
)
def test_another_user_must_stay_the_same_in_what_is_not_the_servers_own(play, answer, connect, after, said):
    left = {"id": "7", "active": False}
    last = answer.json(200, after) if after else answer.error(404, "none")
    played = deactivated(
        play, answer, connect, answer.json(200, BOB), answer.json(200, left), answer.json(200, left), last
    )
    assert played.lines == [LOOK, "PATCH /Users/7", "GET /Users/7", LOOK]
    assert texts(played) == ([f'PATCH /Users/7 200: the user "8" {said}'] if said else [])
    assert [exchange.watch for exchange in played.outcome.exchanges] == [True, False, True, True]


@pytest.mark.parametrize("first", [NoResponse("gone"), None])
def test_a_bystander_that_cannot_be_read_delays_no_write(play, answer, connect, first):
    left = {"id": "7", "active": False}
    before = first or answer.error(500, "busy")
    played = deactivated(play, answer, connect, before, answer.json(200, left), answer.json(200, left))
    assert (played.outcome.ok, texts(played)) == (True, [])
    assert played.lines == [LOOK, "PATCH /Users/7", "GET /Users/7"]
