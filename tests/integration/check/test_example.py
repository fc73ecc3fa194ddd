"""The example of docs/check.md is what the program says."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.conftest import REPOSITORY
from tests.integration.check.conftest import PERSON
from tests.support.broken_server import broken_server

_EXAMPLE = re.compile(r"<!-- example: ([\w-]+) -->\n```text\n(.*?)```\n<!-- end -->", re.DOTALL)
PAGE = (REPOSITORY / "docs" / "check.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("fault", "shown"), _EXAMPLE.findall(PAGE))
def test_the_example(oktascim: Callable[..., tuple[int, str, str]], fault: str, shown: str) -> None:
    with broken_server(fault) as server:
        server.store.create("Users", dict(PERSON))
        words = ("check", server.base_url, "--bearer", "env:SCIM_TOKEN", "--only", "users", "--only", "user")
        code, _, stderr = oktascim(*words)
        said = stderr.replace(server.base_url, "https://acme.example/scim/v2")
    assert code == 5
    said = re.sub(r"check-[0-9a-f]{8}", "check-1f0c9a3e", said)
    assert said.strip() == shown.strip()
