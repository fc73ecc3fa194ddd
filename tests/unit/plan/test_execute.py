"""Carrying a plan out: nothing is believed that was not read back, nothing is created twice, one failure stops one."""

from __future__ import annotations

import httpx
import pytest

from oktascim.errors import ExitCode
from oktascim.http.clock import Stop
from oktascim.plan.report import exit_code

LOST = httpx.ReadError("connection reset")
CONNECT = "POST /api/v1/apps/0oa1/connections/default"
SWA = {"mode": "swa"}


def steps(report) -> list[tuple[str, str]]:
    return [(step.step.kind, step.status) for step in report.steps]


def test_everything_from_nothing_and_then_nothing_more(walk, org, make, provisioning) -> None:
    org.takes_credentials = True
    org.users, org.groups = {"ada": "00u1"}, {"00g1": "Eng"}
    people = {"users": ["ada"], "groups": ["Eng"], "push_groups": ["Eng"]}
    one = make(provisioning=provisioning | {"to_app": ["create", "update"]}, assignments=people)
    (report,) = walk.apply(one)
    assert (report.status, report.app_id, report.route) == ("done", "0oa1", "api")
    assert report.proof.verified_by == ("connections/default", "features")
    assert all(step.evidence for step in report.steps)
    written = len(org.writes())
    (again,) = walk.apply(one)
    assert (again.status, again.steps) == ("unchanged", ())
    assert len(org.writes()) == written


def test_a_swa_app_reads_back_under_another_name_and_is_done(walk, org, make) -> None:
    assert [report.status for report in walk.apply(make(sign_on=SWA))] == ["done"]
    assert [plan.action for plan in walk.plan(make(sign_on=SWA))] == ["none"]


def test_to_app_options_that_only_the_features_api_shows_count(walk, org, make, provisioning) -> None:
    org.takes_credentials = True
    org.features_follow = False
    one = make(provisioning=provisioning | {"to_app": ["create", "update"]})
    assert [report.status for report in walk.apply(one)] == ["done"]
    assert [plan.action for plan in walk.plan(one)] == ["none"]


class TestPending:
    def test_what_needs_provisioning_waits_until_it_is_on(self, walk, org, make, provisioning) -> None:
        org.users = {"ada": "00u1"}
        (report,) = walk.apply(make(provisioning=provisioning, assignments={"users": ["ada"]}))
        assert steps(report) == [("create_app", "done"), ("provisioning", "pending"), ("assign_users", "waiting")]
        assert (report.status, exit_code([report])) == ("pending", ExitCode.PERSON)
        assert org.app_users == set()
        assert report.handoff.page.endswith("/admin/app/scim2headerauth/instance/0oa1/#tab-provisioning")

    def test_a_person_who_does_it_while_we_wait_is_noticed(self, walk, org, make, provisioning) -> None:
        org.users = {"ada": "00u1"}
        walk.wait_seconds = 60
        looks = 0

        def after_a_while(app_id: str) -> None:
            nonlocal looks
            looks += 1
            if looks == 4:
                org.apps[app_id]["features"] = ["SCIM_PROVISIONING"]

        org.on_read = after_a_while
        (report,) = walk.apply(make(provisioning=provisioning, assignments={"users": ["ada"]}))
        assert (report.status, report.route) == ("done", "handoff")
        assert org.app_users == {("0oa1", "00u1")}

    def test_nobody_is_waited_for_longer_than_was_said(self, walk, make, provisioning) -> None:
        walk.wait_seconds = 60
        (report,) = walk.apply(make(provisioning=provisioning))
        assert report.status == "pending"
        assert walk.clock.elapsed == 60

    def test_a_write_that_would_switch_provisioning_off_is_left_to_a_person(self, walk, org, add, make) -> None:
        sign_on = {"mode": "saml", "acs_url": "https://new.example/acs", "audience": "https://acme.example"}
        add(name="acme_acme_1", features=["PUSH_NEW_USERS"])
        org.users = {"ada": "00u1"}
        one = make(template="custom-saml", sign_on=sign_on, assignments={"users": ["ada"]})
        (report,) = walk.apply(one)
        assert steps(report) == [("update_app", "pending"), ("assign_users", "done")]
        assert "could switch provisioning off" in report.error.what
        assert "sign_on.acs_url: https://new.example/acs" in report.error.fix
        assert not any(line.startswith("PUT") for line in org.lines)

    def test_a_connection_that_is_saved_and_not_on_is_not_risked(self, walk, org, add, make, provisioning) -> None:
        sign_on = {"mode": "saml", "acs_url": "https://new.example/acs", "audience": "https://acme.example"}
        add(name="acme_acme_1", features=[])
        provisioning["credentials"] = {"mode": "header", "token": {"env": "T"}}
        (report,) = walk.apply(make(template="custom-saml", sign_on=sign_on, provisioning=provisioning))
        assert [status for kind, status in steps(report) if kind == "update_app"] == ["pending"]
        assert not any(line.startswith("PUT") for line in org.lines)

    def test_who_waits_for_a_person_holds_up_nobody(self, walk, org, make, provisioning) -> None:
        walk.wait_seconds = 600
        reports = walk.apply(
            make(provisioning=provisioning), make(name="other", label="Other", provisioning=provisioning), parallel=1
        )
        assert [report.status for report in reports] == ["pending", "pending"]
        assert walk.clock.elapsed < 700


CHANGED = {"eventType": "application.lifecycle.update", "published": "2027-01-15T08:00:02.000Z", "uuid": "u1"}


class TestRotation:
    """New credentials for a connection that is on: no read can show them, so a route's silence is not taken for yes."""

    @pytest.mark.parametrize(
        ("logged", "evidence", "verified_by"),
        [
            (
                [CHANGED],
                "the System Log shows application.lifecycle.update at 2027-01-15T08:00:02.000Z",
                ("System Log",),
            ),
            (
                [],
                "sent and accepted; credentials can't be read back, and the System Log doesn't show the change yet",
                (),
            ),
        ],
    )
    def test_credentials_that_the_api_took(self, walk, org, make, provisioning, logged, evidence, verified_by) -> None:
        org.takes_credentials = True
        provisioning["to_app"] = ["create"]
        walk.apply(make(provisioning=provisioning))
        org.logged = logged
        (report,) = walk.apply(make(provisioning=provisioning), rotate_credentials=True)
        assert (report.status, report.route) == ("done", "api")
        assert org.lines.count(CONNECT) == 2
        assert (
            sum("features/USER_PROVISIONING" in line for line in org.writes()) == 1
        )  # the first time; now they are on
        (step,) = report.steps
        assert step.evidence == f"by the api route; {evidence}"
        assert report.proof.verified_by == verified_by

    @pytest.mark.parametrize("seconds", [0, 60])
    def test_credentials_that_the_api_ignored(self, walk, add, make, provisioning, seconds: int) -> None:
        add(features=["SCIM_PROVISIONING"])
        walk.wait_seconds = seconds
        (report,) = walk.apply(make(provisioning=provisioning), rotate_credentials=True)
        assert (report.status, report.route) == ("pending", None)
        assert "API Token: (the value of the environment variable ACME_SCIM_TOKEN)" in report.error.fix
        assert "can't be read back" in report.error.fix
        assert walk.clock.elapsed == (2 + seconds if seconds else 1)  # Okta's clock is taken before each who acts

    @pytest.mark.parametrize(("losses", "status"), [(1, "done"), (2, "pending")])
    def test_credentials_whose_answer_was_lost(self, walk, org, make, provisioning, losses, status) -> None:
        org.takes_credentials = True
        walk.apply(make(provisioning=provisioning))
        for _ in range(losses):
            org.fail(CONNECT, LOST)
        (report,) = walk.apply(make(provisioning=provisioning), rotate_credentials=True)
        assert report.status == status


class TestLostAnswers:
    def test_an_app_whose_creation_was_not_answered_is_found_by_its_marker(self, walk, org, make) -> None:
        org.fail("POST /api/v1/apps", LOST, done=True)
        (report,) = walk.apply(make())
        assert (report.status, report.app_id) == ("done", "0oa1")
        assert org.lines.count("POST /api/v1/apps") == 1

    @pytest.mark.parametrize("trouble", [LOST, httpx.Response(500)], ids=["lost", "500"])
    def test_it_is_created_again_only_once_the_org_denies_it(self, walk, org, make, trouble) -> None:
        org.fail("POST /api/v1/apps", trouble)
        (report,) = walk.apply(make())
        assert (report.status, list(org.apps)) == ("done", ["0oa1"])
        look, again = (index for index, line in enumerate(org.lines) if line == "POST /api/v1/apps")
        assert "GET /api/v1/apps" in org.lines[look:again]

    def test_an_app_that_was_created_is_not_created_again_to_get_a_field_right(self, walk, org, make) -> None:
        org.fail("POST /api/v1/apps", LOST, done=True)
        creations = []

        def forget_visibility_at_first(app: dict) -> None:
            creations.append(app)
            if len(creations) == 1:
                app["visibility"]["hide"]["web"] = False

        org.on_write = forget_visibility_at_first
        (report,) = walk.apply(make(visibility={"web": False}))
        assert (report.status, list(org.apps)) == ("done", ["0oa1"])
        assert org.writes() == ["POST /api/v1/apps", "PUT /api/v1/apps/0oa1"]

    def test_what_is_lost_three_times_failed(self, walk, org, make) -> None:
        for _ in range(3):
            org.fail("POST /api/v1/apps", LOST)
        (report,) = walk.apply(make())
        assert (report.status, org.apps) == ("failed", {})
        assert "POST /api/v1/apps was lost" in report.error.what

    def test_a_lost_assignment_is_looked_up(self, walk, org, add, make) -> None:
        add()
        org.users = {"ada": "00u1", "bob": "00u2"}
        org.fail("POST /api/v1/apps/0oa1/users", LOST, done=True)
        (report,) = walk.apply(make(assignments={"users": ["ada", "bob"]}))
        assert report.status == "done"
        assert org.app_users == {("0oa1", "00u1"), ("0oa1", "00u2")}

    @pytest.mark.parametrize("trouble", [LOST, httpx.Response(503)], ids=["lost", "503"])
    def test_credentials_whose_answer_was_lost_are_judged_by_the_read(
        self, walk, org, add, make, provisioning, trouble
    ) -> None:
        add()
        org.fail(CONNECT, trouble)
        (report,) = walk.apply(make(provisioning=provisioning))
        assert (report.status, org.lines.count(CONNECT)) == ("pending", 2)
        assert "api: " in report.error.why
        assert f"{CONNECT}" in report.error.why

    def test_a_lost_push_does_not_make_a_second_mapping(self, walk, org, add, make) -> None:
        add()
        org.groups = {"00g1": "Eng"}
        org.fail("POST /api/v1/apps/0oa1/group-push/mappings", LOST, done=True)
        (report,) = walk.apply(make(assignments={"push_groups": ["Eng"]}))
        assert (report.status, len(org.pushes["0oa1"])) == ("done", 1)


class TestFailures:
    def test_one_integration_fails_and_the_others_go_on(self, walk, org, make, refuse) -> None:
        org.fail("POST /api/v1/apps", refuse(400, "E0000001", "Api validation failed", "Maximum number of instances."))
        bad, good = walk.apply(make(), make(name="good", label="Good"))
        assert [bad.status, good.status] == ["failed", "done"]
        assert "Maximum number of instances." in bad.error.why
        assert exit_code([bad, good]) == ExitCode.FAILED

    def test_after_a_failure_nothing_more_is_tried(self, walk, org, make, refuse) -> None:
        org.users = {"ada": "00u1"}
        org.fail("POST /api/v1/apps", refuse(400, "E0000001", "Api validation failed"))
        (report,) = walk.apply(make(assignments={"users": ["ada"]}))
        assert steps(report) == [("create_app", "failed"), ("assign_users", "not_run")]

    def test_a_refused_token_is_not_taken_for_a_refused_key(self, walk, org, make, refuse) -> None:
        org.fail("POST /api/v1/apps", refuse(403, "E0000006", "You do not have permission"))
        (report,) = walk.apply(make())
        assert exit_code([report]) == ExitCode.IDENTITY
        assert "GET /api/v1/catalog/apps" not in org.lines

    def test_a_key_that_the_org_refuses_is_looked_up_by_its_display_name(self, walk, org, make, refuse) -> None:
        org.fail("POST /api/v1/apps", refuse(400, "E0000001", "Api validation failed: name"))
        org.catalog = [{"name": "scim2headerauth_v2", "displayName": "SCIM 2.0 Test App (Header Auth)"}]
        (report,) = walk.apply(make())
        assert (report.status, org.apps["0oa1"]["name"]) == ("done", "scim2headerauth_v2")
        assert "calls 'SCIM 2.0 Test App (Header Auth)' scim2headerauth_v2" in report.notes[0]

    def test_a_catalogue_that_cannot_be_read_does_not_hide_the_refusal(self, walk, org, make, refuse) -> None:
        org.fail("POST /api/v1/apps", refuse(400, "E0000001", "Api validation failed", "Maximum number of instances."))
        org.fail("GET /api/v1/catalog/apps", refuse(403, "E0000006", "You do not have permission"))
        (report,) = walk.apply(make())
        assert "Maximum number of instances." in report.error.why

    def test_what_okta_does_not_keep_is_said(self, walk, org, make) -> None:
        def forget(app: dict) -> None:
            app["visibility"]["hide"]["web"] = False

        org.on_write = forget
        (report,) = walk.apply(make(visibility={"web": False}))
        assert report.error.what == "Okta didn't keep visibility.web."
        assert report.error.why == "visibility.web reads True, not False"

    def test_features_lost_by_a_write_are_loud(self, walk, org, add, make) -> None:
        add(features=["PUSH_NEW_USERS", "GROUP_PUSH"])
        org.on_write = lambda app: app.update(features=[])
        (report,) = walk.apply(make(label="New"))
        assert report.error.what.startswith("PROVISIONING WAS LOST")
        assert "GROUP_PUSH, PUSH_NEW_USERS" in report.error.what

    def test_the_loss_is_said_even_where_the_write_did_not_take(self, walk, org, add, make) -> None:
        add(features=["PUSH_NEW_USERS"])
        org.on_write = lambda app: app.update(features=[], label="Acme")
        (report,) = walk.apply(make(label="New"))
        assert report.error.what.startswith("PROVISIONING WAS LOST")

    def test_a_failure_outweighs_what_is_pending(self, walk, org, add, make, refuse) -> None:
        sign_on = {"mode": "saml", "acs_url": "https://new.example/acs", "audience": "https://acme.example"}
        add(name="acme_acme_1", features=["PUSH_NEW_USERS"])
        org.users = {"ada": "00u1"}
        org.fail("POST /api/v1/apps/0oa1/users", refuse(400, "E0000001", "No."))
        (report,) = walk.apply(make(template="custom-saml", sign_on=sign_on, assignments={"users": ["ada"]}))
        assert steps(report) == [("update_app", "pending"), ("assign_users", "failed")]
        assert exit_code([report]) == ExitCode.FAILED

    def test_a_failed_connection_test_is_the_scim_servers_fault(
        self, walk, org, add, make, provisioning, refuse
    ) -> None:
        add()
        org.fail(CONNECT, refuse(400, "E0000059", "The connector configuration could not be tested."))
        (report,) = walk.apply(make(provisioning=provisioning))
        assert exit_code([report]) == ExitCode.SCIM
        assert "`oktascim connection test`" in report.error.fix

    def test_a_blocked_integration_is_reported_and_left_alone(self, walk, org, add, make) -> None:
        add(marker=None)
        (report,) = walk.apply(make())
        assert (report.status, org.writes()) == ("blocked", [])
        assert exit_code([report]) == ExitCode.FAILED


def test_an_app_of_another_kind_is_deleted_and_made_anew(walk, org, add, make) -> None:
    add(name="scim2testapp")
    (report,) = walk.apply(make(), replace=frozenset({"acme"}))
    assert steps(report) == [("delete_app", "done"), ("create_app", "done")]
    assert [app["name"] for app in org.apps.values()] == ["scim2headerauth"]


def test_an_inactive_app_is_activated_first(walk, org, add, make) -> None:
    add(status="INACTIVE")
    (report,) = walk.apply(make(label="New"))
    assert steps(report) == [("activate_app", "done"), ("update_app", "done")]
    assert org.writes() == ["POST /api/v1/apps/0oa1/lifecycle/activate", "PUT /api/v1/apps/0oa1"]


def test_an_interrupted_run_reports_what_was_done_and_what_was_not(walk, org, make) -> None:
    stop = walk.stop = Stop()
    org.users = {"ada": "00u1"}
    answer = org.handle

    def read_back(request: httpx.Request) -> httpx.Response:
        if org.apps and request.method == "GET":  # Ctrl-C while the new app is read back
            stop.ask()
        return answer(request)

    org.handle = read_back
    first, second = walk.apply(make(assignments={"users": ["ada"]}), make(name="second", label="Second"), parallel=1)
    assert steps(first) == [("create_app", "done"), ("assign_users", "interrupted")]
    assert (first.status, first.app_id, second.status) == ("interrupted", "0oa1", "interrupted")
    assert exit_code([first, second]) == ExitCode.INTERRUPTED
    assert list(org.apps) == ["0oa1"]


def test_no_report_and_no_step_holds_a_secret(walk, org, make, provisioning) -> None:
    org.takes_credentials = True
    (report,) = walk.apply(make(provisioning=provisioning))
    assert report.status == "done"
    assert b"s3cret-token" in next(
        r.content for r in org.requests if r.url.path.endswith("connections/default") and r.content
    )
    assert "s3cret-token" not in f"{report!r}{report.to_json()}"
