"""Which app is meant."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from oktascim.errors import OktascimError, UsageProblem
from oktascim.systemlog.app import find_app

CRM = {"id": "0oa1crm1crm1", "name": "scim2headerauth", "label": "Acme CRM", "status": "ACTIVE"}
HR = {
    **CRM,
    "id": "0oa2hr22hr22",
    "label": "Acme HR",
    "settings": {"notes": {"admin": "for people\noktascim:acme-hr"}},
}


def find(org, word):
    return asyncio.run(find_app(org.okta(), word))


def apps(*raw):
    return httpx.Response(200, json=list(raw))


def test_by_id_takes_one_call(scripted):
    org = scripted(httpx.Response(200, json=CRM))
    assert find(org, "0oa1crm1crm1").label == "Acme CRM"
    assert org.requests[0].url.path == "/api/v1/apps/0oa1crm1crm1"


@pytest.mark.parametrize("word", ["Acme CRM", "acme crm"])
def test_by_label_takes_one_call(scripted, word):
    org = scripted(apps(CRM))
    assert find(org, word).id == CRM["id"]
    assert org.requests[0].url.params["q"] == word


def test_by_the_integrations_name(scripted):
    assert find(scripted(apps(), apps(CRM, HR)), "acme-hr").id == HR["id"]


def test_near_names_are_offered(scripted):
    with pytest.raises(OktascimError, match=r"acme-hrr") as caught:
        find(scripted(apps(), apps(CRM, HR)), "acme-hrr")
    assert "acme-hr" in caught.value.why


def test_an_id_that_does_not_exist(scripted, refuse):
    org = scripted(refuse(404, "E0000007", "Not found"), apps(), apps(CRM))
    with pytest.raises(OktascimError, match="0oa9gone9gone"):
        find(org, "0oa9gone9gone")


def test_twins_need_an_id(scripted):
    twin = {**CRM, "id": "0oa3crm3crm3", "status": "INACTIVE"}
    with pytest.raises(UsageProblem, match="2 apps") as caught:
        find(scripted(apps(CRM, twin)), "Acme CRM")
    assert "0oa3crm3crm3 (INACTIVE)" in caught.value.why
