"""Failed accounts wait for a retry, also after the token was mended (OB-288, OB-290)."""

from __future__ import annotations

import httpx
import pytest

from okta_emulator.core.problem import EmulatorProblem
from okta_emulator.testing import OktaEmulator
from tests.support.broken_server import TOKEN, broken_server


def test_a_failed_account_waits_for_a_retry() -> None:
    with broken_server() as server, OktaEmulator() as org:
        app = org.scim_app(server.base_url, TOKEN)
        ada = org.person("ada@acme.example", firstName="Ada", lastName="Lovelace")
        own = f"/api/v1/apps/{app['id']}"
        server.store.faults = frozenset({"extension-refused"})
        org.call("POST", f"/api/v1/users/{ada['id']}", {"profile": {"department": "R&D"}})
        org.assign(app, ada)
        (task,) = org.tasks()
        assert (task["kind"], task["retry"]) == ("provision", True)
        assert task["text"] == (
            "Automatic provisioning of user Ada Lovelace to app App under test failed: Error while creating user "
            "ada@acme.example: Bad Request. Errors reported by remote server: unknown schema"
        )
        server.store.faults = frozenset()
        before = len(org.exchanges())
        profile = {"authScheme": "TOKEN", "token": TOKEN}
        org.call("POST", f"{own}/connections/default", {"baseUrl": server.base_url, "profile": profile})
        org.call("POST", f"/api/v1/users/{ada['id']}", {"profile": {"title": "Countess"}})
        assert org.call("GET", f"{own}/users/{ada['id']}")["syncState"] == "ERROR"
        assert not [one for one in org.exchanges()[before:] if "filter" in one["url"] or one["method"] == "POST"]
        org.retry(task["id"])
        assert org.tasks() == []
        assert org.call("GET", f"{own}/users/{ada['id']}")["status"] == "PROVISIONED"


def test_a_failed_deactivation_has_no_retry() -> None:
    with broken_server() as server, OktaEmulator() as org:
        app = org.scim_app(server.base_url, TOKEN)
        ada = org.person("ada@acme.example")
        org.assign(app, ada)
        server.store.faults = frozenset({"pathless-patch-refused"})
        org.unassign(app, ada)
        (task,) = org.tasks()
        assert (task["text"], task["retry"]) == ("Application accounts need deprovisioning", False)
        with pytest.raises(EmulatorProblem):
            org.retry(task["id"])
        org.retry()
        assert len(org.tasks()) == 1
        org.call("POST", f"/api/v1/apps/{app['id']}/lifecycle/deactivate")
        org.call("DELETE", f"/api/v1/apps/{app['id']}")
        assert org.tasks() == []


def test_a_failure_that_ends_after_its_app_was_deleted_leaves_no_task() -> None:
    with broken_server() as server, OktaEmulator() as org:
        app = org.scim_app(server.base_url, TOKEN)
        ada = org.person("ada@acme.example")
        org.assign(app, ada)
        server.store.faults = frozenset({"pathless-patch-refused"})
        headers = {"Authorization": f"SSWS {org.token}"}
        own = f"{org.url}/api/v1/apps/{app['id']}"
        with server.store.lock:  # the SCIM server doesn't answer until the app is deleted
            httpx.delete(f"{own}/users/{ada['id']}", headers=headers).raise_for_status()
            httpx.post(f"{own}/lifecycle/deactivate", headers=headers).raise_for_status()
            httpx.delete(own, headers=headers).raise_for_status()
        org.settle()
        assert org.tasks() == []


def test_an_assignment_that_ends_while_the_account_is_created_leaves_no_active_account() -> None:
    with broken_server() as server, OktaEmulator() as org:
        app = org.scim_app(server.base_url, TOKEN)
        ada = org.person("ada@acme.example")
        headers = {"Authorization": f"SSWS {org.token}"}
        own = f"{org.url}/api/v1/apps/{app['id']}/users"
        with server.store.lock:  # the SCIM server answers nothing until the assignment has ended
            httpx.post(own, json={"id": ada["id"]}, headers=headers).raise_for_status()
            httpx.delete(f"{own}/{ada['id']}", headers=headers).raise_for_status()
        org.settle()
        sent = [one["method"] for one in org.exchanges() if "filter" in one["url"] or one["method"] != "GET"]
    accounts = list(server.store.resources["Users"].values())
    assert [account["active"] for account in accounts] in ([], [False]), sent
