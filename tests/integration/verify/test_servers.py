"""docs/servers.md tells the truth about `verify`: each server by others fails exactly the steps that it names."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.conftest import REPOSITORY
from tests.support.scim_servers import SERVERS, Missing
from tests.support.verified import failed_steps, verify_server
from tests.support.world import World

PAGE = (REPOSITORY / "docs" / "servers.md").read_text(encoding="utf-8")


def documented(name: str) -> set[str]:
    section = next(part for part in PAGE.split("\n## ")[1:] if part.startswith(f"{name} "))
    return set(re.findall(r"^\| ((?:user|group)\.[\w.]+) \|", section, re.MULTILINE))


PROVEN = "scim2-server"
"""The server of test_lifecycle.py, where every step is proven."""


def test_the_page_names_no_step_for_the_server_that_is_proven_elsewhere() -> None:
    assert documented(PROVEN) == set()


@pytest.mark.parametrize("name", [name for name in SERVERS if name != PROVEN])
def test_a_server_fails_the_steps_that_the_page_names(name: str, org: Any, tmp_path: Any) -> None:
    if name == "django-scim2":
        pytest.importorskip("django_scim")
    try:
        with SERVERS[name]() as server:
            world = World(org, org.token, server.base_url, tmp_path)
            result = verify_server(world, name, server.base_url, server.token)
    except Missing as reason:
        pytest.skip(str(reason))
    assert set(failed_steps(result)) == documented(name), result.stderr
    assert result.json["left_behind"] == []
