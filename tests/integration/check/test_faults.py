"""Every fault of the broken server is caught by exactly the checks that its entry names; the faultless one passes."""

from __future__ import annotations

import re
import time
from collections.abc import Collection
from typing import Any

import pytest
import yaml

from oktascim.check.catalogue import catalogue
from oktascim.check.run import CheckMeans
from oktascim.http.clock import Stop
from tests.conftest import REPOSITORY
from tests.integration.check.conftest import PERSON, check, failures
from tests.support.broken_server import Direct, Refusal, Server, broken_server
from tests.support.silent_faults import SilentHandler, SilentStore, silent_server

SUPPORT = REPOSITORY / "tests" / "support"
FAULTS = yaml.safe_load((SUPPORT / "broken_faults.yaml").read_text(encoding="utf-8"))
SLOW = {check.id for check in catalogue().checks if "slow" in check.tags}


def test_every_fault_of_the_server_is_in_the_table() -> None:
    files = [SUPPORT / name for name in ("broken_server.py", "dialect_faults.py", "silent_faults.py")]
    source = "".join(file.read_text(encoding="utf-8") for file in files)
    named = set(re.findall(r'has\("([\w-]+)"\)', source)) | {"active-missing", "userName-missing", "externalId-missing"}
    assert named == set(FAULTS)
    assert len(FAULTS) >= 100


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_caught_by_exactly_the_checks_that_name_it(fault: str) -> None:
    skip = tuple(SLOW - set(FAULTS[fault]))
    with silent_server(fault) as server:
        server.store.create("Users", dict(PERSON))
        means = CheckMeans(transport=Direct(server, SilentHandler))
        report = check(server.base_url, skip=skip, means=means)
        assert sorted(failures(report)) == sorted(FAULTS[fault])
        assert list(server.store.resources["Users"]) == ["r1"], "someone else's user, and no other, is left"
        assert all(one.mending and one.mending.do for one in report.verdicts if one.passed is False)
        kept = {made.id for made in report.left_behind}
        assert kept == set(server.store.resources["Groups"]), "what the server didn't delete is listed"


def test_every_failable_check_is_caught_failing_somewhere() -> None:
    """A check that no fault can fail proves nothing; these need a server that is slow or answers in another type."""
    caught = {check for checks in FAULTS.values() for check in checks}
    of_20 = {check.id for check in catalogue().checks if "2.0" in check.scim}
    elsewhere = {"writes.visible"}
    assert of_20 - caught - elsewhere == {"spec.users.filter.capitals", "spec.groups.list", "errors.time"}


class LateStore(SilentStore):
    """Every resource is visible only after a while."""

    late = frozenset({"Users", "Groups"})

    def find(self, collection: str, resource_id: str) -> dict[str, Any]:
        found = super().find(collection, resource_id)
        seen = self.visible.setdefault(resource_id, time.monotonic() + 0.1)
        if collection in self.late and time.monotonic() < seen:
            raise Refusal(404, "not yet")
        return found


class LateGroupStore(LateStore):
    """Only groups are late."""

    late = frozenset({"Groups"})


def test_writes_that_are_visible_late_are_told_from_writes_that_are_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oktascim.check.settling.WAITS", (0.25,))
    chosen = ("users.patch.deactivate", "users.put.profile", "groups.create.empty", "writes.visible")
    with Server((), SilentHandler, LateStore) as server:
        means = CheckMeans(transport=Direct(server, SilentHandler))
        report = check(server.base_url, only=chosen, means=means)
        assert failures(report) == ["writes.visible"]
        assert server.store.resources == {"Users": {}, "Groups": {}}
    details = {one.check.id: one.detail for one in report.verdicts}
    assert details["users.put.profile"] == "Right only after a wait: the server shows its writes late."
    assert details["writes.visible"] == "A write was visible only after 0.25 s."


@pytest.mark.parametrize("parallel", [1, 4])
def test_the_evidence_of_a_late_write_is_the_read_that_was_late(parallel: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oktascim.check.settling.WAITS", (0.25,))
    chosen = ("groups.create.empty", "users.put.profile", "errors.head", "errors.time", "writes.visible")
    with Server((), SilentHandler, LateGroupStore) as server:
        means = CheckMeans(transport=Direct(server, SilentHandler))
        report = check(server.base_url, only=chosen, parallel=parallel, means=means)
    assert failures(report) == ["writes.visible"]
    evidence = next(one.sent for one in report.verdicts if one.check.id == "writes.visible")
    assert evidence is not None
    assert "/Groups/" in evidence.exchange.url
    assert [one.exchange.status for one in report.exchanges if one.exchange.url == evidence.exchange.url][:2] == [
        404,
        200,
    ]


def test_a_lost_write_is_waited_for_once_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oktascim.check.settling.WAITS", (1.0, 2.0))
    waited: list[float] = []

    class Impatient(Stop):
        async def sleep(self, seconds: float) -> None:
            waited.append(seconds)

    with silent_server("pathless-patch-ignored") as server:
        means = CheckMeans(Impatient(), transport=Direct(server, SilentHandler))
        report = check(server.base_url, only=("users.patch",), means=means)
    assert failures(report) == ["users.patch.deactivate", "users.patch.reactivate"]
    assert waited == [1.0, 2.0]


def test_the_faultless_server_passes_every_check_and_is_left_as_it_was() -> None:
    with broken_server() as server:
        server.store.create("Users", dict(PERSON))
        report = check(server.base_url)
        assert failures(report) == []
        assert [one.check.id for one in report.verdicts if one.passed is None] == [
            *("connection.public_address", "discovery.schema"),  # it has no /Schemas
        ]
        assert report.sentence == (
            "Okta can create, look up, update, deactivate and reactivate users, set passwords, push groups,"
            " import users and groups, and report errors here."
        )
        assert [user["userName"] for user in server.store.resources["Users"].values()] == [PERSON["userName"]]
        assert server.store.resources["Groups"] == {}


@pytest.mark.parametrize(
    ("fault", "fix"),
    [
        ("credential-only-reads", "write-permission"),
        ("match-required", "no-etag"),
        ("charset-refused", "content-type"),
        ("rate-limit-unannounced", "rate"),
        ("member-without-type-refused", "groups"),
        ("put-changes-id", "by-id"),
    ],
)
def test_a_status_that_says_more_than_the_check_has_its_own_fix(fault: str, fix: str) -> None:
    slow = () if fix == "rate" else tuple(SLOW)
    with silent_server(fault) as server:
        report = check(server.base_url, skip=slow, means=CheckMeans(transport=Direct(server, SilentHandler)))
    fixes = [one.fix for one in report.failed("required")]
    assert fixes.count(fix) > len(fixes) / 2, fixes


def test_checks_at_once_find_the_same() -> None:
    with broken_server("pathless-patch-ignored") as server:
        report = check(server.base_url, skip=tuple(SLOW), parallel=4)
    assert sorted(failures(report)) == sorted(FAULTS["pathless-patch-ignored"])
    assert report.sentence.startswith("Okta can create, look up and update users")
    assert "Deactivation is ignored: leavers keep access." in report.sentence


def test_checks_that_compare_whole_lists_run_alone() -> None:
    seen: list[str] = []
    chosen = ("page", "errors.unknown_user", "errors.duplicate")
    with silent_server() as server:
        server.store.create("Users", dict(PERSON))
        means = CheckMeans(watch=lambda verdict: seen.append(verdict.check.id), transport=Direct(server, SilentHandler))
        report = check(server.base_url, only=chosen, parallel=4, means=means)
    assert failures(report) == []
    assert seen[-3:] == ["page.first", "page.walk", "page.import"]
    order = [one.id for one in catalogue().checks]
    ran = [one.check.id for one in report.verdicts if one.check.id in order]  # without those of the connection test
    assert ran == sorted(ran, key=order.index)


class AddressStore(SilentStore):
    """Its ids are percent-encoded in a URL."""

    def create(self, collection: str, body: dict[str, Any]) -> dict[str, Any]:
        made = super().create(collection, body)
        del self.resources[collection][made["id"]]
        made["id"] += "@acme.example"
        self.resources[collection][made["id"]] = made
        return made


class UncountedStore(SilentStore):
    """It refuses a list without count (RFC 7644 section 3.12)."""

    def listing(self, collection: str, query: dict[str, str]) -> dict[str, Any]:
        if not query:
            raise Refusal(400, "too many results", "tooMany")
        return super().listing(collection, query)


class LateMembersStore(SilentStore):
    """It shows the members of a group from the third read on."""

    def find(self, collection: str, resource_id: str) -> dict[str, Any]:
        found = super().find(collection, resource_id)
        self.visible[resource_id] = reads = self.visible.get(resource_id, 0) + 1
        return {**found, "members": []} if reads < 3 and collection == "Groups" else found


class StaleMembersStore(SilentStore):
    """The first read of a group after a PATCH shows its members from before."""

    def __init__(self, faults: Collection[str]) -> None:
        super().__init__(faults)
        self.stale: dict[str, list[Any]] = {}

    def patch(self, collection: str, resource_id: str, operations: list[dict[str, Any]]) -> dict[str, Any]:
        before = self.find(collection, resource_id).get("members", [])
        patched = super().patch(collection, resource_id, operations)
        self.stale[resource_id] = before
        return patched

    def find(self, collection: str, resource_id: str) -> dict[str, Any]:
        found = super().find(collection, resource_id)
        return {**found, "members": self.stale.pop(resource_id)} if resource_id in self.stale else found


@pytest.mark.parametrize(
    ("store", "chosen"),
    [
        (AddressStore, ("users.create.again", "groups.patch.many", "page.import")),
        (UncountedStore, ("page.first",)),
        (LateMembersStore, ("groups.create.others",)),
        (StaleMembersStore, ("groups.patch.unknown_member", "groups.patch.many")),
    ],
)
def test_a_server_that_is_unusual_but_right_fails_nothing(
    store: type[SilentStore], chosen: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oktascim.check.settling.WAITS", (0.01,))
    with Server((), SilentHandler, store) as server:
        server.store.create("Users", dict(PERSON))
        report = check(server.base_url, only=chosen, means=CheckMeans(transport=Direct(server, SilentHandler)))
    assert failures(report) == []
    assert {one.passed for one in report.verdicts} == {True}


def test_clean_up_ends_if_each_search_finds_another_id() -> None:
    class ShiftyStore(SilentStore):
        def _filtered(self, found: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
            return [{**one, "id": f"{one['id']}-{self.lists}"} for one in super()._filtered(found, text)]

        def delete(self, collection: str, resource_id: str) -> None:
            raise Refusal(404, f"no {resource_id} in {collection}")

    with Server((), SilentHandler, ShiftyStore) as server:
        means = CheckMeans(transport=Direct(server, SilentHandler))
        report = check(server.base_url, only=("users.create.as_okta",), means=means)
        kept = set(server.store.resources["Users"])
    assert kept, "the server deletes nothing"
    assert {made.id for made in report.left_behind} == kept


def test_a_long_list_in_tiny_pages_isnt_read_to_its_end() -> None:
    class EndlessStore(SilentStore):
        def listing(self, collection: str, query: dict[str, str]) -> dict[str, Any]:
            if "filter" in query:
                return super().listing(collection, query)
            page = super().listing(collection, {})
            other = {**PERSON, "id": f"x{query.get('startIndex')}"}
            return {**page, "totalResults": 1_000_000, "startIndex": query.get("startIndex"), "Resources": [other]}

    sent: list[str] = []
    with Server((), SilentHandler, EndlessStore) as server:
        means = CheckMeans(
            watch_exchange=lambda one: sent.append(one.exchange.url), transport=Direct(server, SilentHandler)
        )
        report = check(server.base_url, only=("users.list.same",), means=means)
    assert [one.passed for one in report.verdicts if one.check.id == "users.list.same"] == [None]
    assert len(sent) < 200


def test_a_required_check_that_a_refusal_stopped_fails_if_only_a_recommended_one_told() -> None:
    with broken_server("charset-refused") as server:
        report = check(server.base_url, only=("user.name", "user.as_sent.characters"))
    assert [one.check.id for one in report.failed("recommended")] == ["user.name"]
    assert [one.check.id for one in report.failed("required")] == ["user.as_sent.characters"]
