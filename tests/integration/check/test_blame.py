"""What a fix list and a verdict blame: only what is wrong, with a fix that mends it."""

from __future__ import annotations

from typing import Any

import httpx

from oktascim.check.report import CheckReport, Remedy
from oktascim.check.run import CheckMeans
from tests.integration.check.conftest import PERSON, check, failures
from tests.support.broken_server import Direct, Refusal, Server
from tests.support.silent_faults import SilentHandler, SilentStore, silent_server

SLOW = ("groups.patch.many", "groups.put.many", "groups.page.import", "page.import", "errors.rate")


class WithoutGroups(SilentStore):
    """A server that fails to create a group."""

    def create(self, collection: str, body: dict[str, Any]) -> dict[str, Any]:
        if collection == "Groups":
            raise Refusal(500, "NullPointerException")
        return super().create(collection, body)


class WithoutUsers(SilentStore):
    """A server that fails to create a user, and has none."""

    def create(self, collection: str, body: dict[str, Any]) -> dict[str, Any]:
        if collection == "Users":
            raise Refusal(500, "no database")
        return super().create(collection, body)


def report_of(store: type[SilentStore], **choices: Any) -> CheckReport:
    with Server((), SilentHandler, store) as server:
        return check(server.base_url, skip=SLOW, means=CheckMeans(transport=Direct(server, SilentHandler)), **choices)


def remedy_of(report: CheckReport, check_id: str) -> Remedy:
    return next(one for one in report.remedies if any(verdict.check.id == check_id for verdict in one.verdicts))


def test_a_group_that_is_not_created_fails_group_push_and_no_profile_update() -> None:
    report = report_of(WithoutGroups)
    assert "update, deactivate and reactivate users" in report.sentence
    assert "Group push fails: people get the wrong access." in report.sentence
    assert "Profile updates" not in report.sentence
    assert failures(report_of(WithoutGroups, only=("users.put",))) == []


def test_the_fix_of_a_500_begins_with_the_log_of_the_server() -> None:
    remedy = remedy_of(report_of(WithoutGroups), "groups.create.empty")
    assert remedy.fix.do.startswith("Find the error behind this 500 in the server's log. Implement /Groups with POST")


def test_an_empty_list_of_a_server_without_users_is_no_fault_of_the_list() -> None:
    report = report_of(WithoutUsers)
    assert report.remedies[0].first.check.id == "spec.users.create"
    assert "can't use this server" not in report.sentence
    verdicts = {one.check.id: one for one in report.verdicts}
    for check_id in ("spec.users.list", "spec.users.get"):
        assert verdicts[check_id].detail == "Not run: the server has no users, and this run created none."


def test_members_lost_at_the_creation_of_a_group_are_not_blamed_on_later_requests() -> None:
    with silent_server("members-ignored-on-create") as server:
        means = CheckMeans(transport=Direct(server, SilentHandler))
        report = check(server.base_url, only=("groups.create", "groups.patch"), skip=SLOW, means=means)
    remedy = report.remedies[0]
    assert remedy.fix.do.startswith("Store the members that POST /Groups contains")
    created, *later = (one.check.id for one in remedy.verdicts)
    assert created == "groups.create.with_members"
    assert {"groups.patch.rename", "groups.patch.same_name", "groups.patch.add"} <= set(later)


def test_an_ignored_filter_is_fixed_first_by_evaluating_filters() -> None:
    with silent_server("filter-ignored") as server:
        server.store.create("Users", dict(PERSON))
        means = CheckMeans(transport=Direct(server, SilentHandler))
        report = check(server.base_url, only=("spec.users", "groups.find", "filter"), means=means)
    remedy = report.remedies[0]
    assert remedy.fix.do.startswith("Evaluate `attribute eq")
    assert remedy.first.check.blocks == "look up"
    assert {"spec.users.filter.nobody", "groups.find.only", "filter.exact"} <= {v.check.id for v in remedy.verdicts}


class Dying(Direct):
    """The connection breaks at a body that isn't JSON, as http.server does at an exception."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if (await request.aread()).endswith(b"["):
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
        return await super().handle_async_request(request)


def test_a_connection_closed_instead_of_a_400_is_fixed_by_a_400() -> None:
    with silent_server() as server:
        means = CheckMeans(transport=Dying(server, SilentHandler))
        report = check(server.base_url, only=("errors.nonsense",), means=means)
    assert remedy_of(report, "errors.nonsense").fix.do.startswith("Return 400 with the Error schema")


def test_a_server_that_ignores_the_patch_is_not_said_to_set_passwords() -> None:
    """The server never shows a password, so its pass means nothing if the server ignores requests of this form."""
    with silent_server("pathless-patch-ignored") as server:
        means = CheckMeans(transport=Direct(server, SilentHandler))
        report = check(server.base_url, only=("users.patch", "users.create"), means=means)
    assert report.sentence == (
        "Okta can create users here. Deactivation is ignored: leavers keep access."
        " Reactivation is ignored: people who return stay locked out."
    )


class Answering200(SilentHandler):
    """A server that creates, but returns 200."""

    def write(self, method: str, collection: str, resource_id: str, body: dict[str, Any]) -> tuple[int, Any]:
        return 200, super().write(method, collection, resource_id, body)[1]


class WithoutListSchema(SilentHandler):
    """A server whose lists lack their schemas."""

    def route(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, dict[str, Any] | None]:
        status, shown = super().route(path, query, body)
        if shown and "Resources" in shown:
            del shown["schemas"]
        return status, shown


def test_a_200_for_a_creation_has_one_fix() -> None:
    with Server((), Answering200, SilentStore) as server:
        means = CheckMeans(transport=Direct(server, Answering200))
        report = check(server.base_url, only=("spec.users", "users.create", "groups.create", "user"), means=means)
    wrong_status = [one for one in report.verdicts if one.detail == "The status is 200; expected 201."]
    assert len(wrong_status) > 5
    assert {one.fix for one in wrong_status} == {"created-status"}


def test_a_server_that_okta_cannot_use_is_not_said_to_do_anything() -> None:
    with Server((), WithoutListSchema, SilentStore) as server:
        means = CheckMeans(transport=Direct(server, WithoutListSchema))
        report = check(server.base_url, only=("spec.users", "users.patch"), means=means)
    assert report.sentence.startswith("Okta can't use this server at all.")
    assert "Okta can " not in report.sentence


class WithoutPutOfActive(SilentStore):
    """A server whose PUT leaves active as it is; only wizard-made apps deactivate with PUT."""

    def replace(self, collection: str, resource_id: str, body: dict[str, Any]) -> dict[str, Any]:
        active = self.find(collection, resource_id).get("active", True)
        return super().replace(collection, resource_id, body if collection == "Groups" else {**body, "active": active})


def test_what_only_wizard_made_apps_send_is_said_of_them_only() -> None:
    report = report_of(WithoutPutOfActive, only=("users.patch", "users.put"))
    assert failures(report) == ["users.put.deactivate", "users.put.reactivate"]
    assert report.sentence == (
        "Okta can update, deactivate and reactivate users, and set passwords here."
        " In a wizard-made app, deactivation is ignored: leavers keep access."
        " In a wizard-made app, reactivation is ignored: people who return stay locked out."
    )
