"""Duplicates and lost members, which a SCIM server doesn't report."""

import pytest

from okta_emulator.scim_client import groups, imports, users
from okta_emulator.scim_client.connection import Member
from okta_emulator.scim_client.wire import NoResponse

ANN, BOB = Member("u1", "ann@example.com"), Member("u2", "bob@example.com")
LOOKED_UP = "GET /Users?filter=userName%20eq%20%22jane.doe%40example.com%22&startIndex=1&count=100"


def texts(played):
    return [fault.text for fault in played.outcome.silent_faults]


def group(*members, name="G"):
    return {"id": "g1", "displayName": name, "members": [{"value": one} for one in members]}


def created(play, answer, connect, jane, *reads, earlier=()):
    """Create a user whom the look-up doesn't find; the answers to the reads after the one of the user."""

    def echo(http):
        return users.create_or_link(connect(watchful=True), jane, http, earlier=frozenset(earlier))

    shown = {"schemas": ["s"], "id": "7", "userName": jane.user_name}
    return play(echo, answer.listing(), answer.json(201, shown), answer.json(200, shown), *reads)


def about_names(played):
    return [text for text in texts(played) if "userName" in text]


def test_a_created_user_is_searched_for(play, answer, connect, jane):
    found = {"id": "7", "userName": "Jane.Doe@example.com"}
    played = created(play, answer, connect, jane, answer.listing(found))
    assert played.lines == [LOOKED_UP, "POST /Users", "GET /Users/7", LOOKED_UP]
    assert [exchange.watch for exchange in played.outcome.exchanges] == [False, False, True, True]
    assert about_names(played) == []


@pytest.mark.parametrize(
    ("listed", "says"),
    [
        ([], "a search for userName {} doesn't find it"),
        (["7", "7"], "a search for userName {} lists it 2 times"),
        (["7", "3"], 'the server has another user with userName {}: "3"'),
    ],
)
def test_a_name_must_lead_to_the_created_user_alone(play, answer, connect, jane, listed, says):
    found = answer.listing(*({"id": one, "userName": jane.user_name} for one in listed))
    played = created(play, answer, connect, jane, found)
    assert about_names(played) == ["POST /Users/7 201: " + says.format('"jane.doe@example.com"')]


@pytest.mark.parametrize(
    ("status", "name", "is_there"), [(200, "JANE.doe@example.com", True), (200, "j", False), (404, "", False)]
)
def test_an_account_that_okta_had_before_is_read(play, answer, connect, jane, status, name, is_there):
    """A search that hides inactive users doesn't show it."""
    listed = answer.listing({"id": "7", "userName": jane.user_name})
    before = answer.json(status, {"id": "3", "userName": name})
    played = created(play, answer, connect, jane, listed, before, earlier=["3", "7"])
    assert played.lines[-1] == "GET /Users/3"
    assert bool(about_names(played)) == is_there


@pytest.mark.parametrize("answered", ["error", "html", "strings"])
def test_a_search_without_a_list_proves_nothing(play, answer, connect, jane, answered):
    reply = {
        "error": answer.error(500, "no"),
        "html": answer.text(200, "<html>"),
        "strings": answer.listing(totalResults="0"),
    }[answered]
    assert about_names(created(play, answer, connect, jane, reply)) == []


@pytest.mark.parametrize("answered", [0, 1, 2])
def test_a_read_without_a_response_is_the_last(play, answer, connect, jane, answered):
    """Each could take a minute."""
    shown = {"schemas": ["s"], "id": "7", "userName": jane.user_name}
    reads = [answer.json(200, shown), answer.listing(shown)][:answered]

    def creating(http):
        return users.create_or_link(connect(watchful=True), jane, http, earlier=frozenset(["3", "4"]))

    played = play(creating, answer.listing(), answer.json(201, shown), *reads, NoResponse("gone"))
    assert played.outcome.ok
    assert [exchange.watch for exchange in played.outcome.exchanges] == [False, False, *[True] * (answered + 1)]


def test_a_rename_keeps_the_members(play, answer, connect):
    renaming = lambda http: groups.rename_group(connect(), "g1", "New", http, kept=[ANN])  # noqa: E731
    assert texts(play(renaming, answer.json(200, group("u1", name="New")))) == []
    assert texts(play(renaming, answer.json(200, group(name="New")))) == [
        'PATCH /Groups/g1 200: members is [] in the response, not ["u1"]'
    ]


def test_each_batch_keeps_the_members_of_those_before(play, answer, connect):
    changing = lambda http: groups.change_members(connect(batch_size=1), "g1", "G", [ANN, BOB], [], http)  # noqa: E731
    answers = [answer.text(204, ""), answer.json(200, group("u1")), answer.json(200, group("u2"))]
    assert texts(play(changing, *answers)) == [
        'PATCH /Groups/g1 200: members is ["u2"] in the response, not ["u1", "u2"]'
    ]


def test_a_group_read_before_its_put_has_its_members(play, answer, connect):
    """A wizard-made app would write back the loss."""
    connection = connect(kind="wizard")
    changing = lambda http: groups.change_members(connection, "g1", "G", [BOB], [], http, kept=[ANN])  # noqa: E731
    reads_and_puts = [
        answer.json(200, group()),
        answer.text(204, ""),
        answer.json(200, group("u2")),
        answer.text(204, ""),
    ]
    assert texts(play(changing, *reads_and_puts)) == ['GET /Groups/g1 200: members is [] when read again, not ["u1"]']


def test_an_import_counts_each_entry_and_each_name_once(play, answer, connect):
    def listed(*pairs):
        users_of = [{"id": one, "userName": name} for one, name in pairs]
        return texts(play(lambda http: imports.import_users(connect(), http), answer.listing(*users_of)))

    assert listed(("1", "a"), ("2", "b")) == []
    assert listed(("1", "a"), ("2", "b"), ("1", "a"), ("2", "b")) == ['GET /Users 200: lists "1", "2" more than once']
    assert listed(("1", "A"), ("2", "a"), ("3", "b"), ("4", "b"), ("5", "b"), ("6", "b")) == [
        'GET /Users 200: the users "1", "2" have the same userName "A" (2 such names)'
    ]
    assert listed(*((str(number), "a") for number in range(9))) == [
        'GET /Users 200: the users "0", "1", "2" and 6 more have the same userName "a"'
    ]


@pytest.mark.parametrize("members", [None, "x", [None, "x", {"value": {}}], [{"value": "u1"}]])
def test_members_of_a_user_are_not_compared(play, answer, connect, jane, members):
    """A PUT sends back whatever the server has."""
    pushing = lambda http: users.update(connect(), jane, "7", http)  # noqa: E731
    shown = {"id": "7", "members": members}
    played = play(pushing, answer.json(200, shown), answer.json(200, {"id": "7"}))
    assert '"members":' in played.bodies[1]
    assert played.outcome.ok
    assert not [text for text in texts(played) if "members" in text]


@pytest.mark.parametrize(
    ("shown", "says"),
    [("Jane Doe", []), ("Jane", ['PUT /Users/7 200: name.familyName is "Old" in the response, not "Doe"'])],
)
def test_a_formatted_name_that_a_put_sends_back_is_the_servers_own(play, answer, connect, jane, shown, says):
    before = {"id": "7", "userName": jane.user_name, "name": {"formatted": "Jane Old", "familyName": "Old"}}

    def answered(http):
        return users.update(connect(), jane, "7", http)

    played = play(answered, answer.json(200, before), answer.json(200, stored(jane, shown)))
    assert [text for text in texts(played) if " name." in text] == says


def stored(jane, shown):
    family = "Doe" if shown == "Jane Doe" else "Old"
    return {
        "id": "7",
        "userName": jane.user_name,
        "name": {"formatted": shown, "givenName": "Jane", "familyName": family},
    }
