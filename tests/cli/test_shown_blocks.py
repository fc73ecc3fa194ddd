"""Every block of the pages that shows output is compared with what the program writes, here or elsewhere."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from oktascim.cli.main import run
from oktascim.redact import Masker
from oktascim.render.progress_lines import Lines
from oktascim.render.streams import Output
from oktascim.routes.observer import Handoff
from tests.support.pages import block, shown_blocks
from tests.support.world import World

COMPARED = {
    "README": ("tests/cli/test_shown_output.py", 2),
    "docs/check": ("tests/integration/check/test_example.py", 1),
    "docs/connection-test": ("tests/integration/scim/test_probe_over_sockets.py", 1),
    "docs/console": ("tests/browser/test_console_route.py", 1),
    "docs/emulator": ("tests/cli/test_emulator.py", 2),
    "docs/explain": ("test_the_json_of_explain_has_this_shape", 1),
    "docs/routes": ("test_the_manual_step", 1),
    "docs/spec": ("test_the_problems_of_a_spec; the other block is a setting of an editor", 2),
    "docs/verify": ("tests/integration/verify/test_example.py", 1),
}
"""By page: which test compares its blocks, and how many there are."""
WRONG_SPEC = """\
version: 1
integrations:
  - name: acme-crm
    label: Acme CRM
    template: scim2-oauth
    sign_on: {mode: smal}
    provisioning:
      base_url: https://acme.example/scim/v2
      credentials: {token: 00aBcDeFgH}
"""
HANDOFF_SPEC = """\
version: 1
integrations:
  - name: acme-crm
    label: Acme CRM
    template: scim2-header
    sign_on: {mode: swa}
    provisioning:
      base_url: https://acme.example/scim/v2
      credentials: {token: {env: ACME_SCIM_TOKEN}}
      to_app: [create, update, deactivate]
"""


def test_every_block_that_shows_output_is_compared() -> None:
    assert Counter(one.page for one in shown_blocks()) == {page: count for page, (_, count) in COMPARED.items()}


def test_the_problems_of_a_spec(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "spec.yaml").write_text(WRONG_SPEC, encoding="utf-8")
    err = io.StringIO()
    assert run(["validate", "spec.yaml"], environ={}, stdout=io.StringIO(), stderr=err, stdin=io.StringIO()) == 2
    said = err.getvalue().partition("why: ")[2].partition("  fix: ")[0]
    assert [line.strip() for line in said.splitlines()] == block("docs/spec").splitlines()


def test_the_manual_step(world_of: Callable[..., World], tmp_path: Any) -> None:
    world = world_of(connections_api="org")
    spec = world.spec(HANDOFF_SPEC)
    done = world.oktascim("apply", spec, "--yes", "--route", "handoff", "-o", "json", ACME_SCIM_TOKEN="x")
    handed = done.json["integrations"][0]["handoff"]
    err = io.StringIO()
    Lines(Output(Masker(), {}, stdout=io.StringIO(), stderr=err)).handoff(
        "acme-crm", Handoff(handed["page"], tuple(handed["steps"]))
    )
    said = re.sub(r"http://localhost:\d+", "https://acme-admin.okta.com", err.getvalue())
    assert re.sub(r"0oa\w{17}", "0oa1b2c3d4e5f6g7h8i9", said) == block("docs/routes")


def test_the_json_of_explain_has_this_shape() -> None:
    shown = json.loads(block("docs/explain"))["findings"][0]
    found = [explained(text) for text in ("Error authenticating: token has expired", "Error authenticating: null")]
    first, several = found
    assert list(first) == list(shown)
    same = ("category", "confidence", "rule")
    assert {key: first[key] for key in same} == {key: shown[key] for key in same}
    assert list(several["alternatives"][0]) == list(shown["alternatives"][0])
    assert first["okta_action"] | {"text": "…"} == shown["okta_action"]


def explained(text: str) -> Any:
    out = io.StringIO()
    assert run(["explain", text, "-o", "json"], environ={}, stdout=out, stderr=io.StringIO(), stdin=io.StringIO()) == 0
    return json.loads(out.getvalue())["findings"][0]
