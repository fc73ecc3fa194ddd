"""The probe against scim2-server, a SCIM 2.0 server written by others."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from oktascim.scim.probe import probe
from oktascim.secret_text import SecretStr

pytest.importorskip("scim2_server", reason="scim2-server is not installed (extra: emulator)")
scimserver = pytest.importorskip("okta_emulator.scim_server")


@pytest.fixture(scope="module")
def server():
    with scimserver.ScimServer("sentinel-token") as running:
        yield running


def probe_it(server, authorization="Bearer sentinel-token", **options):
    return asyncio.run(probe(server.base_url, "2.0", SecretStr(authorization), **options))


def test_a_real_server_passes_empty_and_with_users(server):
    empty = probe_it(server, import_groups=True)
    assert empty.failure is None
    assert empty.exchanges[1].status == 200

    for name in ("ada", "grace", "edsger"):
        user = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": f"{name}@acme.example"}
        made = httpx.post(f"{server.base_url}/Users", json=user, headers={"Authorization": "Bearer sentinel-token"})
        assert made.status_code == 201
    filled = probe_it(server)
    verdicts = {verdict.check: verdict for verdict in filled.verdicts}
    assert filled.passed
    assert verdicts["paging"].detail == "totalResults 3, startIndex 1, itemsPerPage 2"
    assert verdicts["count"].detail == "2 returned, at most 2 requested."


def test_a_wrong_credential_is_refused_by_a_real_server(server):
    report = probe_it(server, "Bearer sentinel-wrong")
    assert [verdict.check for verdict in report.verdicts if verdict.passed is False] == ["status"]
    assert report.exchanges[0].status == 401


def test_a_wrong_path_on_a_real_server(server):
    report = asyncio.run(probe(f"{server.base_url}/nowhere", "2.0", SecretStr("Bearer sentinel-token")))
    assert report.exchanges[0].status == 404
    assert "base URL is wrong" in report.failure.why
