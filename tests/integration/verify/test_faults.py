"""What `oktascim verify` says about faulty servers: the right step, who disagrees, and a fix for that very fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.verify.conftest import org_is_clean, states, step_of
from tests.support.broken_server import TOKEN, Handler, Refusal, broken_server
from tests.support.silent_faults import SilentStore
from tests.support.world import Result, World

Verify = Callable[..., Result]
KEPT = "Keep a deactivated user"
CREATIONS = ("user.create", "user.leaver.create", "user.second")
DEACTIVATIONS = ("user.leaver.deactivate", "user.deactivate", "user.unassign")
SERVED = 1_000
RUNNING_BEFORE = 45
"""Requests before a server stops, in the middle of a run."""


class FailsOnce(Handler):
    """The first PUT fails."""

    def route(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, dict[str, Any] | None]:
        if self.command == "PUT" and not self.server.store.lists >= SERVED:
            self.server.store.lists = SERVED
            raise Refusal(500, "database deadlock")
        return super().route(path, query, body)


class PatchesNobody(Handler):
    """PATCH of a user finds nobody."""

    def route(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, dict[str, Any] | None]:
        if self.command == "PATCH" and path.startswith("/Users/"):
            raise Refusal(404, "no such user")
        return super().route(path, query, body)


class ReadsNobody(Handler):
    """GET of a user by its id finds nobody."""

    def route(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, dict[str, Any] | None]:
        if self.command == "GET" and path.startswith("/Users/"):
            raise Refusal(404, "no such user")
        return super().route(path, query, body)


class CreatesTwo(Handler):
    """POST creates every group twice."""

    def route(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, dict[str, Any] | None]:
        answer = super().route(path, query, body)
        if self.command == "POST" and path == "/Groups":
            super().route(path, query, body)
        return answer


class PutsEmptyGroups(Handler):
    """PUT of a user takes `groups: []` literally."""

    def route(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, dict[str, Any] | None]:
        if self.command == "PUT" and path.startswith("/Users/"):
            for group in self.server.store.resources["Groups"].values():
                group["members"] = [one for one in group["members"] if one["value"] != path.rpartition("/")[2]]
        return super().route(path, query, body)


class PutsForAll(Handler):
    """PUT of a user gives everyone their first name."""

    def route(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, dict[str, Any] | None]:
        answer = super().route(path, query, body)
        if self.command == "PUT" and path.startswith("/Users/") and answer[1]:
            for user in self.server.store.resources["Users"].values():
                user["name"] = answer[1]["name"]
        return answer


class PatchesNoGroup(Handler):
    """It has no PATCH of groups."""

    def route(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, dict[str, Any] | None]:
        if self.command == "PATCH" and path.startswith("/Groups/"):
            raise Refusal(501, "")
        return super().route(path, query, body)


class DeletesMembers(Handler):
    """DELETE of a group deletes its members."""

    def route(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, dict[str, Any] | None]:
        if self.command == "DELETE" and path.startswith("/Groups/"):
            self.server.store.resources["Users"].clear()
        return super().route(path, query, body)


class Counting(Handler):
    """Serves a number of requests; what happens then is up to `over`."""

    def route(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, dict[str, Any] | None]:
        self.server.store.lists += 1
        if self.server.store.lists > RUNNING_BEFORE:
            return self.over()
        return super().route(path, query, body)

    def over(self) -> tuple[int, dict[str, Any] | None]:
        raise Refusal(401, "token expired")


class Dies(Counting):
    """Closes every connection then."""

    def reply(self, status: int, answer: dict[str, Any] | None) -> None:
        self.close_connection = self.server.store.lists > RUNNING_BEFORE
        if not self.close_connection:
            super().reply(status, answer)


def details(result: Result, state: str = "failed") -> dict[str, str]:
    return {step["id"]: f"{step['detail']} {step['fix']}" for step in result.json["steps"] if step["state"] == state}


def run_on(
    verify: Verify, *options: str, faults: tuple[str, ...] = (), handler: type[Handler] = Handler
) -> tuple[Result, dict[str, Any]]:
    """The result, and what is left on the server."""
    with broken_server(*faults, handler=handler, store=SilentStore) as server:
        return verify(*options, SCIM_BASE_URL=server.base_url, SCIM_TOKEN=TOKEN), server.store.resources


@pytest.mark.parametrize(
    ("faults", "handler", "said"),
    [
        (
            ("deactivation-deletes",),
            Handler,
            {
                "user.leaver.deactivate": ("has deleted it", KEPT),
                "user.deactivate": ("has deleted it", KEPT),
                "user.reactivate": ("no longer has the first", KEPT),
                "user.unassign": ("has deleted it", KEPT),
            },
        ),
        (
            ("active-as-string",),
            Handler,
            dict.fromkeys(
                (*CREATIONS, *DEACTIVATIONS, "user.reactivate"),
                ("doesn't show active as true or false", "--only user.active"),
            ),
        ),
        (("put-drops-emails",), Handler, {"user.name": ("lost something",), "user.update": ("all of it",)}),
        (
            ("filter-ignored",),
            Handler,
            dict.fromkeys(CREATIONS[1:], ("another user's account", "--only filter.exact")),
        ),
        (
            ("groups-not-found",),
            Handler,
            dict.fromkeys(("group.push", "group.second"), ("search for its name", "--only groups.find")),
        ),
        ((), CreatesTwo, dict.fromkeys(("group.push", "group.second"), ("several groups with this name",))),
        ((), PutsEmptyGroups, {"user.login": ("has lost the user", '"groups": []')}),
        ((), FailsOnce, {"user.name": ("database deadlock",)}),
        ((), PatchesNoGroup, {"group.push": ("has created the group", "--only groups.patch.same_name")}),
        ((), PutsForAll, {"user.name": ("also changed an unrelated account", "--only users.put.others")}),
        (
            (),
            PatchesNobody,
            dict.fromkeys(DEACTIVATIONS, ("although GET returns the account",)),
        ),
    ],
)
def test_a_fault_fails_its_steps_with_its_own_words(
    faults: tuple[str, ...], handler: type[Handler], said: dict[str, tuple[str, ...]], verify: Verify, world: World
) -> None:
    result, left = run_on(verify, faults=faults, handler=handler)
    found = details(result)
    assert (result.code, set(found)) == (5, set(said)), result.stderr
    for step, words in said.items():
        for text in words:
            assert text in found[step]
    assert left == {"Users": {}, "Groups": {}}
    assert result.json["left_behind"] == []
    assert org_is_clean(world)


def test_a_lost_member_at_the_start_leaves_the_later_steps_their_own_verdict(verify: Verify) -> None:
    result, _ = run_on(verify, faults=("members-ignored-on-create",))
    seen = states(result)
    assert "Store the members" in details(result)["group.push"]
    assert (seen["group.remove"], seen["group.add"], seen["group.rename"]) == ("unproven", "proven", "proven")
    assert "wasn't in the group" in details(result, "unproven")["group.remove"]


@pytest.mark.parametrize(
    ("fault", "failed", "words", "unproven"),
    [
        ("reactivation-ignored", "user.reactivate", "still inactive", {"user.unassign": "already inactive"}),
        ("group-deletion-deactivates", "group.delete", "groups.delete.others", {"user.deactivate": "already inactive"}),
        ("second-deactivation-ignored", "user.unassign", "--only users.patch.deactivate_again", {}),
    ],
)
def test_a_step_whose_result_was_already_there_proves_nothing(
    fault: str, failed: str, words: str, unproven: dict[str, str], verify: Verify
) -> None:
    result, _ = run_on(verify, "--skip", "user.update", "--skip", "user.empty", faults=(fault,))
    assert set(details(result)) == {failed}
    assert words in details(result)[failed]
    assert set(details(result, "unproven")) == set(unproven)
    for step, text in unproven.items():
        assert text in details(result, "unproven")[step]


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        (("deactivation-of-all",), dict.fromkeys(DEACTIVATIONS[:2], "also deactivated an unrelated account")),
        (
            ("creation-activates-all", "rename-of-all-groups", "deletion-of-all-groups"),
            {
                "user.second": "someone who left has access again",
                "group.rename": "also changed an unrelated group",
                "group.delete": "also deleted an unrelated group",
            },
        ),
        (
            ("put-activates-all", "one-group-per-user"),
            {"user.name": "--only users.put.others", "group.second": "--only groups.create.others"},
        ),
        (
            ("reactivation-of-all", "patch-takes-members"),
            {"user.reactivate": "--only users.patch.others", "group.second": "--only groups.patch.others"},
        ),
        (("group-write-activates-all",), {"group.push": "also reactivated an unrelated account"}),
    ],
)
def test_a_write_that_changes_others_fails_exactly_its_step(
    faults: tuple[str, ...], said: dict[str, str], verify: Verify
) -> None:
    result, left = run_on(verify, "--skip", "user.update", "--skip", "user.empty", faults=faults)
    found = details(result)
    assert found.keys() == said.keys(), result.stderr
    for step, words in said.items():
        assert words in found[step]
    assert left == {"Users": {}, "Groups": {}}


def test_what_okta_sends_in_vain_is_noted_on_a_proven_step(verify: Verify) -> None:
    result, _ = run_on(verify, faults=("externalId-missing",))
    assert result.code == 0
    assert "externalId" in step_of(result, "user.create")["detail"]
    assert (
        "Note: user.create, user.leaver.create, user.second, user.empty: The SCIM server doesn't show the externalId"
        in " ".join(result.stderr.split())
    )


def test_an_account_that_cant_be_read_by_its_id_is_blamed_once_and_still_removed(verify: Verify) -> None:
    result, left = run_on(verify, handler=ReadsNobody)
    assert "under the id that it returned" in details(result)["user.create"]
    assert details(result)["user.update"].endswith("as in user.create. Fix user.create first.")
    assert left == {"Users": {}, "Groups": {}}


def test_an_expired_token_of_ours_is_no_proof_that_leavers_keep_access(verify: Verify) -> None:
    result, _ = run_on(verify, "--wait", "1", handler=Counting)
    assert "leavers keep access" not in result.stdout
    assert "returned 401 to this machine" in step_of(result, "user.unassign")["detail"]


def test_a_group_write_that_deletes_users_is_blamed_and_no_later_step(verify: Verify) -> None:
    result, _ = run_on(verify, handler=DeletesMembers)
    found = details(result)
    assert "also deleted an unrelated account" in found["group.delete"]
    assert set(found) == {"group.delete", "user.deactivate", "user.reactivate"}
    assert found["user.deactivate"].endswith("as in group.delete. Fix group.delete first.")


def test_a_server_that_dies_is_named_and_so_is_everything_that_may_remain(verify: Verify, world: World) -> None:
    result, _ = run_on(verify, "--wait", "1", handler=Dies)
    assert result.code == 5
    assert "The SCIM server stopped responding during this run." in details(result)["user.deactivate"]
    run, left = result.json["run_id"], result.json["left_behind"]
    assert f"account renamed.{run}" in left[0]
    assert f"account leaver.{run}" in left[1]
    assert f"account second.{run}" in left[2]
    assert all("stopped responding" in text for text in left)
    assert org_is_clean(world)
