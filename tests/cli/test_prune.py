"""`apply --prune` at a terminal: the number of apps must be typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.world import Result, World

SPEC = """\
version: 1
owner: team
integrations:
  - {name: a, label: App a, template: scim2-header, sign_on: {mode: swa}}
"""
MORE = "".join(
    f"  - {{name: {n}, label: App {n}, template: scim2-header, sign_on: {{mode: swa}}}}\n" for n in "bcdefgh"
)


@pytest.mark.parametrize(("answer", "code", "left"), [("7", 0, 1), ("y", 1, 8), ("6", 1, 8), ("", 1, 8)])
def test_the_number_must_be_typed(
    org: World, at_terminal: Callable[..., Result], answer: str, code: int, left: int
) -> None:
    assert org.oktascim("apply", org.spec(SPEC + MORE), "--yes").code == 0
    environ = {
        "OKTA_CLIENT_ORGURL": org.org.url,
        "OKTA_CLIENT_TOKEN": org.token,
        "OKTASCIM_CONFIG_DIR": str(org.folder),
    }
    done = at_terminal(["apply", org.spec(SPEC), "--prune"], [answer], **environ)
    assert done.code == code, done.stderr
    assert "Plan: 0 to create, 0 to change, 7 to delete, 1 unchanged." in done.stderr
    assert "This deletes 7 apps. Type the number of apps to delete: " in done.stderr
    assert len(org.apps()) == left


def test_without_a_terminal_nothing_is_deleted_unasked(org: World) -> None:
    assert org.oktascim("apply", org.spec(SPEC + MORE), "--yes").code == 0
    refused = org.oktascim("apply", org.spec(SPEC), "--prune")
    assert refused.code == 2
    assert "--prune-max" in refused.stderr
    assert len(org.apps()) == 8
