"""Integrations from flags: references, never secrets, and the file's own checks."""

from __future__ import annotations

import pytest

from oktascim.errors import UsageProblem
from oktascim.runs.flags import credentials, from_values, name_from_label, reference


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, None),
        ("env:TOKEN", {"env": "TOKEN"}),
        ("file:/a:b", {"file": "/a:b"}),
        ("keyring:acme", {"keyring": "acme"}),
        ("command:pass show acme", {"command": "pass show acme"}),
    ],
)
def test_reference(text: str | None, found: dict | None) -> None:
    assert reference("--token", text) == found


@pytest.mark.parametrize("text", ["s3cret", "s3cret:x", "env:", ":s3cret", ""])
def test_a_secret_in_place_of_a_reference_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageProblem, match="--token expects a reference") as caught:
        reference("--token", text)
    assert "s3cret" not in str(caught.value)


def test_credentials_hold_what_was_given() -> None:
    assert credentials(None, "okta", "env:P") == {"username": "okta", "password": {"env": "P"}}
    assert credentials(None, None, None) == {}


def test_values_are_checked_as_a_file_would_be() -> None:
    with pytest.raises(UsageProblem, match="flags don't describe") as caught:
        from_values({"name": "x", "label": "", "template": "scim2-header", "sign_on": {"mode": "saml"}})
    assert caught.value.why == "--label must not be empty"


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Acme CRM", "acme-crm"),
        ("  Ünïcode & Söhne!  ", "unicode-sohne"),
        ("東京", "integration"),
        ("x" * 100, "x" * 64),
        ("a" * 63 + " b", "a" * 63),
    ],
)
def test_name_of(label: str, name: str) -> None:
    assert name_from_label(label) == name
