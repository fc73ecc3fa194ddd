"""The output that the README shows is what the program writes for the spec that it shows."""

from __future__ import annotations

import re

from tests.conftest import REPOSITORY
from tests.support.world import World

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def test_the_plan_in_the_readme_is_the_plan_of_its_spec(org: World) -> None:
    spec = re.search(r"```yaml\n(# acme\.yaml\n.*?)```", README, re.DOTALL)
    shown = re.search(r"^\$ oktascim plan acme\.yaml.*?\n(.*?)^\$ ", README, re.DOTALL | re.MULTILINE)
    assert spec
    assert shown
    done = org.oktascim("plan", org.spec(spec[1]), ACME_SCIM_TOKEN="Bearer of-the-readme")
    assert (done.code, done.stdout) == (0, shown[1])
    assert done.stderr == ""


def test_a_missing_secret_is_a_warning_of_plan(org: World) -> None:
    spec = re.search(r"```yaml\n(# acme\.yaml\n.*?)```", README, re.DOTALL)
    assert spec
    done = org.oktascim("plan", org.spec(spec[1]))
    assert done.code == 0
    assert done.stderr == (
        "Warning: The token of 'acme-crm' is missing. The environment variable ACME_SCIM_TOKEN is not set.\n"
    )
