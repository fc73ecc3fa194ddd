"""Group Push: each row of the tables (OB-300 to OB-310, OB-313)."""

import httpx
import pytest

from okta_emulator.core.switches import Switches
from okta_emulator.scim_client import groups
from okta_emulator.scim_client.connection import Member

FILTER = "GET /Groups?filter=displayName%20eq%20%22G%22&startIndex=1&count=100"
PATCH = '"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"]'
RENAME = f'{{{PATCH},"Operations":[{{"op":"replace","value":{{"id":"g1","displayName":"G"}}}}]}}'
CORE_11 = '"schemas":["urn:scim:schemas:core:1.0"]'
DESCRIBED_11 = '"schemas":["urn:scim:schemas:core:1.0","urn:okta:custom:group:1.0"]'
GROUP_20 = '"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"]'
ANN = Member("u1", "ann@example.com")
BOB = Member("u2", "bob@example.com")
ANN_BODY = '{"value":"u1","display":"ann@example.com"}'
BOB_BODY = '{"value":"u2","display":"bob@example.com"}'
GROUP = {"id": "g1", "displayName": "Old", "members": [{"value": "u1", "display": "ann@example.com", "type": "User"}]}


def create(connection, members, **options):
    return lambda http: groups.create_or_link_group(connection, "G", members, http, **options)


def change(connection, added, removed):
    return lambda http: groups.change_members(connection, "g1", "G", added, removed, http)


def test_create_in_a_20_template(play, answer, connect):
    played = play(create(connect(), [ANN]), answer.listing(), answer.json(201, GROUP), answer.text(204, ""))
    assert played.lines == [FILTER, "POST /Groups", "PATCH /Groups/g1"]
    assert played.bodies[1:] == [f'{{{GROUP_20},"displayName":"G","members":[{ANN_BODY}]}}', RENAME]
    assert played.outcome.external_id == "g1"
    assert played.events == ["application.provision.group_push.pushed SUCCESS"]


def test_an_empty_20_group_has_empty_members(play, answer, connect):
    played = play(create(connect(), []), answer.listing(), answer.json(201, GROUP), answer.text(204, ""))
    assert played.lines == [FILTER, "POST /Groups", "PATCH /Groups/g1"]
    assert played.bodies[1] == f'{{{GROUP_20},"displayName":"G","members":[]}}'


@pytest.mark.parametrize(
    ("members", "description", "body"),
    [
        ([], None, f'{{{CORE_11},"displayName":"G"}}'),
        ([ANN], None, f'{{{CORE_11},"displayName":"G","members":[{ANN_BODY}]}}'),
        (
            [],
            "Lake side",
            f'{{{DESCRIBED_11},"displayName":"G","urn:okta:custom:group:1.0":{{"description":"Lake side"}}}}',
        ),
    ],
)
def test_create_in_a_11_template(play, answer, connect, members, description, body):
    connection = connect(scim_version="1.1")
    played = play(create(connection, members, description=description), answer.listing(), answer.json(201, GROUP))
    assert played.lines == [FILTER, "POST /Groups"]
    assert played.bodies[1] == body


def test_create_in_a_wizard_app_reads_and_puts(play, answer, connect):
    played = play(
        create(connect(kind="wizard"), [ANN]),
        answer.listing(),
        answer.json(201, GROUP),
        answer.json(200, GROUP),
        answer.json(200, {"id": "g1", "members": None}),
    )
    assert played.lines == [FILTER, "POST /Groups", "GET /Groups/g1", "PUT /Groups/g1"]
    assert played.bodies[3] == f'{{{GROUP_20},"id":"g1","displayName":"G","members":[{ANN_BODY}]}}'


def test_a_group_that_exists_is_taken_over(play, answer, connect):
    played = play(create(connect(), [BOB]), answer.listing(GROUP), answer.text(204, ""), answer.text(204, ""))
    assert played.lines == [FILTER, "PATCH /Groups/g1", "PATCH /Groups/g1"]
    assert played.outcome.external_id == "g1"


@pytest.mark.parametrize(
    ("settings", "body"),
    [({}, RENAME), ({"scim_version": "1.1"}, f'{{{CORE_11},"id":"g1","displayName":"G"}}')],
)
def test_rename_in_templates(play, answer, connect, settings, body):
    played = play(lambda http: groups.rename_group(connect(**settings), "g1", "G", http), answer.text(204, ""))
    assert played.lines == ["PATCH /Groups/g1"]
    assert played.bodies == [body]


def test_rename_in_a_wizard_app_keeps_the_members(play, answer, connect):
    connection = connect(kind="wizard", scim_version="1.1")
    played = play(
        lambda http: groups.rename_group(connection, "g1", "G", http), answer.json(200, GROUP), answer.json(200, {})
    )
    assert played.lines == ["GET /Groups/g1", "PUT /Groups/g1"]
    assert played.bodies[1] == f'{{{CORE_11},"displayName":"G","id":"g1","members":[{ANN_BODY}]}}'


def test_member_changes_in_a_20_template_remove_first(play, answer, connect):
    remove = '{"op":"remove","path":"members[value eq \\"u1\\"]"}'
    add = f'{{"op":"add","path":"members","value":[{BOB_BODY}]}}'
    played = play(change(connect(), [BOB], [ANN]), answer.text(204, ""), answer.text(204, ""))
    assert played.bodies == [
        RENAME,
        f'{{{PATCH},"Operations":[{remove},{add}]}}',
    ]
    assert played.events == ["application.provision.group_push.updated SUCCESS"]


def test_member_changes_in_a_11_template(play, answer, connect):
    played = play(change(connect(scim_version="1.1"), [ANN], [BOB]), answer.json(200, {}))
    assert played.bodies == [
        f'{{{CORE_11},"members":[{ANN_BODY},{{"value":"u2","display":"bob@example.com","operation":"delete"}}]}}'
    ]


def test_member_changes_in_a_wizard_app(play, answer, connect):
    pair = [answer.json(200, GROUP), answer.json(200, {})]
    once = connect(kind="wizard", switches=Switches(wizard_pairs="1"))
    played, plain = (
        play(change(connect(kind="wizard"), [BOB], [ANN]), *pair, *pair),
        play(change(once, [BOB], [ANN]), *pair),
    )
    assert plain.lines == ["GET /Groups/g1", "PUT /Groups/g1"]
    assert played.lines == plain.lines * 2
    assert played.bodies[1] == f'{{{GROUP_20},"id":"g1","displayName":"G","members":[{BOB_BODY}]}}'


@pytest.mark.parametrize(
    ("place", "operation"),
    [
        ("path", f'"path":"members","value":[{ANN_BODY}]'),
        ("value", f'"value":{{"members":[{ANN_BODY}]}}'),
        ("named", f'"value":{{"members":[{ANN_BODY}],"id":"g1","displayName":"G"}}'),
    ],
)
def test_where_a_full_push_puts_the_members(play, answer, connect, place, operation):
    connection = connect(switches=Switches(group_replacement=place))
    done = [answer.text(204, ""), answer.text(204, "")]
    played = play(create(connection, [ANN]), answer.listing(GROUP), *done)
    assert played.bodies[2] == f'{{{PATCH},"Operations":[{{"op":"replace",{operation}}}]}}'


def test_a_member_without_a_name_has_no_null(play, answer, connect):
    played = play(create(connect(), [Member("u1")]), answer.listing(), answer.json(201, GROUP), answer.text(204, ""))
    assert '"members":[{"value":"u1"}]' in played.bodies[1]


def test_a_space_in_a_filter_can_be_a_plus(play, answer, connect):
    connection = connect(switches=Switches(filter_spaces="plus"))
    played = play(create(connection, []), answer.listing(), answer.json(201, GROUP), answer.text(204, ""))
    assert "filter=displayName+eq+%22G%22&" in played.lines[0]


@pytest.mark.parametrize("members", [[], [ANN]])
def test_taking_over_replaces_the_members(play, answer, connect, members):
    sent = ANN_BODY if members else ""
    played = play(
        create(connect(), members),
        answer.listing(GROUP),
        answer.text(204, ""),
        answer.text(204, ""),
    )
    assert played.bodies[1:] == [
        RENAME,
        f'{{{PATCH},"Operations":[{{"op":"replace","path":"members","value":[{sent}]}}]}}',
    ]
    assert played.events == ["application.provision.group_push.push_memberships SUCCESS"]


def test_taking_over_in_a_11_template(play, answer, connect):
    connection = connect(scim_version="1.1")
    played = play(create(connection, [ANN]), answer.listing(GROUP), answer.json(200, {}))
    assert played.bodies[1:] == [f'{{{CORE_11},"meta":{{"attributes":["members"]}},"members":[{ANN_BODY}]}}']


def test_many_members_go_in_batches(play, answer, connect):
    members = [Member(f"u{number}", None) for number in range(513)]
    ok = [answer.text(204, "") for _ in range(8)]
    added = play(change(connect(), members, []), *ok[:4])
    assert [body.count('"value":"u') for body in added.bodies] == [0, 256, 256, 1]
    replaced = play(create(connect(), members), answer.listing(GROUP), *ok[4:])
    assert [body.count('"op":"replace","path":"members"') for body in replaced.bodies] == [0, 0, 1, 0, 0]
    assert [body.count('"op":"add"') for body in replaced.bodies] == [0, 0, 0, 1, 1]


def test_delete(play, answer, connect):
    played = play(lambda http: groups.delete_group(connect(), "Test SCIMv2", "G", http), answer.text(204, ""))
    assert played.lines == ["DELETE /Groups/Test%20SCIMv2"]
    assert played.events == ["application.provision.group_push.delete_appgroup SUCCESS"]


def test_a_create_that_fails_is_final(play, answer, connect):
    played = play(create(connect(), []), answer.listing(), answer.error(403, "no groups for you"))
    assert played.outcome.error == (
        "Error while creating user group G: Forbidden. Errors reported by remote server: no groups for you"
    )
    assert played.events == [
        "application.provision.group.add FAILURE",
        "application.provision.group_push.mapping.update.or.delete.failed.with.error FAILURE",
    ]
    assert played.outcome.facts[1].reason == played.outcome.error


def test_a_rate_limited_change_will_be_retried(play, answer, connect):
    played = play(change(connect(), [ANN], []), answer.error(429, "slow", **{"Retry-After": "3"}))
    assert played.outcome.retry_after == 3.0
    assert played.events[-1] == "application.provision.group_push.mapping.update.or.delete.failed FAILURE"


def test_the_recorded_sentence_about_members_has_no_colon(play, answer, connect):
    played = play(change(connect(), [ANN], []), answer.error(501, "patch-REPLACE not supported"))
    assert played.outcome.error == (
        "Error while updating user group membership for group G Not Implemented. "
        "Errors reported by remote server: patch-REPLACE not supported"
    )


@pytest.mark.parametrize("kind", ["template", "wizard"])
def test_a_linked_group_that_is_gone(play, connect, kind):
    played = play(change(connect(kind=kind, app_label="Acme"), [ANN], []), httpx.Response(404))
    assert played.outcome.error == (
        "Linked group is missing in Acme. Change the linked group to resume pushing group memberships."
    )


def test_several_groups_of_one_name(play, answer, connect):
    played = play(create(connect(), []), answer.listing(GROUP, {**GROUP, "id": "g2"}))
    assert played.outcome.error == "More than one group was found for ID: G"


def test_a_created_group_without_an_id(play, answer, connect):
    played = play(create(connect(), []), answer.listing(), answer.text(201, ""))
    assert not played.outcome.ok
    assert played.outcome.error.startswith("Error while creating user group G: ")
