"""Fills the app, user and group of the events into the commands that a diagnosis suggests."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import replace

from oktascim.diagnose.event import Event, transaction_of
from oktascim.diagnose.finding import Finding
from oktascim.logs.fields import app_of, group_of, user_of

_COMMAND = re.compile(r"`[^`]*`")
_PLACES = {"APP": app_of, "USER": user_of, "GROUP": group_of, "ID": transaction_of}
"""The placeholders in the rules' commands, and the event's value for each; NAME is the app's template."""
_PLACE = re.compile(rf"\b(?:{'|'.join((*_PLACES, 'NAME'))})\b")


def facts_of(event: Event) -> dict[str, str]:
    """The placeholders' values in an event; those without a value are omitted."""
    return {place: str(value) for place, read in _PLACES.items() if (value := read(event))}


def addressed(
    finding: Finding, facts: Iterable[Mapping[str, str]] = (), known: Mapping[str, str] | None = None
) -> Finding:
    """The finding with commands that are ready to copy.

    Args:
        finding: from the diagnosis.
        facts: from the events that it explains; a value is used if all events that have one agree.
        known: values by placeholder known from elsewhere; they take precedence.

    Returns:
        The same finding; a placeholder without a known value stays.
    """
    told: dict[str, set[str]] = {}
    for fact in facts:
        for place, value in fact.items():
            told.setdefault(place, set()).add(value)
    values = {place: next(iter(found)) for place, found in told.items() if len(found) == 1} | dict(known or {})

    def filled(text: str) -> str:
        return _COMMAND.sub(lambda command: _PLACE.sub(lambda place: _word(values, place[0]), command[0]), text)

    others = tuple(replace(one, cause=filled(one.cause), fix=filled(one.fix)) for one in finding.alternatives)
    return replace(finding, cause=filled(finding.cause), fix=filled(finding.fix), alternatives=others)


def _word(values: Mapping[str, str], place: str) -> str:
    """The value, quoted for a shell; None for a value with a backtick, which would end the command in the text."""
    value = values.get(place, "")
    return shlex.quote(value) if value and "`" not in value else place
