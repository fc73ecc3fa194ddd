"""JSON whose members are not known here."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
"""A JSON object whose members are not known here: a body as sent or received, or a profile."""
