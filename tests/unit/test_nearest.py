"""Suggests names for a mistyped word."""

from __future__ import annotations

from oktascim.nearest import nearest

NAMES = ("scim2-header", "scim2-basic", "custom-saml")


def test_the_nearest_comes_first_whatever_the_case() -> None:
    assert nearest("SCIM2-headr", NAMES) == ["scim2-header"]
    assert nearest("scim2-", NAMES, most=2, cutoff=0.4) == ["scim2-basic", "scim2-header"]


def test_a_word_like_none_of_them_means_none() -> None:
    assert nearest("zzz", NAMES) == []
