"""The plan as a pure function: what is wanted, what there is, the steps between."""

from __future__ import annotations

import pytest

from oktascim.okta.connections import Connection
from oktascim.plan.blockers import NOTE_LIMIT
from oktascim.plan.choices import PlanChoices
from oktascim.plan.diff import IntegrationPlan, diff
from oktascim.plan.snapshot import Actual, Directory

ON = Connection("ENABLED", "TOKEN", "https://acme.example/scim/v2")
OFF = Connection("DISABLED", "TOKEN", None)
UNKNOWN = Connection("UNKNOWN", "UNKNOWN", None)
DIRECTORY = Directory({"ada": "00u1", "bob": "00u2"}, {"Eng": "00g1", "00g2": "00g2"}, {"00g1": "Eng", "00g2": "Sales"})


def planned(one, actual: Actual, *unknown: str, **choices) -> IntegrationPlan:
    return diff(one, actual, DIRECTORY, unknown, PlanChoices(**choices))


def kinds(plan: IntegrationPlan) -> list[str]:
    return [step.kind for step in plan.steps]


def fields(plan: IntegrationPlan) -> dict:
    return {change.field: (change.old, change.new) for step in plan.steps for change in step.changes}


def test_nothing_to_do(make, make_app) -> None:
    plan = planned(make(), Actual(app=make_app()))
    assert (plan.action, plan.steps, plan.problem) == ("none", (), None)


def test_everything_is_to_do(make, provisioning) -> None:
    provisioning |= {"to_app": ["create"], "to_okta": {"matching": {"exact_match": "EMAIL"}}}
    provisioning["mappings"] = {"title": {"expression": "user.title"}}
    people = {"users": ["ada"], "groups": ["Eng"], "push_groups": ["Eng"]}
    plan = planned(make(provisioning=provisioning, assignments=people), Actual())
    assert plan.action == "create"
    assert kinds(plan) == [
        "create_app", "provisioning", "to_okta", "mappings", "assign_users", "assign_groups", "push_groups",
    ]  # fmt: skip
    assert [step.kind for step in plan.steps if step.after_provisioning] == kinds(plan)[2:]
    assert fields(plan)["marker"] == (None, "acme")
    assert fields(plan)["provisioning.connection"] == (None, "ENABLED")


def test_an_inactive_app_is_activated_before_it_is_written(make, make_app) -> None:
    plan = planned(make(label="New"), Actual(app=make_app(status="INACTIVE")))
    assert kinds(plan) == ["activate_app", "update_app"]
    assert plan.action == "change"


def test_a_label_changed_by_hand_is_set_back_on_the_marked_app(make, make_app) -> None:
    plan = planned(make(), Actual(app=make_app(label="Renamed by hand")))
    assert fields(plan) == {"label": ("Renamed by hand", "Acme")}


class TestConnection:
    @pytest.mark.parametrize("connection", [OFF, UNKNOWN, None])
    def test_one_that_is_not_on_is_made(self, make, make_app, provisioning, connection) -> None:
        plan = planned(make(provisioning=provisioning), Actual(app=make_app(), connection=connection))
        (step,) = plan.steps
        assert (step.kind, step.stage) == ("provisioning", "connect")

    def test_a_base_url_that_stays_is_no_change_of_one_that_is_off(self, make, make_app, provisioning) -> None:
        off = Connection("DISABLED", "TOKEN", provisioning["base_url"])
        plan = planned(make(provisioning=provisioning), Actual(app=make_app(), connection=off))
        assert fields(plan)["provisioning.connection"] == ("DISABLED", "ENABLED")
        assert "provisioning.base_url" not in fields(plan)

    def test_one_that_is_on_is_left_alone(self, make, make_app, provisioning) -> None:
        plan = planned(make(provisioning=provisioning), Actual(app=make_app(), connection=ON))
        assert plan.steps == ()
        assert plan.notes == (
            "credentials not compared: Okta doesn't show them. --rotate-credentials sends them again.",
        )

    def test_features_prove_it_where_the_connections_api_knows_nothing(self, make, make_app, provisioning) -> None:
        app = make_app(features=["SCIM_PROVISIONING"])
        provisioning["import_groups"] = False
        plan = planned(make(provisioning=provisioning), Actual(app=app, connection=UNKNOWN))
        assert plan.steps == ()
        assert plan.notes[0].startswith("base_url, credentials, import_groups not compared:")

    def test_import_settings_that_the_api_does_not_show_are_not_asked_of_it_again(self, make, make_app, provisioning):
        provisioning["to_okta"] = {"username_format": "EMAIL"}
        app = make_app(features=["SCIM_PROVISIONING"])
        plan = planned(make(provisioning=provisioning), Actual(app=app, connection=UNKNOWN))
        assert plan.steps == ()
        assert "Set it manually under To Okta" in plan.notes[1]
        first = planned(make(provisioning=provisioning), Actual(app=make_app(), connection=UNKNOWN))
        assert [step.kind for step in first.steps] == ["provisioning", "to_okta"]

    def test_another_base_url_is_a_change(self, make, make_app, provisioning) -> None:
        provisioning["base_url"] = "https://acme.example/scim/v3"
        plan = planned(make(provisioning=provisioning), Actual(app=make_app(), connection=ON))
        assert fields(plan) == {"provisioning.base_url": (ON.base_url, "https://acme.example/scim/v3")}
        assert plan.steps[0].stage == "edit"

    def test_credentials_are_sent_again_on_request(self, make, make_app, provisioning) -> None:
        actual = Actual(app=make_app(), connection=ON)
        plan = planned(make(provisioning=provisioning), actual, rotate_credentials=True)
        assert fields(plan) == {"provisioning.credentials": ("as they are", "sent again")}

    @pytest.mark.parametrize(
        ("features", "seen", "wanted", "change"),
        [
            (["PUSH_NEW_USERS"], None, ["create"], None),
            (["PUSH_NEW_USERS"], None, ["update", "create"], (["create"], ["create", "update"])),
            (["PUSH_NEW_USERS"], None, [], (["create"], [])),
            (["PUSH_NEW_USERS"], frozenset({"create", "update"}), ["create", "update"], None),
            ([], frozenset(), ["create"], ([], ["create"])),
        ],
    )
    def test_to_app(self, make, make_app, provisioning, features, seen, wanted, change) -> None:
        provisioning["to_app"] = wanted
        actual = Actual(app=make_app(features=features), connection=ON, to_app=seen)
        plan = planned(make(provisioning=provisioning), actual)
        assert fields(plan).get("provisioning.to_app") == change
        assert [step.stage for step in plan.steps] == ([] if change is None else ["to_app"])

    def test_to_app_that_is_left_out_is_left_alone(self, make, make_app, provisioning) -> None:
        app = make_app(features=["PUSH_NEW_USERS", "PUSH_PASSWORD_UPDATES"])
        assert planned(make(provisioning=provisioning), Actual(app=app, connection=ON)).steps == ()

    def test_without_provisioning_in_the_spec_the_connection_is_nobodys_business(self, make, make_app) -> None:
        app = make_app(features=["SCIM_PROVISIONING", "PUSH_NEW_USERS"])
        plan = planned(make(), Actual(app=app))
        assert (plan.steps, plan.proof) == ((), None)

    @pytest.mark.parametrize(("connection", "waits"), [(UNKNOWN, True), (OFF, False)])
    def test_only_where_no_api_governs_it_a_person_is_waited_for(
        self, make, make_app, provisioning, connection, waits
    ) -> None:
        plan = planned(make(provisioning=provisioning), Actual(app=make_app(), connection=connection))
        assert plan.waits_for_person is waits


class TestWarnings:
    @pytest.mark.parametrize(
        ("features", "wanted", "warned"),
        [
            ([], ["create", "sync_password"], True),
            (["PUSH_PASSWORD_UPDATES"], ["create", "sync_password"], False),
            (["PUSH_PASSWORD_UPDATES"], [], False),
            ([], None, False),
        ],
    )
    def test_password_sync_is_warned_of_when_it_is_switched_on(
        self, make, make_app, provisioning, features, wanted, warned
    ) -> None:
        provisioning["to_app"] = wanted
        actual = Actual(app=make_app(features=features), connection=ON)
        warnings = planned(make(provisioning=provisioning), actual).warnings
        assert bool(warnings) is warned
        assert all("https://acme.example/scim/v2" in one for one in warnings)

    def test_a_new_app_is_warned_of_too(self, make, provisioning) -> None:
        provisioning["to_app"] = ["sync_password"]
        assert len(planned(make(provisioning=provisioning), Actual()).warnings) == 1


class TestAssignments:
    def test_only_what_is_missing_is_added(self, make, make_app) -> None:
        people = {"users": ["ada", "bob"], "groups": ["Eng"], "push_groups": ["Eng"]}
        actual = Actual(app=make_app(), users=frozenset({"00u1"}), groups=frozenset({"00g1"}))
        plan = planned(make(assignments=people), actual)
        assert kinds(plan) == ["assign_users", "push_groups"]
        assert [user.word for user in plan.steps[0].users] == ["bob"]

    def test_nobody_is_taken_away(self, make, make_app) -> None:
        actual = Actual(app=make_app(), users=frozenset({"00u1", "00u9"}), pushed={"00g9": "ACTIVE"})
        assert planned(make(assignments={"users": ["ada"], "groups": []}), actual).steps == ()

    @pytest.mark.parametrize("status", ["INACTIVE", "ERROR"])
    def test_a_mapping_that_rests_is_woken_not_made_again(self, make, make_app, status: str) -> None:
        actual = Actual(app=make_app(), pushed={"00g1": status})
        plan = planned(make(assignments={"push_groups": ["Eng"]}), actual)
        assert [group.word for group in plan.steps[0].groups] == ["Eng"]
        assert fields(plan) == {"assignments.push_groups": (status, "Eng ACTIVE")}

    def test_a_group_named_by_id_is_pushed_under_its_name(self, make, make_app) -> None:
        plan = planned(make(assignments={"push_groups": ["00g2"]}), Actual(app=make_app()))
        assert plan.steps[0].groups[0].name == "Sales"


class TestProblems:
    def test_what_the_org_does_not_have(self, make, make_app) -> None:
        plan = planned(make(label="New"), Actual(app=make_app()), "there is no user eve")
        assert (plan.action, plan.steps) == ("blocked", ())
        assert "there is no user eve" in plan.problem.what

    def test_twins(self, make, make_app) -> None:
        plan = planned(make(), Actual(twins=(make_app("0oa1"), make_app("0oa2"), make_app("0oa3"))))
        assert plan.problem.what.startswith("3 apps carry the marker oktascim:acme: Acme (0oa1)")

    def test_an_app_made_by_hand_is_not_touched(self, make, make_app) -> None:
        plan = planned(make(), Actual(lookalikes=(make_app(marker=None),)))
        assert plan.action == "blocked"
        assert "--adopt" in plan.problem.fix

    def test_several_apps_made_by_hand_cannot_be_told_apart(self, make, make_app) -> None:
        lookalikes = (make_app("0oa1", marker=None), make_app("0oa2", marker=None))
        plan = planned(make(), Actual(lookalikes=lookalikes), adopt=True)
        assert "(0oa1, 0oa2)" in plan.problem.what
        assert "--adopt" not in plan.problem.fix

    def test_an_adopted_app_gets_the_marker(self, make, make_app) -> None:
        plan = planned(make(), Actual(app=make_app(marker=None)), adopt=True)
        assert fields(plan) == {"marker": (None, "acme")}

    def test_a_note_without_room_for_the_marker(self, make, make_app) -> None:
        full = make_app(settings={"notes": {"admin": "x" * NOTE_LIMIT}})
        assert "full" in planned(make(), Actual(app=full)).problem.what

    @pytest.mark.parametrize(
        ("template", "name"),
        [("scim2-header", "scim2testapp"), ("scim2-oauth", "scim2headerauth"), ("custom-saml", "scim2headerauth")],
    )
    def test_the_template_of_an_app_cannot_be_changed(self, make, make_app, template: str, name: str) -> None:
        sign_on = {"mode": "saml", "acs_url": "https://acme.example/acs", "audience": "https://acme.example"}
        plan = planned(make(template=template, sign_on=sign_on), Actual(app=make_app(name=name)))
        assert plan.action == "blocked"
        assert "--replace acme" in plan.problem.fix

    def test_an_app_is_made_anew_where_that_is_allowed(self, make, make_app) -> None:
        actual = Actual(app=make_app(name="scim2testapp"), users=frozenset({"00u1"}))
        plan = planned(make(assignments={"users": ["ada"]}), actual, replace=frozenset({"acme"}))
        assert kinds(plan) == ["delete_app", "create_app", "assign_users"]
        assert plan.action == "create"

    def test_replace_is_for_apps_of_another_kind_only(self, make, make_app) -> None:
        assert planned(make(), Actual(app=make_app()), replace=frozenset({"acme"})).steps == ()

    def test_a_key_that_this_orgs_catalogue_uses_is_the_templates_own(self, make, make_app) -> None:
        actual = Actual(app=make_app(name="scim2headerauth_v2"), catalog_key="scim2headerauth_v2")
        assert planned(make(), actual).steps == ()

    def test_a_wizard_made_app_has_a_name_that_okta_invented(self, make, make_app) -> None:
        sign_on = {"mode": "saml", "acs_url": "https://acme.example/acs", "audience": "https://acme.example"}
        kept = {"signOn": {"ssoAcsUrl": sign_on["acs_url"], "audience": sign_on["audience"]}}
        app = make_app(name="acme_acme_1", settings=kept | {"notes": {"admin": "oktascim:acme"}})
        assert planned(make(template="custom-saml", sign_on=sign_on), Actual(app=app)).steps == ()
