"""The examples of docs/emulator-extending.md work as they are printed."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import httpx
import pytest
from jinja2 import DictLoader

from okta_emulator.admin_console import html, routes
from okta_emulator.http import app
from tests.support.answering import Answering
from tests.support.in_process import HOST, InProcess, in_process

PAGE = (Path(__file__).parents[3] / "docs" / "emulator-extending.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"^```\w+\n(?:#|\{#) okta_emulator/(\S+)[^\n]*\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch):
    def load(path: str) -> ModuleType:
        name = f"extending_{Path(path).stem}"
        module = ModuleType(name)
        monkeypatch.setitem(sys.modules, name, module)
        exec(compile(EXAMPLES[path], path, "exec"), vars(module))
        return module

    return load


@pytest.fixture
def world() -> Iterator[InProcess]:
    with in_process() as started:
        yield started


def test_the_page_has_the_examples_that_are_run_here() -> None:
    assert set(EXAMPLES) == {
        "api/brands.py",
        "org/config_deliveries.py",
        "admin_console/pages/groups.py",
        "admin_console/templates/groups.html",
    }


def test_the_endpoint(example, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "MODULES", (*app.MODULES, example("api/brands.py")))
    with in_process() as world:
        (brand,) = world.call("GET", "/api/v1/brands")
        assert brand["name"] == "emulator"
        assert world.call("GET", f"/api/v1/brands/{brand['id']}") == brand
        status, body = world.send("GET", b"/api/v1/brands/none", b"", world.headers(b""), b"")
        assert (status, b'"errorCode":"E0000007"' in body) == (404, True)


def test_the_scim_request(example, world: InProcess) -> None:
    delivery, org = example("org/config_deliveries.py"), world.app.org
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(f"{request.method} {request.url}")
        return httpx.Response(200, json={}) if len(seen) > 1 else httpx.Response(429, headers={"Retry-After": "1"})

    connection = {"profile": {"authScheme": "TOKEN", "token": "t0ken-of-the-app"}, "baseUrl": "http://scim.example/v2"}

    async def run() -> bool:
        org.http = Answering(answer)
        org.jobs.submit(delivery.ReadConfig(org.cause("puj1"), world.ids["app_id"]))
        return await org.jobs.idle(30)

    org.http = Answering(lambda _: httpx.Response(200, json={"Resources": [], "totalResults": 0}))
    path = f"/api/v1/apps/{world.ids['app_id']}/connections/default"
    world.call("POST", path, connection)
    world.call("POST", f"{path}/lifecycle/activate")
    assert world.runner.run(run())
    assert seen == ["GET http://scim.example/v2/ServiceProviderConfig"] * 2
    kept = org.store.exchanges()[-2:]
    assert [(exchange["status"], exchange["events"]) for exchange in kept] == [
        (429, ["application.integration.rate_limit_exceeded"]),
        (200, []),
    ]


def test_the_console_page(example, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = example("admin_console/pages/groups.py")
    *known, rest = routes._PAGES
    monkeypatch.setattr(routes, "_PAGES", (*known, ("GET", "/admin/groups", pages.list_groups), rest))
    loader = html.page.__self__._environment.loader
    template = DictLoader({"groups.html": EXAMPLES["admin_console/templates/groups.html"]})
    monkeypatch.setattr(loader, "loaders", [template, *loader.loaders])
    with in_process() as world:
        session = (b"cookie", world.ids["cookie"].encode())
        status, body = world.send(
            "GET", b"/admin/groups", b"", [(b"host", HOST.replace(b"127.0.0.1", b"localhost")), session], b""
        )
    assert status == 200
    assert b"<td>Everyone</td><td>BUILT_IN</td>" in body
    assert b"Sign out" in body
