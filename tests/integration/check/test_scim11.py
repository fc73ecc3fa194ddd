"""SCIM 1.1: a good server passes, natively and with Okta's own suite; its faults are found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oktascim.check.catalogue import catalogue
from oktascim.check.run import CheckMeans
from tests.integration.check.conftest import PERSON, check, failures
from tests.integration.check.test_suites import Call, run
from tests.support.broken_scim11 import CORE_11, Handler11
from tests.support.broken_server import Direct, Server, broken_server
from tests.support.silent_faults import SilentStore

PERSON_11 = PERSON | {"schemas": [CORE_11]}
SLOW = tuple(check.id for check in catalogue().checks if "slow" in check.tags)


def test_a_good_server_passes() -> None:
    with broken_server(handler=Handler11) as server:
        server.store.create("Users", dict(PERSON_11))
        report = check(server.base_url, version="1.1", skip=SLOW)
        assert list(server.store.resources["Users"]) == ["r1"]
    assert failures(report) == []
    assert "deactivate and reactivate users" in report.sentence


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        (
            "pathless-patch-ignored",
            [
                "users.patch.deactivate_11",
                "users.patch.reactivate_11",
                "groups.patch.rename_11",
                "groups.patch.replace_11",
            ],
        ),
        ("member-removal-ignored", ["groups.patch.members_11"]),
        ("clearing-ignored", ["groups.patch.replace_11"]),
        ("extension-of-group-refused", ["groups.create.description_11"]),
        ("userName-lower-cased", ["spec11.users.create", "spec11.users.read", "user.as_sent.userName"]),
    ],
)
def test_a_fault_is_found(fault: str, found: list[str]) -> None:
    with broken_server(fault, handler=Handler11) as server:
        server.store.create("Users", dict(PERSON_11))
        report = check(server.base_url, version="1.1", skip=SLOW)
    assert sorted(failures(report)) == sorted(found)


@pytest.mark.parametrize(
    ("fault", "found"),
    [("deactivation-of-all", "users.patch.others_11"), ("rename-of-all-groups", "groups.patch.others_11")],
)
def test_a_patch_that_changes_others_is_found(fault: str, found: str) -> None:
    with Server((fault,), Handler11, SilentStore) as server:
        means = CheckMeans(transport=Direct(server, Handler11))
        report = check(server.base_url, version="1.1", only=("users.patch", "groups.patch"), means=means)
    assert failures(report) == [found]


def test_oktas_suite_passes(oktascim: Call, ground_truth: Path) -> None:
    file = str(ground_truth / "Okta-SCIM-11-SPEC-Test.json")
    with broken_server(handler=Handler11) as server:
        server.store.create("Users", dict(PERSON_11))
        server.store.create("Groups", {"displayName": "Staff", "schemas": [CORE_11]})
        code, report, stderr = run(oktascim, server.base_url, file, "--scim", "1.1")
    assert code == 0, stderr + json.dumps(report.get("fixes"))
    assert report["verdict"].endswith("all 16 steps passed.")
