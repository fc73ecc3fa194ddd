"""Waiting for the sides: what is asked, how often, and when it ends; on an org of stubs, where time costs nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import httpx
import pytest

from oktascim.check.bodies import Names
from oktascim.okta.apps import app_from
from oktascim.verify.diagnosis import result_of
from oktascim.verify.log_side import LogSide
from oktascim.verify.model import LifecycleStep, Said, StepResult, lifecycle
from oktascim.verify.okta_side import unassigned
from oktascim.verify.prepare import groups_for, people_for
from oktascim.verify.prove import EMULATED, Patience, prove
from oktascim.verify.pushed import PushedAccount
from oktascim.verify.run import begin_step
from oktascim.verify.scene import Lag, Scene
from tests.conftest import FakeClock, FakeOkta

APP = app_from({"id": "0oa1", "name": "scim2testapp", "label": "Acme"})
LOGIN = "verify-1@example.com"
APP_USER = "GET /api/v1/apps/0oa1/users/00u1"
LOGS = "GET /api/v1/logs"
STEPS = {step.id: step for step in lifecycle().steps}
STAGED = {"id": "00u1", "status": "STAGED", "syncState": "DISABLED", "externalId": None, "scope": "USER"}
THERE = {**STAGED, "status": "PROVISIONED", "externalId": "r1", "credentials": {"userName": LOGIN}}


def event(kind: str, result: str = "SUCCESS", reason: str | None = None, uuid: str = "1") -> dict[str, Any]:
    return {
        "uuid": uuid,
        "published": "2027-01-15T08:00:01.000Z",
        "eventType": kind,
        "outcome": {"result": result, "reason": reason},
        "target": [{"id": "0oa1", "type": "AppInstance"}, {"id": "00u1", "type": "User", "alternateId": LOGIN}],
        "transaction": {"id": "job1"},
    }


def scene(okta: FakeOkta) -> Scene:
    account = PushedAccount(LOGIN, "00u1", begun=True)
    account.push({"login": LOGIN})
    names = Names("verify-1", "example.com")
    people, check = people_for(names, account), "oktascim check URL"
    return Scene(okta.client(), APP, "catalog", check, names, None, "no credentials", people, groups_for(names, people))


def proven(okta: FakeOkta, step_id: str, patience: Patience | None = None) -> tuple[tuple[Said, ...], StepResult]:
    """What the sides say of a step, and its result."""
    step: LifecycleStep = STEPS[step_id]

    async def work() -> tuple[tuple[Said, ...], StepResult]:
        setting = scene(okta)
        log = LogSide(setting)
        log.next_step(log.scene)
        sides = await prove(setting, log, step, patience or Patience())
        return sides, result_of(setting, log, step, sides, 1.0)

    return okta.clock.run(work())


@pytest.fixture
def okta(fake_clock: FakeClock) -> FakeOkta:
    return FakeOkta(fake_clock)


def test_okta_is_waited_for_and_the_log_is_read_only_once_the_app_user_is_there(okta: FakeOkta) -> None:
    app_user = okta.on(APP_USER, STAGED, STAGED, STAGED, THERE)
    logs = okta.on(LOGS, [], [event("application.provision.user.push")])
    sides, result = proven(okta, "user.create")
    assert [said.answer for said in sides] == ["agrees", "not_asked", "agrees"]
    assert (len(app_user.requests), len(logs.requests)) == (4, 2)
    assert okta.clock.slept[:4] == [1, 2, 4, 8], "the pauses grow"
    assert (result.state, "the SCIM server wasn't asked" in result.detail) == ("unproven", True)


def test_a_failure_ends_the_wait_and_is_explained_in_oktas_words(okta: FakeOkta) -> None:
    okta.on(APP_USER, {**STAGED, "syncState": "ERROR"})
    reason = "Unauthorized. Errors reported by remote server: token expired"
    okta.on(LOGS, [event("application.provision.user.push", "FAILURE", reason)])
    sides, result = proven(okta, "user.create")
    assert [said.answer for said in sides] == ["disagrees", "not_asked", "disagrees"]
    assert okta.clock.elapsed < 1
    assert "token expired" in result.detail
    assert result.category.startswith("auth.")


def test_a_web_page_in_oktas_reason_is_named_by_its_title(okta: FakeOkta) -> None:
    okta.on(APP_USER, {**STAGED, "syncState": "ERROR"})
    page = "<!doctype html><html><head><title>500 - Acme</title></head><body>at com.acme.Bar"
    okta.on(LOGS, [event("application.provision.user.push", "FAILURE", f"Internal Server Error. {page}")])
    _, result = proven(okta, "user.create")
    assert 'Okta reports “Internal Server Error. [web page "500 - Acme"]”.' in result.detail


def test_a_failure_without_a_reason_names_the_app_and_what_this_machine_saw(okta: FakeOkta) -> None:
    okta.on(APP_USER, {**STAGED, "syncState": "ERROR"})
    okta.on(LOGS, [event("application.provision.user.verify_exists", "FAILURE")])
    _, result = proven(okta, "user.create")
    assert result.detail.startswith("Okta gives no reason. The cause is unknown: ")
    assert result.detail.endswith("The SCIM server couldn't be asked: no credentials.")
    assert "--app 0oa1 --failures --transaction job1" in result.fix


def test_an_org_that_never_gets_there_fails_at_the_deadline_with_few_calls(okta: FakeOkta) -> None:
    app_user = okta.on(APP_USER, STAGED)
    okta.on(LOGS, [])
    sides, result = proven(okta, "user.create")
    assert [said.answer for said in sides] == ["disagrees", "not_asked", "silent"]
    assert okta.clock.elapsed == pytest.approx(90, abs=1)
    assert len(app_user.requests) < 16
    assert result.detail == "Okta didn't finish: STAGED, syncState DISABLED, externalId none."


def test_a_log_that_may_not_be_read_is_asked_once(okta: FakeOkta) -> None:
    okta.on(APP_USER, THERE)
    body = {"errorCode": "E0000006", "errorSummary": "You do not have permission", "errorCauses": []}
    logs = okta.on(LOGS, httpx.Response(403, json=body))
    sides, result = proven(okta, "user.create")
    assert sides[2].answer == "not_asked"
    assert len(logs.requests) == 1
    assert result.state == "unproven"


def test_events_of_others_and_of_earlier_steps_prove_nothing(okta: FakeOkta) -> None:
    stranger = event("application.provision.user.push_profile")
    stranger["target"][1] = {"id": "00u2", "type": "User", "alternateId": "ada@acme.example"}
    earlier, now = (
        event("application.provision.user.push_profile"),
        event("application.provision.user.push_profile", uuid="2"),
    )
    okta.on(LOGS, [earlier], [earlier, stranger], [earlier, stranger, now])

    async def work() -> list[str]:
        log = LogSide(scene(okta))
        log.next_step(log.scene)
        answers = [(await log.ask(STEPS["user.name"])).answer]
        log.next_step(log.scene)
        return [*answers, *[(await log.ask(STEPS["user.update"])).answer for _ in range(2)]]

    assert okta.clock.run(work()) == ["agrees", "silent", "agrees"]


def test_a_success_before_a_failure_of_another_kind_is_no_proof(okta: FakeOkta) -> None:
    okta.on(APP_USER, THERE)
    patched = event("application.provision.user.reactivate")
    refused = event("application.provision.user.push_profile", "FAILURE", "Bad Request", uuid="2")
    okta.on(LOGS, [patched, refused])
    assert proven(okta, "user.reactivate")[0][2].answer == "disagrees"


def test_a_user_name_format_of_the_app_is_learned(okta: FakeOkta) -> None:
    okta.on(APP_USER, {**THERE, "credentials": {"userName": "verify-1"}})
    okta.on(LOGS, [event("application.provision.user.push")])

    async def work() -> PushedAccount:
        setting = scene(okta)
        log = LogSide(setting)
        log.next_step(log.scene)
        await prove(setting, log, STEPS["user.create"], Patience())
        return setting.account

    account = okta.clock.run(work())
    assert (account.follows_login, account.user_name) == (False, "verify-1")


def test_an_assignment_through_a_group_is_named(okta: FakeOkta) -> None:
    okta.on(APP_USER, {**THERE, "scope": "GROUP"})
    said = run(unassigned(scene(okta)))
    assert (said.answer, said.final, "through a group" in said.words) == ("disagrees", True, True)
    assert "Everyone" in said.meaning


def run(work: Coroutine[Any, Any, Said]) -> Said:
    return asyncio.run(work)


def waits(okta: FakeOkta, monkeypatch: pytest.MonkeyPatch, shown_after: float, wait: float = 90) -> tuple[Said, Lag]:
    """What the SCIM side says if it shows a change only after some seconds, and what is learned from it."""
    okta.on(APP_USER, THERE)
    okta.on(LOGS, [event("application.provision.user.push")])
    setting, start = scene(okta), okta.clock.elapsed

    async def late(_scene: Scene, _step: LifecycleStep) -> Said:
        there = okta.clock.elapsed - start >= shown_after
        return Said("scim", "agrees" if there else "silent", "active" if there else "no account")

    monkeypatch.setattr("oktascim.verify.prove.ask_scim", late)

    async def work() -> tuple[Said, ...]:
        log = LogSide(setting)
        log.next_step(setting)
        return await prove(setting, log, STEPS["user.create"], replace(EMULATED, wait=wait))

    return okta.clock.run(work())[1], setting.lag


def test_a_server_that_shows_changes_late_isnt_called_a_liar(okta: FakeOkta, monkeypatch: pytest.MonkeyPatch) -> None:
    said, lag = waits(okta, monkeypatch, shown_after=2)
    assert (said.answer, lag.in_vain) == ("agrees", False)
    assert 1.9 < lag.seconds < 2.6


def test_the_long_wait_for_a_late_server_isnt_repeated(okta: FakeOkta, monkeypatch: pytest.MonkeyPatch) -> None:
    said, lag = waits(okta, monkeypatch, shown_after=60)
    assert (said.answer, lag) == ("disagrees", Lag(0.0, in_vain=True))
    assert okta.clock.elapsed == pytest.approx(EMULATED.lag, abs=0.5)


def test_an_error_that_is_older_than_the_step_may_still_go_away(okta: FakeOkta) -> None:
    okta.on(APP_USER, {**THERE, "syncState": "ERROR"}, {**THERE, "syncState": "ERROR"}, THERE)
    okta.on(LOGS, [event("application.provision.user.push_profile")])
    setting = scene(okta)
    setting.account.erred = True
    begin_step(setting, STEPS["user.update"])

    async def work() -> tuple[Said, ...]:
        log = LogSide(setting)
        log.next_step(setting)
        return await prove(setting, log, STEPS["user.update"], Patience())

    assert [said.answer for said in okta.clock.run(work())] == ["agrees", "not_asked", "agrees"]
