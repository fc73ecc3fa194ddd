"""Every fault of the broken server is caught by exactly the checks that its entry names; the faultless one passes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from oktascim.check.catalogue import catalogue
from tests.conftest import REPOSITORY
from tests.integration.check.conftest import PERSON, check, failures
from tests.support.broken_server import broken_server

SUPPORT = REPOSITORY / "tests" / "support"
FAULTS = yaml.safe_load((SUPPORT / "broken_faults.yaml").read_text(encoding="utf-8"))
SLOW = {check.id for check in catalogue().checks if "slow" in check.tags}


def test_every_fault_of_the_server_is_in_the_table() -> None:
    source = Path(SUPPORT / "broken_server.py").read_text(encoding="utf-8")
    named = set(re.findall(r'has\("([\w-]+)"\)', source)) | {"active-missing", "userName-missing", "externalId-missing"}
    assert named == set(FAULTS)
    assert len(FAULTS) >= 30


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_caught_by_exactly_the_checks_that_name_it(fault: str) -> None:
    skip = tuple(SLOW - set(FAULTS[fault]))
    with broken_server(fault) as server:
        server.store.create("Users", dict(PERSON))
        report = check(server.base_url, skip=skip)
        assert sorted(failures(report)) == sorted(FAULTS[fault])
        assert list(server.store.resources["Users"]) == ["r1"], "someone else's user, and no other, is left"
        assert all(one.mending and one.mending.do for one in report.verdicts if one.passed is False)
        kept = {made.id for made in report.left_behind}
        assert kept == set(server.store.resources["Groups"]), "what the server didn't delete is listed"


def test_every_failable_check_is_caught_failing_somewhere() -> None:
    """A check that no fault can fail proves nothing; these need a server that is slow or answers in another type."""
    caught = {check for checks in FAULTS.values() for check in checks}
    of_20 = {check.id for check in catalogue().checks if "2.0" in check.scim}
    assert of_20 - caught == {"spec.users.filter.capitals", "spec.groups.list", "errors.time"}


def test_the_faultless_server_passes_every_check_and_is_left_as_it_was() -> None:
    with broken_server() as server:
        server.store.create("Users", dict(PERSON))
        report = check(server.base_url)
        assert failures(report) == []
        assert [one.check.id for one in report.verdicts if one.passed is None] == ["connection.public_address"]
        assert report.sentence == (
            "Okta can deactivate users, create users, look up users, reactivate users, update users, set passwords,"
            " push groups, import users and groups and report errors here."
        )
        assert [user["userName"] for user in server.store.resources["Users"].values()] == [PERSON["userName"]]
        assert server.store.resources["Groups"] == {}


def test_checks_at_once_find_the_same() -> None:
    with broken_server("pathless-patch-ignored") as server:
        report = check(server.base_url, skip=tuple(SLOW), parallel=4)
    assert sorted(failures(report)) == sorted(FAULTS["pathless-patch-ignored"])
    assert report.sentence.startswith("Okta can create users, look up users, update users")
    assert "Deactivation is ignored: leavers keep access." in report.sentence
