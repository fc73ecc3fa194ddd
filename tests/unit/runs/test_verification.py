"""What `oktascim verify` says before it begins."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from oktascim.runs.verification import intentions
from oktascim.verify.choices import VerifyChoices


@pytest.mark.parametrize(
    ("target", "user", "said"),
    [
        ("server", None, "verify will create three test users and two test groups in https://acme.okta.com"),
        (None, None, "verify will create two test users and a test group in https://acme.okta.com"),
        ("server", "ada@x.io", "also create two test users, who must stay unchanged, and two test groups"),
        (None, "ada@x.io", "also create a test user, who must stay unchanged, and a test group"),
    ],
)
def test_what_is_created_depends_on_whether_the_server_can_be_asked(
    target: str | None, user: str | None, said: str
) -> None:
    okta, app = SimpleNamespace(org_url="https://acme.okta.com"), SimpleNamespace(label="Acme", id="0oa1")
    subject = SimpleNamespace(app=app, target=target, mute="no credentials")
    lines = intentions(cast("Any", okta), cast("Any", subject), VerifyChoices(user=user))
    assert said in " ".join(lines)
    assert ("Warning: " in " ".join(lines)) == (target is None)
