"""`connection` from the command line: a SCIM server that answers wrongly, and what an org says of a connection."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.support.broken_server import broken_server
from tests.support.world import SCIM_TOKEN, World

LIST = {
    "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    "totalResults": 0,
    "startIndex": 1,
    "itemsPerPage": 0,
    "Resources": [],
}
ANSWERS = {
    "html": (200, "text/html", "<!DOCTYPE html><html><body>Sign in</body></html>", "HTML"),
    "string startIndex": (200, "application/scim+json", json.dumps(LIST | {"startIndex": "1"}), "startIndex"),
    "401": (401, "application/scim+json", json.dumps({"detail": "no", "status": "401"}), "401"),
    "Resources is missing": (200, "application/scim+json", json.dumps({"schemas": LIST["schemas"]}), "Resources"),
}


@contextmanager
def scim_server(status: int, kind: str, body: str) -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Log nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/scim/v2"
    finally:
        server.shutdown()


@pytest.mark.parametrize("name", ANSWERS)
def test_a_server_that_answers_wrongly_fails_with_cause_and_fix(world: World, name: str) -> None:
    status, kind, body, word = ANSWERS[name]
    with scim_server(status, kind, body) as base_url:
        result = world.oktascim("connection", "test", "--spec", world.spec(), SCIM_BASE_URL=base_url)
    assert result.code == 5, result.stderr
    assert word in result.stderr
    assert "fix:" in result.stderr


def test_a_server_that_is_not_there(world: World) -> None:
    with scim_server(200, "", "") as base_url:
        pass
    result = world.oktascim("connection", "test", "--spec", world.spec(), SCIM_BASE_URL=base_url)
    assert result.code == 5
    assert "fix:" in result.stderr


def test_a_good_server_and_what_okta_says(world: World) -> None:
    assert world.oktascim("apply", world.spec(), "--yes").code == 0
    result = world.oktascim("connection", "test", "--spec", world.spec(), "--app", "acme-crm", "-o", "json")
    assert result.code == 0, result.stderr
    assert result.json["passed"] is True
    assert "ENABLED" in result.json["okta"]
    assert [exchange["url"].partition("/Users")[2] for exchange in result.json["exchanges"]] == [
        "?startIndex=1&count=2"
    ]


def test_set_show_and_switch(world: World) -> None:
    body = {"name": "scim2testapp", "label": "By hand", "signOnMode": "AUTO_LOGIN"}
    app = world.okta("POST", "/api/v1/apps", body)
    arguments = ("--app", "By hand", "--base-url", world.scim_url, "--token", "env:SCIM_TOKEN", "-o", "json")
    done = world.oktascim("connection", "set", *arguments)
    assert done.code == 0, done.stderr
    assert (done.json["app_id"], done.json["status"]) == (app["id"], "ENABLED")
    assert world.oktascim("connection", "deactivate", "--app", app["id"]).code == 0
    assert world.oktascim("connection", "show", "--app", app["id"], "-o", "json").json["status"] == "DISABLED"
    assert world.oktascim("connection", "activate", "--app", app["id"]).code == 0


def test_other_credentials_keep_the_base_url(world: World) -> None:
    world.okta("POST", "/api/v1/apps", {"name": "scim2testapp", "label": "By hand", "signOnMode": "AUTO_LOGIN"})
    given = ("--token", "env:SCIM_TOKEN", "-o", "json")
    assert world.oktascim("connection", "set", "By hand", "--base-url", world.scim_url, *given).code == 0
    done = world.oktascim("connection", "set", "By hand", *given)
    assert (done.code, done.json["base_url"]) == (0, world.scim_url), done.stderr


def test_a_refusal_of_the_server_is_explained_when_its_connection_is_activated(world: World) -> None:
    world.okta("POST", "/api/v1/apps", {"name": "scim2testapp", "label": "By hand", "signOnMode": "AUTO_LOGIN"})
    with broken_server("open-to-all") as server:
        given = ("--base-url", server.base_url, "--token", "env:SCIM_TOKEN")
        assert world.oktascim("connection", "set", "By hand", *given).code == 0
        assert world.oktascim("connection", "deactivate", "By hand").code == 0
        server.store.faults = frozenset()
        refused = world.oktascim("connection", "activate", "By hand")
    assert refused.code == 5
    assert "didn't activate it: Error authenticating: Unauthorized" in refused.stderr
    assert "why: The SCIM server doesn't accept the credentials that Okta sends." in refused.stderr


def test_a_switch_without_effect_is_not_called_done(world_of: Callable[..., World]) -> None:
    world = world_of(connections_api="org")
    body = {"name": "scim2testapp", "label": "By hand", "signOnMode": "AUTO_LOGIN"}
    world.okta("POST", "/api/v1/apps", body)
    result = world.oktascim("connection", "activate", "--app", "By hand")
    assert result.code == 1
    assert "UNKNOWN" in result.stderr


def test_an_unknown_app_is_offered_near_names(world: World) -> None:
    world.okta("POST", "/api/v1/apps", {"name": "scim2testapp", "label": "Acme CRM", "signOnMode": "AUTO_LOGIN"})
    result = world.oktascim("connection", "show", "--app", "Acme CMR")
    assert result.code == 2
    assert "Acme CRM" in result.stderr


def test_flags_that_say_too_little(world: World) -> None:
    result = world.oktascim("connection", "test", "--template", "scim2-oauth")
    assert result.code == 2
    assert "--base-url" in result.stderr
    assert SCIM_TOKEN not in result.stderr


def test_set_says_what_it_needs_itself(world: World) -> None:
    world.okta("POST", "/api/v1/apps", {"name": "scim2testapp", "label": "By hand", "signOnMode": "AUTO_LOGIN"})
    result = world.oktascim("connection", "set", "--app", "By hand", "--token", "env:SCIM_TOKEN")
    assert result.code == 2
    assert "Missing option: --base-url.\n  why: Okta shows no base URL for this app." in result.stderr
    assert "connection test" not in result.stderr


def test_a_missing_secret_is_that_of_the_app(world: World) -> None:
    world.okta("POST", "/api/v1/apps", {"name": "scim2testapp", "label": "Acme CRM", "signOnMode": "AUTO_LOGIN"})
    arguments = ("Acme CRM", "--base-url", world.scim_url, "--token", "env:NOT_SET")
    assert "The token of 'acme-crm' couldn't be read." in world.oktascim("connection", "set", *arguments).stderr


def test_a_spec_without_the_named_integration_says_which_it_has(world: World) -> None:
    told = world.oktascim("connection", "test", "other", "--spec", world.spec())
    assert told.code == 2
    assert "has no integration other with provisioning.\n  fix: It has: acme-crm." in told.stderr
