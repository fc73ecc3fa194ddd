"""Imports: the pages asked for and what is made of them (OB-291, OB-292)."""

import pytest

from okta_emulator.scim_client import imports


def user(number):
    return {"id": f"id{number}", "userName": f"u{number}@example.com", "active": number % 2 == 0}


def test_pages_step_by_one_hundred(play, answer, connect):
    pages = [[user(n) for n in range(start, min(start + 100, 205))] for start in (0, 100, 200)]
    played = play(
        lambda http: imports.import_users(connect(), http), *(answer.listing(*page, totalResults=205) for page in pages)
    )
    assert played.lines == [f"GET /Users?startIndex={start}&count=100" for start in (1, 101, 201)]
    assert len(played.outcome.users) == 205
    assert [found.active for found in played.outcome.users[:2]] == [True, False]


def test_exactly_one_hundred_is_one_page(play, answer, connect):
    page = answer.listing(*map(user, range(100)))
    assert len(play(lambda http: imports.import_users(connect(), http), page).lines) == 1


def test_an_endless_total_ends_at_an_empty_page(play, answer, connect):
    played = play(
        lambda http: imports.import_users(connect(), http),
        answer.listing(user(1), totalResults=10**9),
        answer.listing(totalResults=10**9),
    )
    assert (len(played.lines), len(played.outcome.users)) == (2, 1)


def test_pages_without_end_fail(play, answer, connect, monkeypatch):
    monkeypatch.setattr(imports, "_MOST_PAGES", 3)
    pages = [answer.listing(user(1), totalResults=10**9) for _ in range(3)]
    played = play(lambda http: imports.import_users(connect(), http), *pages)
    assert (played.outcome.ok, played.outcome.users) == (False, ())
    assert "more than 3 pages" in played.outcome.error


@pytest.mark.parametrize(("limit", "most"), [("_MOST_RESOURCES", 150), ("_MOST_CHARACTERS", 10_000)])
def test_a_server_that_sends_everything_with_each_page_is_not_read_without_end(
    play, answer, connect, monkeypatch, limit, most
):
    monkeypatch.setattr(imports, limit, most)
    everything = answer.listing(*map(user, range(100)), totalResults=10**6)
    played = play(lambda http: imports.import_users(connect(), http), *[everything] * 2)
    assert (played.outcome.ok, played.outcome.users) == (False, ())
    assert "200 resources on 2 pages are too many" in played.outcome.error


def test_attributes_come_back_in_okta_names(play, answer, connect):
    resource = {
        **user(2),
        "name": {"givenName": "Ann", "familyName": "Lee"},
        "emails": [{"value": "home@example.com", "type": "home"}, {"value": "ann@example.com", "primary": True}],
        "phoneNumbers": [{"value": "1", "type": "mobile"}, {"value": "2", "type": ["odd"]}, "odd"],
        "addresses": [{"locality": "Bern", "country": "CH"}],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "R&D", "manager": {"value": "m1"}},
        "title": "",
    }
    played = play(lambda http: imports.import_users(connect(), http), answer.listing(resource))
    assert played.outcome.users[0].attributes == {
        "firstName": "Ann",
        "lastName": "Lee",
        "email": "ann@example.com",
        "mobilePhone": "1",
        "city": "Bern",
        "countryCode": "CH",
        "department": "R&D",
        "managerId": "m1",
    }


def test_resources_without_id_or_name_are_left_out(play, answer, connect):
    listing = answer.listing({"userName": "x"}, {"id": "1"}, {"id": "2", "userName": 7}, user(0))
    played = play(lambda http: imports.import_users(connect(), http), listing)
    assert [found.user_name for found in played.outcome.users] == ["u0@example.com"]


def test_groups_bring_their_members(play, answer, connect):
    listing = answer.listing(
        {"id": "g1", "displayName": "G", "members": [{"value": "u1"}, {"value": 2}, {}, "odd"]},
        {"id": "g2", "displayName": "H", "members": None},
        {"id": "g3"},
    )
    played = play(lambda http: imports.import_groups(connect(), http), listing)
    assert played.lines == ["GET /Groups?startIndex=1&count=100"]
    assert [(group.name, group.member_ids) for group in played.outcome.groups] == [("G", ("u1", "2")), ("H", ())]


@pytest.mark.parametrize(
    ("work", "error", "event"),
    [
        (imports.import_users, "Error while downloading all users: ", "application.provision.user.import"),
        (imports.import_groups, "Error while downloading all groups: ", "application.provision.group.import"),
    ],
)
def test_a_failing_page_imports_nothing(play, answer, connect, work, error, event):
    played = play(
        lambda http: work(connect(), http),
        answer.listing({"id": "1", "userName": "a", "displayName": "A"}, totalResults=101),
        answer.error(500, "boom"),
    )
    assert played.outcome.error == f"{error}Internal Server Error. Errors reported by remote server: boom"
    assert (played.outcome.users, played.outcome.groups) == ((), ())
    assert played.events == [f"{event} FAILURE"]


def test_string_paging_members_fail_without_a_reason(play, answer, connect):
    played = play(lambda http: imports.import_users(connect(), http), answer.listing(user(1), totalResults="1"))
    assert played.outcome.error == "Error while downloading all users: null"
    assert played.outcome.facts[0].reason is None
