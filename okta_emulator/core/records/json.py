"""JSON with members that the emulator doesn't define."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
"""A JSON object with members that the emulator doesn't define: a body as sent or received, or a profile."""
