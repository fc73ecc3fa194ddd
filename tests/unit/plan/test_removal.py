"""Removing apps: gone is done, and a 500 under load is not the end."""

from __future__ import annotations

import httpx
import pytest

from oktascim.errors import ExitCode
from oktascim.http.clock import Stop
from oktascim.okta.apps import app_from
from oktascim.plan.removal import Removal, removal_exit_code, remove_all
from oktascim.routes.observer import Observer

DELETE = "DELETE /api/v1/apps/0oa1"
DEACTIVATE = "POST /api/v1/apps/0oa1/lifecycle/deactivate"


def remove(walk, *apps: dict, stop: Stop | None = None) -> list[Removal]:
    async def work() -> list[Removal]:
        walk.stop = stop
        async with walk.client() as okta:
            return await remove_all(okta, [app_from(app) for app in apps], Observer())

    return walk.clock.run(work())


def test_an_active_app_is_deactivated_and_deleted_and_seen_to_be_gone(walk, org, add) -> None:
    (removal,) = remove(walk, add())
    assert (removal.status, org.apps) == ("removed", {})
    assert org.writes() == [DEACTIVATE, DELETE]
    assert org.lines[-1] == "GET /api/v1/apps/0oa1"
    assert removal.to_json() == {
        "name": "acme",
        "owner": None,
        "label": "Acme",
        "app_id": "0oa1",
        "status": "removed",
        "evidence": "GET /api/v1/apps/0oa1 returns 404",
        "error": None,
    }


def test_an_inactive_app_is_deleted_at_once(walk, org, add) -> None:
    remove(walk, add(status="INACTIVE"))
    assert org.writes() == [DELETE]


def test_an_app_that_is_gone_already_is_done(walk, org, add) -> None:
    gone = add()
    org.apps.clear()
    (removal,) = remove(walk, gone)
    assert (removal.status, org.writes()) == ("removed", [])


@pytest.mark.parametrize("trouble", [httpx.ReadError("reset"), httpx.Response(500)], ids=["lost", "500"])
@pytest.mark.parametrize("done", [True, False])
def test_a_delete_without_an_answer_is_looked_at_and_sent_again(walk, org, add, trouble, done: bool) -> None:
    org.fail(DELETE, trouble, done=done)
    (removal,) = remove(walk, add())
    assert (removal.status, org.apps) == ("removed", {})
    assert org.lines.count(DELETE) == (1 if done else 2)


def test_one_that_stays_is_a_failure_and_the_others_go(walk, org, add) -> None:
    for _ in range(3):
        org.fail(DELETE, httpx.Response(500))
    bad, good = remove(walk, add("0oa1"), add("0oa2", marker="other"))
    assert (bad.status, good.status) == ("failed", "removed")
    assert list(org.apps) == ["0oa1"]
    assert removal_exit_code([good, bad]) == ExitCode.FAILED


def test_an_app_that_answers_after_its_deletion_is_a_failure(walk, org, add) -> None:
    app = add(status="INACTIVE")
    for _ in range(3):
        org.fail(DELETE, httpx.Response(204))
    (removal,) = remove(walk, app)
    assert removal.error.what == "The app 0oa1 still exists after its deletion."


def test_a_refused_token_is_said_as_one(walk, org, add, refuse) -> None:
    org.fail(DEACTIVATE, refuse(403, "E0000006", "You do not have permission"))
    assert removal_exit_code(remove(walk, add())) == ExitCode.IDENTITY


def test_an_interrupted_removal_leaves_the_rest(walk, org, add) -> None:
    stop = Stop()
    org.on_read = lambda _app_id: stop.ask()
    removals = remove(walk, add("0oa1"), add("0oa2"), stop=stop)
    assert [removal.status for removal in removals] == ["interrupted", "interrupted"]
    assert (removal_exit_code(removals), len(org.apps)) == (ExitCode.INTERRUPTED, 2)


def test_an_app_that_has_another_marker_by_now_is_left_alone(walk, org, add) -> None:
    listed = add(marker="team/acme")
    add(marker="other-team/acme")
    (removal,) = remove(walk, listed)
    assert (removal.status, org.writes()) == ("failed", [])
    assert "its marker changed from team/acme to other-team/acme" in removal.error.what


def test_nothing_to_remove_is_done() -> None:
    assert removal_exit_code([]) == ExitCode.DONE
