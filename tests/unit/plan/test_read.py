"""What is read before a plan, and what it costs."""

from __future__ import annotations

import math
from collections import Counter

import httpx
import pytest

from oktascim.okta.errors import NotFound
from oktascim.okta.ratelimit import bucket_of
from oktascim.plan.read import read

ENABLED = {"status": "ENABLED", "authScheme": "TOKEN", "baseUrl": "https://acme.example/scim/v2"}


def test_a_plan_reads_only(walk, org, add, make, provisioning) -> None:
    add()
    org.users, org.groups = {"ada": "00u1"}, {"00g1": "Eng"}
    people = {"users": ["ada"], "groups": ["Eng"], "push_groups": ["Eng"]}
    walk.plan(make(label="New", provisioning=provisioning, assignments=people))
    assert org.writes() == []


@pytest.mark.parametrize("count", [1, 40])
def test_a_plan_without_changes_costs_two_requests_per_integration_beside_the_lists(
    walk, org, add, make, provisioning, count: int
) -> None:
    names = [f"app-{number}" for number in range(count)]
    org.users, org.groups = {"ada": "00u1"}, {"00g1": "Eng"}
    for number, name in enumerate(names):
        add(f"0oa{number}", marker=name, features=["PUSH_NEW_USERS"])
        org.connections[f"0oa{number}"] = ENABLED
        org.app_users.add((f"0oa{number}", "00u1"))
        org.app_groups.add((f"0oa{number}", "00g1"))
    people = {"users": ["ada"], "groups": ["Eng"]}
    wanted = provisioning | {"to_app": ["create"]}
    plans = walk.plan(*(make(name=name, provisioning=wanted, assignments=people) for name in names))
    assert {plan.action for plan in plans} == {"none"}
    spent = Counter(bucket_of(request.method, request.url.path) for request in org.requests)
    # its connection, and the list of its users, which shows who is in ERROR
    assert spent["/api/v1/apps"] + spent["/api/v1/apps/{id}"] == math.ceil(count / 200) + 2 * count
    assert sum(spent.values()) - spent["/api/v1/apps"] == 4  # ada, her links, the group, its apps: once for all


@pytest.mark.parametrize(
    ("people", "connection", "lists"),
    [
        ({"users": ["ada"]}, ENABLED, 1),
        ({"users": ["ada", "bob", "eve"]}, ENABLED, 1),  # one for all of them, and none for each that is missing
        ({"groups": ["Eng"]}, ENABLED, 1),
        ({"push_groups": ["Eng"]}, ENABLED, 0),
        ({}, ENABLED, 0),
        ({"groups": ["Eng"]}, ENABLED | {"status": "DISABLED"}, 0),
    ],
)
def test_the_users_of_an_app_are_listed_only_where_somebody_is_assigned_and_provisioning_is_on(
    walk, org, add, make, provisioning, people: dict, connection: dict, lists: int
) -> None:
    add()
    org.users, org.groups = {"ada": "00u1", "bob": "00u2", "eve": "00u3"}, {"00g1": "Eng"}
    org.connections["0oa1"] = connection
    walk.plan(make(provisioning=provisioning, assignments=people))
    asked = [line for line in org.lines if line.startswith("GET /api/v1/apps/0oa1/users")]
    assert asked == ["GET /api/v1/apps/0oa1/users"] * lists


def test_a_plan_of_nothing_but_new_apps_reads_the_list_alone(walk, org, make, provisioning) -> None:
    plans = walk.plan(make(provisioning=provisioning), make(name="other", label="Other", provisioning=provisioning))
    assert [plan.action for plan in plans] == ["create", "create"]
    assert org.lines == ["GET /api/v1/apps"]


def test_a_user_whose_links_are_hidden_is_asked_about(walk, org, add, make) -> None:
    add()
    org.users = {"ada": "00u1", "bob": "00u2"}
    org.app_users = {("0oa1", "00u1")}
    org.hides_links = True
    (plan,) = walk.plan(make(assignments={"users": ["ada", "bob"]}))
    assert [user.word for user in plan.steps[0].users] == ["bob"]


def test_what_the_org_does_not_have_is_said_once(walk, org, make) -> None:
    org.groups = {"00g1": "Eng"}
    people = {"users": ["eve"], "groups": ["Nowhere"], "push_groups": ["Nowhere"]}
    (plan,) = walk.plan(make(assignments=people))
    assert plan.problem.what.endswith("there is no user eve; there is no group Nowhere.")


def test_a_deactivated_user_cannot_be_assigned(walk, org, make) -> None:
    org.users = {"ada": "00u1"}
    org.user_status = "DEPROVISIONED"
    (plan,) = walk.plan(make(assignments={"users": ["ada"]}))
    assert "the user ada is deactivated" in plan.problem.what


def test_a_group_name_that_two_groups_share_is_not_guessed(walk, org, make) -> None:
    org.groups = {"00g1": "Eng", "00g2": "Eng"}
    (plan,) = walk.plan(make(assignments={"groups": ["Eng"]}))
    assert "2 groups are called Eng: name one by id (00g1, 00g2)" in plan.problem.what


def test_the_marker_finds_the_app_not_the_label(walk, add, make) -> None:
    add("0oa1", marker=None)
    add("0oa2", marker="acme", label="Renamed")
    (plan,) = walk.plan(make())
    assert plan.app.id == "0oa2"


def test_adoption_takes_the_one_app_of_that_label(walk, add, make) -> None:
    add("0oa1", marker=None)
    add("0oa2", marker="somebody-else")
    (plan,) = walk.plan(make(), adopt=True)
    assert (plan.app.id, plan.action) == ("0oa1", "change")


def test_adoption_gives_no_app_to_two_integrations(walk, add, make) -> None:
    add("0oa1", marker=None)
    plans = walk.plan(make(), make(name="second"), adopt=True)
    assert [plan.action for plan in plans] == ["blocked", "blocked"]


def test_the_features_api_is_asked_only_where_the_features_leave_a_doubt(walk, org, add, make, provisioning) -> None:
    add(features=["PUSH_NEW_USERS"])
    org.connections["0oa1"] = ENABLED
    walk.plan(make(provisioning=provisioning | {"to_app": ["create"]}))
    assert not any("features" in line for line in org.lines)
    walk.plan(make(provisioning=provisioning | {"to_app": ["create", "update"]}))
    assert org.lines.count("GET /api/v1/apps/0oa1/features/USER_PROVISIONING") == 1


def test_apps_that_no_file_of_their_owner_names_any_more(walk, org, add, make, fake_clock) -> None:
    add("0oa1", marker="team/acme")
    add("0oa2", marker="team/gone")
    for number, marker in enumerate((None, "gone", "other-team/gone", "other-team/acme"), 3):
        add(f"0oa{number}", marker=marker)

    def orphans(owner: str | None) -> list[str]:
        async def work():
            async with walk.client() as okta:
                return await read(okta, [make().owned_by(owner)])

        return [app.id for app in fake_clock.run(work()).orphans]

    assert orphans("team") == ["0oa2"]
    assert orphans(None) == []


class TestTwins:
    """Two apps of one marker, of which another run may be about to delete the one it made."""

    CREATED = "2027-01-15T07:59:58.000Z"  # two seconds before the clock of these tests

    def test_a_young_twin_is_given_time_to_go(self, walk, org, add, make) -> None:
        add("0oa1", created="2027-01-15T07:59:57.000Z")
        add("0oa2", created=self.CREATED)
        org.on_read = lambda app_id: org.apps.pop("0oa2", None) if len(org.lines) > 5 else None
        (plan,) = walk.plan(make())
        assert (plan.app.id, plan.problem) == ("0oa1", None)
        assert org.lines.count("GET /api/v1/apps") == 1  # the looks are on the roomy bucket

    def test_a_young_twin_that_stays_is_named(self, walk, add, make) -> None:
        add("0oa1", created=self.CREATED)
        add("0oa2", created=self.CREATED)
        (plan,) = walk.plan(make())
        assert "2 apps carry the marker oktascim:acme" in plan.problem.what
        assert plan.problem.fix.endswith("The oldest is 0oa1.")

    @pytest.mark.parametrize("created", ["2026-01-15T07:59:58.000Z", "yesterday"])
    def test_nobody_waits_for_old_twins(self, walk, org, add, make, created: str) -> None:
        add("0oa1", created=created)
        add("0oa2", created=created)
        (plan,) = walk.plan(make())
        assert (plan.action, walk.clock.slept, org.lines) == ("blocked", [], ["GET /api/v1/apps"])


def test_an_app_that_is_deleted_while_it_is_read_is_no_app(walk, org, add, make, provisioning) -> None:
    add()
    org.fail("GET /api/v1/apps/0oa1/connections/default", httpx.Response(404))
    org.on_read = lambda app_id: org.apps.clear()
    (plan,) = walk.plan(make(provisioning=provisioning))
    assert (plan.app, plan.action) == (None, "create")


def test_a_404_about_an_app_that_exists_is_a_failure(walk, org, add, make, provisioning) -> None:
    add()
    org.fail("GET /api/v1/apps/0oa1/connections/default", httpx.Response(404))
    with pytest.raises(NotFound):
        walk.plan(make(provisioning=provisioning))
