"""Servers by others: `check` finds in each what docs/servers.md says; scim2-tester's results are folded in."""

from __future__ import annotations

import re

import pytest

from oktascim.check.catalogue import catalogue
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


def test_the_rfc_tester_runs_over_our_connection_and_is_cleaned_up() -> None:
    pytest.importorskip("scim2_tester", reason="scim2-tester is not installed (extra: rfc)")
    pytest.importorskip("scim2_server", reason="scim2-server is not installed (extra: emulator)")
    with SERVERS["scim2-server"]() as server:
        report = check(server.base_url, token=server.token, only=("page.count",), rfc=True)
        again = check(server.base_url, token=server.token, only=("page.count",))
    rfc = [one for one in report.verdicts if one.check.group == "rfc"]
    assert sum(bool(one.passed) for one in rfc) > 50
    assert not [one.check.why for one in rfc if ":class:" in one.check.why], "the title, not the whole docstring"
    assert all(one.check.requirement == "recommended" for one in rfc)
    assert {sent.exchange.request_headers.get("Authorization") for sent in report.exchanges} == {"[hidden]"}
    paging = next(one for one in again.verdicts if one.check.id == "connection.paging")
    assert paging.detail.startswith("totalResults 0")


def test_ctrl_c_during_the_rfc_tester_ends_it_and_marks_the_run_as_interrupted() -> None:
    pytest.importorskip("scim2_tester", reason="scim2-tester is not installed (extra: rfc)")
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
    assert [one.detail for one in report.verdicts if one.check.group == "rfc"] == ["Not run: interrupted."]
    assert report.left_behind == ()


def test_the_rfc_tester_finds_a_server_without_discovery() -> None:
    pytest.importorskip("scim2_tester", reason="scim2-tester is not installed (extra: rfc)")
    with broken_server() as server:
        report = check(server.base_url, only=("page",), rfc=True, read_only=True)
    failed = [one for one in report.verdicts if one.check.group == "rfc" and one.passed is False]
    assert failed
    assert report.failed("required") == []
    assert report.remedies[-1].fix.source.startswith("RFC 7643")
