"""Users' lifecycle and credentials, schemas, user types, group rules and roles, as a client sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.emulated import Emulated
from tests.support.world import SCIM_TOKEN

PASSWORD = "Correct-horse-1"


def user_path(user: Any, rest: str = "") -> str:
    return f"/api/v1/users/{user['id']}{rest}"


def rule_body(group: Any, expression: str, name: str = "Rule") -> Any:
    return {
        "type": "group_rule",
        "name": name,
        "conditions": {"expression": {"value": expression, "type": "urn:okta:expression:1.0"}},
        "actions": {"assignUserToGroups": {"groupIds": [group["id"]]}},
    }


def rule_of(org: Emulated, group: Any, expression: str) -> str:
    """The path of a new, active rule that has been applied."""
    rule = org.call("POST", "/api/v1/groups/rules", rule_body(group, expression))
    own = f"/api/v1/groups/rules/{rule['id']}"
    org.call("POST", f"{own}/lifecycle/activate", status=204)
    org.settle()
    return own


def members_of(org: Emulated, group: Any) -> list[str]:
    return [one["profile"]["firstName"] for one in org.call("GET", f"/api/v1/groups/{group['id']}/users")]


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        (["expire_password"], "PASSWORD_EXPIRED"),
        (["expire_password", "suspend", "unsuspend"], "ACTIVE"),
        (["reset_password"], "RECOVERY"),
        (["reset_password", "deactivate"], "DEPROVISIONED"),
        (["suspend", "reset_factors"], "SUSPENDED"),
    ],
)
def test_a_lifecycle(org: Emulated, steps: list[str], status: str) -> None:
    user = org.user()
    for step in steps:
        org.call("POST", user_path(user, f"/lifecycle/{step}"))
    assert org.call("GET", user_path(user))["status"] == status


@pytest.mark.parametrize(("step", "code"), [("expire_password", "E0000038"), ("unlock", "E0000032")])
def test_a_step_from_a_wrong_status_is_refused(org: Emulated, step: str, code: str) -> None:
    user = org.user(activate="false")
    assert org.error("POST", user_path(user, f"/lifecycle/{step}"), status=403)[0] == code


def test_a_user_without_a_password_is_sent_another_activation_link(org: Emulated) -> None:
    user = org.user()
    org.call("POST", user_path(user, "/lifecycle/reset_password"), sendEmail="false")
    again = org.call("POST", user_path(user, "/lifecycle/reactivate"), sendEmail="false")
    assert again["activationUrl"].endswith(again["activationToken"])
    assert org.call("GET", user_path(user))["status"] == "PROVISIONED"


def test_what_a_user_who_cannot_sign_in_does_not_have(org: Emulated) -> None:
    user = org.user()
    for kind in ("clients", "grants", "idps"):
        assert org.call("GET", user_path(user, f"/{kind}")) == []
    for kind in ("grants", "sessions"):
        org.call("DELETE", user_path(user, f"/{kind}"), status=204)


def test_a_password_is_changed_by_the_old_one(org: Emulated) -> None:
    user = org.user()
    change = user_path(user, "/credentials/change_password")
    wrong = {"oldPassword": {"value": "guessed"}, "newPassword": {"value": "New-horse-2"}}
    assert org.error("POST", change, wrong, status=403)[0] == "E0000014"
    right = wrong | {"oldPassword": {"value": PASSWORD}}
    assert org.call("POST", change, right) == {"password": {}, "provider": {"type": "OKTA", "name": "OKTA"}}
    assert org.error("POST", change, right, status=403)[0] == "E0000014"


def test_a_temporary_password_works_once_it_is_known(org: Emulated) -> None:
    user = org.user()
    given = org.call("POST", user_path(user, "/lifecycle/expire_password_with_temp_password"))["tempPassword"]
    assert org.call("GET", user_path(user))["status"] == "PASSWORD_EXPIRED"
    body = {"oldPassword": {"value": given}, "newPassword": {"value": "New-horse-2"}}
    org.call("POST", user_path(user, "/credentials/change_password"), body)
    assert org.call("GET", user_path(user))["status"] == "ACTIVE"


def test_a_forgotten_password_is_reset_by_the_recovery_question(org: Emulated) -> None:
    user = org.user()
    forgot = user_path(user, "/credentials/forgot_password")
    assert org.error("POST", forgot, status=403)[0] == "E0000038"
    question = {"question": "Pet?", "answer": "Rover"}
    body = {"password": {"value": PASSWORD}, "recovery_question": question}
    kept = org.call("POST", user_path(user, "/credentials/change_recovery_question"), body)
    assert kept["recovery_question"] == {"question": "Pet?"}
    assert "/signin/reset-password/" in org.call("POST", forgot, sendEmail="false")["resetPasswordUrl"]
    answer = user_path(user, "/credentials/forgot_password_recovery_question")
    new = {"password": {"value": "New-horse-2"}, "recovery_question": {"answer": "Felix"}}
    assert org.error("POST", answer, new, status=403)[0] == "E0000014"
    org.call("POST", answer, new | {"recovery_question": {"answer": " rover "}})


def test_no_password_or_answer_is_kept_or_shown(org: Emulated) -> None:
    body = {"recovery_question": {"question": "Pet?", "answer": "Sentinel-answer"}, "password": {"value": PASSWORD}}
    user = org.user()
    org.call("POST", user_path(user, "/credentials/change_recovery_question"), body)
    said = org.http.get(user_path(user)).text + org.http.get("/_emulator/requests").text + str(org.events())
    assert PASSWORD not in said
    assert "Sentinel-answer" not in said


def test_a_user_is_in_everyone_and_in_their_groups(org: Emulated) -> None:
    user = org.user()
    org.group("Engineering", user)
    names = [group["profile"]["name"] for group in org.call("GET", user_path(user, "/groups"))]
    assert names == ["Everyone", "Engineering"]


def test_a_custom_attribute_of_users(org: Emulated) -> None:
    user = org.user()
    schema = "/api/v1/meta/schemas/user/default"
    change = {"profile": {"badge": 7}}
    unknown = ("E0000001", "Api validation failed: updateUser", ["Property name 'badge' is not defined in profile"])
    assert org.error("POST", user_path(user), change, status=400) == unknown
    added = {"badge": {"title": "Badge", "type": "integer", "required": False}}
    shown = org.call("POST", schema, {"definitions": {"custom": {"properties": added}}})
    assert "required" not in shown["definitions"]["custom"]["properties"]["badge"]
    assert org.call("POST", user_path(user), change)["profile"]["badge"] == 7
    assert org.error("POST", user_path(user), {"profile": {"badge": "seven"}}, status=400)[0] == "E0000001"
    gone = org.call("POST", schema, {"definitions": {"custom": {"properties": {"badge": None}}}})
    assert gone["definitions"]["custom"]["properties"] == {}
    assert org.call("GET", gone["_links"]["self"]["href"]) == gone


def test_a_custom_attribute_of_groups(org: Emulated) -> None:
    schema = "/api/v1/meta/schemas/group/default"
    org.call("POST", schema, {"definitions": {"custom": {"properties": {"site": {"title": "Site", "type": "string"}}}}})
    assert org.call("GET", schema)["definitions"]["custom"]["properties"]["site"]["title"] == "Site"
    group = org.call("POST", "/api/v1/groups", {"profile": {"name": "A", "site": "Oslo"}})
    assert group["profile"] == {"name": "A", "description": None, "site": "Oslo"}
    assert org.error("POST", "/api/v1/groups", {"profile": {"name": "B", "town": "x"}}, status=400)[0] == "E0000001"


def test_a_user_type_has_a_schema_of_its_own(org: Emulated) -> None:
    created = org.call("POST", "/api/v1/meta/types/user", {"name": "guest", "displayName": "Guest"})
    own = created["_links"]["self"]["href"]
    schema = created["_links"]["schema"]["href"]
    org.call("POST", schema, {"definitions": {"custom": {"properties": {"host": {"title": "Host", "type": "string"}}}}})
    profile = {"firstName": "G", "lastName": "H", "login": "g@acme.example", "email": "g@acme.example", "host": "Ada"}
    user = org.call("POST", "/api/v1/users", {"profile": profile, "type": {"id": created["id"]}}, activate="false")
    assert user["type"] == {"id": created["id"]}
    assert user["_links"]["schema"]["href"] == schema
    assert org.error("DELETE", own, status=400)[0] == "E0000001"
    org.call("DELETE", user_path(user), status=204)
    org.call("DELETE", user_path(user), status=204)
    org.call("DELETE", own, status=204)
    assert org.error("GET", own, status=404)[1] == f"Not found: Resource not found: {created['id']} (CVDType)"


def test_a_user_type_is_changed_and_replaced(org: Emulated) -> None:
    types = "/api/v1/meta/types/user"
    body = {"name": "guest", "displayName": "Guest", "description": "From outside"}
    own = org.call("POST", types, body)["_links"]["self"]["href"]
    changed = org.call("POST", own, {"displayName": "Visitor"})
    assert (changed["displayName"], changed["description"]) == ("Visitor", "From outside")
    replaced = org.call("PUT", own, {"name": "guest", "displayName": "Guest", "description": ""})
    assert (replaced["displayName"], replaced["description"]) == ("Guest", "")
    assert org.call("GET", own) == replaced
    assert [one["name"] for one in org.call("GET", types)] == ["user", "guest"]


def test_an_inactive_rule_is_replaced(org: Emulated) -> None:
    group = org.group()
    org.user("Ada")
    own = f"/api/v1/groups/rules/{org.call('POST', '/api/v1/groups/rules', rule_body(group, 'false'))['id']}"
    assert org.call("PUT", own, rule_body(group, "true"))["conditions"]["expression"]["value"] == "true"
    assert org.call("GET", own)["status"] == "INACTIVE"


def test_a_rule_moves_people_in_and_out(org: Emulated) -> None:
    group = org.group()
    ada = org.user("Ada")
    rule_of(org, group, 'user.firstName=="Ada" OR String.startsWith(user.nickName, "A")')
    assert members_of(org, group) == ["Ada"]
    grace = org.user("Grace")
    org.call("POST", user_path(grace), {"profile": {"nickName": "Amazing"}})
    org.settle()
    assert members_of(org, group) == ["Ada", "Grace"]
    org.call("POST", user_path(ada), {"profile": {"firstName": "Augusta"}})
    org.settle()
    assert members_of(org, group) == ["Grace"]


def test_a_rule_gives_an_app_through_its_group(org: Emulated) -> None:
    group, app = org.group(), org.bookmark()
    org.call("PUT", f"/api/v1/apps/{app['id']}/groups/{group['id']}", {})
    ada = org.user("Ada")
    rule_of(org, group, "user.firstName != null")
    assert org.call("GET", f"/api/v1/apps/{app['id']}/users/{ada['id']}")["scope"] == "GROUP"


def test_a_rule_reaches_the_scim_server(org_of: Callable[..., Emulated], scim_url: str) -> None:
    org = org_of(connections_api="accept")
    group, app = org.group(), org.app()
    org.connect(app, scim_url, SCIM_TOKEN)
    org.call("PUT", f"/api/v1/apps/{app['id']}/groups/{group['id']}", {})
    org.user("Ada")
    rule_of(org, group, 'user.firstName=="Ada"')
    assert "POST Users 201" in org.exchanges()


def test_a_person_outranks_a_rule(org: Emulated) -> None:
    group, ada, grace = org.group(), org.user("Ada"), org.user("Grace")
    org.call("PUT", f"/api/v1/groups/{group['id']}/users/{grace['id']}", status=204)
    own = rule_of(org, group, 'user.firstName=="Ada"')
    org.call("DELETE", f"/api/v1/groups/{group['id']}/users/{ada['id']}", status=204)
    org.call("POST", user_path(ada), {"profile": {"nickName": "A"}})
    org.settle()
    assert members_of(org, group) == ["Grace"]
    assert org.call("GET", own)["conditions"]["people"]["users"]["exclude"] == [ada["id"]]


@pytest.mark.parametrize(("query", "left"), [({}, ["Ada"]), ({"removeUsers": "true"}, [])])
def test_a_deleted_rule(org: Emulated, query: Any, left: list[str]) -> None:
    group = org.group()
    org.user("Ada")
    own = rule_of(org, group, 'user.firstName=="Ada"')
    assert org.error("PUT", own, rule_body(group, "true"), status=400)[2] == ["Only an inactive rule can be changed."]
    org.call("DELETE", own, status=202, **query)
    assert members_of(org, group) == left


def test_a_rule_whose_group_is_deleted_is_invalid(org: Emulated) -> None:
    group = org.group()
    own = rule_of(org, group, "true")
    org.call("DELETE", f"/api/v1/groups/{group['id']}", status=204)
    assert org.call("GET", own)["status"] == "INVALID"
    assert org.error("POST", f"{own}/lifecycle/activate", status=400)[0] == "E0000001"


def test_a_rule_that_is_not_understood_is_refused_by_name(org: Emulated) -> None:
    body = rule_body(org.group(), 'Time.now() == "x"')
    causes = org.error("POST", "/api/v1/groups/rules", body, status=400)[2]
    assert causes[0].startswith("expression: the emulator doesn't evaluate Time.now(); it knows Arrays.contains, ")


def test_roles_of_users_and_groups(org: Emulated) -> None:
    group, other = org.group("A"), org.group("B")
    for owner in (user_path(org.user()), f"/api/v1/groups/{group['id']}"):
        role = org.call("POST", f"{owner}/roles", {"type": "USER_ADMIN"}, status=201)
        assert role["id"] == "KVJUKUS7IFCE2SKO"
        assert org.call("GET", f"{owner}/roles/{role['id']}") == role
        assert org.error("POST", f"{owner}/roles", {"type": "USER_ADMIN"}, status=409)[0] == "E0000090"
        targets = f"{owner}/roles/{role['id']}/targets/groups"
        org.call("PUT", f"{targets}/{group['id']}", status=204)
        assert org.error("DELETE", f"{targets}/{group['id']}", status=400)[0] == "E0000001"
        org.call("PUT", f"{targets}/{other['id']}", status=204)
        org.call("DELETE", f"{targets}/{group['id']}", status=204)
        assert [one["id"] for one in org.call("GET", targets)] == [other["id"]]
        org.call("DELETE", f"{owner}/roles/{role['id']}", status=204)
        assert org.call("GET", f"{owner}/roles") == []
