"""Users, groups and assignments: exact names only, and absence is an answer."""

from __future__ import annotations

import json

import httpx
import pytest

from oktascim.okta import directory, push

GROUP_ID = "00g" + "a" * 17


def group(name: str, group_id: str = "00g1") -> dict:
    return {"id": group_id, "profile": {"name": name}}


def run(fake, work):
    async def inside():
        async with fake.client() as okta:
            return await work(okta)

    return fake.clock.run(inside())


def test_a_user_is_found_by_login(fake_okta) -> None:
    fake_okta.on("GET /api/v1/users/ada@acme.example", {"id": "00u1"})
    assert run(fake_okta, lambda okta: directory.find_user(okta, "ada@acme.example")) == {"id": "00u1"}


@pytest.mark.parametrize(
    ("find", "line"),
    [
        (lambda okta: directory.find_user(okta, "x"), "GET /api/v1/users/x"),
        (lambda okta: directory.get_app_user(okta, "0oa1", "00u1"), "GET /api/v1/apps/0oa1/users/00u1"),
        (lambda okta: directory.get_app_group(okta, "0oa1", "00g1"), "GET /api/v1/apps/0oa1/groups/00g1"),
    ],
)
def test_what_is_not_there_is_none(fake_okta, okta_error, find, line: str) -> None:
    fake_okta.on(line, okta_error(404, "E0000007", "Not found"))
    assert run(fake_okta, find) is None


def test_only_a_group_of_exactly_that_name_is_meant(fake_okta) -> None:
    similar = [group("Engineering"), group("Engineering EU", "00g2"), group("engineering", "00g3")]
    fake_okta.on("GET /api/v1/groups?q=Engineering&limit=200", similar)
    assert run(fake_okta, lambda okta: directory.find_groups(okta, "Engineering")) == [group("Engineering")]


def test_a_group_is_found_by_id(fake_okta) -> None:
    fake_okta.on(f"GET /api/v1/groups/{GROUP_ID}", group("Engineering", GROUP_ID))
    assert run(fake_okta, lambda okta: directory.find_groups(okta, GROUP_ID)) == [group("Engineering", GROUP_ID)]


def test_a_group_may_be_called_like_an_id(fake_okta, okta_error) -> None:
    fake_okta.on(f"GET /api/v1/groups/{GROUP_ID}", okta_error(404, "E0000007"))
    fake_okta.on("GET /api/v1/groups", [group(GROUP_ID)])
    assert run(fake_okta, lambda okta: directory.find_groups(okta, GROUP_ID)) == [group(GROUP_ID)]


def test_apps_are_read_from_the_side_of_the_user_and_of_the_group(fake_okta) -> None:
    fake_okta.on("GET /api/v1/users/00u1/appLinks", [{"appInstanceId": "0oa1"}, {"appInstanceId": "0oa2"}, {}])
    fake_okta.on("GET /api/v1/groups/00g1/apps?limit=200", [{"id": "0oa1"}])
    assert run(fake_okta, lambda okta: directory.apps_shown_to(okta, "00u1")) == {"0oa1", "0oa2"}
    assert run(fake_okta, lambda okta: directory.apps_of_group(okta, "00g1")) == {"0oa1"}


def test_assignments(fake_okta) -> None:
    stub = fake_okta.on("POST /api/v1/apps/0oa1/users", {})
    fake_okta.on("PUT /api/v1/apps/0oa1/groups/00g1", {})
    fake_okta.on("DELETE /api/v1/apps/0oa1/users/00u1", httpx.Response(204))
    fake_okta.on("DELETE /api/v1/apps/0oa1/groups/00g1", httpx.Response(204))
    run(fake_okta, lambda okta: directory.assign_user(okta, "0oa1", "00u1"))
    run(fake_okta, lambda okta: directory.assign_group(okta, "0oa1", "00g1"))
    run(fake_okta, lambda okta: directory.unassign_user(okta, "0oa1", "00u1"))
    run(fake_okta, lambda okta: directory.unassign_group(okta, "0oa1", "00g1"))
    assert json.loads(stub.requests[0].content) == {"id": "00u1", "scope": "USER"}


def test_a_push_mapping_is_paused_before_it_is_deleted(fake_okta) -> None:
    mapping = "/api/v1/apps/0oa1/group-push/mappings/gPm1"
    fake_okta.on(f"PATCH {mapping}", {})
    fake_okta.on(f"DELETE {mapping}?deleteTargetGroup=true", httpx.Response(200))
    run(fake_okta, lambda okta: push.delete_push_mapping(okta, "0oa1", "gPm1", delete_target=True))
    assert fake_okta.lines == [f"PATCH {mapping}", f"DELETE {mapping}"]
    assert json.loads(fake_okta.requests[0].content) == {"status": "INACTIVE"}


@pytest.mark.parametrize("link", [None, '<https://acme.okta.com/api/v1/apps/0oa1/users?after=1>; rel="next"'])
def test_the_first_users_of_an_app_cost_one_request(fake_okta, link: str | None) -> None:
    headers = {"Link": link} if link else {}
    fake_okta.on("GET /api/v1/apps/0oa1/users?limit=500", httpx.Response(200, json=[{"id": "00u1"}], headers=headers))
    users, more = run(fake_okta, lambda okta: directory.first_app_users(okta, "0oa1"))
    assert ([user["id"] for user in users], more) == (["00u1"], link is not None)
    assert len(fake_okta.requests) == 1
