"""A local Okta org on loopback: for people who don't have one, for CI, and for test suites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from okta_emulator.testing import OktaEmulator

__all__ = ["OktaEmulator"]


def __getattr__(name: str) -> Any:
    """Load the public class on first use: the package is also imported where the class isn't used."""
    if name == "OktaEmulator":
        from okta_emulator.testing import OktaEmulator

        return OktaEmulator
    raise AttributeError(name)
