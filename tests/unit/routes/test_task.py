"""What is asked: what a read must show, and what is left after one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from oktascim.routes.readback import ReadBack

ON = ReadBack("ENABLED", ("features",), None, frozenset({"create"}))
HERE, ELSEWHERE = "https://acme.example/scim/v2", "https://other.example"


@pytest.mark.parametrize(
    ("proof", "missing"),
    [
        (ON, ""),
        (replace(ON, base_url=HERE), ""),
        (replace(ON, base_url=ELSEWHERE), f"the base URL is {ELSEWHERE}"),
        (replace(ON, to_app=frozenset({"update", "create"})), "To App has create, update"),
        (replace(ON, to_app=frozenset()), "To App has nothing"),
        (replace(ON, status="DISABLED"), "provisioning is DISABLED"),
        (replace(ON, status="UNKNOWN"), "provisioning is UNKNOWN"),
    ],
)
def test_what_a_read_does_not_show(make_task, proof: ReadBack, missing: str) -> None:
    assert make_task(to_app=["create"]).missing(proof) == missing


def test_options_that_nobody_asked_for_are_not_missed(make_task) -> None:
    assert make_task().missing(ON) == ""


@pytest.mark.parametrize(
    ("stage", "proof", "left"),
    [
        ("connect", ON, "to_app"),
        ("edit", replace(ON, base_url=ELSEWHERE), "edit"),
        ("connect", replace(ON, status="UNKNOWN"), "connect"),
        ("consent", replace(ON, status="UNKNOWN"), "consent"),
    ],
)
def test_a_connection_that_was_made_is_not_made_again(make_task, stage: str, proof: ReadBack, left: str) -> None:
    assert make_task(stage=stage).left(proof).stage == left


def test_new_credentials_are_never_known_to_be_there(make_task) -> None:
    task = make_task(stage="edit", needs_witness=True)
    assert task.left(ON).stage == "edit"
