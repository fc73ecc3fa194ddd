"""The handoff: what it says, and that without a person nothing is waited for."""

from __future__ import annotations

from oktascim.routes.handoff import HandoffRoute

OFF = {"status": "UNKNOWN", "profile": {"authScheme": "UNKNOWN"}}


def attempt(fake, make_task, seconds: float, shown: list):
    async def work():
        async with fake.client() as okta:
            return await HandoffRoute(seconds, show=shown.append).attempt(make_task(okta))

    return fake.clock.run(work())


def test_without_a_person_nothing_is_waited_for(fake_okta, make_task) -> None:
    shown: list = []
    outcome = attempt(fake_okta, make_task, 0, shown)
    assert outcome.handoff.page.startswith("https://acme-admin.okta.com/admin/app/scim2headerauth/instance/0oa1/")
    assert shown == []  # the report says it
    assert (fake_okta.requests, fake_okta.clock.elapsed) == ([], 0)


def test_a_person_is_waited_for_until_the_org_shows_it(fake_okta, make_task) -> None:
    fake_okta.on("GET /api/v1/apps/0oa1", {"id": "0oa1"}, {"id": "0oa1"}, {"id": "0oa1", "features": ["GROUP_PUSH"]})
    fake_okta.on("GET /api/v1/apps/0oa1/connections/default", OFF)
    outcome = attempt(fake_okta, make_task, 600, [])
    assert outcome.said == "Done manually in the Admin Console."
    assert fake_okta.clock.slept == [10, 10, 10]
