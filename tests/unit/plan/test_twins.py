"""Runs that create the same app at the same time: one app stays, whoever looks first."""

from __future__ import annotations

import copy
from typing import Any

import httpx
import pytest

SECOND = "2027-01-15T08:00:00.000Z"
LATER = "2027-01-15T08:00:01.000Z"
LOST = httpx.ReadError("reset")


@pytest.fixture
def rival(org):
    """Lets another run create the same app during the creation of ours."""

    def join(app_id: str, *, created: str = SECOND, mine: str = SECOND, **members: Any) -> None:
        def created_too(app: dict[str, Any]) -> None:
            if app["id"] not in org.apps:
                app["created"] = mine
                org.apps[app_id] = copy.deepcopy(app) | {"id": app_id, "created": created} | members

        org.on_write = created_too

    return join


def test_the_run_of_the_younger_app_deletes_it_and_continues_with_the_elder(walk, org, make, rival) -> None:
    rival("0oa0", mine=LATER)
    org.users = {"ada": "00u1"}
    (report,) = walk.apply(make(assignments={"users": ["ada"]}))
    assert (report.status, report.app_id, list(org.apps)) == ("done", "0oa0", ["0oa0"])
    assert org.app_users == {("0oa0", "00u1")}
    assert report.to_json()["notes"] == [
        "Another run created the same app at the same time. This run deleted its own (0oa1) and continued with 0oa0."
    ]


def test_the_run_of_the_elder_app_keeps_it_and_leaves_the_younger_alone(walk, org, make, rival) -> None:
    rival("0oa0", created=LATER)
    (report,) = walk.apply(make())
    assert (report.status, report.app_id, sorted(org.apps)) == ("done", "0oa1", ["0oa0", "0oa1"])
    assert walk.clock.slept == []


def test_in_one_second_the_smaller_id_is_the_elder(walk, org, make, rival) -> None:
    rival("0oa0")
    (report,) = walk.apply(make())
    assert (report.app_id, list(org.apps)) == ("0oa0", ["0oa0"])


def test_an_elder_by_id_alone_waits_for_the_other_run_to_give_way(walk, org, make, rival) -> None:
    rival("0oa2")
    org.on_read = lambda app_id: org.apps.pop("0oa2", None) if walk.clock.slept else None
    (report,) = walk.apply(make())
    assert (report.app_id, list(org.apps), report.notes) == ("0oa1", ["0oa1"], ())


def test_an_elder_by_id_alone_gives_way_to_a_run_that_looked_before(walk, org, make, rival) -> None:
    rival("0oa2")
    (report,) = walk.apply(make())
    assert (report.status, report.app_id, list(org.apps)) == ("done", "0oa2", ["0oa2"])


def test_of_three_the_eldest_stays(walk, org, make, rival) -> None:
    rival("0oa0", mine=LATER)
    two = org.on_write

    def three(app: dict[str, Any]) -> None:
        two(app)
        org.apps.setdefault("0oa00", copy.deepcopy(org.apps["0oa0"]) | {"id": "0oa00", "created": LATER})

    org.on_write = three
    org.on_read = lambda app_id: org.apps.pop("0oa00", None) if walk.clock.slept else None  # its run gives way too
    (report,) = walk.apply(make())
    assert (report.status, report.app_id, list(org.apps)) == ("done", "0oa0", ["0oa0"])


def test_where_all_runs_gave_way_the_app_is_created_again(walk, org, make, rival) -> None:
    rival("0oa0", mine=LATER)
    seen = []

    def gone_after_it_was_seen(app_id: str) -> None:
        seen.append(app_id)
        if app_id == "0oa1" and "0oa0" in seen:
            org.apps.pop("0oa0", None)
            org.on_write = lambda app: None

    org.on_read = gone_after_it_was_seen
    (report,) = walk.apply(make())
    assert (report.status, len(org.apps), org.lines.count("POST /api/v1/apps")) == ("done", 1, 2)


def test_a_list_that_still_shows_a_deleted_app_is_not_believed(walk, org, make, rival) -> None:
    rival("0oa0", mine=LATER)
    org.on_read = lambda app_id: org.apps.pop("0oa0", None)
    (report,) = walk.apply(make())
    assert (report.status, report.app_id) == ("done", "0oa1")


def test_a_search_that_does_not_show_the_new_app_is_followed_by_the_whole_list(walk, org, make, rival) -> None:
    rival("0oa0", mine=LATER)

    def lag(app: dict[str, Any]) -> None:
        two(app)
        org.fail("GET /api/v1/apps", httpx.Response(200, json=[]))

    two = org.on_write
    org.on_write = lag
    (report,) = walk.apply(make())
    assert (report.app_id, list(org.apps)) == ("0oa0", ["0oa0"])


def test_without_a_rival_the_look_costs_one_request(walk, org, make) -> None:
    walk.apply(make())
    assert org.lines == ["GET /api/v1/apps", "POST /api/v1/apps", "GET /api/v1/apps"]
    assert walk.clock.slept == []


def test_a_list_that_does_not_show_the_new_app_as_it_is_wanted_proves_nothing(walk, org, make) -> None:
    def lag(app: dict[str, Any]) -> None:
        org.fail("GET /api/v1/apps", httpx.Response(200, json=[app | {"label": "Acm"}]))

    org.on_write = lag
    (report,) = walk.apply(make())
    assert report.status == "done"
    assert org.lines[-2:] == ["GET /api/v1/apps", "GET /api/v1/apps/0oa1"]


def test_a_lost_deletion_does_not_hide_the_twin(walk, org, make, rival) -> None:
    rival("0oa0", mine=LATER)
    for _ in range(3):
        org.fail("DELETE /api/v1/apps/0oa1", LOST)
    (report,) = walk.apply(make())
    assert (report.app_id, list(org.apps)) == ("0oa0", ["0oa0"])


def test_an_elder_of_another_kind_stops_the_run(walk, org, make, rival) -> None:
    rival("0oa0", mine=LATER, name="scim2testapp_basic")
    (report,) = walk.apply(make())
    assert report.status == "failed"
    assert "created 0oa0 as a scim2testapp_basic app" in report.error.what


def test_after_a_lost_answer_nobody_guesses_which_app_is_ours(walk, org, make, rival) -> None:
    rival("0oa0")
    org.fail("POST /api/v1/apps", LOST, done=True)
    (report,) = walk.apply(make())
    assert (report.status, sorted(org.apps)) == ("failed", ["0oa0", "0oa1"])
    assert "2 apps carry the marker oktascim:acme" in report.error.what


def test_an_app_that_another_run_deletes_in_favour_of_its_twin_is_replaced_by_it(walk, org, add, make) -> None:
    add("0oa1")
    org.users = {"ada": "00u1"}

    def give_way(app_id: str) -> None:
        if app_id == "0oa1" and "0oa1" in org.apps:
            org.apps["0oa0"] = org.apps.pop("0oa1") | {"id": "0oa0"}

    org.on_read = give_way
    (report,) = walk.apply(make(label="Acme CRM", assignments={"users": ["ada"]}))
    assert (report.status, report.app_id, org.app_users) == ("done", "0oa0", {("0oa0", "00u1")})
    assert org.apps["0oa0"]["label"] == "Acme CRM"
    assert report.notes == ("The app 0oa1 was deleted during this run, which continued with 0oa0, its twin.",)


def test_an_app_that_a_person_deletes_during_the_run_is_not_created_again(walk, org, add, make) -> None:
    add("0oa1")
    org.on_read = lambda app_id: org.apps.clear()
    (report,) = walk.apply(make(label="Acme CRM"))
    assert (report.status, org.apps) == ("failed", {})
    assert "POST /api/v1/apps" not in org.lines


@pytest.mark.parametrize("unread", ["GET /api/v1/apps/0oa1", "GET /api/v1/apps"])
def test_if_a_twin_cannot_be_looked_for_every_integration_is_reported(walk, org, add, make, refuse, unread) -> None:
    add("0oa1")
    add("0oa2", marker="other", label="Other")

    def delete(app_id: str) -> None:
        if app_id == "0oa1":
            org.apps.pop("0oa1", None)
            org.fail(unread, refuse(403, "E0000006", "You do not have permission"))

    org.on_read = delete
    reports = walk.apply(make(label="Acme CRM"), make(name="other", label="Other CRM"))
    assert [report.status for report in reports] == ["failed", "done"]
    assert org.apps["0oa2"]["label"] == "Other CRM"


def test_a_group_that_another_run_began_to_push_is_pushed(walk, org, add, make, refuse) -> None:
    add()
    org.groups = {"00g1": "Eng"}
    twice = refuse(400, "E0000001", "Api validation failed: sourceGroupId", "There is a mapping.")
    org.fail("POST /api/v1/apps/0oa1/group-push/mappings", twice, done=True)
    (report,) = walk.apply(make(assignments={"push_groups": ["Eng"]}))
    assert report.status == "done"


def test_a_refused_push_without_a_mapping_is_a_failure(walk, org, add, make, refuse) -> None:
    add()
    org.groups = {"00g1": "Eng"}
    org.fail("POST /api/v1/apps/0oa1/group-push/mappings", refuse(400, "E0000027", "Group push bad request"))
    (report,) = walk.apply(make(assignments={"push_groups": ["Eng"]}))
    assert report.status == "failed"
    assert "E0000027" in report.error.why
