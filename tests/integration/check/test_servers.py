"""Servers by others: `check` finds in each what docs/servers.md says; the results of RFC testers are folded in."""

from __future__ import annotations

import re

import pytest

from oktascim.check.catalogue import catalogue
from oktascim.check.rfc.run import TESTERS
from oktascim.check.run import CheckMeans
from oktascim.check.sent import Sent
from oktascim.http.clock import Stop
from tests.conftest import REPOSITORY
from tests.integration.check.conftest import check, failures
from tests.support.broken_server import broken_server
from tests.support.scim_servers import SERVERS, Missing

PAGE = (REPOSITORY / "docs" / "servers.md").read_text(encoding="utf-8")
SLOW = {check.id for check in catalogue().checks if "slow" in check.tags}


def documented(name: str) -> set[str]:
    section = next(part for part in PAGE.split("\n## ")[1:] if part.startswith(f"{name} "))
    return set(re.findall(r"^\| `([\w.]+)` \|", section, re.MULTILINE))


def needs_testers() -> None:
    for tester in TESTERS:
        pytest.importorskip(tester.module, reason=f"{tester.name} is not installed (extra: rfc)")


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_fails_what_the_page_says(name: str) -> None:
    if module := {"scim2-server": "scim2_server", "django-scim2": "django_scim"}.get(name):
        pytest.importorskip(module)
    try:
        with SERVERS[name]() as server:
            report = check(server.base_url, token=server.token, skip=tuple(SLOW))
    except Missing as reason:
        pytest.skip(str(reason))
    assert set(failures(report)) == documented(name) - SLOW
    assert report.left_behind == ()


def test_the_rfc_testers_run_over_our_connection_and_are_cleaned_up() -> None:
    needs_testers()
    pytest.importorskip("scim2_server", reason="scim2-server is not installed (extra: emulator)")
    with SERVERS["scim2-server"]() as server:
        report = check(server.base_url, token=server.token, only=("page.count",), rfc=True)
        again = check(server.base_url, token=server.token, only=("page.count",))
    rfc = [one for one in report.verdicts if one.check.group == "rfc"]
    by_tester = {tester.name: [one for one in rfc if one.check.source == tester.name] for tester in TESTERS}
    assert sum(bool(one.passed) for one in by_tester["scim2-tester"]) > 50
    assert sum(bool(one.passed) for one in by_tester["scim-sanity"]) > 15
    assert len({one.check.id for one in rfc}) == len(rfc)
    assert not [one.check.why for one in rfc if ":class:" in one.check.why], "the title, not the whole docstring"
    assert all(one.check.requirement == "recommended" for one in rfc)
    assert {sent.exchange.request_headers.get("Authorization") for sent in report.exchanges} == {"[hidden]"}
    paging = next(one for one in again.verdicts if one.check.id == "connection.paging")
    assert paging.detail.startswith("totalResults 0")


def test_ctrl_c_during_an_rfc_tester_ends_both_and_marks_the_run_as_interrupted() -> None:
    needs_testers()
    stop = Stop()
    places: list[str] = []

    def watch(sent: Sent) -> None:
        if "/Users" not in sent.exchange.url:
            places.append(sent.exchange.url)
            stop.ask()

    with broken_server() as server:
        means = CheckMeans(stop, watch_exchange=watch)
        report = check(server.base_url, only=("page",), read_only=True, rfc=True, means=means)
    assert len(places) == 1
    assert report.interrupted
    assert [one.detail for one in report.verdicts if one.check.group == "rfc"] == ["Not run: interrupted."] * len(
        TESTERS
    )
    assert report.left_behind == ()


def test_the_rfc_testers_find_a_server_without_discovery() -> None:
    needs_testers()
    with broken_server() as server:
        report = check(server.base_url, only=("page",), rfc=True, read_only=True)
    failed = [one for one in report.verdicts if one.check.group == "rfc" and one.passed is False]
    assert failed
    assert report.failed("required") == []
    assert report.remedies[-1].fix.source.startswith("RFC 7643")
